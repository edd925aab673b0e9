// M/M/1, M/D/1 and M/G/1 through the engine: waits against Pollaczek and Khinchine, Little's law
// exactly. Each mean wait must lie within 3 standard errors: with 31 degrees of freedom 0.53 %
// false alarms a check, 8 % for all 16 together, were the seeds not fixed.

#include <catch2/catch.hpp>
#include <cmath>
#include <deque>
#include <functional>

#include "sim/batch_means.hpp"
#include "sim/distributions.hpp"
#include "sim/engine.hpp"
#include "sim/random_stream.hpp"
#include "sim/statistics.hpp"

namespace spindle::sim {
namespace {

// One server, first come first served. Times in units of a second's mean service.
class SingleServer {
 public:
  SingleServer(double utilisation, std::function<double(RandomStream&)> service_s,
               std::uint64_t seed)
      : gap_s_(1 / utilisation),
        service_s_(std::move(service_s)),
        arrivals_(Seed{seed}, 0, Purpose{1}, 0),
        services_(Seed{seed}, 0, Purpose{2}, 0) {
    arrive_ = engine_.on([this](Engine&, const Event&, NoPayload) { arrive(); });
    leave_ = engine_.on([this](Engine&, const Event&, NoPayload) { leave(); });
  }

  // Serves `customers` in all, until the system is empty.
  void run(std::uint64_t customers) {
    to_come_ = customers;
    schedule_arrival();
    engine_.run_until(Instant::never());
  }

  [[nodiscard]] const BatchMeans& waits() const { return waits_; }
  // Sum of all stays, and the integral of the number present, both in whole nanoseconds.
  [[nodiscard]] std::int64_t stays_ns() const { return stays_ns_; }
  [[nodiscard]] std::int64_t present_ns() const { return present_ns_; }
  [[nodiscard]] const TimeWeighted& present() const { return present_; }
  [[nodiscard]] std::size_t served() const { return served_; }

 private:
  void schedule_arrival() {
    if (to_come_ == 0) return;
    --to_come_;
    const Duration gap = Duration::seconds(gap_s_ * arrivals_.exponential());
    engine_.schedule_after(gap, arrive_, CellId(0), EntityId(0));
  }

  void arrive() {
    change_present(+1);
    queue_.push_back(engine_.now());
    if (queue_.size() == 1) start_service();
    schedule_arrival();
  }

  void leave() {
    change_present(-1);
    stays_ns_ += (engine_.now() - queue_.front()).ns();
    ++served_;
    queue_.pop_front();
    if (!queue_.empty()) start_service();
  }

  void start_service() {
    waits_.add((engine_.now() - queue_.front()).to_seconds());
    engine_.schedule_after(Duration::seconds(service_s_(services_)), leave_, CellId(0),
                           EntityId(1));
  }

  void change_present(int change) {
    present_ns_ += static_cast<std::int64_t>(queue_.size()) * (engine_.now() - changed_).ns();
    changed_ = engine_.now();
    present_.add(engine_.now(), change);
  }

  Engine engine_;
  double gap_s_;
  std::function<double(RandomStream&)> service_s_;
  RandomStream arrivals_;
  RandomStream services_;
  EventType<NoPayload> arrive_;
  EventType<NoPayload> leave_;
  std::deque<Instant> queue_;
  std::uint64_t to_come_ = 0;
  std::size_t served_ = 0;
  BatchMeans waits_{32};
  std::int64_t stays_ns_ = 0;
  std::int64_t present_ns_ = 0;
  Instant changed_;
  TimeWeighted present_{Instant(), 0};
};

using Service = std::function<double(RandomStream&)>;

// Mean service 1 s, squared coefficient of variation as named.
const Service kExponential = [](RandomStream& stream) { return stream.exponential(); };
const Service kConstant = [](RandomStream&) { return 1.0; };
const Service kLogNormal =  // c² = 2.25
    [service = LogNormal::of_mean(1, 1.5)](RandomStream& stream) { return service.draw(stream); };
const Service kTwoPoint = [](RandomStream& stream) {  // 0.4 or 1.6: c² = 0.36
  return stream.bernoulli(0.5) ? 0.4 : 1.6;
};

// 32 batches of 32,768 customers: far longer than the relaxation time, some 380 customers of M/M/1
// at a utilisation of 0.9 and 600 of the lognormal one, so that they are about independent.
void check_wait(double squared_cv, const Service& service_s, double greatest_error) {
  for (const double utilisation : {0.3, 0.5, 0.8, 0.9}) {
    SingleServer server(utilisation, service_s, 42);
    server.run(std::uint64_t{1} << 20);
    // Pollaczek-Khinchine: W = rho E[S] (1 + c²) / (2 (1 - rho)), E[S] = 1 s.
    const double wait = utilisation * (1 + squared_cv) / (2 * (1 - utilisation));
    const Moments batches = server.waits().batches();
    INFO("utilisation " << utilisation);
    REQUIRE(batches.count() == 32);
    const double standard_error = std::sqrt(batches.variance() / 32);
    CHECK(std::abs(batches.mean() - wait) < 3 * standard_error);
    CHECK(standard_error < greatest_error * wait);  // the test has power
  }
}

TEST_CASE("single server: M/M/1 waits as Pollaczek and Khinchine say") {
  check_wait(1, kExponential, 0.03);
}

TEST_CASE("single server: M/D/1 waits as Pollaczek and Khinchine say") {
  check_wait(0, kConstant, 0.03);
}

TEST_CASE("single server: M/G/1 waits as Pollaczek and Khinchine say, lognormal service") {
  check_wait(2.25, kLogNormal, 0.05);
}

TEST_CASE("single server: M/G/1 waits as Pollaczek and Khinchine say, two kinds of service") {
  check_wait(0.36, kTwoPoint, 0.03);
}

TEST_CASE("single server: Little's law holds exactly over a run that starts and ends empty") {
  for (const Service& service : {kExponential, kConstant, kLogNormal}) {
    SingleServer server(0.9, service, 7);
    server.run(100'000);
    REQUIRE(server.served() == 100'000);
    CHECK(server.stays_ns() == server.present_ns());
    // The floating-point time average agrees to rounding.
    const double integral = server.present().mean() * server.present().length_s();
    CHECK(integral == Approx(static_cast<double>(server.present_ns()) * 1e-9).epsilon(1e-10));
  }
}

}  // namespace
}  // namespace spindle::sim

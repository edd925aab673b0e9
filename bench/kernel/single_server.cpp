// M/M/1 at utilisation 0.9 through the engine: two events a customer, two of them pending.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "bench/kernel/increments.hpp"
#include "sim/agenda.hpp"

namespace spindle::sim {
namespace {

// Counts who is there, and for how long: what the mean number in the system takes.
class Server {
 public:
  static constexpr std::uint32_t kArrival = 0;
  static constexpr std::uint32_t kDeparture = 1;

  [[nodiscard]] CellId cell_of(std::uint32_t /*id*/) const { return CellId(0); }
  [[nodiscard]] EntityId entity_of(std::uint32_t id) const { return EntityId(id); }
  void act(Agenda<Server>& agenda, std::uint32_t id) {
    const Instant now = agenda.now();
    present_s_ += static_cast<double>(present_) * (now - changed_).to_seconds();
    changed_ = now;
    if (id == kArrival) {
      const Duration gap = gaps_.next();
      agenda.schedule_after(kArrival, Duration::nanoseconds(gap.ns() / 9 * 10));
      if (++present_ == 1) agenda.schedule_after(kDeparture, services_.next());
    } else if (--present_ > 0) {
      agenda.schedule_after(kDeparture, services_.next());
    }
  }
  [[nodiscard]] double present_s() const { return present_s_; }

 private:
  // What repeats must be far longer than the relaxation time, some 380 customers: else a run shows
  // the mean of the one sample over and over (with 8,192 draws 14.8 present, in place of 9).
  static constexpr std::size_t kDraws = std::size_t{1} << 21;
  bench::Increments gaps_{bench::Mix::kExponential, 1, kDraws};
  bench::Increments services_{bench::Mix::kExponential, 2, kDraws};
  std::uint64_t present_ = 0;
  double present_s_ = 0;
  Instant changed_;
};

void mm1(benchmark::State& state) {
  Engine engine;
  Server server;
  Agenda<Server> agenda(engine, server, 2);
  agenda.schedule_at(Server::kArrival, Instant());
  for (auto _ : state) engine.run_until(engine.now() + Duration::seconds(1e5));
  state.SetItemsProcessed(static_cast<std::int64_t>(engine.executed()));
  // By theory rho / (1 - rho) = 9, with a standard error of some 5 % over all the draws.
  state.counters["present"] = server.present_s() / engine.now().to_seconds();
}
BENCHMARK(mm1);

}  // namespace
}  // namespace spindle::sim

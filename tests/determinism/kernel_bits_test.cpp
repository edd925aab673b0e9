// The kernel as a whole: the bits of M/M/1 and PHOLD, on every instruction set. The pinned digests
// hold for GCC and Clang, optimised and not.

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "bench/kernel/hold_model.hpp"
#include "bench/kernel/phold_model.hpp"
#include "sim/agenda.hpp"
#include "sim/digest.hpp"
#include "sim/random_batch.hpp"
#include "tests/support/simd_targets.hpp"

namespace spindle::sim {
namespace {

using bench::HoldModel;
using bench::Mix;
using bench::Phold;
using bench::PholdOptions;
using test::on_every_target;

// M/M/1 at utilisation 0.8, many times side by side: enough pending for the vectorised sort. Each
// server is two entities, its arrivals (even) and its departures.
class Servers {
 public:
  static constexpr std::uint32_t kServers = 5'000;
  static constexpr std::uint32_t kIds = 2 * kServers;
  static constexpr std::uint32_t kIdsPerCell = 200;
  static constexpr EngineOptions kOptions = {.cells = kIds / kIdsPerCell};

  [[nodiscard]] static CellId cell_of(std::uint32_t id) { return CellId(id / kIdsPerCell); }
  [[nodiscard]] static EntityId entity_of(std::uint32_t id) { return EntityId(id); }
  void act(Agenda<Servers>& agenda, std::uint32_t id) {
    act_with(agenda.now(), id,
             [&](std::uint32_t which, Duration delay) { agenda.schedule_after(which, delay); });
  }

  // schedule(id, delay) for what comes next.
  template <class Schedule>
  void act_with(Instant now, std::uint32_t id, const Schedule& schedule) {
    const std::uint32_t server = id / 2;
    present_ns_ += static_cast<std::uint64_t>(present_[server]) *
                   static_cast<std::uint64_t>((now - changed_[server]).ns());
    changed_[server] = now;
    if (id % 2 == 0) {
      schedule(id, next_gap(id));
      if (++present_[server] == 1) schedule(id + 1, next_gap(id + 1));
    } else if (--present_[server] > 0) {
      schedule(id, next_gap(id));
    }
  }
  Duration next_gap(std::uint32_t id) {
    const std::uint64_t place = drawn_[id]++ % kAhead;
    if (place == 0) batch_.exponentials(id, drawn_[id] - 1, ahead_[id]);
    return Duration::seconds(ahead_[id][place] * (id % 2 == 0 ? 1 : 0.8));
  }
  [[nodiscard]] std::uint64_t present_ns() const { return present_ns_; }

 private:
  static constexpr std::size_t kAhead = 8;
  RandomBatch batch_{Seed{3}, 0, Purpose{1}};
  std::vector<std::array<double, kAhead>> ahead_ = std::vector<std::array<double, kAhead>>(kIds);
  std::vector<std::uint64_t> drawn_ = std::vector<std::uint64_t>(kIds);
  std::vector<std::uint32_t> present_ = std::vector<std::uint32_t>(kServers);
  std::vector<Instant> changed_ = std::vector<Instant>(kServers);
  std::uint64_t present_ns_ = 0;
};

std::string bits_of(const Engine& engine, const Servers& servers) {
  Digest digest;
  digest.add(engine.digest().value());
  digest.add(servers.present_ns());
  return std::to_string(engine.executed()) + " " + digest.hex();
}

constexpr Duration kServed = Duration::nanoseconds(5'000'000'000);

std::string servers_in_agenda() {
  Engine engine(Servers::kOptions);
  Servers servers;
  Agenda<Servers> agenda(engine, servers, Servers::kIds);
  for (std::uint32_t id = 0; id < Servers::kIds; id += 2) {
    agenda.schedule_after(id, servers.next_gap(id));
  }
  engine.run_until(Instant() + kServed);
  return bits_of(engine, servers);
}

std::string servers_by_events() {
  Engine engine(Servers::kOptions);
  Servers servers;
  EventType<NoPayload> act;
  const auto schedule = [&](std::uint32_t id, Duration delay) {
    engine.schedule_after(delay, act, Servers::cell_of(id), Servers::entity_of(id));
  };
  act = engine.on([&](Engine& e, const Event& event, NoPayload) {
    servers.act_with(e.now(), static_cast<std::uint32_t>(event.entity.value()), schedule);
  });
  for (std::uint32_t id = 0; id < Servers::kIds; id += 2) schedule(id, servers.next_gap(id));
  engine.run_until(Instant() + kServed);
  return bits_of(engine, servers);
}

TEST_CASE("kernel bits: M/M/1 gives the same on every instruction set") {
  on_every_target([] {
    CHECK(servers_in_agenda() == "41725 759f5a17fc21b93f");
    CHECK(servers_by_events() == "41725 759f5a17fc21b93f");
  });
}

struct Held {
  std::string bits;
  std::uint64_t executed = 0;
  std::uint64_t drawn_alone = 0;
};

template <bool Prepares, bool PlacesTimes = true>
Held hold(Mix mix, std::uint32_t entities) {
  Engine engine;
  HoldModel<Prepares, PlacesTimes> model(entities, mix);
  Agenda<HoldModel<Prepares, PlacesTimes>> agenda(engine, model, entities);
  model.set_up(agenda);
  for (const double horizon_s : {0.1, 0.1001, 3.0}) {
    engine.run_until(Instant() + Duration::seconds(horizon_s));
  }
  return {engine.digest().hex(), engine.executed(), model.drawn_alone()};
}

TEST_CASE("kernel bits: increments are the same, drawn when announced or when needed") {
  for (const Mix mix : {Mix::kExponential, Mix::kBimodal, Mix::kTied}) {
    for (const std::uint32_t entities : {20U, 500U, 20'000U}) {
      const Held needed = hold<false>(mix, entities);
      const Held announced = hold<true>(mix, entities);
      CHECK(announced.bits == needed.bits);
      CHECK(hold<true, false>(mix, entities).bits == needed.bits);
      CHECK(announced.executed == needed.executed);
      CHECK(needed.drawn_alone == needed.executed);
      // Few come into the bucket that is being emptied. Below 64 pending there are no buckets.
      if (entities >= 500) CHECK(announced.drawn_alone < announced.executed / 2);
    }
  }
  on_every_target([] { CHECK(hold<true>(Mix::kExponential, 2'000).bits == "d1a183bac30a9f95"); });
}

std::string phold(unsigned threads, Duration window) {
  Phold model({.cells = 200});
  CellOptions options = model.cell_options();
  options.window = window;
  ParallelEngine engine(model, options, threads);
  model.set_up(engine);
  engine.run_until(Instant() + Duration::seconds(2));
  return std::to_string(engine.executed()) + " " + engine.digest().hex();
}

TEST_CASE("kernel bits: PHOLD gives the same on every instruction set") {
  on_every_target([] {
    for (const unsigned threads : {1U, 2U}) CHECK(phold(threads, {}) == "37869 43f9ac9c788710d2");
  });
}

TEST_CASE("kernel bits: PHOLD gives the same for any window and number of threads") {
  for (const double share : {0.05, 0.3, 0.9, 1.0}) {
    for (const unsigned threads : {1U, 2U, 3U, 4U, 8U}) {
      CHECK(phold(threads, Duration::seconds(0.1 * share)) == "37869 43f9ac9c788710d2");
    }
  }
}

// As the benchmark runs it.
TEST_CASE("kernel bits: PHOLD with 100,000 balls gives the same for any number of threads") {
  std::vector<std::string> seen;
  for (const unsigned threads : {1U, 2U, 3U, 4U, 8U}) {
    Phold model({});
    ParallelEngine engine(model, model.cell_options(), threads);
    model.set_up(engine);
    engine.run_until(Instant() + Duration::seconds(2));
    seen.push_back(std::to_string(engine.executed()) + " " + engine.digest().hex());
  }
  for (const std::string& bits : seen) CHECK(bits == "189483 beb83c06f5ec1746");
}

}  // namespace
}  // namespace spindle::sim

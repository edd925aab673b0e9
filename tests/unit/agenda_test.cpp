#include "sim/agenda.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/random_stream.hpp"
#include "tests/support/instants.hpp"

namespace spindle::sim {
namespace {

using test::at;

// Entities in cells of `cell_size`, which write down when they act.
struct Recorder {
  std::vector<std::string>& seen;
  std::string name;
  std::uint32_t cell_size = 10;
  std::function<void(Agenda<Recorder>&, std::uint32_t)> then = [](auto&, std::uint32_t) {};

  [[nodiscard]] CellId cell_of(std::uint32_t id) const { return CellId(id / cell_size); }
  [[nodiscard]] EntityId entity_of(std::uint32_t id) const { return EntityId(id); }
  void act(Agenda<Recorder>& agenda, std::uint32_t id) {
    seen.push_back(name + std::to_string(id) + "@" + std::to_string(agenda.now().ns()));
    then(agenda, id);
  }
};

TEST_CASE("agenda: events run in the order of time, with the clock of the engine") {
  Engine engine;
  std::vector<std::string> seen;
  Recorder model{seen, ""};
  Agenda<Recorder> agenda(engine, model, 10);
  agenda.schedule_at(3, at(30));
  agenda.schedule_at(1, at(20));
  agenda.schedule_at(2, at(90));
  agenda.schedule_at(2, at(10));
  agenda.schedule_after(4, Duration::nanoseconds(25));
  for (const std::uint32_t id : {2U, 9U}) agenda.prefetch(id);
  CHECK(agenda.pending() == 4);
  CHECK(engine.pending() == 4);
  CHECK(agenda.time_of(2) == at(10));
  CHECK(agenda.cancel(4));
  CHECK_FALSE(agenda.cancel(4));
  CHECK(engine.run_until(at(30)) == RunEnd::kHorizon);
  CHECK(seen == std::vector<std::string>{"2@10", "1@20"});
  CHECK(agenda.is_pending(3));
  CHECK(engine.run_until(Instant::never()) == RunEnd::kHorizon);
  CHECK(engine.now() == at(30));
  CHECK(agenda.executed() == 3);
  CHECK(engine.executed() == 3);
}

TEST_CASE("agenda: simultaneous events run by cell and entity, whoever has them") {
  Engine engine({.cells = 3});
  std::vector<std::string> seen;
  Recorder first{seen, "a"};
  Recorder second{seen, "b"};
  Agenda<Recorder> a(engine, first, 30);
  Agenda<Recorder> b(engine, second, 30);
  const auto mark = engine.on<int>([&](Engine&, const Event& event, int) {
    seen.push_back("queue" + std::to_string(event.entity.value()));
  });
  for (const std::uint64_t entity : {12U, 5U, 25U, 11U}) {
    engine.schedule_at(at(7), mark, CellId(static_cast<std::uint32_t>(entity / 10)),
                       EntityId(entity), 0);
  }
  for (const std::uint32_t id : {25U, 12U, 5U}) {
    b.schedule_at(id, at(7));
    a.schedule_at(id, at(7));
  }
  a.schedule_at(29, at(6));
  engine.run_until(at(8));
  CHECK(seen == std::vector<std::string>{"a29@6", "a5@7", "b5@7", "queue5", "queue11", "a12@7",
                                         "b12@7", "queue12", "a25@7", "b25@7", "queue25"});
}

TEST_CASE("agenda: what a handler schedules elsewhere comes in its turn") {
  Engine engine;
  std::vector<std::string> seen;
  Recorder first{seen, "a"};
  Recorder second{seen, "b"};
  Agenda<Recorder> a(engine, first, 10);
  Agenda<Recorder> b(engine, second, 10);
  const auto mark = engine.on([&](Engine& e, const Event&, NoPayload) {
    seen.push_back("queue@" + std::to_string(e.now().ns()));
    a.schedule_at(9, at(25));
  });
  first.then = [&](Agenda<Recorder>& agenda, std::uint32_t id) {
    if (id != 0) return;
    agenda.schedule_after(0, Duration::nanoseconds(10));
    if (agenda.now() == at(10)) b.schedule_at(1, at(15));
    if (agenda.now() == at(20)) engine.schedule_at(at(20), mark, CellId(0), EntityId(0));
    if (agenda.now() == at(30)) agenda.cancel(0);
  };
  a.schedule_at(0, at(10));
  engine.run_until(Instant::never());
  CHECK(seen == std::vector<std::string>{"a0@10", "b1@15", "a0@20", "queue@20", "a9@25", "a0@30"});
}

// Entities that act again after times of a table; ties are common.
struct Hopper {
  explicit Hopper(std::uint32_t count) : hops(count) {}
  static std::int64_t step(std::uint32_t id, std::uint32_t hop) {
    RandomStream stream(Seed{5}, 0, Purpose{1}, id);
    stream.skip_to(hop);
    return 100 * (1 + stream.below(50));
  }
  [[nodiscard]] CellId cell_of(std::uint32_t id) const { return CellId(id / 100); }
  [[nodiscard]] EntityId entity_of(std::uint32_t id) const { return EntityId(id); }
  void prefetch(std::uint32_t) const { ++fetched; }
  void prepare(std::span<const std::uint64_t> upcoming) {
    prepared += upcoming.size();
    most_at_once = std::max(most_at_once, upcoming.size());
  }
  void act(Agenda<Hopper>& agenda, std::uint32_t id) {
    agenda.schedule_after(id, Duration::nanoseconds(step(id, hops[id]++)));
  }
  std::vector<std::uint32_t> hops;
  mutable std::size_t fetched = 0;
  std::size_t prepared = 0;
  std::size_t most_at_once = 0;
};

TEST_CASE("agenda: its run has the digest of the same run on the event queue") {
  constexpr std::uint32_t kCount = 1000;
  const EngineOptions options = {.cells = kCount / 100};
  Engine plain(options);
  Hopper state(kCount);
  EventType<NoPayload> hop;
  hop = plain.on([&](Engine& e, const Event& event, NoPayload) {
    const auto id = static_cast<std::uint32_t>(event.entity.value());
    e.schedule_after(Duration::nanoseconds(Hopper::step(id, state.hops[id]++)), hop, event.cell,
                     event.entity);
  });
  for (std::uint32_t id = 0; id < kCount; ++id) {
    plain.schedule_at(Instant(), hop, state.cell_of(id), state.entity_of(id));
  }
  plain.run_until(at(100'000));

  Engine engine(options);
  Hopper model(kCount);
  Agenda<Hopper> agenda(engine, model, kCount);
  for (std::uint32_t id = 0; id < kCount; ++id) agenda.schedule_at(id, Instant());
  for (const std::int64_t horizon : {3'000, 3'050, 70'000, 100'000}) engine.run_until(at(horizon));

  CHECK(plain.executed() > 30'000);
  CHECK(engine.executed() == plain.executed());
  CHECK(engine.digest().value() == plain.digest().value());
  CHECK(model.hops == state.hops);
  CHECK(model.prepared > engine.executed() / 2);
  CHECK(model.most_at_once > 1);
  CHECK(model.most_at_once <= kPreparedAtOnce);
  CHECK(model.fetched > 0);
}

// Entities whose state has a word for the time of their event.
struct Placed {
  struct State {
    std::uint64_t acted = 0;
    TimeKey due = 77;  // the wheel's to set
    std::uint64_t more = 5;
  };
  std::vector<State> states;
  std::vector<std::uint32_t> seen;

  [[nodiscard]] CellId cell_of(std::uint32_t /*id*/) const { return CellId(0); }
  [[nodiscard]] EntityId entity_of(std::uint32_t id) const { return EntityId(id); }
  PlacedTimes pending_times() { return {&states[0].due, sizeof(State), states.size()}; }
  void act(Agenda<Placed>& agenda, std::uint32_t id) {
    seen.push_back(id);
    if (++states[id].acted < 3) agenda.schedule_after(id, Duration::nanoseconds(10 + id));
  }
};

TEST_CASE("agenda: times may lie among the entities' state") {
  Engine engine;
  Placed model{std::vector<Placed::State>(4), {}};
  Agenda<Placed> agenda(engine, model, 4);
  CHECK_FALSE(agenda.is_pending(2));
  for (std::uint32_t id = 0; id < 4; ++id) agenda.schedule_at(id, at(id));
  CHECK(agenda.is_pending(2));
  CHECK(agenda.time_of(2) == at(2));
  CHECK(agenda.cancel(3));
  CHECK(engine.run_until(at(100)) == RunEnd::kHorizon);
  // 0, 10, 20; 1, 12, 23; 2, 14, 26.
  CHECK(model.seen == std::vector<std::uint32_t>{0, 1, 2, 0, 1, 2, 0, 1, 2});
  for (const Placed::State& state : model.states) {
    CHECK(state.due == kNotPending);
    CHECK(state.more == 5);
  }
  CHECK(model.states[3].acted == 0);
  CHECK_THROWS_AS(Agenda<Placed>(engine, model, 5), std::invalid_argument);
}

TEST_CASE("agenda: never schedules nothing, and the past is refused") {
  Engine engine;
  std::vector<std::string> seen;
  Recorder model{seen, ""};
  Agenda<Recorder> agenda(engine, model, 10);
  engine.run_until(at(10));
  agenda.schedule_at(1, at(20));
  CHECK_THROWS_AS(agenda.schedule_at(1, at(9)), std::logic_error);
  CHECK_THROWS_AS(agenda.schedule_after(1, Duration::nanoseconds(-1)), std::logic_error);
  CHECK(agenda.time_of(1) == at(20));
  agenda.schedule_after(1, Duration::nanoseconds(Instant::never().ns()));
  CHECK_FALSE(agenda.is_pending(1));
  CHECK(engine.run_until(Instant::never()) == RunEnd::kHorizon);
  CHECK(seen.empty());
}

TEST_CASE("engine: limits on events, time and memory end a run that can go on") {
  // Every event schedules the next and, on the queue, one that is far away.
  const auto run = [](const EngineOptions& options, std::int64_t horizon) {
    Engine engine(options);
    Hopper model(10);
    Agenda<Hopper> agenda(engine, model, 10);
    const auto far = engine.on([](Engine&, const Event&, NoPayload) {});
    EventType<NoPayload> near;
    near = engine.on([&](Engine& e, const Event& event, NoPayload) {
      e.schedule_at(at(std::int64_t{1} << 60), far, event.cell, event.entity);
      e.schedule_after(Duration::nanoseconds(100), near, event.cell, event.entity);
    });
    agenda.schedule_at(0, Instant());
    engine.schedule_at(Instant(), near, CellId(0), EntityId(0));
    const RunEnd end = engine.run_until(at(horizon));
    return std::tuple(end, engine.executed(), engine.memory_bytes());
  };
  const auto whole = run({}, 1'000'000);
  CHECK(std::get<0>(whole) == RunEnd::kHorizon);
  CHECK(std::get<1>(whole) > 10'000);

  const auto counted = run({.event_limit = 9'999}, 1'000'000);
  CHECK(std::get<0>(counted) == RunEnd::kEventLimit);
  CHECK(std::get<1>(counted) == 9'999);

  const std::size_t memory = std::get<2>(whole) / 2;
  const auto small = run({.memory_limit_bytes = memory}, 1'000'000);
  CHECK(std::get<0>(small) == RunEnd::kMemoryLimit);
  CHECK(std::get<2>(small) > memory);
  CHECK(std::get<1>(small) < std::get<1>(whole));
  CHECK(std::get<1>(small) % 4096 == 0);
  CHECK(run({.memory_limit_bytes = memory}, 1'000'000) == small);

  // No time at all, and more than there will ever be.
  CHECK(std::get<0>(run({.wall_limit_s = 0}, 1'000'000)) == RunEnd::kTimeLimit);
  CHECK(run({.wall_limit_s = 1e9}, 1'000'000) == whole);
}

}  // namespace
}  // namespace spindle::sim

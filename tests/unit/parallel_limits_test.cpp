// Limits of a parallel run, and stops within windows that would never end.

#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/cells/parallel_engine.hpp"

namespace spindle::sim {
namespace {

constexpr Duration kForever = Duration::nanoseconds(Instant::never().ns());

Instant at_ns(std::int64_t ns) {
  return Instant::from_ns(ns);
}

// Cells that tick without end, the cth every c + `gap_ns` ns, and send no messages.
struct Ticking {
  struct Tick {};
  struct Litter {};  // schedules itself twice more: pending events grow
  struct Again {};
  using CellEvents = EventTypes<Tick, Litter>;
  using GlobalEvents = EventTypes<Again>;

  explicit Ticking(std::uint32_t cells) : ticks(cells) {}
  void handle(auto& context, EntityId entity, Tick tick) {
    const std::uint32_t c = context.cell().value();
    ++ticks[c];
    if (c == stopping_cell && ticks[c] == 10'000) stop();
    const std::int64_t gap = ticks[c] > calm_ticks ? 0 : gap_ns + c;
    context.schedule_after(Duration::nanoseconds(gap), entity, tick);
  }
  void handle(auto& context, EntityId entity, Litter litter) {
    const auto later = [&](std::int64_t ns) {
      context.schedule_after(Duration::nanoseconds(ns), entity, litter);
    };
    later(100);
    later(1'000'000'000'000);
  }
  void coordinate(auto& context, EntityId entity, Again again) {
    ++decisions;
    if (decisions == stopping_decision) stop();
    if (decisions == ending_decision) context.request_stop();
    if (decisions < last_decision) context.decide_at(context.now(), entity, again);
  }

  std::vector<std::uint64_t> ticks;
  std::int64_t gap_ns = 50;
  std::uint64_t calm_ticks = UINT64_MAX;  // after them all ticks come at one time
  std::uint32_t stopping_cell = UINT32_MAX;
  std::uint64_t decisions = 0;
  std::uint64_t stopping_decision = UINT64_MAX;  // it calls `stop`
  std::uint64_t ending_decision = UINT64_MAX;    // it asks for the run's end
  std::uint64_t last_decision = UINT64_MAX;      // of the one moment
  std::function<void()> stop;
};
using Engine = ParallelEngine<Ticking>;

void tick(Engine& engine, std::uint32_t cells) {
  for (std::uint32_t c = 0; c < cells; ++c) {
    engine.schedule_at(at_ns(c), CellId(c), EntityId(c), Ticking::Tick{});
  }
}

TEST_CASE("parallel limits: a limit on events is met in a window without end, and once for all") {
  std::vector<std::tuple<std::uint64_t, std::int64_t, std::string>> seen;
  for (const unsigned threads : {1U, 2U, 3U, 8U}) {
    Ticking model(8);
    Engine engine(model, {.cells = 8, .lookahead = kForever, .event_limit = 100'000}, threads);
    tick(engine, 8);
    CHECK(engine.run_until(Instant::never()) == RunEnd::kEventLimit);
    // Of one moment, at which each cell has one event at most.
    CHECK(engine.executed() >= 100'000);
    CHECK(engine.executed() < 100'008);
    seen.emplace_back(engine.executed(), engine.now().ns(), engine.digest().hex());
    CHECK(engine.run_until(Instant::never()) == RunEnd::kEventLimit);
    CHECK(seen.back() == std::tuple(engine.executed(), engine.now().ns(), engine.digest().hex()));
    // Nothing before this horizon is left to be refused.
    CHECK(engine.run_until(engine.now()) == RunEnd::kHorizon);
  }
  for (const auto& one : seen) CHECK(one == seen.front());
}

// Eight cells: after 1,000 ticks each ticks on without its time advancing.
TEST_CASE("parallel limits: no cell runs more than is left, though its time stands still") {
  std::vector<std::pair<std::vector<std::uint64_t>, std::string>> seen;
  for (const unsigned threads : {1U, 2U, 3U, 8U}) {
    Ticking model(8);
    model.calm_ticks = 1'000;
    Engine engine(model, {.cells = 8, .lookahead = kForever, .event_limit = 20'000}, threads);
    tick(engine, 8);
    CHECK(engine.run_until(Instant::never()) == RunEnd::kEventLimit);
    CHECK(engine.executed() >= 20'000);
    CHECK(engine.executed() < 20'000 + 8 * 13'000);
    for (const std::uint64_t ticks : model.ticks) CHECK(ticks <= 20'000);
    seen.emplace_back(model.ticks, engine.digest().hex());
  }
  for (const auto& one : seen) CHECK(one == seen.front());
}

TEST_CASE("parallel limits: decisions without end count as events") {
  for (const unsigned threads : {1U, 2U}) {
    Ticking model(4);
    Engine engine(model, {.cells = 4, .lookahead = Duration::nanoseconds(10), .event_limit = 1'000},
                  threads);
    tick(engine, 4);
    engine.decide_at(at_ns(200), EntityId(0), Ticking::Again{});
    CHECK(engine.run_until(Instant::never()) == RunEnd::kEventLimit);
    CHECK(engine.executed() == 1'000);
    CHECK(engine.now() == at_ns(200));
  }
}

TEST_CASE("parallel limits: a stop from outside breaks off a long window") {
  // Of some 20,000 events a cell. How far the others get before they see it is not known.
  constexpr Duration kLong = Duration::nanoseconds(1'000'000);
  for (const unsigned threads : {1U, 2U, 4U}) {
    Ticking model(4);
    Engine engine(model, {.cells = 4, .lookahead = kLong}, threads);
    model.stopping_cell = 3;
    model.stop = [&] { engine.request_stop(); };
    tick(engine, 4);
    CHECK(engine.run_until(Instant::never()) == RunEnd::kStopped);
    CHECK(model.ticks[3] < 10'000 + 4'096);
    // Every event before the clock has run, and nothing can be set up where a cell has been.
    const std::int64_t now = engine.now().ns();
    for (std::uint32_t c = 0; c < 4; ++c) {
      CHECK(model.ticks[c] >= static_cast<std::uint64_t>((now - c + 49 + c) / (50 + c)));
    }
    CHECK_THROWS_AS(engine.schedule_at(at_ns(now - 1), CellId(0), EntityId(9), Ticking::Tick{}),
                    std::logic_error);
    // It goes on, to where a run that was never stopped comes.
    model.stopping_cell = UINT32_MAX;
    const Instant horizon = at_ns(2'000'000);
    CHECK(engine.run_until(horizon) == RunEnd::kHorizon);
    Ticking plain(4);
    Engine whole(plain, {.cells = 4, .lookahead = kLong}, 1);
    tick(whole, 4);
    whole.run_until(horizon);
    CHECK(engine.executed() == whole.executed());
    CHECK(engine.digest().value() == whole.digest().value());
    engine.schedule_at(horizon, CellId(0), EntityId(9), Ticking::Tick{});
  }
}

// Where a run comes to whose round of decisions at 200 ns is never broken off.
std::pair<std::uint64_t, std::string> whole_round(std::uint64_t decisions, Instant horizon) {
  Ticking model(4);
  model.last_decision = decisions;
  Engine engine(model, {.cells = 4, .lookahead = Duration::nanoseconds(10)}, 1);
  tick(engine, 4);
  engine.decide_at(at_ns(200), EntityId(0), Ticking::Again{});
  engine.run_until(horizon);
  return {engine.executed(), engine.digest().hex()};
}

TEST_CASE("parallel limits: a stop from outside breaks off a round of decisions") {
  for (const unsigned threads : {1U, 2U, 4U}) {
    Ticking model(4);
    Engine engine(model, {.cells = 4, .lookahead = Duration::nanoseconds(10)}, threads);
    model.stopping_decision = 10'000;
    model.stop = [&] { engine.request_stop(); };
    tick(engine, 4);
    engine.decide_at(at_ns(200), EntityId(0), Ticking::Again{});
    CHECK(engine.run_until(Instant::never()) == RunEnd::kStopped);
    CHECK(engine.now() == at_ns(200));
    CHECK(model.decisions >= 10'000);
    CHECK(model.decisions < 10'000 + 4'096);
    // It goes on, to where a run that was never stopped comes.
    model.last_decision = 30'000;
    CHECK(engine.run_until(at_ns(1'000)) == RunEnd::kHorizon);
    CHECK(model.decisions == 30'000);
    CHECK(std::pair(engine.executed(), engine.digest().hex()) == whole_round(30'000, at_ns(1'000)));
  }
}

TEST_CASE("parallel limits: a decision that ends the run lets all others of its moment be made") {
  for (const unsigned threads : {1U, 2U}) {
    Ticking model(4);
    Engine engine(model, {.cells = 4, .lookahead = Duration::nanoseconds(10)}, threads);
    model.ending_decision = 5'000;
    model.last_decision = 30'000;
    tick(engine, 4);
    engine.decide_at(at_ns(200), EntityId(0), Ticking::Again{});
    CHECK(engine.run_until(Instant::never()) == RunEnd::kStopped);
    CHECK(engine.now() == at_ns(200));
    CHECK(model.decisions == 30'000);
    CHECK(engine.run_until(at_ns(1'000)) == RunEnd::kHorizon);
    CHECK(std::pair(engine.executed(), engine.digest().hex()) == whole_round(30'000, at_ns(1'000)));
  }
}

TEST_CASE("parallel limits: wall time ends a round of decisions without end") {
  for (const unsigned threads : {1U, 2U}) {
    Ticking model(4);
    Engine engine(model, {.cells = 4, .lookahead = Duration::nanoseconds(10), .wall_limit_s = 0.02},
                  threads);
    tick(engine, 4);
    engine.decide_at(at_ns(200), EntityId(0), Ticking::Again{});
    CHECK(engine.run_until(Instant::never()) == RunEnd::kTimeLimit);
    CHECK(engine.now() == at_ns(200));
  }
}

TEST_CASE("parallel limits: wall time ends a run between events, before the first where it is 0") {
  for (const unsigned threads : {1U, 2U}) {
    Ticking model(4);
    Engine none(model, {.cells = 4, .lookahead = kForever, .wall_limit_s = 0}, threads);
    tick(none, 4);
    CHECK(none.run_until(Instant::never()) == RunEnd::kTimeLimit);
    CHECK(none.executed() == 0);

    // In one window that would never end.
    Engine some(model, {.cells = 4, .lookahead = kForever, .wall_limit_s = 0.02}, threads);
    tick(some, 4);
    CHECK(some.run_until(Instant::never()) == RunEnd::kTimeLimit);

    Engine ample(model, {.cells = 4, .lookahead = kForever, .wall_limit_s = 1e9}, threads);
    tick(ample, 4);
    CHECK(ample.run_until(at_ns(1'000)) == RunEnd::kHorizon);
  }
}

TEST_CASE("parallel limits: memory ends a run, in windows long and short") {
  constexpr std::size_t kMost = 4'000'000;
  for (const Duration lookahead : {kForever, Duration::nanoseconds(100)}) {
    for (const unsigned threads : {1U, 2U}) {
      Ticking model(4);
      Engine engine(model, {.cells = 4, .lookahead = lookahead, .memory_limit_bytes = kMost},
                    threads);
      for (std::uint32_t c = 0; c < 4; ++c) {
        engine.schedule_at(at_ns(c), CellId(c), EntityId(c), Ticking::Litter{});
      }
      CHECK(engine.run_until(Instant::never()) == RunEnd::kMemoryLimit);
      // A pending event takes 64 bytes and some, and a queue grows by half.
      CHECK(engine.executed() > kMost / 200);
      CHECK(engine.executed() < threads * kMost / 64 + threads * 4'096);
    }
  }
}

}  // namespace
}  // namespace spindle::sim

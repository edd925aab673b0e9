#include "sim/cells/window.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "sim/cells/cell_plan.hpp"
#include "tests/support/instants.hpp"

namespace spindle::sim {
namespace {

constexpr Duration kWindow = Duration::nanoseconds(100);
constexpr std::uint64_t kLimit = 1'000;
constexpr std::size_t kMemory = 5'000;

using test::at;

RunProgress progress(Instant next_cell, Instant next_global) {
  RunProgress out;
  out.next_cell = next_cell;
  out.next_global = next_global;
  return out;
}

Step step(const RunProgress& now, Instant horizon,
          const CellOptions& options = {.lookahead = kWindow}) {
  return next_step(now, horizon, CellPlan(options, 1));
}

TEST_CASE("window: it begins at the earliest event and ends before anything that may change it") {
  const auto end_of = [](Instant next_global, Instant stop_at, Instant horizon) {
    RunProgress now = progress(at(5'000), next_global);
    now.stop_at = stop_at;
    const Step next = step(now, horizon);
    CHECK(next.kind == StepKind::kWindow);
    return next.until;
  };
  const Instant never = Instant::never();
  CHECK(end_of(never, never, never) == at(5'100));
  CHECK(end_of(at(5'001), never, never) == at(5'001));
  CHECK(end_of(never, at(5'002), never) == at(5'002));
  CHECK(end_of(never, never, at(5'003)) == at(5'003));
}

TEST_CASE("window: the last moments before never do not overflow") {
  const Instant late = at(Instant::never().ns() - 50);
  CHECK(step(progress(late, Instant::never()), Instant::never()).until == Instant::never());
  CHECK(saturated_sum(late, Duration::nanoseconds(49)) == at(Instant::never().ns() - 1));
  CHECK(saturated_sum(late, Duration::nanoseconds(50)) == Instant::never());
}

TEST_CASE("window: global events come first at their time") {
  CHECK(step(progress(at(7), at(7)), at(50)).kind == StepKind::kCoordinate);
  CHECK(step(progress(at(6), at(7)), at(50)).kind == StepKind::kWindow);
  CHECK(step(progress(at(90), at(50)), at(50)).kind == StepKind::kEnd);
}

TEST_CASE("window: failures, stops, horizon and limits, in this order") {
  RunProgress now = progress(at(10), Instant::never());
  const auto step = [](const RunProgress& given, Instant horizon) {
    return sim::step(given, horizon,
                     {.lookahead = kWindow, .event_limit = kLimit, .memory_limit_bytes = kMemory});
  };
  now.reached = at(8);
  CHECK(step(now, at(50)).kind == StepKind::kWindow);
  now.memory_bytes = kMemory;
  CHECK(step(now, at(50)).kind == StepKind::kWindow);
  now.memory_bytes = kMemory + 1;
  CHECK(step(now, at(50)).end == RunEnd::kMemoryLimit);
  CHECK(step(now, at(50)).until == at(8));
  now.time_is_up = true;
  CHECK(step(now, at(50)).end == RunEnd::kTimeLimit);
  now.executed = kLimit;
  now.reached = at(8);
  CHECK(step(now, at(50)).end == RunEnd::kEventLimit);
  CHECK(step(now, at(50)).until == at(8));
  CHECK(step(now, at(10)).end == RunEnd::kHorizon);
  CHECK(step(now, at(10)).until == at(10));
  CHECK(step(now, at(3)).until == at(8));
  now.stop_at = at(9);
  CHECK(step(now, at(10)).end == RunEnd::kStopped);
  CHECK(step(now, at(10)).until == at(9));
  CHECK(step(now, at(9)).end == RunEnd::kHorizon);
  now.stop_now = true;
  CHECK(step(now, at(50)).end == RunEnd::kStopped);
  CHECK(step(now, at(50)).until == at(8));
  now.failure = RunProgress::Failure{};
  CHECK(step(now, at(50)).kind == StepKind::kFail);
}

TEST_CASE("window: a limit on events shortens it where they come fast") {
  RunProgress now = progress(at(10), Instant::never());
  const auto length = [&](std::uint64_t limit) {
    return step(now, Instant::never(), {.lookahead = kWindow, .event_limit = limit}).until - at(10);
  };
  constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  CHECK(length(kNone) == kWindow);
  CHECK(length(kLimit) == Duration::nanoseconds(1));
  // Twice as long while an eighth of what is left would not have run, and no longer than a window.
  now.adapt_slice(10, 80);
  CHECK(length(kLimit) == Duration::nanoseconds(2));
  for (int i = 0; i < 80; ++i) now.adapt_slice(0, 80);
  CHECK(length(kLimit) == kWindow);
  now.slice = Duration::nanoseconds(64);
  now.adapt_slice(11, 80);
  CHECK(length(kLimit) == Duration::nanoseconds(64));
  now.adapt_slice(40, 80);
  CHECK(length(kLimit) == Duration::nanoseconds(64));
  now.adapt_slice(41, 80);
  CHECK(length(kLimit) == Duration::nanoseconds(32));
  now.adapt_slice(1'000'000, 1);
  CHECK(length(kLimit) == Duration::nanoseconds(1));
}

TEST_CASE("window: where one was broken off, the clock goes back to the earliest event left") {
  RunProgress now = progress(at(30), Instant::never());
  now.reached = at(30);
  now.settle();
  CHECK(now.reached == at(30));
  CHECK(now.frontier == Instant());
  now.reached = at(100);
  now.last_event = at(95);
  now.settle();
  CHECK(now.reached == at(30));
  CHECK(now.frontier == at(95));
  CHECK(step(now, Instant::never()).until == at(130));
}

TEST_CASE("window: reports add up, and the first failure in total order counts") {
  RunProgress now = progress(at(1), at(90));
  now.executed = 77;
  now.begin_exchange();
  WorkerReport a;
  a.next_cell = at(30);
  a.last_event = at(12);
  a.executed = 5;
  a.failed = 1;
  a.failed_at = {20, 3, 1};
  WorkerReport b;
  b.next_cell = at(20);
  b.next_request = at(80);
  b.stop_at = at(70);
  b.executed = 6;
  a.memory_bytes = 100;
  b.memory_bytes = 11;
  b.time_is_up = 1;
  b.failed = 1;
  b.failed_at = {20, 2, 9};
  now.absorb(a, 0);
  now.absorb(b, 1);
  now.absorb(WorkerReport(), 2);
  CHECK(now.next_cell == at(20));
  CHECK(now.next_global == at(80));
  CHECK(now.stop_at == at(70));
  CHECK(now.last_event == at(12));
  CHECK(now.executed == 11);
  CHECK(now.memory_bytes == 111);
  CHECK(now.time_is_up);
  REQUIRE(now.failure);
  CHECK(now.failure->worker == 1);
}

TEST_CASE("cell plan: every cell has one owner, in contiguous ranges of nearly equal length") {
  for (const std::uint32_t cells : {1U, 7U, 1'000U}) {
    for (const unsigned workers : {1U, 2U, 3U, 7U, 64U}) {
      if (workers > cells) continue;
      const CellPlan plan({.cells = cells, .lookahead = kWindow}, workers);
      CHECK(plan.first_cell(0) == 0);
      CHECK(plan.first_cell(workers) == cells);
      for (unsigned w = 0; w < workers; ++w) {
        const std::uint32_t count = plan.first_cell(w + 1) - plan.first_cell(w);
        CHECK(count >= cells / workers);
        CHECK(count <= cells / workers + 1);
        CHECK(plan.owner(CellId(plan.first_cell(w))) == w);
        CHECK(plan.owner(CellId(plan.first_cell(w + 1) - 1)) == w);
      }
    }
  }
}

}  // namespace
}  // namespace spindle::sim

#include "sim/cells/window.hpp"

#include <catch2/catch.hpp>

#include "sim/cells/cell_plan.hpp"

namespace spindle::sim {
namespace {

constexpr Duration kWindow = Duration::nanoseconds(100);
constexpr std::uint64_t kLimit = 1'000;

Instant at(std::int64_t ns) {
  return Instant::from_ns(ns);
}

RunProgress progress(Instant next_cell, Instant next_global) {
  RunProgress out;
  out.next_cell = next_cell;
  out.next_global = next_global;
  return out;
}

Step step(const RunProgress& now, Instant horizon) {
  return next_step(now, horizon, kWindow, kLimit);
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

TEST_CASE("window: failures, stops, horizon and limit, in this order") {
  RunProgress now = progress(at(10), Instant::never());
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

#include "sim/cells/window.hpp"

#include <algorithm>

namespace spindle::sim {

void RunProgress::begin_exchange() {
  next_cell = Instant::never();
  executed = 0;
  memory_bytes = 0;
  stop_now = false;
  time_is_up = false;
}

void RunProgress::absorb(const WorkerReport& report, unsigned worker) {
  next_cell = std::min(next_cell, report.next_cell);
  next_global = std::min(next_global, report.next_request);
  stop_at = std::min(stop_at, report.stop_at);
  last_event = std::max(last_event, report.last_event);
  executed += report.executed;
  memory_bytes += report.memory_bytes;
  stop_now = stop_now || report.stop_now != 0;
  time_is_up = time_is_up || report.time_is_up != 0;
  if (report.failed != 0 && (!failure || report.failed_at < failure->at)) {
    failure = {report.failed_at, worker};
  }
}

void RunProgress::settle() {
  if (next_cell >= reached) return;
  frontier = std::max(frontier, last_event);
  reached = next_cell;
}

void RunProgress::adapt_slice(std::uint64_t ran, std::uint64_t left) {
  constexpr Duration kLeast = Duration::nanoseconds(1);
  if (ran <= left / 8) {
    slice = slice + std::min(slice, Instant::never() - (Instant() + slice));
    return;
  }
  for (; ran > left / 2 && slice > kLeast; ran /= 2) {
    slice = std::max(kLeast, Duration::nanoseconds(slice.ns() / 2));
  }
}

Step next_step(const RunProgress& progress, Instant horizon, const CellPlan& plan) {
  if (progress.failure) return {.kind = StepKind::kFail, .until = progress.reached};
  if (progress.stop_now) return {.until = progress.reached, .end = RunEnd::kStopped};
  const Instant bound = std::min(horizon, progress.stop_at);
  const Instant next = std::min(progress.next_cell, progress.next_global);
  if (next >= bound) {
    if (progress.stop_at < horizon) return {.until = bound, .end = RunEnd::kStopped};
    return {.until = horizon == Instant::never() ? progress.last_event
                                                 : std::max(horizon, progress.reached)};
  }
  if (progress.executed >= plan.event_limit()) {
    return {.until = progress.reached, .end = RunEnd::kEventLimit};
  }
  if (progress.time_is_up) return {.until = progress.reached, .end = RunEnd::kTimeLimit};
  if (progress.memory_bytes > plan.memory_limit_bytes()) {
    return {.until = progress.reached, .end = RunEnd::kMemoryLimit};
  }
  // Global events come before cells' at the same time: all cells stand just before it.
  if (progress.next_global <= progress.next_cell) {
    return {.kind = StepKind::kCoordinate, .until = progress.next_global};
  }
  const bool limited = plan.event_limit() < std::numeric_limits<std::uint64_t>::max();
  const Duration length = limited ? std::min(plan.window(), progress.slice) : plan.window();
  const Instant end = saturated_sum(progress.next_cell, length);
  return {.kind = StepKind::kWindow, .until = std::min({end, progress.next_global, bound})};
}

}  // namespace spindle::sim

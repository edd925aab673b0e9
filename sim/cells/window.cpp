#include "sim/cells/window.hpp"

#include <algorithm>

namespace spindle::sim {

void RunProgress::begin_exchange() {
  next_cell = Instant::never();
  executed = 0;
  stop_now = false;
}

void RunProgress::absorb(const WorkerReport& report, unsigned worker) {
  next_cell = std::min(next_cell, report.next_cell);
  next_global = std::min(next_global, report.next_request);
  stop_at = std::min(stop_at, report.stop_at);
  last_event = std::max(last_event, report.last_event);
  executed += report.executed;
  stop_now = stop_now || report.stop_now != 0;
  if (report.failed != 0 && (!failure || report.failed_at < failure->at)) {
    failure = {report.failed_at, worker};
  }
}

Step next_step(const RunProgress& progress, Instant horizon, Duration window,
               std::uint64_t event_limit) {
  if (progress.failure) return {.kind = StepKind::kFail, .until = progress.reached};
  if (progress.stop_now) return {.until = progress.reached, .end = RunEnd::kStopped};
  const Instant bound = std::min(horizon, progress.stop_at);
  const Instant next = std::min(progress.next_cell, progress.next_global);
  if (next >= bound) {
    if (progress.stop_at < horizon) return {.until = bound, .end = RunEnd::kStopped};
    return {.until = horizon == Instant::never() ? progress.last_event
                                                 : std::max(horizon, progress.reached)};
  }
  if (progress.executed >= event_limit) {
    return {.until = progress.reached, .end = RunEnd::kEventLimit};
  }
  // Global events come before cells' at the same time: all cells stand just before it.
  if (progress.next_global <= progress.next_cell) {
    return {.kind = StepKind::kCoordinate, .until = progress.next_global};
  }
  const Instant end = saturated_sum(progress.next_cell, window);
  return {.kind = StepKind::kWindow, .until = std::min({end, progress.next_global, bound})};
}

}  // namespace spindle::sim

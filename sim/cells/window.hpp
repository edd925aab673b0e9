#pragma once
// What all workers do next. Every worker computes it from the same reports, so all agree without a
// word more.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "sim/cells/cell_plan.hpp"
#include "sim/engine.hpp"
#include "sim/time.hpp"

namespace spindle::sim {

// t + d, or never where that is beyond what int64 holds. Precondition: t and d not negative.
inline Instant saturated_sum(Instant t, Duration d) {
  return d >= Instant::never() - t ? Instant::never() : t + d;
}

// The place of an event in the total order; events of the coordinator come before those of cells.
using OrderKey = std::array<std::uint64_t, 5>;

// What a worker tells all others after each window: plain data.
struct WorkerReport {
  Instant next_cell = Instant::never();     // earliest event in its queue or sent by it
  Instant next_request = Instant::never();  // earliest global event its cells asked for
  Instant stop_at = Instant::never();       // earliest end its cells asked for
  Instant last_event;
  std::uint64_t executed = 0;  // since the engine was built
  OrderKey failed_at{};        // of the event whose handler threw, where failed
  std::uint64_t memory_bytes = 0;
  std::uint32_t failed = 0;
  std::uint32_t stop_now = 0;
  std::uint32_t time_is_up = 0;
  std::uint32_t unused = 0;  // no padding: a report is sent as its bytes
};

static_assert(std::has_unique_object_representations_v<WorkerReport>);

// The reports together, and what is known besides.
struct RunProgress {
  struct Failure {
    OrderKey at{};
    unsigned worker = 0;
  };

  Instant next_cell;
  Instant next_global;
  Instant stop_at = Instant::never();
  Instant last_event;
  Instant reached;  // every event before it has run
  // Where a window was broken off, how far any cell has got: nothing is to be set up before that.
  Instant frontier;
  std::uint64_t executed = 0;
  std::uint64_t memory_bytes = 0;
  bool stop_now = false;
  bool time_is_up = false;
  // Where the number of events is limited, how long the next window may be.
  Duration slice = Duration::nanoseconds(1);
  std::optional<Failure> failure;  // the first in total order

  void begin_exchange();  // before absorbing the reports of all workers, in their order
  void absorb(const WorkerReport& report, unsigned worker);
  // After absorbing all: takes the clock back to the earliest event where not all of a window has
  // run.
  void settle();
  // After a window of `slice` in which `ran` events ran, with `left` up to their limit: so long
  // that at this rate not more than half of them will run in the next. It depends on counts alone.
  void adapt_slice(std::uint64_t ran, std::uint64_t left);
  // A stop that was asked for by then has had its effect; one that is still to come holds for the
  // next run.
  void end_run(Instant now) {
    if (stop_at <= now) stop_at = Instant::never();
  }
};

enum class StepKind { kWindow, kCoordinate, kEnd, kFail };

struct Step {
  StepKind kind = StepKind::kEnd;
  Instant until;  // end of the window (exclusive), time of the global events, or the final clock
  RunEnd end = RunEnd::kHorizon;  // where kind is kEnd
};

// Windows begin at the earliest event there is, so empty time is skipped. They end before the next
// global event, the horizon and a requested stop: what is decided in none of those ways cannot
// depend on the window's length.
Step next_step(const RunProgress& progress, Instant horizon, const CellPlan& plan);

}  // namespace spindle::sim

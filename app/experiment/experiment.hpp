#pragma once
// One run of one scenario: place, check, sweep, and reduce to metrics.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/experiment/drive_arrays.hpp"
#include "app/experiment/timeline_record.hpp"
#include "app/experiment/zoom_metrics.hpp"
#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "models/flow/flow_result.hpp"
#include "models/placement/policy.hpp"

namespace spindle::app {

// A histogram ready to write: bins [low, high) with counts.
struct HistogramBin {
  double low = 0;
  double high = 0;
  std::uint64_t count = 0;
};

// Of the requests of one class of tenants that were answered; NaN where there are none.
struct LatencyRow {
  std::string tenant_class;
  std::string side;  // "read", "write"
  std::uint64_t requests = 0;
  double mean_s = 0;
  double p50_s = 0;
  double p99_s = 0;
  double p99_9_s = 0;
};

// Heat of a fleet of ledgers, by epoch; empty of others.
struct SpreadSeries {
  std::vector<double> cov;       // over drives
  std::vector<double> rack_p50;  // over racks, of their mean heat
  std::vector<double> rack_p99;
  std::vector<double> rack_max;
};

struct RunResult {
  Metrics metrics;
  models::FleetSeries series;
  double epoch_s = 0;
  std::uint32_t drives = 0;
  std::vector<HistogramBin> fill;  // drives by fill fraction
  std::vector<HistogramBin> heat;  // drive-epochs by heat
  bool partial = false;            // interrupted before the last extent or epoch
  std::uint64_t drive_epochs = 0;  // swept
  std::uint64_t windows = 0;       // of a fleet of ledgers: steps in which it was
  std::uint64_t shards = 0;        // placed
  std::string digest;              // of every result above and the per-drive state
  std::uint64_t extents = 0;       // to be placed
  std::vector<models::PlacementPolicy::Note> notes;  // what the placement policy says of itself
  std::string why_unplaced;                          // PlacementResult::why_unplaced
  std::string initial_state = "placed extent by extent";
  SpreadSeries rack_heat_series;
  std::optional<DriveArrays> drive_arrays;  // where the scenario asks for them
  std::optional<TimelineRecord> timeline;  // where the run played events
  std::vector<LatencyRow> latency;         // where it served every request
  std::optional<ZoomRecord> zoom;          // where it zoomed

  // Drives that heat in the epoch is a mean over: those in racks that are up.
  [[nodiscard]] double drives_in(std::size_t epoch) const {
    return series.drives.empty() ? drives : series.drives[epoch];
  }
  std::vector<std::string> violations;  // conservation laws broken: a bug, never a user's error
};

// `progress` gets the share done in [0, 1]; returning false asks for an early, partial end.
// Throws WorldError.
RunResult run_experiment(const Scenario& scenario, unsigned threads,
                         const std::function<bool(double)>& progress = {});

}  // namespace spindle::app

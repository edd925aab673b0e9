#pragma once
// A run of a fleet of ledgers: heat of every drive in every epoch, and what becomes of the fleet.
//
// Window by window: the sample draws what tenants ask, the plan decides what flows, and racks, in
// parallel, are swept for heat and then change. Sums over racks are taken in their order, so that
// results do not depend on threads, nor on ranks: of several each does this for its own racks, and
// they exchange what racks add to the sums once a window.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/flow/flow_result.hpp"
#include "models/ledger/ledger_plan.hpp"
#include "models/ledger/ledger_sets.hpp"
#include "models/ledger/mix_sample.hpp"
#include "models/ledger/refilled_drives.hpp"
#include "sim/log_histogram.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

struct LedgerInputs {
  MixSample& sample;
  LedgerFleet& fleet;
  const LedgerOptions& options;
  double sample_scale = 1;  // data of the fleet / data of the sample
  EpochGrid grid;
  unsigned threads = 1;
  bool keeps_rack_heat = false;        // in FleetSeries, a float a rack and epoch
  LedgerSets* sets = nullptr;          // where the placement policy is `static`
  RefilledDrives* refilled = nullptr;  // where it is `least_loaded`
};

// One entry an epoch, beside FleetSeries.
struct LedgerSeries {
  std::vector<double> waiting_extents;  // that lack shards, at the epoch's end
  std::vector<std::uint32_t> drives_up;
  std::vector<std::uint32_t> drives_there;  // places of drives: of all racks that have landed
  std::vector<double> landed_heat;          // mean over landed drives; NaN where there are none
  std::vector<double> rack_p50;             // over racks that serve, of their mean heat
  std::vector<double> rack_p99;
  std::vector<double> rack_max;
  std::vector<double> cov;                // of heat over drives
  std::vector<LifecycleSums> lifecycles;  // at the window's end; empty where no class has one
};

struct LedgerResult {
  std::uint64_t epochs = 0;
  std::uint64_t windows = 0;
  FleetSeries series;
  LedgerSeries more;
  // Of this rank's drives, from its first one on; all else is of the whole fleet.
  sim::HugeVector<float> heat_sum;  // over epochs
  sim::HugeVector<float> heat_max;
  sim::HugeVector<float> peak_heat;  // in the epoch of greatest demand; -1: not there
  std::uint64_t peak_epoch = 0;
  sim::Moments heat;  // over present drives and epochs
  sim::LogHistogram histogram;
  std::vector<Meltdown> meltdowns;
  std::vector<double> rack_peak;     // per rack: its largest mean heat in an epoch; -1: never there
  double landed_heat_to_fleet = -1;  // once filled; negative: never, or none landed
};

// `progress` as of run_flow(); of several ranks that of rank 0 is asked, and decides. Collective.
LedgerResult run_ledger(const LedgerInputs& inputs, LedgerPlan& plan,
                        const std::function<bool(double)>& progress = {});

}  // namespace spindle::models

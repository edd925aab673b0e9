#pragma once
// A resolved scenario: every value checked, every unit converted. Plain data; the models' own
// option structs are used where they exist.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/drive/request_queue.hpp"
#include "models/failure/failure_process.hpp"
#include "models/failure/outage.hpp"
#include "models/fleet/topology.hpp"
#include "models/migration/drain_options.hpp"
#include "models/migration/landing_options.hpp"
#include "models/migration/lifecycle_options.hpp"
#include "models/migration/rebalance_options.hpp"
#include "models/placement/policy.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/repair/repair_options.hpp"
#include "models/scrub/scrub_options.hpp"
#include "models/store/store_options.hpp"
#include "models/tenant/population.hpp"
#include "models/zoom/drive_choice.hpp"
#include "sim/time.hpp"

namespace spindle::app {

enum class Fidelity { kFlow, kMechanical };

// How it is known what lies where: extent by extent, or as what each drive holds.
enum class FleetForm { kExplicit, kLedger };

struct RunOptions {
  sim::Duration duration;
  sim::Duration epoch;
  Fidelity fidelity = Fidelity::kFlow;
  FleetForm form = FleetForm::kExplicit;
  bool wants_drive_arrays = false;
  [[nodiscard]] std::uint64_t epochs() const {
    return static_cast<std::uint64_t>(duration.ns() / epoch.ns());
  }
};

// How the drives of one model work: at mechanical fidelity every request is served so, and at flow
// fidelity disk times, latencies and zooms follow from it.
struct MechanicsSource {
  std::string preset;          // of `spindle drive`; empty: a file
  std::filesystem::path file;  // already resolved against the scenario file's folder
  bool is_named = false;       // by the scenario; else the preset is called as the drive model is
  models::Scheduler scheduler = models::Scheduler::kFcfs;
  std::size_t depth = 32;
  sim::Duration patience = sim::Duration::seconds(5);  // of sptf
};

// Drives of a run at flow fidelity that are served mechanically after it.
struct ZoomOptions {
  models::ZoomDrives drives = models::ZoomDrives::kRandom;
  std::uint32_t count = 1;
  std::optional<sim::Duration> from;  // empty: the start of the epoch of greatest fleet heat
  sim::Duration duration;
};

struct DataOptions {
  models::Bytes logical;
  models::Bytes extent;
  // There is so many times as much of everything: of logical, and of each class's data. Above 1
  // where 64 bits do not count it; fleets of ledgers alone.
  double times = 1;

  [[nodiscard]] double all() const { return logical.to_double() * times; }
};

// What a plan may use of a drive: fractions of capacity and of disk time, in (0, 1].
struct TargetOptions {
  double fill = 1;
  double heat = 1;
};

// Where a trace-driven class finds its file and its columns; empty `file` for other loads.
struct TraceSource {
  std::string file;                       // relative to Scenario::trace_dir
  std::string time_column, value_column;  // series
  std::string read_column, write_column;  // jobs; write_column may be empty
  bool counts_requests = false;           // series: values are requests, not bytes
  bool side_is_writes = false;            // series: demand falls on writes
  sim::Duration interval;                 // series: length of one sample
  sim::Duration loop;                     // 0: played once
};

struct TenantSpec {
  models::TenantClass options;  // `data` is the class's share of data.logical, already scaled
  double share = 1;
  TraceSource trace;
  std::optional<models::LifecycleOptions> lifecycle;  // of fleets of ledgers
};

enum class DurabilityEstimator { kAnalytic, kConditional, kDirect };

struct DurabilityOptions {
  DurabilityEstimator estimator = DurabilityEstimator::kAnalytic;
  std::uint32_t replications = 20;  // conditional, direct
};

// Failures that bring others: by a preset, which is calibrated on the fleet, or by their numbers.
struct ClusterSpec {
  std::uint32_t drives_per_node = 12;
  std::optional<models::ClusterPreset> preset;
  std::array<models::ClusterScale, models::kClusterScales> scales = {};  // without a preset
};

struct FailureTraceSource {
  std::string file;      // relative to Scenario::trace_dir
  bool is_alone = true;  // instead of lives by law and clusters
};

// What simulated failures take beside RepairOptions; models::FailureOptions are made of it where
// the fleet is known (app/world/failure_options.hpp).
struct FailureSpec {
  sim::Duration detect;                              // below mttr
  sim::Duration replace = sim::Duration::hours(24);  // from a failure to the new drive
  models::LifetimeOptions life;
  std::optional<ClusterSpec> clusters;
  std::vector<models::PowerEvents> power;
  std::optional<FailureTraceSource> trace;
  models::GreyOptions grey;

  // Whether drives fail one by one at a constant rate, as the chain of one extent has it.
  [[nodiscard]] bool is_as_in_chain() const;
};

struct Variant {
  std::string name;
  std::string overrides_json;  // the "set" object, as JSON text
};

enum class Comparison { kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// What `spindle check` holds a metric to: metric < bound, or another comparison.
struct Threshold {
  std::string metric;
  std::string text;  // as the scenario says it: "< 2 %"
  Comparison comparison = Comparison::kLess;
  double bound = 0;        // in the metric's unit
  std::string file;        // where it is stated: the scenario file, or "--set"
  std::size_t line = 0;    // from 1; 0 where there is no position
  std::size_t column = 0;  // from 1
};

// How far a metric may be from a baseline's and still count as equal (`spindle check --baseline`).
struct Gate {
  std::string metric;
  std::string text;   // as the scenario says it: "0.5 %"
  double margin = 0;  // in the metric's unit, above 0
  std::string file;   // as of Threshold
  std::size_t line = 0;
  std::size_t column = 0;
};

struct Scenario {
  std::string name;
  std::string question;
  std::uint64_t seed = 1;
  RunOptions run;
  models::FleetOptions fleet;
  std::vector<MechanicsSource> mechanics;  // one a model of the fleet
  std::optional<ZoomOptions> zoom;
  DataOptions data;
  models::RedundancyOptions redundancy;
  models::SpreadRule spread;
  models::PlacementOptions placement;
  std::vector<TenantSpec> tenants;
  std::filesystem::path trace_dir;  // already resolved against the scenario file's folder
  double mttr_hours = 24;
  DurabilityOptions durability;
  FailureSpec failure;
  models::RepairOptions repair;           // its `detect` is failure.detect
  models::OutageOptions outages;          // scripted ones by time, those of one time as in the file
  std::vector<models::Landing> landings;  // by time, those of one time as in the file
  std::vector<models::Drain> drains;      // likewise
  std::optional<models::ScrubOptions> scrub;
  std::optional<models::RebalanceOptions> rebalance;  // of fleets of ledgers
  std::optional<models::StoreOptions> store;
  TargetOptions targets;
  std::vector<Threshold> thresholds;  // in the order of the file; a run does not heed them
  std::vector<Gate> gates;            // likewise
  std::vector<Variant> variants;
  std::string resolved_json;  // the whole scenario with defaults filled in, for scenario.json

  // True where failures, outages, repair, landings, scrub and new data are played in the run;
  // otherwise the fleet stays as it is placed, and only demand changes with time.
  [[nodiscard]] bool has_timeline() const;
  // Of all landings together, in every zone alike.
  [[nodiscard]] std::uint32_t landing_racks_per_zone() const;
  // Racks over the whole run, landed ones counted in.
  [[nodiscard]] std::uint32_t racks_in_all() const;
  // Drives of all landed racks: each has the mean number of drives of the first racks, rounded.
  [[nodiscard]] std::uint64_t landing_drives() const;
};

// What is allowed and hardly meant, a sentence each: "every zone is lost …".
std::vector<std::string> warnings_of(const Scenario& scenario);

}  // namespace spindle::app

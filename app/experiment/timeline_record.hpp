#pragma once
// What a run that plays events leaves beside FlowResult: totals, a log of events, series.
//
// Plain numbers, reduced in a fixed order by whoever fills them. NaN stands for "not reached" or
// "nothing of the kind happened"; each field says which.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "sim/time.hpp"

namespace spindle::app {

inline constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

// One of Scenario::landings, or of its drains, played.
struct MoveRecord {
  double at_s = 0;
  bool has_target = true;
  // To its target on every drive, or from its start to empty drives; never: not reached.
  double seconds = kNever;
  double moved_bytes = 0;
  double unmet_bytes = 0;  // between what its drives hold at the run's end and the target, or 0
};

// Of drives that were slow before they failed.
struct GreySummary {
  double drive_hours = 0;
  double heat_max = kNever;  // largest of one in an epoch; never: none was
  double heat_share = 0;     // of the fleet's disk time: what clients' demand took longer there
};

// Of all classes whose data is re-encoded as it ages; logical bytes.
struct LifecycleSummary {
  double recoded_bytes = 0;
  double returned_bytes = 0;
  double recoded_share = 0;  // of their data, at the run's end
  double waiting_bytes = 0;  // old enough, and not yet
  double freed_bytes = 0;    // on drives
  // Until nothing waited, of the slowest; never: nothing was re-encoded, or some waits at the end.
  double seconds = kNever;
};

struct TimelineSummary {
  double repair_read_bytes = 0;
  double repair_written_bytes = 0;
  double repair_cross_zone_bytes = 0;  // read in another zone than written
  double repair_p50_s = kNever;        // from failure to restored shard; never: none restored
  double repair_p99_s = kNever;
  std::uint64_t drive_failures = 0;
  bool knows_extents = true;          // else what is lost or unreadable is not known
  std::uint64_t lost_extents = 0;     // at least once, in the run that is played
  bool domain_was_lost = false;       // a zone or a rack, with its data
  double full_protection_s = kNever;  // from the first such loss to nothing of theirs missing
  double shortfall_bytes = 0;         // of shards that found no legal drive with room
  std::uint64_t under_protected = 0;  // extents that lack shards at the run's end
  std::uint64_t under_protected_peak = 0;
  double unreadable_fraction = 0;        // share of extents that cannot be read, mean over time
  std::uint64_t unreadable_peak = 0;     // extents at one time
  std::vector<MoveRecord> landings;      // as Scenario::landings
  std::vector<MoveRecord> drains;        // as Scenario::drains
  double landed_heat_peak = kNever;      // largest mean heat of a landed rack in an epoch
  double landed_heat_to_fleet = kNever;  // over the other racks' mean heat, once filled
  std::uint64_t new_extents = 0;
  std::uint64_t unplaced_new_extents = 0;
  std::optional<GreySummary> grey;  // where failures announce themselves
  std::optional<LifecycleSummary> lifecycle;
  double directed_share = 0;  // of the fleet's disk time: repair, moves, first writes, scrub
};

enum class TimelineEventKind {
  kZoneDown,
  kZoneUp,
  kZoneLost,
  kRackDown,
  kRackUp,
  kRackLost,
  kScrubStuck,
  kRackLanding,
  kTargetReached,
  kRackDrain,
  kDrained,
  kReencoding,
  kReencoded,
  kFullProtection,
  kMeltdownBegins,
  kMeltdownEnds,
};

struct TimelineEvent {
  sim::Instant at;
  TimelineEventKind kind = TimelineEventKind::kZoneDown;
  // Number of the zone, rack or class; of landings and drains: which, from 0; of scrubs: the drive,
  // or 0 where `detail` says how many drives.
  std::uint32_t domain = 0;
  std::string detail;  // may be empty
};

// A rack whose mean heat stays above 1 over consecutive epochs.
struct MeltedRack {
  std::uint32_t rack = 0;
  std::uint64_t from_epoch = 0;
  std::uint64_t epochs = 0;
  double peak = 0;  // largest mean heat of the rack in one of them
};

struct RackPlace {
  std::uint32_t zone = 0;
  double landed_at_s = kNever;  // never: there from the start
};

// One entry an epoch, states as they are at its end.
struct TimelineSeries {
  std::vector<double> directed_heat;  // sum over drives of repair, moves, first writes, scrub
  std::vector<std::uint64_t> under_protected;  // extents
  std::vector<std::uint64_t> exposed;          // of these, without a shard to spare
  std::vector<std::uint64_t> unreadable;       // extents
  std::vector<std::uint32_t> drives_down;      // failed, or in a rack or zone that is down or lost
  std::vector<double> landed_heat;             // mean over landed drives; NaN before the first
  // Where data is re-encoded as it ages; else empty.
  std::vector<double> recoded_share = {};
  std::vector<double> recode_waiting_bytes = {};
  std::vector<float> rack_heat;  // [epoch * racks + rack], mean over its drives; empty: not kept
};

// Of the drives' scrub: series with one entry an epoch, as things are at its end.
struct ScrubRecord {
  std::vector<double> age_mean_s;     // over units; NaN where no drive is there, as all of these
  std::vector<double> age_p99_99_s;   // over units
  std::vector<double> age_p100_s;     // of the unit that has waited longest
  std::vector<double> latent_errors;  // on a drive (mean)
  std::uint64_t found = 0;            // latent errors, in the run
  double found_age_s = 0;             // their ages when found, added up
  std::uint32_t stuck = 0;            // drives whose scrub stands still at the run's end
};

struct TimelineRecord {
  TimelineSummary summary;
  std::vector<TimelineEvent> events;  // by time; meltdowns stand below alone
  std::vector<MeltedRack> meltdowns;  // by first epoch, then rack
  std::vector<RackPlace> racks;       // by number
  TimelineSeries series;
  std::optional<ScrubRecord> scrub;  // where drives are scrubbed
};

// Beyond this many values racks.csv is left out, and TimelineSeries::rack_heat empty: it would be
// larger than the run.
inline constexpr std::uint64_t kMaxRackValues = 50'000'000;
inline bool keeps_rack_heat(const Scenario& scenario) {
  return scenario.run.epochs() <= kMaxRackValues / scenario.racks_in_all();
}

}  // namespace spindle::app

#include "app/report/comparison_columns.hpp"

#include <fmt/format.h>

#include <cmath>

#include "app/report/text_table.hpp"
#include "app/text/wording.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

std::string as_percent(double value) {
  return percent(value);
}
std::string as_ratio(double value) {
  return significant(value, 3);
}
std::string as_fixed(double value) {
  return std::isfinite(value) ? fmt::format("{:.2f}", value) : "-";
}
std::string as_nines(double value) {
  return std::isfinite(value) ? fmt::format("{:.1f}", value) : "-";
}
std::string as_tiny(double value) {
  if (!std::isfinite(value)) return "-";
  return value == 0 ? "0" : fmt::format("{:.1e}", value);
}

std::string as_days(double seconds) {
  return readable(seconds / sim::kSecondsPerDay);
}
std::string as_milliseconds(double seconds) {
  return std::isfinite(seconds) ? readable(1e3 * seconds) : "-";
}
std::string as_bytes(double value) {
  return std::isfinite(value) ? human_bytes(value) : "-";
}

constexpr ComparisonColumn kColumns[] = {
    {"bytes\nstored\nx logical", "cost.overhead", as_ratio},
    {"fill\nmean\n%", "capacity.fill.mean", as_percent},
    {"fill\nfullest\n%", "capacity.fill.max", as_percent},
    {"capacity\nstranded\n%", "capacity.stranded", as_percent},
    {"heat\nmean\n%", "heat.util.mean", as_percent},
    {"heat\np99.9\n%", "heat.util.p99_9", as_percent},
    {"heat\nhottest\n%", "heat.drive_peak", as_percent},
    {"heat\nCoV\n", "heat.cov", as_fixed},
    {"fleet\npeak/\nmean", "heat.peak_to_mean", as_fixed},
    {"fleet\nend/\nstart", "heat.end_to_start", as_fixed},
    {"tenants\nbeside\nhottest", "blast.tenants_hit_by_hottest", whole},
    {"nines\nper\nyear", "durability.nines", as_nines},
    {"unreadable\nwith a\nzone down", "availability.zone_down_unreadable_fraction", as_tiny},
    {"drives\nfor\ncapacity", "cost.drives_for_capacity", whole},
    {"drives\nfor\nheat", "cost.drives_for_heat", whole},
};

constexpr ComparisonColumn kOverTime[] = {
    {"unreadable\nextents\nmost", "availability.unreadable_extents", whole},
    {"extents\nthat lack\nshards", "durability.under_protected_extents", whole},
    {"full\nprotection\nafter d", "repair.full_protection_s", as_days},
    {"repair\nread and\nwritten", "repair.bytes", as_bytes},
    {"landed\nat target\nafter d", "migration.seconds", as_days},
    {"landed\nhottest\n%", "landing.rack_heat_peak", as_percent},
    {"landed\nheat\nx others", "landing.rack_heat_to_fleet", as_fixed},
    {"racks\nmelted\n", "heat.meltdown_racks", whole},
};

constexpr const char* kOverTimeLegend = R"(
Over time: unreadable is the most at one time, extents that lack shards are those of the run's end,
full protection is from the first zone or rack lost until nothing that lost ones held is missing;
"-" is not reached, or nothing of the kind.
A landed rack's heat is the mean of its drives in an epoch; racks melt where it exceeds 100 %.
)";

constexpr ComparisonColumn kLifecycle[] = {
    {"re-encoded\nat the end\n%", "lifecycle.recoded_share", as_percent},
    {"all of it\nafter\nd", "lifecycle.seconds", as_days},
    {"still\nwaits\n", "lifecycle.waiting_bytes", as_bytes},
    {"came\nback\n", "lifecycle.returned_bytes", as_bytes},
    {"freed\non\ndrives", "lifecycle.freed_bytes", as_bytes},
    {"it, repair and\nfirst writes:\n% of disk time", "heat.directed_share", as_percent},
};

constexpr const char* kLifecycleLegend = R"(
Lifecycle: data is re-encoded as it grows old; after so many days none that was old enough waited,
"-" is not reached, or some waits at the end. Bytes that wait or came back are of data, freed ones
are on drives. Bytes stored, drives for capacity and nines above are those of the fleet's own
redundancy, as if nothing were re-encoded.
)";

constexpr ComparisonColumn kLosses[] = {
    {"lost\nin the run", "durability.loss_probability_in_run", as_tiny},
    {"95 %:\nfrom", "durability.loss_probability_in_run_ci_low", as_tiny},
    {"to", "durability.loss_probability_in_run_ci_high", as_tiny},
    {"by the\nchain", "durability.analytic_loss_probability_in_run", as_tiny},
    {"exposed", "durability.exposed_fraction", as_tiny},
};

constexpr const char* kLossesLegend = R"(
Losses: shares of all extents over histories of failures, counted (direct) or integrated over
placement (conditional), with the interval that these leave; few sets of drives leave wide ones,
since their extents are lost together. The chain is of one extent whose drives fail one by one.
Exposed is the share of extents and time without a spare.
)";

constexpr ComparisonColumn kScrubColumns[] = {
    {"mean\nage\nd", "scrub.age_mean_s", as_days},
    {"99.99 %\nof ages\nd", "scrub.age_p99_99_s", as_days},
    {"oldest\nat the end\nd", "scrub.age_p100_s", as_days},
    {"oldest\nat any time\nd", "scrub.age_p100_peak_s", as_days},
    {"latent\nerrors\na drive", "scrub.latent_errors", as_tiny},
    {"disk\ntime\n%", "scrub.disk_share", as_percent},
    {"losses by\nerrors\n%", "durability.latent_error_share", as_percent},
};

constexpr const char* kScrubLegend = R"(
Scrub: ages are times since units of drives were last read. Losses by errors are the part of the
losses behind the nines that come from errors met where no spare shard is left.
)";

constexpr ComparisonColumn kRequests[] = {
    {"read\nmean\nms", "latency.read.mean_s", as_milliseconds},
    {"read\np50\nms", "latency.read.p50_s", as_milliseconds},
    {"read\np99\nms", "latency.read.p99_s", as_milliseconds},
    {"read\np99.9\nms", "latency.read.p99_9_s", as_milliseconds},
    {"write\nmean\nms", "latency.write.mean_s", as_milliseconds},
    {"write\np99\nms", "latency.write.p99_s", as_milliseconds},
    {"shard's\nwait\nms", "drive.wait.mean_s", as_milliseconds},
    {"shard's\nservice\nms", "drive.service.mean_s", as_milliseconds},
    {"at drives\ntoo busy\n%", "drive.saturated_share", as_percent},
    {"heat\nmeasured\nx flow", "heat.mechanical_to_flow", as_fixed},
    {"requests\nopen at\nthe end", "requests.open", whole},
};

constexpr const char* kRequestsLegend = R"(
Requests: a read ends with the last of the shards that it asks, a write with its slowest; waits and
services are of one shard's request at its drive. Measured heat is the share of time that arms work.
At flow fidelity they are computed for drives in equilibrium with the load of their epoch; what goes
to drives that are asked for more than they serve has none, and "-" is a time that it decides.
)";

constexpr ComparisonColumn kZoomColumns[] = {
    {"drives", "zoom.drives", whole},
    {"heat\nmean\n%", "zoom.heat.mean", as_percent},
    {"arms\nbusy\n%", "zoom.busy", as_percent},
    {"read\nmean\nms", "zoom.read.mean_s", as_milliseconds},
    {"read\np99\nms", "zoom.read.p99_s", as_milliseconds},
    {"read\np99.9\nms", "zoom.read.p99_9_s", as_milliseconds},
    {"p99.9\nfrom\nms", "zoom.read.p99_9_ci_low_s", as_milliseconds},
    {"p99.9\nto\nms", "zoom.read.p99_9_ci_high_s", as_milliseconds},
    {"write\np99\nms", "zoom.write.p99_s", as_milliseconds},
};

constexpr const char* kZoomLegend = R"(
Zoom: requests as in the table above, of chosen drives served request by request in a part of the
run; "from" and "to" are the ends of a 95 % interval, and "-" is an end that too few requests leave.
)";

constexpr ComparisonSection kSections[] = {
    {"over time", "availability.unreadable_extents", kOverTime, kOverTimeLegend, true},
    {"lifecycle", "lifecycle.recoded_share", kLifecycle, kLifecycleLegend, true},
    {"losses", "durability.loss_probability_in_run_ci_high", kLosses, kLossesLegend, false},
    {"scrub", "scrub.age_mean_s", kScrubColumns, kScrubLegend, false},
    {"requests", "latency.read.mean_s", kRequests, kRequestsLegend, false},
    {"zoom", "zoom.drives", kZoomColumns, kZoomLegend, true},
};

}  // namespace

std::span<const ComparisonColumn> comparison_columns() {
  return kColumns;
}

std::span<const ComparisonSection> comparison_sections() {
  return kSections;
}

}  // namespace spindle::app

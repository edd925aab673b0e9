#include "app/report/metric_table.hpp"

#include <array>

namespace spindle::app {
namespace {

constexpr auto kDirect = MetricRow::Presence::kDirect;
constexpr auto kConditional = MetricRow::Presence::kConditional;
constexpr auto kEstimated = MetricRow::Presence::kEstimated;
constexpr auto kTimeline = MetricRow::Presence::kTimeline;
constexpr auto kMechanical = MetricRow::Presence::kMechanical;
constexpr auto kServed = MetricRow::Presence::kServed;
constexpr auto kFlowServed = MetricRow::Presence::kFlowServed;
constexpr auto kZoom = MetricRow::Presence::kZoom;
constexpr auto kScrub = MetricRow::Presence::kScrub;
constexpr auto kGrey = MetricRow::Presence::kGrey;
constexpr auto kLedger = MetricRow::Presence::kLedger;
constexpr auto kLedgerPlayed = MetricRow::Presence::kLedgerPlayed;
constexpr auto kLifecycle = MetricRow::Presence::kLifecycle;
constexpr auto kStore = MetricRow::Presence::kStore;
constexpr auto kSimulated = MetricRow::Presence::kSimulated;

constexpr std::array kRows = {
    MetricRow{"capacity.fill.mean", "1", "bytes stored / capacity, over the fleet"},
    MetricRow{"capacity.fill.sd", "1", "standard deviation of the drives' fill fractions"},
    MetricRow{"capacity.fill.min", "1", "fill fraction of the emptiest drive"},
    MetricRow{"capacity.fill.p0_1", "1", "0.1 % quantile of the drives' fill fractions"},
    MetricRow{"capacity.fill.p50", "1", "median fill fraction"},
    MetricRow{"capacity.fill.p99_9", "1", "99.9 % quantile of the drives' fill fractions"},
    MetricRow{"capacity.fill.max", "1", "fill fraction of the fullest drive"},
    MetricRow{"capacity.skew.over", "1", "fullest drive / mean - 1"},
    MetricRow{"capacity.skew.under", "1", "1 - emptiest drive / mean"},
    MetricRow{"capacity.stranded", "1",
              "1 - mean / max fill: capacity lost if writing stops when the first drive is full"},
    MetricRow{"capacity.unplaced_extents", "1", "extents for which no legal drives had room"},
    MetricRow{"heat.util.mean", "1", "mean heat of the drives in the epoch of greatest demand"},
    MetricRow{"heat.util.p50", "1", "median heat in that epoch"},
    MetricRow{"heat.util.p99", "1", "99 % quantile of heat over drives in that epoch"},
    MetricRow{"heat.util.p99_9", "1", "99.9 % quantile of heat over drives in that epoch"},
    MetricRow{"heat.util.max", "1",
              "hottest drive in that epoch; above 1 it cannot keep up (mechanical: as measured, by "
              "chance too)"},
    MetricRow{"heat.cov", "1",
              "coefficient of variation of heat over all drives and epochs together"},
    MetricRow{"heat.cov_start", "1",
              "standard deviation over drives of what they are asked for / mean heat, without what "
              "chance writes on them: mean of the first tenth of the epochs",
              kLedger},
    MetricRow{"heat.cov_end", "1", "the same of the last tenth", kLedger},
    MetricRow{"heat.hot_share", "1", "share of drives above 0.8 in the epoch of greatest demand"},
    MetricRow{"heat.peak_to_mean", "1",
              "fleet heat: largest epoch / mean (mechanical: as measured, by chance too)"},
    MetricRow{"heat.load_q9999_to_mean", "1",
              "fleet heat: 0.9999 quantile over epochs / mean of the run"},
    MetricRow{"heat.end_to_start", "1",
              "fleet heat: mean of the last tenth of the epochs / of the first tenth"},
    MetricRow{"heat.drive_peak", "1",
              "largest heat of any drive in any epoch; above 1 it could not keep up (mechanical: "
              "as measured, by chance too)"},
    MetricRow{"heat.drive_peak_to_mean", "1",
              "largest heat of any drive in any epoch / mean heat of the fleet"},
    MetricRow{"heat.meltdown_racks", "1",
              "racks whose mean heat exceeds 1 for an hour on end, or all of a shorter run"},
    MetricRow{"heat.directed_share", "1",
              "share of the fleet's disk time that repair, moves, re-encoding, first writes and "
              "scrub take",
              kTimeline},
    MetricRow{"heat.grey_max", "1",
              "largest heat, in an epoch, of a drive that is slow before it fails; undefined: none "
              "was",
              kGrey},
    MetricRow{"heat.grey_share", "1",
              "share of the fleet's disk time that clients' requests take longer on such drives",
              kGrey},
    MetricRow{"heat.mechanical_to_flow", "1",
              "mean busy share of the drives / mean heat that flow fidelity gives them",
              kMechanical},
    MetricRow{"latency.read.mean_s", "s", "mean time from a read's arrival to its answer", kServed},
    MetricRow{"latency.read.p50_s", "s", "median of that time", kServed},
    MetricRow{"latency.read.p99_s", "s", "99 % quantile of that time", kServed},
    MetricRow{"latency.read.p99_9_s", "s", "99.9 % quantile of that time", kServed},
    MetricRow{"latency.write.mean_s", "s",
              "mean time from a write's arrival until all its shards are written", kServed},
    MetricRow{"latency.write.p50_s", "s", "median of that time", kServed},
    MetricRow{"latency.write.p99_s", "s", "99 % quantile of that time", kServed},
    MetricRow{"latency.write.p99_9_s", "s", "99.9 % quantile of that time", kServed},
    MetricRow{"drive.wait.mean_s", "s", "mean wait of a shard's request for the drive's arm",
              kServed},
    MetricRow{"drive.wait.p99_s", "s", "99 % quantile of that wait", kServed},
    MetricRow{"drive.service.mean_s", "s", "mean time that the arm takes for a shard's request",
              kServed},
    MetricRow{"drive.utilisation", "1", "share of time that an arm is busy (mean over drives)",
              kServed},
    MetricRow{"drive.iops", "1/s",
              "shards' requests that a drive serves in a second (mean over drives)", kServed},
    MetricRow{"drive.saturated_share", "1",
              "share of shards' requests that go to drives asked for more than they serve: these "
              "have no latency, and a quantile or mean that they reach is undefined",
              kFlowServed},
    MetricRow{"requests.arrivals", "1", "requests of tenants in the run", kMechanical},
    MetricRow{"requests.answered", "1", "of these, answered", kMechanical},
    MetricRow{"requests.open", "1", "of these, with a shard's request that waits at the end",
              kMechanical},
    MetricRow{"zoom.drives", "1", "drives of the zoom", kZoom},
    MetricRow{"zoom.from_s", "s", "when it begins", kZoom},
    MetricRow{"zoom.duration_s", "s", "how long requests arrived in it", kZoom},
    MetricRow{"zoom.heat.mean", "1", "mean heat that the flow gives its drives in that time",
              kZoom},
    MetricRow{"zoom.heat.max", "1", "heat of the hottest of them", kZoom},
    MetricRow{"zoom.heat.directed", "1",
              "of their mean heat, repair, moves, first writes and scrub, which a zoom leaves out",
              kZoom},
    MetricRow{"zoom.busy", "1", "mean busy share of their arms", kZoom},
    MetricRow{"zoom.parts", "1", "shards' requests that they served", kZoom},
    MetricRow{"zoom.wait.mean_s", "s", "mean wait of a shard's request for the drive's arm", kZoom},
    MetricRow{"zoom.service.mean_s", "s", "mean time that the arm takes for it", kZoom},
    MetricRow{"zoom.part.mean_s", "s", "mean time from the arrival of a shard's request to its end",
              kZoom},
    MetricRow{"zoom.part.p50_s", "s", "median of that time", kZoom},
    MetricRow{"zoom.part.p50_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.part.p50_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.part.p99_s", "s", "99 % quantile of that time", kZoom},
    MetricRow{"zoom.part.p99_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.part.p99_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.part.p99_9_s", "s", "99.9 % quantile of that time", kZoom},
    MetricRow{"zoom.part.p99_9_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.part.p99_9_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.read.mean_s", "s",
              "mean time from a read's arrival to its answer, at drives like these", kZoom},
    MetricRow{"zoom.read.p50_s", "s", "median of that time", kZoom},
    MetricRow{"zoom.read.p50_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.read.p50_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.read.p99_s", "s", "99 % quantile of that time", kZoom},
    MetricRow{"zoom.read.p99_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.read.p99_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.read.p99_9_s", "s", "99.9 % quantile of that time", kZoom},
    MetricRow{"zoom.read.p99_9_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.read.p99_9_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.write.mean_s", "s",
              "mean time from a write's arrival until all its shards are written, at such drives",
              kZoom},
    MetricRow{"zoom.write.p50_s", "s", "median of that time", kZoom},
    MetricRow{"zoom.write.p50_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.write.p50_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.write.p99_s", "s", "99 % quantile of that time", kZoom},
    MetricRow{"zoom.write.p99_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.write.p99_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"zoom.write.p99_9_s", "s", "99.9 % quantile of that time", kZoom},
    MetricRow{"zoom.write.p99_9_ci_low_s", "s", "lower end of its 95 % interval", kZoom},
    MetricRow{"zoom.write.p99_9_ci_high_s", "s", "upper end; undefined: too few were seen", kZoom},
    MetricRow{"durability.annual_loss_probability", "1/yr",
              "probability that an extent is lost within a year, from random causes"},
    MetricRow{"durability.ci_low", "1/yr", "lower end of its interval (equal where exact)"},
    MetricRow{"durability.ci_high", "1/yr", "upper end of its interval (equal where exact)"},
    MetricRow{"durability.nines", "1", "-log10 of the annual loss probability"},
    MetricRow{"durability.mttdl_years", "yr", "mean time to the loss of an extent"},
    MetricRow{"durability.expected_lost_bytes_per_year", "B/yr",
              "annual loss probability x logical bytes stored"},
    MetricRow{"durability.loss_probability_in_run", "1",
              "probability that an extent is lost within the run's duration, scripted losses of "
              "zones and racks included"},
    MetricRow{"durability.loss_probability_in_run_ci_low", "1", "lower end of its interval",
              kEstimated},
    MetricRow{"durability.loss_probability_in_run_ci_high", "1", "upper end of its interval",
              kEstimated},
    MetricRow{"durability.nines_at_least", "1", "-log10 of the annual loss probability's upper end",
              kEstimated},
    MetricRow{"durability.mttdl_years_ci_low", "yr", "lower end of the MTTDL's interval",
              kEstimated},
    MetricRow{"durability.mttdl_years_ci_high", "yr",
              "upper end of the MTTDL's interval; undefined: there is no upper bound", kEstimated},
    MetricRow{
        "durability.effective_samples", "1",
        "replications that the annual loss rests on, as many as its precision takes: below some "
        "ten its interval means little",
        kConditional},
    MetricRow{"durability.losses", "1",
              "losses of extents from random causes, over all replications", kDirect},
    MetricRow{"durability.lost_extents", "1",
              "extents lost at least once in the run that is played, by whatever cause", kTimeline},
    MetricRow{"durability.exposed_fraction", "1",
              "share of extents, over time, that lack shards and have none to spare (mean over "
              "replications)",
              kDirect},
    MetricRow{"durability.under_protected_extents", "1",
              "extents that lack shards at the run's end (direct alone: mean over replications)",
              kSimulated},
    MetricRow{"durability.under_protected_peak_extents", "1",
              "extents that lack shards, most at one time", kTimeline},
    MetricRow{"durability.analytic_annual_loss_probability", "1/yr",
              "the analytic estimator's annual loss probability", kEstimated},
    MetricRow{"durability.analytic_mttdl_years", "yr", "the analytic estimator's MTTDL",
              kEstimated},
    MetricRow{"durability.analytic_loss_probability_in_run", "1",
              "the chain's loss within the run's duration, where it describes the run", kEstimated},
    MetricRow{
        "durability.estimators_agree", "1",
        "1 where the estimator's interval holds the chain's value (direct: of the loss in the "
        "run; conditional: of the annual loss), 0 where not, null where the chain does not "
        "describe the run",
        kEstimated},
    MetricRow{"durability.latent_error_share", "1",
              "part of the losses of the chain that are due to latent errors, met by rebuilds that "
              "have no spare shard",
              kScrub},
    MetricRow{
        "availability.unreadable_fraction", "1",
        "share of extents that cannot be read at a random moment (over time: mean of the run)"},
    MetricRow{"availability.zone_down_unreadable_fraction", "1",
              "the same while one zone is down and drives fail apart from it (mean over zones)"},
    MetricRow{"availability.unreadable_extents", "1",
              "extents that cannot be read, most at one time", kTimeline},
    MetricRow{"failure.grey_drive_hours", "1",
              "hours that drives were slow before they failed, added up over drives", kGrey},
    MetricRow{"repair.bytes", "B",
              "bytes that repair reads and writes in the run (direct alone: mean)", kSimulated},
    MetricRow{"repair.cross_zone_bytes", "B", "of these, read in another zone than written",
              kTimeline},
    MetricRow{"repair.p50_s", "s", "median time from a failure to a restored shard", kSimulated},
    MetricRow{"repair.p99_s", "s", "99 % quantile of that time", kSimulated},
    MetricRow{"repair.waiting_shards", "1",
              "shards that no legal drive can take at the run's end (mean)", kDirect},
    MetricRow{"repair.drive_failures", "1", "drives that fail in the run", kTimeline},
    MetricRow{
        "repair.full_protection_s", "s",
        "from the first zone or rack lost until nothing that lost ones held is missing; undefined: "
        "none lost, or not reached",
        kTimeline},
    MetricRow{"repair.shortfall_bytes", "B",
              "missing shards that no legal drive has room for at the run's end", kTimeline},
    MetricRow{"scrub.age_mean_s", "s",
              "time since the scrub read a unit of a drive, mean over units at the run's end",
              kScrub},
    MetricRow{"scrub.age_p99_99_s", "s", "99.99 % quantile of it over units", kScrub},
    MetricRow{"scrub.age_p100_s", "s", "the same of the unit that has waited longest", kScrub},
    MetricRow{"scrub.age_p100_peak_s", "s", "the longest wait of a unit at the end of any epoch",
              kScrub},
    MetricRow{"scrub.found_errors", "1", "latent errors found in the run", kScrub},
    MetricRow{"scrub.undetected_mean_s", "s",
              "mean age of these errors when they are found; undefined: none was", kScrub},
    MetricRow{"scrub.undetected_expected_s", "s",
              "the same by the closed form: where no scrub stops; undefined: clients find errors "
              "too",
              kScrub},
    MetricRow{"scrub.latent_errors", "1",
              "latent errors present on a drive (mean over drives and the ends of epochs)", kScrub},
    MetricRow{"scrub.latent_errors_expected", "1", "the same by the closed form", kScrub},
    MetricRow{"scrub.shard_error_probability", "1",
              "probability that a given shard has a latent error, by the closed form", kScrub},
    MetricRow{"scrub.bytes_per_s", "B/s", "bytes that the scrub reads of a drive (mean)", kScrub},
    MetricRow{"scrub.disk_share", "1", "share of a drive's time that this takes (mean)", kScrub},
    MetricRow{"scrub.stuck_drives", "1", "drives whose scrub is stuck at the run's end", kScrub},
    MetricRow{"store.fullness", "1", "live bytes / bytes of a drive's log", kStore},
    MetricRow{"store.write_amplification", "1",
              "bytes that a drive's log takes in / bytes that clients write to it", kStore},
    MetricRow{"store.cleaning_bytes", "B",
              "bytes that cleaning reads and writes in the run, for what clients write", kStore},
    MetricRow{"store.disk_share", "1",
              "share of the disk time of all clients' requests that this takes", kStore},
    MetricRow{"migration.bytes", "B", "bytes moved to landed racks, and from drained ones",
              kTimeline},
    MetricRow{"migration.rebalanced_bytes", "B", "bytes moved to even drives out", kLedgerPlayed},
    MetricRow{"migration.seconds", "s",
              "longest time from a landing to its target, or of a drain; undefined: none, or not "
              "reached",
              kTimeline},
    MetricRow{"migration.unmet_bytes", "B",
              "what landed racks lack of their target at the end, and drained ones still hold",
              kTimeline},
    MetricRow{"landing.rack_heat_peak", "1", "largest mean heat of a landed rack in an epoch",
              kTimeline},
    MetricRow{"landing.rack_heat_to_fleet", "1",
              "mean heat of landed racks / of the others, once at their target (new data first: "
              "once landed)",
              kTimeline},
    MetricRow{"turnover.new_extents", "1", "extents of new data placed in the run", kTimeline},
    MetricRow{"turnover.unplaced_extents", "1",
              "extents of new data that found no legal drives with room: their writes are dropped",
              kTimeline},
    MetricRow{"lifecycle.recoded_bytes", "B", "data that was re-encoded as it aged, logical bytes",
              kLifecycle},
    MetricRow{"lifecycle.returned_bytes", "B", "data that was called back, logical bytes",
              kLifecycle},
    MetricRow{"lifecycle.recoded_share", "1",
              "share of data, of classes with a lifecycle, that is re-encoded at the end",
              kLifecycle},
    MetricRow{"lifecycle.waiting_bytes", "B",
              "data old enough to be re-encoded that is not, at the end, logical bytes",
              kLifecycle},
    MetricRow{"lifecycle.freed_bytes", "B",
              "bytes on drives at the end, fewer than if nothing were re-encoded", kLifecycle},
    MetricRow{"lifecycle.seconds", "s",
              "longest time until all that was old enough had been re-encoded; undefined: none "
              "was, or some waits at the end",
              kLifecycle},
    MetricRow{"blast.tenants_hit_by_hottest", "1",
              "tenants that share a drive with the tenant of greatest mean demand"},
    MetricRow{"blast.extents_hit_by_hottest", "1",
              "extents of other tenants with a shard on a drive of that tenant"},
    MetricRow{"blast.tenants_hit_by_drive", "1", "tenants with data on a drive (mean over drives)"},
    MetricRow{"blast.tenants_hit_by_rack", "1", "tenants with data in a rack (mean over racks)"},
    MetricRow{"blast.shared_drives", "1",
              "drives that hold data of both of two tenants (mean over pairs)"},
    MetricRow{"blast.hot_bound_share", "1",
              "share of extents that cannot be read without one of the hottest 1 % of drives"},
    MetricRow{"blast.extents_hit_by_rack", "1", "extents with a shard in a rack (mean over racks)"},
    MetricRow{"blast.extents_hit_by_zone", "1", "extents with a shard in a zone (mean over zones)"},
    MetricRow{"tenant.drives.p50", "1", "drives that hold data of a tenant (median tenant)"},
    MetricRow{"tenant.drives.max", "1", "drives that hold data of the most spread tenant"},
    MetricRow{"tenant.burst_bytes_per_s.p50", "B/s",
              "read rate at which the median tenant keeps all its drives busy"},
    MetricRow{"tenant.burst_bytes_per_s.max", "B/s", "the same, for the best placed tenant"},
    MetricRow{"cost.overhead", "1", "physical bytes / logical bytes"},
    MetricRow{"cost.drives_for_capacity", "1",
              "drives needed to hold the bytes at the fill target"},
    MetricRow{"cost.drives_for_heat", "1",
              "drives needed to serve the epoch of greatest demand at the heat target, repairs and "
              "moves (which heat.util counts) apart"},
    MetricRow{"cost.drives", "1", "drives needed: the larger of the two"},
};

}  // namespace

std::span<const MetricRow> metric_table() {
  return kRows;
}

const MetricRow* find_metric(std::string_view name) {
  for (const MetricRow& row : kRows) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

const char* presence_text(MetricRow::Presence presence) {
  switch (presence) {
    case MetricRow::Presence::kAlways:
      return "";
    case MetricRow::Presence::kDirect:
      return "direct";
    case MetricRow::Presence::kConditional:
      return "conditional";
    case MetricRow::Presence::kEstimated:
      return "conditional, direct";
    case MetricRow::Presence::kTimeline:
      return "over time";
    case MetricRow::Presence::kSimulated:
      return "direct, over time";
    case MetricRow::Presence::kMechanical:
      return "mechanical";
    case MetricRow::Presence::kServed:
      return "mechanics";
    case MetricRow::Presence::kFlowServed:
      return "flow, mechanics";
    case MetricRow::Presence::kZoom:
      return "zoom";
    case MetricRow::Presence::kScrub:
      return "scrub";
    case MetricRow::Presence::kGrey:
      return "grey failures";
    case MetricRow::Presence::kLedger:
      return "ledger";
    case MetricRow::Presence::kLedgerPlayed:
      return "ledger, over time";
    case MetricRow::Presence::kLifecycle:
      return "lifecycle";
    case MetricRow::Presence::kStore:
      return "store";
  }
  return "";
}

}  // namespace spindle::app

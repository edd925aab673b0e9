#include "app/report/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "app/report/result_files.hpp"
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

struct ComparisonColumn {
  const char* header;
  const char* metric;
  std::string (*text)(double);
};

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
    {"tenants\nbeside\nhottest", "blast.tenants_hit_by_hottest", whole},
    {"nines\nper\nyear", "durability.nines", as_nines},
    {"unreadable\nwith a\nzone down", "availability.zone_down_unreadable_fraction", as_tiny},
    {"drives\nfor\ncapacity", "cost.drives_for_capacity", whole},
    {"drives\nfor\nheat", "cost.drives_for_heat", whole},
};

// After "peak / mean", where some variant's data cools.
constexpr ComparisonColumn kEndToStart{"fleet\nend/\nstart", "heat.end_to_start", as_fixed};
constexpr const char* kBeforeEndToStart = "heat.peak_to_mean";

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

// Of a variant's folder name: file systems take 255 bytes.
constexpr std::size_t kLongestFolder = 100;

constexpr const char* kLegend = R"(
How to read it: fill is bytes / capacity. Stranded compares mean and fullest drive: what is lost if
writing stops when that one is full; a policy that then goes on to other drives loses less. Heat is
disk time asked per second: 100 % is a drive that never rests, more is a drive that falls behind.
Mean and p99.9 are over drives in the epoch of greatest demand, hottest is any drive in any epoch,
CoV is over all drives and epochs. Tenants beside hottest share a drive with the busiest tenant.
Nines are per extent and year, from independent drive failures. Drives are what the bytes, and the
heat of the busiest epoch evenly spread, would need at the scenario's targets; heat counts repairs
and moves, drives for heat do not.
)";

constexpr const char* kCoolingLegend = R"(
End/start is the fleet's heat in the run's last tenth over that in the first: what it lacks of 1 is
disk time stranded under data that has cooled.
)";

constexpr const char* kOverTimeLegend = R"(
Over time: unreadable is the most at one time, extents that lack shards are those of the run's end,
full protection is from the first zone or rack lost until nothing that lost ones held is missing;
"-" is not reached, or nothing of the kind.
A landed rack's heat is the mean of its drives in an epoch; racks melt where it exceeds 100 %.
)";

constexpr const char* kRequestsLegend = R"(
Requests: a read ends with the last of the shards that it asks, a write with its slowest; waits and
services are of one shard's request at its drive. Measured heat is the share of time that arms work.
At flow fidelity they are computed for drives in equilibrium with the load of their epoch; what goes
to drives that are asked for more than they serve has none, and "-" is a time that it decides.
)";

constexpr const char* kZoomLegend = R"(
Zoom: requests as in the table above, of chosen drives served request by request in a part of the
run; "from" and "to" are the ends of a 95 % interval, and "-" is an end that too few requests leave.
)";

constexpr const char* kCutLegend =
    "(cut short): interrupted; the row says what was done by then, and nothing of the whole run.\n";
constexpr const char* kUnplacedLegend =
    "* Some extents found no legal drives with room: they are missing from fill and heat.\n";

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

bool cools(const std::vector<ComparedVariant>& variants) {
  return std::any_of(variants.begin(), variants.end(),
                     [](const ComparedVariant& variant) { return variant.cools; });
}

std::vector<ComparisonColumn> columns_for(const std::vector<ComparedVariant>& variants) {
  std::vector<ComparisonColumn> out;
  for (const ComparisonColumn& column : kColumns) {
    out.push_back(column);
    if (std::string_view(column.metric) == kBeforeEndToStart && cools(variants)) {
      out.push_back(kEndToStart);
    }
  }
  return out;
}

bool plays_events(const ComparedVariant& variant) {
  return variant.metrics.has("availability.unreadable_extents");
}

bool serves_requests(const ComparedVariant& variant) {
  return variant.metrics.has("latency.read.mean_s");
}

bool is_scrubbed(const ComparedVariant& variant) {
  return variant.metrics.has("scrub.age_mean_s");
}

bool counts_losses(const ComparedVariant& variant) {
  return variant.metrics.has("durability.loss_probability_in_run_ci_high");
}

bool zooms(const ComparedVariant& variant) {
  return variant.metrics.has("zoom.drives");
}

// Those of metrics that some variant has.
std::vector<ComparisonColumn> known_to_any(std::span<const ComparisonColumn> columns,
                                           const std::vector<ComparedVariant>& variants) {
  std::vector<ComparisonColumn> out;
  std::copy_if(
      columns.begin(), columns.end(), std::back_inserter(out), [&](const ComparisonColumn& column) {
        return std::any_of(variants.begin(), variants.end(),
                           [&](const auto& variant) { return variant.metrics.has(column.metric); });
      });
  return out;
}

// One row a variant that is of the kind; empty where none is.
std::string further_table(const char* title, std::span<const ComparisonColumn> columns_of_kind,
                          bool (*is_of_kind)(const ComparedVariant&),
                          const std::vector<ComparedVariant>& variants, Format format) {
  if (std::none_of(variants.begin(), variants.end(), is_of_kind)) return "";
  const std::vector<ComparisonColumn> shown = known_to_any(columns_of_kind, variants);
  std::vector<Column> columns{{title, false}};
  for (const ComparisonColumn& column : shown) columns.push_back({column.header});
  TextTable table(std::move(columns));
  for (const ComparedVariant& variant : variants) {
    if (!is_of_kind(variant)) continue;
    std::vector<std::string> cells{variant.name};
    for (const ComparisonColumn& column : shown) {
      cells.push_back(column.text(variant.metrics.get(column.metric)));
    }
    table.add_row(std::move(cells));
  }
  return "\n" + table.render(format);
}

std::string notes_of(const std::vector<ComparedVariant>& variants) {
  std::string out;
  for (const ComparedVariant& variant : variants) {
    for (const std::string& note : variant.notes) {
      out += fmt::format("{}: {}\n", variant.name, note);
    }
  }
  return out.empty() ? out : "\n" + out;
}

std::string failures_of(const std::vector<ComparedVariant>& variants) {
  std::string out;
  for (const ComparedVariant& variant : variants) {
    if (variant.failure.empty()) continue;
    out += fmt::format("{} failed: {}\n", variant.name, variant.failure);
  }
  return out.empty() ? out : "\n" + out;
}

// Metrics that at least one variant has.
std::vector<MetricRow> rows_in(const std::vector<ComparedVariant>& variants) {
  std::vector<MetricRow> rows;
  for (const MetricRow& row : metric_table()) {
    const auto has_row = [&](const ComparedVariant& v) { return v.metrics.has(row.name); };
    if (std::any_of(variants.begin(), variants.end(), has_row)) rows.push_back(row);
  }
  return rows;
}

// The name in small letters, digits, '+', '.' and single hyphens.
std::string folder_name(const std::string& variant) {
  std::string out;
  for (const char c : variant) {
    const bool lower = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '.';
    const bool upper = c >= 'A' && c <= 'Z';
    if (lower) {
      out += c;
    } else if (upper) {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  out.resize(std::min(out.size(), kLongestFolder));
  while (!out.empty() && (out.back() == '-' || out.back() == '.')) out.pop_back();
  return out.empty() || out.front() == '.' ? "variant" + out : out;
}

}  // namespace

std::string comparison_table(const std::vector<ComparedVariant>& variants, Format format) {
  if (format == Format::kCsv) return comparison_csv(variants);
  std::vector<Column> columns{{"variant", false}};
  const std::vector<ComparisonColumn> shown = columns_for(variants);
  for (const ComparisonColumn& column : shown) columns.push_back({column.header});
  TextTable table(std::move(columns));
  bool any_incomplete = false;
  bool any_cut = false;
  for (const ComparedVariant& variant : variants) {
    const bool incomplete =
        !variant.partial && variant.metrics.get("capacity.unplaced_extents") > 0;
    any_incomplete = any_incomplete || incomplete;
    any_cut = any_cut || variant.partial;
    const char* const mark = !variant.failure.empty() ? " (failed)"
                             : variant.partial        ? " (cut short)"
                             : incomplete             ? " *"
                                                      : "";
    std::vector<std::string> cells{variant.name + mark};
    for (const ComparisonColumn& column : shown) {
      cells.push_back(column.text(variant.metrics.get(column.metric)));
    }
    table.add_row(std::move(cells));
  }
  const std::string over_time =
      further_table("over time", kOverTime, plays_events, variants, format);
  const std::string requests =
      further_table("requests", kRequests, serves_requests, variants, format);
  const std::string scrub = further_table("scrub", kScrubColumns, is_scrubbed, variants, format);
  const std::string losses = further_table("losses", kLosses, counts_losses, variants, format);
  const std::string zoom = further_table("zoom", kZoomColumns, zooms, variants, format);
  std::string out =
      table.render(format) + over_time + losses + scrub + requests + zoom + failures_of(variants);
  if (format == Format::kTable) {
    out += kLegend;
    if (cools(variants)) out += kCoolingLegend;
    if (!requests.empty()) out += kRequestsLegend;
    if (!zoom.empty()) out += kZoomLegend;
    if (!over_time.empty()) out += kOverTimeLegend;
    if (!losses.empty()) out += kLossesLegend;
    if (!scrub.empty()) out += kScrubLegend;
    if (!over_time.empty() || !zoom.empty()) out += notes_of(variants);
  }
  if (any_cut && format != Format::kCsv) out += kCutLegend;
  if (any_incomplete && format != Format::kCsv) out += kUnplacedLegend;
  return out;
}

std::string comparison_json(const std::string& scenario,
                            const std::vector<ComparedVariant>& variants) {
  nlohmann::ordered_json json;
  json["scenario"] = scenario;
  json["variants"] = nlohmann::ordered_json::array();
  for (const ComparedVariant& variant : variants) {
    nlohmann::ordered_json row;
    const bool failed = !variant.failure.empty();
    row["name"] = variant.name;
    if (failed) {
      row["failed"] = variant.failure;
    } else {
      row["dir"] = variant.folder;
      row["digest"] = variant.digest;
      row["partial"] = variant.partial;
    }
    row["set"] = nlohmann::ordered_json::parse(variant.overrides_json);
    row["metrics"] = failed ? nlohmann::ordered_json::object()
                            : nlohmann::ordered_json::parse(metrics_json(variant.metrics));
    json["variants"].push_back(std::move(row));
  }
  return json.dump(2) + "\n";
}

std::string comparison_csv(const std::vector<ComparedVariant>& variants) {
  std::string out = "variant";
  const auto rows = rows_in(variants);
  for (const MetricRow& row : rows) out += fmt::format(",{}", row.name);
  out += "\n";
  for (const ComparedVariant& variant : variants) {
    out += csv_quoted(variant.name);
    for (const MetricRow& row : rows) {
      const double value = variant.metrics.get(row.name);
      out += std::isfinite(value) ? fmt::format(",{}", value) : ",";
    }
    out += "\n";
  }
  return out;
}

std::vector<std::string> folder_names(const std::vector<std::string>& variants) {
  std::vector<std::string> out;
  std::set<std::string> taken{"compare.csv", "compare.json"};
  for (std::size_t v = 0; v < variants.size(); ++v) {
    const std::string plain = folder_name(variants[v]);
    std::string folder = plain;
    for (std::size_t n = v + 1; !taken.insert(folder).second; ++n) {
      folder = fmt::format("{}-{}", plain, n);
    }
    out.push_back(std::move(folder));
  }
  return out;
}

}  // namespace spindle::app

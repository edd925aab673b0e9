#include "app/experiment/zoom_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "app/report/text_table.hpp"
#include "app/text/wording.hpp"
#include "models/zoom/pooled_latency.hpp"

namespace spindle::app {
namespace {

enum class Side { kRead, kWrite };

models::PartKind kind_of(const models::ZoomResult& result, std::uint32_t tenant_class, Side side,
                         std::uint32_t fan_out) {
  models::PartKind kind{.clusters = {}, .fan_out = fan_out};
  for (std::uint32_t i = 0; i < result.clusters; ++i) {
    const models::ClassLatency& of = result.parts[i * result.classes + tenant_class];
    kind.clusters.push_back(side == Side::kRead ? &of.reads : &of.writes);
  }
  return kind;
}

ZoomRow row_of(std::string tenant_class, std::string side, std::vector<models::PartKind> kinds) {
  const models::PooledLatency latency(std::move(kinds));
  return {std::move(tenant_class),  std::move(side),         latency.requests(),
          latency.mean_s(),         latency.quantile_s(0.5), latency.quantile_s(0.99),
          latency.quantile_s(0.999)};
}

void set_quantile(const std::string& name, const sim::Interval& value, Metrics& out) {
  out.set(name + "_s", value.estimate);
  out.set(name + "_ci_low_s", value.low);
  out.set(name + "_ci_high_s", value.high);
}

template <class Value>
double mean_over(const std::vector<models::DriveLoad>& loads, Value&& value) {
  const double sum = std::accumulate(
      loads.begin(), loads.end(), 0.0,
      [&](double so_far, const models::DriveLoad& load) { return so_far + value(load); });
  return loads.empty() ? std::numeric_limits<double>::quiet_NaN()
                       : sum / static_cast<double>(loads.size());
}

double largest_heat(const std::vector<models::DriveLoad>& loads) {
  double largest = 0;
  for (const models::DriveLoad& load : loads) largest = std::max(largest, load.heat);
  return largest;
}

std::vector<std::string> notes_of(const Scenario& scenario, const ZoomSweep& zoom) {
  std::vector<std::string> notes;
  const std::size_t drives = zoom.loads.size();
  if (drives < scenario.zoom->count) {
    notes.push_back(fmt::format("only {} were there in its time", counted(drives, "drive")));
  }
  const auto above =
      std::count_if(zoom.loads.begin(), zoom.loads.end(),
                    [](const models::DriveLoad& load) { return load.heat - load.directed > 1; });
  if (above > 0) {
    notes.push_back(fmt::format(
        "{} of {} asked for more than all their time: what waits grows until the zoom ends, and "
        "what waited before it began is not part of it (a zoom starts idle)",
        counted(static_cast<std::uint64_t>(above), "drive"), grouped(drives)));
  }
  const double directed = mean_over(zoom.loads, [](const auto& load) { return load.directed; });
  if (directed > 0) {
    notes.push_back(
        fmt::format("{} % of the drives' time goes to repair, moves and first writes; a zoom "
                    "leaves them out",
                    percent(directed, 2)));
  }
  if (zoom.result.ended_by_waiting) {
    notes.push_back(fmt::format(
        "ended after {} s: more than {} requests waited at its drives — a shorter zoom, or fewer "
        "drives",
        significant(zoom.result.served.to_seconds(), 4), grouped(models::kMostWaitingParts)));
  }
  return notes;
}

}  // namespace

void set_zoom(const ZoomSweep& zoom, const ZoomRecord& record, Metrics& out) {
  const models::ZoomResult& result = zoom.result;
  out.set("zoom.drives", static_cast<double>(zoom.loads.size()));
  out.set("zoom.from_s", (zoom.window.start - sim::Instant()).to_seconds());
  out.set("zoom.duration_s", result.served.to_seconds());
  out.set("zoom.heat.mean", mean_over(zoom.loads, [](const auto& load) { return load.heat; }));
  out.set("zoom.heat.max", largest_heat(zoom.loads));
  out.set("zoom.heat.directed",
          mean_over(zoom.loads, [](const auto& load) { return load.directed; }));
  out.set("zoom.busy", result.busy.empty()
                           ? std::numeric_limits<double>::quiet_NaN()
                           : std::accumulate(result.busy.begin(), result.busy.end(), 0.0) /
                                 static_cast<double>(result.busy.size()));
  out.set("zoom.parts", static_cast<double>(result.count()));
  out.set("zoom.wait.mean_s", result.waits.mean_s());
  out.set("zoom.service.mean_s", result.services.mean_s());
  for (const ZoomRow& row : record.rows) {
    if (!row.tenant_class.empty()) continue;
    const std::string name = "zoom." + row.side;
    out.set(name + ".mean_s", row.mean_s);
    set_quantile(name + ".p50", row.p50_s, out);
    set_quantile(name + ".p99", row.p99_s, out);
    set_quantile(name + ".p99_9", row.p99_9_s, out);
  }
}

ZoomRecord record_zoom(const Scenario& scenario, const World& world, const ZoomSweep& zoom) {
  const models::ZoomResult& result = zoom.result;
  const std::uint32_t k = world.scheme.read_fan_out();
  const std::uint32_t n = world.scheme.write_fan_out();
  std::vector<models::PartKind> parts;
  std::vector<models::PartKind> reads;
  std::vector<models::PartKind> writes;
  for (std::uint32_t c = 0; c < result.classes; ++c) {
    for (const Side side : {Side::kRead, Side::kWrite}) {
      parts.push_back(kind_of(result, c, side, 1));
    }
    reads.push_back(kind_of(result, c, Side::kRead, k));
    writes.push_back(kind_of(result, c, Side::kWrite, n));
  }
  ZoomRecord record{.rows = {}, .notes = notes_of(scenario, zoom)};
  record.rows.push_back(row_of("", "part", std::move(parts)));
  record.rows.push_back(row_of("", "read", reads));
  record.rows.push_back(row_of("", "write", writes));
  for (std::uint32_t c = 0; c < result.classes; ++c) {
    const std::string& name = world.population.classes()[c].name;
    record.rows.push_back(row_of(name, "read", {reads[c]}));
    record.rows.push_back(row_of(name, "write", {writes[c]}));
  }
  return record;
}

}  // namespace spindle::app

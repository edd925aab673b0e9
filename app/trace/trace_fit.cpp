#include "app/trace/trace_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/report/text_table.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/tenant/size_law.hpp"

namespace spindle::app {
namespace {

using models::Bytes;
using models::SizeLaw;
using models::SizeTable;

// Seven digits: a peak of counts is then right to one in a million.
std::string share_text(double share) {
  return fmt::format("{:.7g}", share);
}

// With its quotes; a file's name may hold anything, and text that is not UTF-8 would be refused.
std::string json_text(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string rate_text(double bytes_per_s) {
  return fmt::format("{:.9g} B/s", bytes_per_s);
}

std::string width_text(std::int64_t ns) {
  return format_duration(sim::Duration::nanoseconds(ns));
}

// Items between brackets, wrapped at 100 columns.
std::string wrapped(const std::vector<std::string>& items, const std::string& indent) {
  constexpr std::size_t kWidth = 100;
  std::string out = "[";
  std::size_t column = indent.size() + 1;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = items[i] + (i + 1 < items.size() ? "," : "]");
    if (column + item.size() + 1 > kWidth) {
      out += "\n" + indent;
      column = indent.size();
    } else if (i > 0) {
      out += " ";
      ++column;
    }
    out += item;
    column += item.size();
  }
  return out;
}

std::string levels_text(const models::Cascade& cascade) {
  std::vector<std::string> levels;
  for (const auto& level : cascade.levels()) {
    std::vector<std::string> shares;
    for (const double share : level) shares.push_back(share_text(share));
    levels.push_back(wrapped(shares, "        "));
  }
  return fmt::format("[\n      {}]", fmt::join(levels, ",\n      "));
}

// A law of sizes as fields: the mean under `name`, and how sizes vary about it.
struct SizeFields {
  double mean = 0;  // as the text says it
  std::string text;
};

SizeFields size_fields(const std::string& name, const SizeTable& table) {
  const std::vector<SizeLaw::Quantile> quantiles = table.quantiles();
  const double mean = std::floor(SizeLaw::empirical(quantiles).mean_bytes() + 0.5);
  const auto bytes = [](double b) { return format_bytes(Bytes{static_cast<std::uint64_t>(b)}); };
  SizeFields out{mean, fmt::format("  \"{}\": \"{}\",\n", name, bytes(mean))};
  if (quantiles.front().bytes == quantiles.back().bytes) return out;
  std::vector<std::string> rows;
  for (const SizeLaw::Quantile& q : quantiles) {
    rows.push_back(
        fmt::format("{{\"share\": {}, \"size\": \"{}\"}}", share_text(q.share), bytes(q.bytes)));
  }
  out.text +=
      fmt::format("  \"{}_sizes\": {{\"distribution\": \"empirical\", \"quantiles\": {}}},\n", name,
                  wrapped(rows, "      "));
  return out;
}

struct Demand {
  double reads = 0, writes = 0;  // bytes/s
  std::string sizes;             // fields
};

Demand demand_of(const FittedTrace& trace, const TenantBlockOptions& options) {
  const double per_s = trace.load.rate_per_s;
  const bool has_op = trace.shape.has_op && std::isfinite(trace.summary.read_share);
  const double reads = per_s * (has_op                   ? trace.summary.read_share
                                : options.side_is_writes ? 0.0
                                                         : 1.0);
  const double writes = per_s - reads;
  const TraceSizes& sizes = trace.sizes;
  if (sizes.all.count() == 0) {
    const double bytes = options.counts_bytes ? 1 : options.object.to_double();
    return {reads * bytes, writes * bytes,
            fmt::format("  \"object\": \"{}\",\n", format_bytes(options.object))};
  }
  // Reads have sizes of their own where they take parts of what is written.
  constexpr double kSame = 0.95;
  const bool has_ranges = sizes.reads.count() > 0 && sizes.writes.count() > 0 &&
                          sizes.reads.mean() < kSame * sizes.writes.mean();
  const SizeFields object = size_fields("object", has_ranges ? sizes.writes : sizes.all);
  if (!has_ranges) return {reads * object.mean, writes * object.mean, object.text};
  const SizeFields range = size_fields("range", sizes.reads);
  return {reads * range.mean, writes * object.mean, object.text + range.text};
}

// Shares of requests to the top 1 % of objects, to those asked for more than once, and to the rest;
// nothing where that is no law of falling popularity, or of objects that are too few or too
// alike to tell.
std::string popularity_field(const FittedTrace& trace) {
  constexpr double kFewestObjects = 100;
  constexpr double kTop = 0.01;
  const models::TraceSummary& summary = trace.summary;
  const double top = summary.top_object_share;
  if (!(summary.objects >= kFewestObjects) || top < 2 * kTop) return {};
  const double often = 1 - summary.one_hit_share;
  const double once = summary.one_hit_share * summary.objects / summary.requests;
  std::string points = fmt::format("{{\"objects\": {}, \"requests\": {:.4g}}}", kTop, top);
  const double rest = (1 - once - top) / (often - kTop);
  if (often > kTop && often < 1 && rest < top / kTop && rest > once / (1 - often)) {
    points += fmt::format(", {{\"objects\": {:.4g}, \"requests\": {:.4g}}}", often, 1 - once);
  }
  return fmt::format(
      "  \"popularity\": {{\"law\": \"empirical\", \"objects\": {:.0f},\n"
      "    \"points\": [{}]}},\n",
      summary.objects, points);
}

// What the twin cannot have of a load whose end is in no whole bin of the widest scale.
void add_left_out(const models::CascadeFit::Result& load, double span_s,
                  std::vector<std::string>& out) {
  constexpr double kToSay = 1e-3;  // of the requests
  constexpr double kHigher = 1.05;
  const double left_out = load.all - load.fitted;
  if (!(left_out > kToSay * load.all)) return;
  const double left_s = span_s - static_cast<double>(load.fitted_ns) / 1e9;
  // What comes at the very end of the last whole bin is in none.
  const std::string end = left_s > 0 ? readable(left_s, 4) + " s" : "instant";
  out.push_back(fmt::format(
      "The last {} of the trace ({} % of its load) lies in no whole {} and is left out.", end,
      significant(100 * left_out / load.all), width_text(load.scales.front().width_ns)));
  for (const auto& scale : load.scales) {
    if (!(scale.load_peak >= kHigher * scale.peak)) continue;
    const double mean = load.all / span_s * static_cast<double>(scale.width_ns) / 1e9;
    out.push_back(
        fmt::format("The whole trace's peak in {}, {} times its mean, is in the part left out: "
                    "--bins with a narrower widest width may keep it.",
                    width_text(scale.width_ns), significant(scale.load_peak / mean, 4)));
  }
}

std::string measured(const FittedTrace& trace, const TenantBlockOptions& options) {
  const models::TraceSummary& summary = trace.summary;
  // A line break in the file's name would end the comment.
  const std::string source = json_text(trace.source);
  std::string out = fmt::format("// Fitted to {}: {} in {} s; {} a second in the {} s fitted.\n",
                                source.substr(1, source.size() - 2),
                                trace.shape.sample_ns > 0 ? counted(summary.rows, "sample")
                                                          : counted(summary.rows, "request"),
                                readable(summary.span_s, 6), significant(trace.load.rate_per_s, 4),
                                readable(static_cast<double>(trace.load.fitted_ns) / 1e9, 6));
  for (const std::string& warning : fit_warnings(trace, options)) {
    out += fmt::format("// {}\n", warning);
  }
  std::vector<std::string> peaks;
  for (const auto& scale : trace.load.scales) {
    peaks.push_back(
        fmt::format("{} in {}", significant(scale.peak_to_mean, 4), width_text(scale.width_ns)));
  }
  out += fmt::format(
      "// Peak to mean of requests: {}.\n// Requests drawn from this tenant have the same, "
      "whatever "
      "the seed.\n",
      fmt::join(peaks, ", "));
  if (summary.hurst && summary.bias) {
    out += fmt::format("// Hurst parameter {}, b-model bias {}.\n",
                       significant(summary.hurst->value), significant(summary.bias->value));
  }
  if (trace.sizes.all.count() > 0) {
    out +=
        fmt::format("// Mean size {} (of the law below {}).\n", human_bytes(trace.sizes.all.mean()),
                    human_bytes(SizeLaw::empirical(trace.sizes.all.quantiles()).mean_bytes()));
  }
  return out +
         "// Not kept: which hour or minute is the busy one, what follows what, how many distinct\n"
         "// objects there are in a while, how popular objects beyond the busiest 1 % are, peaks "
         "of\n"
         "// bytes.\n";
}

// 1, 2 or 5 times a power of ten.
std::uint64_t rounded_up(double bytes) {
  for (std::uint64_t step = 1;; step *= 10) {
    for (const std::uint64_t digit : {1U, 2U, 5U}) {
      if (static_cast<double>(digit * step) >= bytes) return digit * step;
    }
  }
}

std::uint64_t extent_bytes(const FittedTrace& trace, const TenantBlockOptions& options) {
  constexpr double kSmallestExtent = 10e9;
  double largest = options.object.to_double();
  if (trace.sizes.all.count() > 0) largest = trace.sizes.all.quantiles().back().bytes;
  return rounded_up(std::max(largest, kSmallestExtent));
}

// Peaks in a width show in a run whose epochs are no longer.
const models::CascadeFit::Scale& epoch_scale(const models::CascadeFit::Result& load) {
  const auto& scales = load.scales;
  const auto fits = [](const auto& scale) {
    constexpr std::uint64_t kMostEpochs = 20'000;
    return scale.bins <= kMostEpochs;
  };
  return *std::find_if(scales.rbegin(), scales.rend() - 1, fits);
}

// [a-z0-9-], as the names of scenarios are.
std::string scenario_name(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || is_upper;
    out += is_upper ? static_cast<char>(c - 'A' + 'a') : is_kept ? c : '-';
  }
  return out;
}

}  // namespace

void TraceSizes::add(const models::TraceRecord& record) {
  if (record.bytes == 0) ++zeros;
  all.add(record.bytes);
  (record.op == models::TraceOp::kRead ? reads : writes).add(record.bytes);
}

std::string fit_refusal(const FittedTrace& trace, const TenantBlockOptions& options, bool whole) {
  constexpr double kMostBytesPerSecond = 1e18;
  constexpr double kLargestExtent = 50e12;
  const Demand demand = demand_of(trace, options);
  if (!(demand.reads + demand.writes <= kMostBytesPerSecond)) {
    return fmt::format(
        "a demand of {} B/s is more than a tenant can have (1 EB/s) — are the columns, --counts "
        "and "
        "--object-size right?",
        significant(demand.reads + demand.writes));
  }
  const double largest = trace.sizes.all.count() > 0 ? trace.sizes.all.quantiles().back().bytes
                                                     : options.object.to_double();
  if (whole && largest > kLargestExtent) {
    return fmt::format(
        "its largest request, {}, fits no fleet that --scenario writes (objects up to 50 TB) — is "
        "the unit of sizes right (--bytes-unit)? Or fit a tenant alone",
        human_bytes(largest));
  }
  return {};
}

std::vector<std::string> fit_warnings(const FittedTrace& trace, const TenantBlockOptions& options) {
  constexpr double kFewest = 100;
  std::vector<std::string> out;
  const double requests =
      trace.load.fitted / (options.counts_bytes ? options.object.to_double() : 1.0);
  if (requests < kFewest) {
    out.push_back(
        fmt::format("Only {} requests were fitted: peaks, shares and sizes of fewer than 100 are "
                    "mostly chance.",
                    significant(requests)));
  }
  add_left_out(trace.load, trace.summary.span_s, out);
  const std::uint64_t sized = trace.sizes.all.count();
  if (sized > 0 && trace.sizes.zeros == sized) {
    out.emplace_back("Sizes are unknown (0 in every request); 1 B stands for them.");
  }
  return out;
}

std::string tenant_block(const FittedTrace& trace, const TenantBlockOptions& options) {
  const Demand demand = demand_of(trace, options);
  std::string out =
      measured(trace, options) + fmt::format("{{\n  \"name\": {},\n", json_text(options.name));
  if (demand.reads > 0) out += fmt::format("  \"reads\": \"{}\",\n", rate_text(demand.reads));
  if (demand.writes > 0) out += fmt::format("  \"writes\": \"{}\",\n", rate_text(demand.writes));
  out += demand.sizes + popularity_field(trace);
  // The shares hold the chance of the trace's own counts: a Poisson process would add it again.
  out += "  \"arrivals\": \"even\",\n";
  out += fmt::format(
      "  \"load\": {{\n    \"model\": \"cascade\",\n    \"period\": \"{}\",\n    \"levels\": {}\n"
      "  }}\n}}\n",
      format_duration(trace.load.cascade->period()), levels_text(*trace.load.cascade));
  return out;
}

std::string fitted_scenario(const FittedTrace& trace, const TenantBlockOptions& options) {
  constexpr double kExtents = 20;
  constexpr double kDriveBytes = 20e12;  // nearline-20tb
  constexpr double kShards = 9, kData = 5;
  const std::uint64_t extent = extent_bytes(trace, options);
  const auto& epoch = epoch_scale(trace.load);
  const double logical = kExtents * static_cast<double>(extent);
  // Half full, ten drives a rack at least.
  const double wanted = logical * kShards / kData / kDriveBytes * 2;
  const auto drives =
      static_cast<std::uint64_t>(kShards * std::ceil(std::max(wanted, 90.0) / kShards));
  std::string block = tenant_block(trace, options);
  for (std::size_t at = 0;
       (at = block.find('\n', at)) != std::string::npos && at + 1 < block.size();) {
    block.insert(++at, "    ");
  }
  return fmt::format(
      "{{\n  \"schema_version\": 1,\n  \"name\": \"{}\",\n"
      "  \"question\": \"What does such a trace ask of a small fleet?\",\n"
      "  // Means over epochs of {}: heat.peak_to_mean shows the load's peak in {} ({}), and none "
      "within.\n"
      "  \"run\": {{\"duration\": \"{}\", \"epoch\": \"{}\"}},\n"
      "  \"fleet\": {{\"zones\": 3, \"racks_per_zone\": 3, \"drives\": {},\n"
      "    \"models\": [{{\"model\": \"nearline-20tb\"}}]}},\n"
      "  \"data\": {{\"logical\": \"{}\", \"extent\": \"{}\"}},\n"
      "  \"redundancy\": {{\"scheme\": \"erasure\", \"data\": 5, \"parity\": 4}},\n"
      "  \"placement\": {{\"policy\": \"d_choices\"}},\n"
      "  \"tenants\": [\n    {}  ]\n}}\n",
      scenario_name(options.name), width_text(epoch.width_ns), width_text(epoch.width_ns),
      significant(epoch.peak_to_mean, 4), format_duration(trace.load.cascade->period()),
      width_text(epoch.width_ns), drives, format_bytes(Bytes{static_cast<std::uint64_t>(logical)}),
      format_bytes(Bytes{extent}), block);
}

}  // namespace spindle::app

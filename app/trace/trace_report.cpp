#include "app/trace/trace_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "app/report/json_number.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

using Kind = TraceFigure::Kind;
using models::TraceSummary;

// "1s", "5min", "1h", "3d": part of a name; with a blank before the unit, of a text.
std::string length_text(double seconds, const char* blank) {
  struct Unit {
    double seconds;
    const char* name;
  };
  for (const Unit& unit : {Unit{86400, "d"}, Unit{3600, "h"}, Unit{60, "min"}}) {
    const double units = seconds / unit.seconds;
    if (units >= 1 && units == std::floor(units)) return shortest(units) + blank + unit.name;
  }
  return shortest(seconds) + blank + "s";
}

class Figures {
 public:
  void add(std::string name, std::string meaning, Kind kind, double value) {
    figures_.push_back({std::move(name), std::move(meaning), kind, value});
  }
  // An estimate from several scales, which are figures too.
  void add(const std::string& name, const std::string& meaning,
           const std::optional<TraceSummary::Estimate>& estimate) {
    const auto value = estimate.value_or(
        TraceSummary::Estimate{TraceSummary::kNone, TraceSummary::kNone, TraceSummary::kNone});
    add(name, meaning, Kind::kNumber, value.value);
    add(name + ".from_s", "  from bins of", Kind::kSeconds, value.from_s);
    add(name + ".to_s", "  to bins of", Kind::kSeconds, value.to_s);
  }
  std::vector<TraceFigure> take() { return std::move(figures_); }

 private:
  std::vector<TraceFigure> figures_;
};

void add_load(const TraceSummary& summary, Figures& out) {
  out.add("rows", "rows", Kind::kCount, static_cast<double>(summary.rows));
  out.add("requests", "requests (a series: sum of values)", Kind::kCount, summary.requests);
  out.add("span_s", "span", Kind::kSeconds, summary.span_s);
  out.add("rate_per_s", "mean rate", Kind::kPerSecond, summary.rate_per_s);
  out.add("bytes", "bytes", Kind::kBytes, summary.bytes);
  out.add("bytes_per_s", "mean rate of bytes", Kind::kBytesPerSecond, summary.bytes_per_s);
  for (const TraceSummary::Scale& scale : summary.scales) {
    out.add("peak_to_mean." + length_text(scale.width_s, ""),
            "peak / mean of requests, " + length_text(scale.width_s, " "), Kind::kNumber,
            scale.peak_to_mean);
  }
  for (const TraceSummary::Scale& scale : summary.scales) {
    out.add("bytes.peak_to_mean." + length_text(scale.width_s, ""),
            "peak / mean of bytes, " + length_text(scale.width_s, " "), Kind::kNumber,
            scale.bytes_peak_to_mean);
  }
  for (const TraceSummary::Scale& scale : summary.scales) {
    out.add("idc." + length_text(scale.width_s, ""),
            "variance / mean of requests, " + length_text(scale.width_s, " "), Kind::kNumber,
            scale.dispersion);
  }
  out.add("gap_scv", "squared variation of gaps", Kind::kNumber, summary.gap_scv);
  out.add("hurst", "Hurst parameter of requests", summary.hurst);
  out.add("b", "b-model bias of requests", summary.bias);
  out.add("bytes.hurst", "Hurst parameter of bytes", summary.bytes_hurst);
  out.add("bytes.b", "b-model bias of bytes", summary.bytes_bias);
}

void add_requests(const TraceSummary& summary, Figures& out) {
  out.add("read_share", "reads of reads and writes", Kind::kShare, summary.read_share);
  const TraceSummary::Size& size = summary.size_bytes;
  out.add("size_bytes.mean", "size of a request, mean", Kind::kBytes, size.mean);
  out.add("size_bytes.p10", "size, 10 % are at most", Kind::kBytes, size.p10);
  out.add("size_bytes.p50", "size, 50 % are at most", Kind::kBytes, size.p50);
  out.add("size_bytes.p90", "size, 90 % are at most", Kind::kBytes, size.p90);
  out.add("size_bytes.p99", "size, 99 % are at most", Kind::kBytes, size.p99);
  out.add("size_bytes.max", "size, largest", Kind::kBytes, size.max);
}

void add_objects(const TraceSummary& summary, Figures& out) {
  out.add("objects", "distinct objects", Kind::kCount, summary.objects);
  out.add("objects.sample_rate", "  part of them that was followed", Kind::kShare,
          summary.object_sample_rate);
  out.add("one_hit_share", "objects accessed once", Kind::kShare, summary.one_hit_share);
  out.add("zipf_alpha", "Zipf slope of accesses over rank", Kind::kNumber, summary.zipf_alpha);
  out.add("top_1pct_share", "accesses to the top 1 % of objects", Kind::kShare,
          summary.top_object_share);
  out.add("reuse.p50_s", "access to next access, 50 % within", Kind::kSeconds, summary.reuse.p50_s);
  out.add("reuse.p90_s", "access to next access, 90 % within", Kind::kSeconds, summary.reuse.p90_s);
  out.add("reuse.p99_s", "access to next access, 99 % within", Kind::kSeconds, summary.reuse.p99_s);
  for (const TraceSummary::AgeBin& age : summary.ages) {
    const std::string from = length_text(age.from_s, " ");
    out.add("age_share.from_" + length_text(age.from_s, ""),
            std::isfinite(age.to_s)
                ? fmt::format("re-accesses at an age of {} to {}", from, length_text(age.to_s, " "))
                : fmt::format("re-accesses at an age of {} or more", from),
            Kind::kShare, age.share);
  }
  out.add("tenants", "tenants (volumes, devices)", Kind::kCount, summary.tenants);
  out.add("tenants.top_1pct_requests", "requests of the top 1 % of tenants", Kind::kShare,
          summary.top_tenant_request_share);
  out.add("tenants.top_1pct_bytes", "bytes of the top 1 % of tenants", Kind::kShare,
          summary.top_tenant_byte_share);
}

std::string shown_value(const TraceFigure& figure) {
  switch (figure.kind) {
    case Kind::kCount:
      return whole(figure.value);
    case Kind::kShare:
      return percent(figure.value) + " %";
    case Kind::kBytes:
      return human_bytes(figure.value);
    case Kind::kBytesPerSecond:
      return human_bytes(figure.value) + "/s";
    case Kind::kSeconds:
      return readable(figure.value, 4) + " s";
    case Kind::kPerSecond:
      return readable(figure.value, 4) + " /s";
    case Kind::kNumber:
      break;
  }
  return readable(figure.value, 3);
}

}  // namespace

std::vector<TraceFigure> trace_figures(const models::TraceSummary& summary) {
  Figures out;
  add_load(summary, out);
  add_requests(summary, out);
  add_objects(summary, out);
  return out.take();
}

std::string render_trace(Format format, const TraceHeading& heading,
                         const models::TraceSummary& summary) {
  const std::vector<TraceFigure> figures = trace_figures(summary);
  if (format == Format::kJson) {
    nlohmann::ordered_json json;
    for (const auto& [key, value] : heading) json[key] = value;
    for (const TraceFigure& figure : figures) json[figure.name] = json_number(figure.value);
    return json.dump(2) + "\n";
  }
  if (format == Format::kCsv) {
    TextTable table({{"figure", false}, {"value"}});
    for (const TraceFigure& figure : figures) {
      table.add_row({figure.name, std::isfinite(figure.value) ? shortest(figure.value) : ""});
    }
    return table.render(format);
  }
  std::string out;
  for (const auto& [key, value] : heading) out += fmt::format("{}: {}\n", key, value);
  TextTable table({{"figure", false}, {"value"}});
  for (const TraceFigure& figure : figures) {
    if (std::isfinite(figure.value)) table.add_row({figure.meaning, shown_value(figure)});
  }
  return out + "\n" + table.render(format);
}

std::vector<std::string> trace_warnings(const TraceSummary& summary,
                                        const models::TraceShape& shape,
                                        std::string_view read_word) {
  std::vector<std::string> out;
  if (summary.crowded_rows > 0) {
    out.push_back(fmt::format(
        "{} of {} rows come at most half a sample after the row before: by the first two rows a "
        "sample is {} long, and rows of one sample are added up, so that peaks may be too high. "
        "Give one row a sample.",
        grouped(summary.crowded_rows), grouped(summary.rows),
        length_text(static_cast<double>(shape.sample_ns) / 1e9, " ")));
  }
  if (!read_word.empty() && summary.read_share == 0) {
    out.push_back(
        fmt::format("No request's operation is \"{}\": all were taken for writes. Is it spelled as "
                    "in the trace (--read-is)?",
                    read_word));
  }
  return out;
}

}  // namespace spindle::app

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

#include "app/report/comparison_columns.hpp"
#include "app/report/result_files.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

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

constexpr const char* kCutLegend =
    "(cut short): interrupted; the row says what was done by then, and nothing of the whole run.\n";
constexpr const char* kUnplacedLegend =
    "* Some extents found no legal drives with room: they are missing from fill and heat.\n";

// Beside "peak / mean", where some variant's data cools.
constexpr const char* kEndToStart = "heat.end_to_start";

bool cools(const std::vector<ComparedVariant>& variants) {
  return std::any_of(variants.begin(), variants.end(),
                     [](const ComparedVariant& variant) { return variant.cools; });
}

std::vector<ComparisonColumn> columns_for(const std::vector<ComparedVariant>& variants) {
  std::vector<ComparisonColumn> out;
  for (const ComparisonColumn& column : comparison_columns()) {
    if (std::string_view(column.metric) != kEndToStart || cools(variants)) out.push_back(column);
  }
  return out;
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

// One row a variant that has the section's metrics; empty where none has.
std::string section_table(const ComparisonSection& section,
                          const std::vector<ComparedVariant>& variants, Format format) {
  const auto is_of_kind = [&](const ComparedVariant& variant) {
    return variant.metrics.has(section.metric);
  };
  if (std::none_of(variants.begin(), variants.end(), is_of_kind)) return "";
  const std::vector<ComparisonColumn> shown = known_to_any(section.columns, variants);
  std::vector<Column> columns{{section.title, false}};
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
  std::string out = table.render(format);
  std::string legends = kLegend;
  if (cools(variants)) legends += kCoolingLegend;
  bool has_notes = false;
  for (const ComparisonSection& section : comparison_sections()) {
    const std::string shown_section = section_table(section, variants, format);
    out += shown_section;
    if (shown_section.empty()) continue;
    legends += section.legend;
    has_notes = has_notes || section.has_notes;
  }
  out += failures_of(variants);
  if (format == Format::kTable) {
    out += legends;
    if (has_notes) out += notes_of(variants);
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

#include "app/command/diff_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/diff/result_diff.hpp"
#include "app/report/json_number.hpp"
#include "app/report/metric_text.hpp"
#include "app/report/text_table.hpp"
#include "app/scenario/threshold_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDiffFooter = R"(Examples:
  spindle diff results/before results/after
      two runs, or two sweeps run by run: what differs, and by how much
  spindle diff results/before results/after --metric heat.util.p99_9
      of two sweeps, one metric point by point

Differences are B - A. Of sweeps they are means over replications with 95 % intervals; runs make a
pair where their points set the same values and their seeds are equal.)";

bool is_bounded(const DiffRow& row) {
  return std::isfinite(row.difference.low) && std::isfinite(row.difference.high);
}

// "yes" or "no" where an interval says so.
std::string verdict(const DiffRow& row) {
  if (row.is_equal) return "equal";
  // The last digits of sums.
  if (std::abs(row.difference.estimate) <= 1e-12 * std::abs(row.a)) return "rounding";
  if (!is_bounded(row)) return "differs";
  return row.difference.low > 0 || row.difference.high < 0 ? "differs" : "within chance";
}

std::string text_of(const MetricRow& metric, double value) {
  if (value < 0) return "-" + metric_text(metric, -value);
  return metric_text(metric, value);
}

// Numbers as result files have them, "" where there is none.
std::string exact(double value) {
  return std::isfinite(value) ? json_number(value).dump() : "";
}

std::string diff_table(const ResultDiff& diff, const DiffArguments& arguments, Format format) {
  const bool by_point = !diff.rows.empty() && !diff.rows.front().point.empty();
  TextTable table({{by_point ? "point" : "metric", false},
                   {"A"},
                   {"B"},
                   {"B - A"},
                   {"95 %: from"},
                   {"to"},
                   {"relative\n%"},
                   {"unit", false},
                   {"verdict", false}});
  for (const DiffRow& row : diff.rows) {
    if (row.is_equal && !arguments.all && !by_point) continue;
    const MetricRow& metric = *find_metric(row.metric);
    const double change = row.difference.estimate;
    const auto cell = [&](double value) {
      return format == Format::kCsv ? exact(value) : text_of(metric, value);
    };
    const double relative = row.a != 0 ? change / std::abs(row.a) : NAN;
    table.add_row({by_point ? row.point : row.metric, cell(row.a), cell(row.b), cell(change),
                   cell(row.difference.low), cell(row.difference.high),
                   format == Format::kCsv ? exact(relative) : percent(relative),
                   format == Format::kCsv ? metric.unit : metric_unit_text(metric), verdict(row)});
  }
  return table.render(format);
}

std::string diff_json(const ResultDiff& diff, const DiffArguments& arguments) {
  Json json;
  json["a"] = arguments.a;
  json["b"] = arguments.b;
  json["pairs"] = diff.pairs;
  json["unpaired"] = diff.alone;
  json["differences"] = Json::array();
  for (const DiffRow& row : diff.rows) {
    if (row.is_equal && !arguments.all && row.point.empty()) continue;
    Json entry;
    entry["metric"] = row.metric;
    if (!row.point.empty()) entry["point"] = row.point;
    entry["a"] = json_number(row.a);
    entry["b"] = json_number(row.b);
    entry["difference"] = json_number(row.difference.estimate);
    entry["ci_low"] = json_number(row.difference.low);
    entry["ci_high"] = json_number(row.difference.high);
    entry["replications"] = row.samples;
    json["differences"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

CLI::App& declare_diff(CLI::App& app, DiffArguments& arguments) {
  CLI::App& diff = *app.add_subcommand("diff", "How two runs, or two sweeps, differ");
  diff.footer(kDiffFooter);
  diff.add_option("A", arguments.a, "Result folder of a run or a sweep")->required();
  diff.add_option("B", arguments.b, "Result folder of another")->required();
  diff.add_option("--metric", arguments.metric, "This one alone; of sweeps, point by point");
  diff.add_flag("--all", arguments.all, "Also metrics that are equal");
  diff.add_option("--format", arguments.format, "What to print: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  diff.add_flag("-q,--quiet", arguments.quiet, "No closing line on stderr");
  return diff;
}

int diff_command(const DiffArguments& arguments) {
  if (arguments.metric && find_metric(*arguments.metric) == nullptr) {
    print_message("spindle diff: --metric {}: {}\n", shortened(*arguments.metric),
                  unknown_metric(*arguments.metric));
    return kExitUsage;
  }
  const ResultDiff diff = diff_results(arguments.a, arguments.b, arguments.metric);
  if (!diff.problems.empty()) {
    for (const std::string& problem : diff.problems) print_message("{}\n", problem);
    return kExitInvalidScenario;
  }
  const Format format = parse_format(arguments.format).value();
  write_output(format == Format::kJson ? diff_json(diff, arguments)
                                       : diff_table(diff, arguments, format));
  if (arguments.quiet) return kExitOk;
  const auto equal = std::count_if(diff.rows.begin(), diff.rows.end(),
                                   [](const DiffRow& row) { return row.is_equal; });
  print_message(
      "{} of runs{}; {} of {} rows are equal\n", counted(diff.pairs, "pair"),
      diff.alone > 0 ? fmt::format(", {} without a partner", counted(diff.alone, "run")) : "",
      equal, diff.rows.size());
  return kExitOk;
}

}  // namespace spindle::app

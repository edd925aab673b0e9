#include "app/place/place_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "app/report/json_number.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

struct Statistic {
  const char* name;
  double models::LoadDistribution::*value;
};
constexpr std::array kStatistics = {
    Statistic{"mean", &models::LoadDistribution::mean},
    Statistic{"sd", &models::LoadDistribution::sd},
    Statistic{"min", &models::LoadDistribution::min},
    Statistic{"p0_1", &models::LoadDistribution::p0_1},
    Statistic{"p50", &models::LoadDistribution::p50},
    Statistic{"p99", &models::LoadDistribution::p99},
    Statistic{"p99_9", &models::LoadDistribution::p99_9},
    Statistic{"max", &models::LoadDistribution::max},
};

// Whole numbers without an exponent.
std::string plain_number(double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  return value == std::floor(value) && std::abs(value) < kExact ? fmt::format("{:.0f}", value)
                                                                : shortest(value);
}

std::string unit_text(double value) {
  return value == std::floor(value) ? whole(value) : readable(value, 4);
}

}  // namespace

std::vector<std::pair<std::string, double>> PlaceReport::metrics() const {
  const auto placed = static_cast<double>(result.shards);
  std::vector<std::pair<std::string, double>> out = {
      {"drives", static_cast<double>(options.drives)},
      {"placed", placed},
      {"unplaced_objects", static_cast<double>(result.unplaced)}};
  for (const Statistic& s : kStatistics) {
    out.emplace_back(std::string("load.") + s.name, result.load.*s.value);
  }
  for (const Statistic& s : kStatistics) {
    if (std::string_view(s.name) == "p99") continue;  // not a metric of fill
    out.emplace_back(std::string("capacity.fill.") + s.name,
                     result.fill ? (*result.fill).*s.value : kUndefined);
  }
  out.emplace_back("capacity.skew.over", result.over);
  out.emplace_back("capacity.skew.under", result.under);
  out.emplace_back("capacity.stranded", result.stranded);
  out.emplace_back("k_eff", result.effective_load);
  if (result.cohort) {
    const models::CohortResult& cohort = *result.cohort;
    out.emplace_back("cohort.drives", static_cast<double>(cohort.drives));
    out.emplace_back("cohort.writes", static_cast<double>(cohort.writes));
    out.emplace_back("cohort.received", static_cast<double>(cohort.received));
    out.emplace_back("cohort.multiplier", cohort.multiplier);
    out.emplace_back("cohort.expected", cohort.expected.value_or(kUndefined));
  }
  if (change) {
    out.emplace_back("movement.least", change->least);
    out.emplace_back("movement.drives", change->drives);
    out.emplace_back("movement.positions", change->positions);
    out.emplace_back("movement.objects", change->objects);
  }
  out.emplace_back("placements_per_s", seconds > 0 ? placed / seconds : kUndefined);
  return out;
}

std::string PlaceReport::render(Format format) const {
  if (format == Format::kJson) return render_json();
  return format == Format::kCsv ? render_csv() : render_table(format);
}

std::string PlaceReport::render_csv() const {
  TextTable table({{"metric", false}, {"value"}});
  table.add_row({"policy", policy});
  table.add_row({"seed", std::to_string(options.seed.value)});
  table.add_row({"memory_bytes", plain_number(std::round(memory_bytes))});
  for (const auto& [name, value] : metrics()) {
    table.add_row({name, std::isfinite(value) ? plain_number(value) : ""});
  }
  if (with_histogram) {
    for (const models::LoadBar& bar : result.histogram) {
      table.add_row({"histogram." + plain_number(bar.low), std::to_string(bar.drives)});
    }
  }
  return table.render(Format::kCsv);
}

std::string PlaceReport::render_json() const {
  nlohmann::ordered_json json;
  json["policy"] = policy;
  json["seed"] = options.seed.value;
  json["memory_bytes"] = json_number(std::round(memory_bytes));
  for (const auto& [name, value] : metrics()) json[name] = json_number(value);
  if (result.classes.size() > 1) {
    json["classes"] = nlohmann::ordered_json::array();
    for (const models::ClassResult& c : result.classes) {
      json["classes"].push_back({{"capacity_units", json_number(c.capacity)},
                                 {"drives", c.drives},
                                 {"fill_mean", json_number(c.fill_mean)}});
    }
  }
  if (with_histogram) {
    json["histogram"] = nlohmann::ordered_json::array();
    for (const models::LoadBar& bar : result.histogram) {
      json["histogram"].push_back(
          {{"low", json_number(bar.low)}, {"high", json_number(bar.high)}, {"drives", bar.drives}});
    }
  }
  return json.dump(2) + "\n";
}

std::string PlaceReport::render_table(Format format) const {
  std::string out = fmt::format("{} placed on {} by {}, seed {}; {} of memory\n",
                                counted(result.shards, "shard"), counted(options.drives, "drive"),
                                policy, options.seed.value, human_bytes(memory_bytes));
  if (options.until_full) {
    out += result.is_full ? "stopped when a drive was full\n" : "no drive was full at the end\n";
  }
  if (result.unplaced > 0) {
    out += fmt::format("{} found no room\n", counted(result.unplaced, "object"));
  }
  std::vector<Column> columns = {{"", false}};
  for (const char* header : {"mean", "sd", "min", "p0.1", "p50", "p99", "p99.9", "max"}) {
    columns.push_back({header});
  }
  TextTable table(columns);
  std::vector<std::string> row = {"shards a drive"};
  for (const Statistic& s : kStatistics) row.push_back(unit_text(result.load.*s.value));
  table.add_row(row);
  if (result.fill) {
    row = {"fill, %"};
    for (const Statistic& s : kStatistics) row.push_back(percent((*result.fill).*s.value, 2));
    table.add_row(row);
  }
  out += fmt::format("\n{}\n", table.render(format));
  out +=
      fmt::format("fullest drive {} % above the mean, emptiest {} % below; {} % stranded\n",
                  percent(result.over, 2), percent(result.under, 2), percent(result.stranded, 2));
  if (options.sizes.law != models::BulkSizes::Law::kConstant) {
    out += fmt::format("k_eff: by one choice {} equal shards a drive would vary as much\n",
                       readable(result.effective_load, 4));
  }
  if (result.classes.size() > 1) {
    TextTable classes({{"drives of\nshards"}, {"number"}, {"fill\nmean\n%"}});
    for (const models::ClassResult& c : result.classes) {
      classes.add_row({unit_text(c.capacity), grouped(c.drives), percent(c.fill_mean, 2)});
    }
    out += fmt::format("\n{}\n", classes.render(format));
  }
  if (result.cohort) {
    const models::CohortResult& cohort = *result.cohort;
    out += fmt::format(
        "empty cohort: {} received {} of the next {}, {} times their share{}\n",
        counted(cohort.drives, "drive"), grouped(cohort.received), counted(cohort.writes, "shard"),
        significant(cohort.multiplier, 4),
        cohort.expected ? fmt::format(" (expected {})", significant(*cohort.expected, 4)) : "");
  }
  if (change) {
    out += fmt::format(
        "{}: {} % of shards come to another drive (at least {} % must), {} % of positions get "
        "another, in {} % of objects\n",
        change->change, percent(change->drives, 3), percent(change->least, 3),
        percent(change->positions, 3), percent(change->objects, 2));
  }
  const double rate = metrics().back().second;
  out += fmt::format("{} placements a second\n", std::isfinite(rate) ? readable(rate, 3) : "-");
  if (!with_histogram) return out;
  TextTable bars({{"shards"}, {"drives"}, {"share\n%"}, {"", false}});
  constexpr double kWidest = 40;
  for (const models::LoadBar& bar : result.histogram) {
    const double share = static_cast<double>(bar.drives) / options.drives;
    const bool is_one = bar.high - bar.low == 1;
    bars.add_row({is_one ? whole(bar.low) : unit_text(bar.low) + " ..", grouped(bar.drives),
                  percent(share, 3),
                  std::string(static_cast<std::size_t>(std::ceil(share * kWidest)), '#')});
  }
  out += fmt::format("\n{}", bars.render(format));
  return out;
}

}  // namespace spindle::app

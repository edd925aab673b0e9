#include "app/diff/result_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>
#include <tuple>
#include <utility>

#include "app/report/finished_run.hpp"
#include "app/report/metric_table.hpp"
#include "app/sweep/finished_study.hpp"
#include "app/text/wording.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

bool is_sweep(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / kStudyFile, error);
}

DiffRow row_of(const std::string& metric, double a, double b) {
  const double infinite = std::numeric_limits<double>::infinity();
  return {.metric = metric,
          .point = {},
          .a = a,
          .b = b,
          .difference = {b - a, -infinite, infinite},
          .samples = 1,
          .is_equal = a == b || (std::isnan(a) && std::isnan(b))};
}

ResultDiff diff_runs(const fs::path& a, const fs::path& b,
                     const std::optional<std::string>& metric) {
  ResultDiff diff;
  const FinishedRun first = read_finished_run(a);
  const FinishedRun second = read_finished_run(b);
  for (const FinishedRun* run : {&first, &second}) {
    diff.problems.insert(diff.problems.end(), run->problems.begin(), run->problems.end());
  }
  if (!diff.problems.empty()) return diff;
  diff.pairs = 1;
  for (const auto& [name, value] : first.metrics->values()) {
    if (!second.metrics->has(name) || (metric && name != *metric)) continue;
    diff.rows.push_back(row_of(name, value, second.metrics->get(name)));
  }
  return diff;
}

// A run of A with its partner in B.
struct Pair {
  std::uint64_t point = 0;  // of A
  std::uint64_t replication = 0;
  StoredRow a, b;
};

// Equal where points set the same and seeds are the same.
std::uint64_t pair_key(const Json& row, const std::vector<std::string>& columns) {
  sim::Digest digest;
  for (const std::string& column : columns) {
    digest.add(std::string_view(row.contains(column) ? row[column].dump() : ""));
  }
  digest.add(std::string_view(row.contains("seed") ? row["seed"].dump() : ""));
  return digest.value();
}

std::vector<std::pair<std::uint64_t, StoredRow>> keys_of(const FinishedStudy& study,
                                                         const std::vector<std::string>& columns) {
  std::vector<std::pair<std::uint64_t, StoredRow>> keys;
  for (const StoredRow& row : study.rows()) {
    keys.emplace_back(pair_key(study.read_row(row), columns), row);
  }
  return keys;
}

std::vector<Pair> pairs_of(const FinishedStudy& a, const FinishedStudy& b) {
  const std::vector<std::string>& columns = a.facts().columns;
  auto others = keys_of(b, columns);
  const auto by_key = [](const auto& x, const auto& y) { return x.first < y.first; };
  std::stable_sort(others.begin(), others.end(), by_key);
  std::vector<Pair> pairs;
  for (const auto& [key, row] : keys_of(a, columns)) {
    const auto it =
        std::lower_bound(others.begin(), others.end(), std::pair(key, StoredRow{}), by_key);
    if (it == others.end() || it->first != key) continue;
    pairs.push_back({row.run / a.facts().repeat, row.run % a.facts().repeat, row, it->second});
  }
  return pairs;
}

double metric_in(const Json& row, const std::string& metric) {
  const auto it = row.find(metric);
  return it != row.end() && it->is_number() ? it->get<double>() : kUndefined;
}

// Samples of A, B and their difference, one a replication.
struct Samples {
  sim::Moments a, b, difference;
  bool is_equal = true;
  bool is_present = false;

  void add(double of_a, double of_b) {
    a.add(of_a);
    b.add(of_b);
    difference.add(of_b - of_a);
  }
  [[nodiscard]] DiffRow row(const std::string& metric, std::string point) const {
    return {.metric = metric,
            .point = std::move(point),
            .a = a.count() > 0 ? a.mean() : kUndefined,
            .b = b.count() > 0 ? b.mean() : kUndefined,
            .difference = sim::student_interval(difference),
            .samples = difference.count(),
            .is_equal = is_equal};
  }
};

// Over the points of one replication, by metric.
struct Sums {
  double a = 0;
  double b = 0;
  std::uint64_t points = 0;
};

std::vector<DiffRow> over_points(const FinishedStudy& a, const FinishedStudy& b,
                                 std::vector<Pair> pairs) {
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return std::tuple(x.replication, x.point) < std::tuple(y.replication, y.point);
  });
  const auto metrics = metric_table();
  std::vector<Samples> samples(metrics.size());
  for (std::size_t i = 0; i < pairs.size();) {
    std::vector<Sums> sums(metrics.size());
    const std::uint64_t replication = pairs[i].replication;
    for (; i < pairs.size() && pairs[i].replication == replication; ++i) {
      const Json first = a.read_row(pairs[i].a);
      const Json second = b.read_row(pairs[i].b);
      for (std::size_t m = 0; m < metrics.size(); ++m) {
        const double of_a = metric_in(first, metrics[m].name);
        const double of_b = metric_in(second, metrics[m].name);
        const bool both = first.contains(metrics[m].name) && second.contains(metrics[m].name);
        samples[m].is_present = samples[m].is_present || both;
        samples[m].is_equal =
            samples[m].is_equal && (of_a == of_b || (of_a != of_a && of_b != of_b));
        if (std::isnan(of_a) || std::isnan(of_b)) continue;
        sums[m].a += of_a;
        sums[m].b += of_b;
        ++sums[m].points;
      }
    }
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      if (sums[m].points == 0) continue;
      const auto points = static_cast<double>(sums[m].points);
      samples[m].add(sums[m].a / points, sums[m].b / points);
    }
  }
  std::vector<DiffRow> rows;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (samples[m].is_present) rows.push_back(samples[m].row(metrics[m].name, {}));
  }
  return rows;
}

std::string point_text(const Json& row, const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) {
    if (!row.contains(column) || row[column].is_null()) continue;
    const Json& value = row[column];
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", column,
                        value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

std::vector<DiffRow> by_point(const FinishedStudy& a, const FinishedStudy& b,
                              std::vector<Pair> pairs, const std::string& metric) {
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return std::tuple(x.point, x.replication) < std::tuple(y.point, y.replication);
  });
  std::vector<DiffRow> rows;
  for (std::size_t i = 0; i < pairs.size();) {
    Samples samples;
    std::string text;
    const std::uint64_t point = pairs[i].point;
    for (; i < pairs.size() && pairs[i].point == point; ++i) {
      const Json first = a.read_row(pairs[i].a);
      if (text.empty()) text = point_text(first, a.facts().columns);
      const double of_a = metric_in(first, metric);
      const double of_b = metric_in(b.read_row(pairs[i].b), metric);
      samples.is_equal = samples.is_equal && (of_a == of_b || (of_a != of_a && of_b != of_b));
      if (!std::isnan(of_a) && !std::isnan(of_b)) samples.add(of_a, of_b);
    }
    rows.push_back(samples.row(metric, std::move(text)));
  }
  return rows;
}

ResultDiff diff_sweeps(const fs::path& a, const fs::path& b,
                       const std::optional<std::string>& metric) {
  ResultDiff diff;
  const auto first = FinishedStudy::read(a, diff.problems);
  const auto second = FinishedStudy::read(b, diff.problems);
  if (!first || !second) return diff;
  const auto sorted = [](std::vector<std::string> columns) {
    std::sort(columns.begin(), columns.end());
    return columns;
  };
  if (sorted(first->facts().columns) != sorted(second->facts().columns)) {
    diff.problems.push_back(fmt::format(
        "{} and {}: sweep different paths ({}, and {}) — compare sweeps of the same", a.string(),
        b.string(), listed(first->facts().columns), listed(second->facts().columns)));
    return diff;
  }
  const std::vector<Pair> pairs = pairs_of(*first, *second);
  diff.pairs = pairs.size();
  diff.alone = first->rows().size() + second->rows().size() - 2 * pairs.size();
  if (pairs.empty()) {
    diff.problems.push_back(
        fmt::format("{} and {}: no run of the one has the values and the seed of one of the other "
                    "— compare sweeps with points in common, and equal seeds",
                    a.string(), b.string()));
    return diff;
  }
  diff.rows =
      metric ? by_point(*first, *second, pairs, *metric) : over_points(*first, *second, pairs);
  return diff;
}

}  // namespace

ResultDiff diff_results(const fs::path& a, const fs::path& b,
                        const std::optional<std::string>& metric) {
  if (is_sweep(a) && is_sweep(b)) return diff_sweeps(a, b, metric);
  if (!is_sweep(a) && !is_sweep(b)) return diff_runs(a, b, metric);
  ResultDiff diff;
  for (const fs::path& folder : {a, b}) {
    std::error_code error;
    if (fs::is_directory(folder, error)) continue;
    diff.problems.push_back(fmt::format("{}: no such folder — check the path", folder.string()));
  }
  if (!diff.problems.empty()) return diff;
  diff.problems.push_back(
      fmt::format("{} and {}: a sweep and a run — compare two of a kind", a.string(), b.string()));
  return diff;
}

}  // namespace spindle::app

#include "app/report/finished_run.hpp"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>

namespace spindle::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kMaxResultBytes = std::uintmax_t{16} << 20U;

// A JSON object from the folder; a problem where there is none.
std::optional<Json> read_object(const fs::path& file, std::vector<std::string>& problems) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    problems.push_back(fmt::format(
        "{}: no such file (a finished run leaves one) — name the folder that `spindle run` wrote",
        file.string()));
    return std::nullopt;
  }
  const std::uintmax_t size = fs::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in) {
    problems.push_back(fmt::format("{}: cannot be read (is it readable to you?)", file.string()));
    return std::nullopt;
  }
  Json json = size > kMaxResultBytes ? Json() : Json::parse(in, nullptr, false);
  if (!json.is_object()) {
    problems.push_back(fmt::format(
        "{}: not a result file (it is no JSON object) — run the scenario again", file.string()));
    return std::nullopt;
  }
  return json;
}

void check_finished(const fs::path& file, std::vector<std::string>& problems) {
  const std::optional<Json> manifest = read_object(file, problems);
  if (!manifest) return;
  const auto partial = manifest->find("partial");
  if (partial == manifest->end() || !partial->is_boolean()) {
    problems.push_back(
        fmt::format("{}: does not say whether the run was finished (\"partial\" is true or false) "
                    "— run the scenario again",
                    file.string()));
  } else if (partial->get<bool>()) {
    problems.push_back(
        fmt::format("{}: a partial run (it was interrupted, and its metrics are those of fewer "
                    "epochs) — run the scenario again",
                    file.string()));
  }
}

}  // namespace

FinishedRun read_finished_run(const fs::path& folder) {
  FinishedRun run;
  check_finished(folder / "manifest.json", run.problems);
  const fs::path file = folder / "metrics.json";
  const std::optional<Json> json = read_object(file, run.problems);
  if (!json) return run;
  Metrics metrics;
  for (const MetricRow& row : metric_table()) {
    const auto value = json->find(row.name);
    if (value == json->end()) continue;
    if (value->is_number()) {
      metrics.set(row.name, value->get<double>());
    } else if (value->is_null()) {
      metrics.set(row.name, std::numeric_limits<double>::quiet_NaN());
    } else {
      run.problems.push_back(fmt::format(
          "{}: {}: neither a number nor null — run the scenario again", file.string(), row.name));
    }
  }
  if (run.problems.empty()) run.metrics = std::move(metrics);
  return run;
}

}  // namespace spindle::app

#include "app/report/result_files.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/report/atomic_file.hpp"
#include "app/report/json_number.hpp"
#include "app/report/npy_file.hpp"
#include "app/report/piecewise.hpp"
#include "app/report/text_table.hpp"
#include "app/report/timeline_files.hpp"
#include "app/report/timeline_text.hpp"
#include "app/version.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

void write_timeseries(AtomicFile& file, const RunResult& result) {
  std::string head =
      "time_s,load_requests_per_s,load_read_bytes_per_s,load_write_bytes_per_s,"
      "heat_mean,heat_max,hot_share";
  head += timeline_columns(result);
  head += lifecycle_columns(result);
  head += scrub_columns(result);
  const SpreadSeries& spread = result.rack_heat_series;
  if (!spread.cov.empty()) head += ",heat_cov,rack_heat_p50,rack_heat_p99,rack_heat_max";
  head += "\n";
  const models::FleetSeries& series = result.series;
  const auto append_epoch = [&](std::size_t e, std::string& text) {
    const double drives = std::max(1.0, result.drives_in(e));
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{}",
                   static_cast<double>(e) * result.epoch_s, series.requests_per_s[e],
                   series.read_bytes_per_s[e], series.write_bytes_per_s[e],
                   series.heat_sum[e] / drives, series.heat_max[e],
                   static_cast<double>(series.hot_drives[e]) / drives);
    append_timeline_values(result, e, text);
    append_lifecycle_values(result, e, text);
    append_scrub_values(result, e, text);
    if (!spread.cov.empty()) {
      fmt::format_to(std::back_inserter(text), ",{}", spread.cov[e]);
      for (const auto* values : {&spread.rack_p50, &spread.rack_p99, &spread.rack_max}) {
        text += ',';
        // Where no rack is up there is no such heat: an empty cell.
        if (!std::isnan((*values)[e])) fmt::format_to(std::back_inserter(text), "{}", (*values)[e]);
      }
    }
    text += "\n";
  };
  write_lines(file, std::move(head), series.heat_sum.size(), append_epoch);
}

std::string histogram_csv(std::string_view header, const std::vector<HistogramBin>& bins) {
  std::string out(header);
  for (const HistogramBin& bin : bins) {
    fmt::format_to(std::back_inserter(out), "{},{},{}\n", bin.low, bin.high, bin.count);
  }
  return out;
}

std::string latency_csv(const std::vector<LatencyRow>& rows) {
  std::string out = "class,side,requests,mean_s,p50_s,p99_s,p99_9_s\n";
  for (const LatencyRow& row : rows) {
    if (row.requests == 0) continue;
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{}\n", csv_quoted(row.tenant_class),
                   row.side, row.requests, row.mean_s, row.p50_s, row.p99_s, row.p99_9_s);
  }
  return out;
}

// An end that is undefined is left empty.
void append_interval(const sim::Interval& value, std::string& out) {
  for (const double end : {value.estimate, value.low, value.high}) {
    out += std::isfinite(end) ? fmt::format(",{}", end) : ",";
  }
}

// Rows of all classes have no class.
std::string zoom_csv(const ZoomRecord& zoom) {
  std::string out =
      "class,side,requests,mean_s,p50_s,p50_ci_low_s,p50_ci_high_s,p99_s,p99_ci_low_s,"
      "p99_ci_high_s,p99_9_s,p99_9_ci_low_s,p99_9_ci_high_s\n";
  for (const ZoomRow& row : zoom.rows) {
    if (row.requests == 0) continue;
    fmt::format_to(std::back_inserter(out), "{},{},{},{}",
                   row.tenant_class.empty() ? "" : csv_quoted(row.tenant_class), row.side,
                   row.requests, row.mean_s);
    for (const sim::Interval& value : {row.p50_s, row.p99_s, row.p99_9_s}) {
      append_interval(value, out);
    }
    out += "\n";
  }
  return out;
}

std::string manifest_json(const Scenario& scenario, const RunResult& result, const RunCost& cost) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  Json json;
  json["spindle"] = kVersion;
  json["git_commit"] = kGitCommit;
  json["compiler"] = kCompiler;
  json["scenario"] = scenario.name;
  json["seed"] = scenario.seed;
  json["digest"] = result.digest;
  json["partial"] = result.partial;
  json["initial_state"] = result.initial_state;
  json["shards_placed"] = result.shards;
  json["placement_notes"] = Json::object();
  for (const auto& note : result.notes) json["placement_notes"][note.name] = note.count;
  if (result.timeline) {
    json["unmet_goals"] = Json::array();
    for (const auto& line : unmet_goals(*result.timeline)) {
      json["unmet_goals"].push_back(line);
    }
  }
  if (result.zoom) {
    json["zoom_notes"] = Json::array();
    for (const std::string& line : result.zoom->notes) json["zoom_notes"].push_back(line);
  }
  json["drive_epochs"] = result.drive_epochs;
  json["wall_s"] = cost.wall_s;
  json["cpu_s"] = cost.cpu_s;
  json["drive_epochs_per_s"] =
      cost.wall_s > 0 ? static_cast<double>(result.drive_epochs) / cost.wall_s : 0.0;
  json["peak_memory_bytes"] = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  return json.dump(2) + "\n";
}

void add_drive_arrays(const RunResult& result, FileBatch& batch) {
  const auto add = [&](const char* name, std::vector<float> DriveArrays::*values) {
    if (result.drive_arrays) {
      write_npy(batch.add(name), *result.drive_arrays.*values);
    } else {
      batch.remove(name);
    }
  };
  add("drive_fill.npy", &DriveArrays::fill);
  add("drive_heat_mean.npy", &DriveArrays::heat_mean);
  add("drive_heat_max.npy", &DriveArrays::heat_max);
}

}  // namespace

Json metrics_object(const Metrics& metrics) {
  Json json;
  for (const auto& [name, value] : metrics.values()) {
    json[name] = json_number(value);
    if (name == "durability.nines") json["durability.estimator"] = metrics.durability_estimator;
  }
  return json;
}

std::string metrics_json(const Metrics& metrics) {
  return metrics_object(metrics).dump(2) + "\n";
}

void write_run(const fs::path& directory, const Scenario& scenario, const RunResult& result,
               const RunCost& cost) {
  make_folder(directory);
  FileBatch batch(directory);
  write_timeseries(batch.add("timeseries.csv"), result);
  batch.add("fill_histogram.csv", histogram_csv("fill_low,fill_high,drives\n", result.fill));
  batch.add("heat_histogram.csv", histogram_csv("heat_low,heat_high,drive_epochs\n", result.heat));
  if (result.latency.empty()) {
    batch.remove("latency.csv");
  } else {
    batch.add("latency.csv", latency_csv(result.latency));
  }
  if (result.zoom) {
    batch.add("zoom.csv", zoom_csv(*result.zoom));
  } else {
    batch.remove("zoom.csv");
  }
  add_timeline_files(result, batch);
  add_drive_arrays(result, batch);
  batch.add("scenario.json", scenario.resolved_json);
  batch.add("metrics.json", metrics_json(result.metrics));
  batch.add("manifest.json", manifest_json(scenario, result, cost));
  batch.commit();
}

}  // namespace spindle::app

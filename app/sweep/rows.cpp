#include "app/sweep/rows.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/report/result_files.hpp"
#include "app/version.hpp"

namespace spindle::app {
namespace {

// Appends without a search for the name: it is new.
void append(Json& row, std::string name, Json value) {
  auto& members = static_cast<Json::object_t::Container&>(row.get_ref<Json::object_t&>());
  members.emplace_back(std::move(name), std::move(value));
}

Json row_head(const Study& study, std::uint64_t run, std::uint64_t id) {
  Json row = Json::object();
  append(row, "point", study.point_of(run));
  append(row, "replication", study.replication_of(run));
  append(row, "run_id", id_text(id));
  const std::vector<Override> point = study.points().at(study.point_of(run));
  for (const std::string& column : study.points().columns()) {
    Json value;
    for (const Override& change : point) {
      if (change.path == column) value = to_json(change.value);
    }
    append(row, column, std::move(value));
  }
  append(row, "seed", study.seed_of(run));
  append(row, "version", sweep_version());
  return row;
}

// The name of a metric, and a path that a sweep may set: one column.
constexpr const char* kEstimator = "durability.estimator";

void append_metric(Json& row, const std::string& name, const Json& value) {
  if (name == kEstimator && row.contains(name)) {
    row[name] = value;
  } else {
    append(row, name, value);
  }
}

}  // namespace

std::string sweep_version() {
  return fmt::format("{}+{}", kVersion, kGitCommit);
}

Json finished_row(const Study& study, std::uint64_t run, std::uint64_t id,
                  const RunResult& result) {
  Json row = row_head(study, run, id);
  append(row, "digest", result.digest);
  const Json metrics = metrics_object(result.metrics);
  for (const auto& [name, value] : metrics.items()) append_metric(row, name, value);
  return row;
}

Json failed_row(const Study& study, std::uint64_t run, std::uint64_t id, std::string_view error) {
  Json row = row_head(study, run, id);
  append(row, "error", error);
  return row;
}

Json row_as(const Study& study, std::uint64_t run, std::uint64_t id, const Json& stored) {
  Json row = row_head(study, run, id);
  append(row, "digest", stored.at("digest"));
  for_each_metric(stored, [&](const std::string& name, const Json& value) {
    append_metric(row, name, value);
    // It may stand among the paths of the stored row.
    if (name == "durability.nines") append_metric(row, kEstimator, stored.at(kEstimator));
  });
  return row;
}

}  // namespace spindle::app

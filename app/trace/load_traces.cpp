#include "app/trace/load_traces.hpp"

#include <utility>

#include "app/trace/problem_log.hpp"

namespace spindle::app {
namespace {

using Trace = std::optional<models::DemandTrace>;

struct Sides {
  Trace reads, writes;
  std::vector<Problem> problems;
};

Sides read_sides(const TenantSpec& tenant, const std::filesystem::path& file) {
  const TraceSource& source = tenant.trace;
  if (tenant.options.load.kind == models::LoadKind::kJobs) {
    JobsResult jobs = read_jobs(file, {.time_column = source.time_column,
                                       .read_column = source.read_column,
                                       .write_column = source.write_column,
                                       .loop = source.loop});
    return {std::move(jobs.reads), std::move(jobs.writes), std::move(jobs.problems)};
  }
  const double unit = source.counts_requests ? tenant.options.object_size.to_double() : 1.0;
  SeriesResult series = read_series(file, {.time_column = source.time_column,
                                           .value_column = source.value_column,
                                           .bytes_per_unit = unit,
                                           .interval = source.interval,
                                           .loop = source.loop});
  if (source.side_is_writes) return {{}, std::move(series.trace), std::move(series.problems)};
  return {std::move(series.trace), {}, std::move(series.problems)};
}

bool starts_after(const Trace& trace, sim::Duration end) {
  return trace && !trace->points.empty() && trace->points.front().time >= end;
}

}  // namespace

std::vector<Problem> load_traces(Scenario& scenario) {
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < scenario.tenants.size(); ++i) {
    TenantSpec& tenant = scenario.tenants[i];
    if (tenant.trace.file.empty()) continue;
    const std::filesystem::path file = scenario.trace_dir / tenant.trace.file;
    Sides sides = read_sides(tenant, file);
    const sim::Duration end = scenario.run.duration;
    if (starts_after(sides.reads, end) || starts_after(sides.writes, end)) {
      sides.problems.push_back(problem_at(file.string(), 0,
                                          "all of the trace is after the end of the run — give "
                                          "times from 0 on, or a longer run.duration"));
    }
    for (Problem& problem : sides.problems) {
      problem.path = "tenants." + std::to_string(i) + ".load.file";
      problems.push_back(std::move(problem));
    }
    tenant.options.read_trace = std::move(sides.reads);
    tenant.options.write_trace = std::move(sides.writes);
  }
  return problems;
}

}  // namespace spindle::app

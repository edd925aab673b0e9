#include "app/trace/load_traces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/text/wording.hpp"
#include "app/trace/problem_log.hpp"

namespace spindle::app {
namespace {

using Trace = std::optional<models::DemandTrace>;

// Playing a sample in an epoch takes some 20 ns, and a run plays it twice: this many take minutes.
constexpr double kMostPlays = 3e9;

struct Sides {
  Trace reads, writes;
  std::vector<Problem> problems;
};

Sides read_sides(const TenantSpec& tenant, const std::filesystem::path& file,
                 const TraceLimits& limits) {
  const TraceSource& source = tenant.trace;
  if (tenant.options.load.kind == models::LoadKind::kJobs) {
    JobsResult jobs = read_jobs(file,
                                {.time_column = source.time_column,
                                 .read_column = source.read_column,
                                 .write_column = source.write_column,
                                 .loop = source.loop},
                                limits);
    return {std::move(jobs.reads), std::move(jobs.writes), std::move(jobs.problems)};
  }
  const double unit = source.counts_requests
                          ? models::request_size(tenant.options, source.side_is_writes).mean_bytes
                          : 1.0;
  SeriesResult series = read_series(file,
                                    {.time_column = source.time_column,
                                     .value_column = source.value_column,
                                     .bytes_per_unit = unit,
                                     .interval = source.interval,
                                     .loop = source.loop},
                                    limits);
  if (source.side_is_writes) return {{}, std::move(series.trace), std::move(series.problems)};
  return {std::move(series.trace), {}, std::move(series.problems)};
}

bool starts_after(const Trace& trace, sim::Duration end) {
  return trace && !trace->points.empty() && trace->points.front().time >= end;
}

std::size_t rows(const Trace& trace) {
  return trace ? trace->points.size() : 0;
}

// How often a sample meets an epoch when every tenant of the class plays its trace through the run.
double plays(const TenantSpec& tenant, const Sides& sides, const RunOptions& run) {
  const double run_s = run.duration.to_seconds();
  const double loop_s = tenant.trace.loop.to_seconds();
  const double repetitions = loop_s > 0 ? std::max(1.0, run_s / loop_s) : 1.0;
  const double span_s = std::min(tenant.trace.interval.to_seconds(), run_s);
  const double epochs = 1 + span_s / run.epoch.to_seconds();
  const auto samples = static_cast<double>(rows(sides.reads) + rows(sides.writes));
  return samples * repetitions * epochs * tenant.options.count;
}

// What the class asks that cannot be played; empty where all is well.
std::string why_unplayable(const TenantSpec& tenant, const Sides& sides, const RunOptions& run) {
  if (starts_after(sides.reads, run.duration) || starts_after(sides.writes, run.duration)) {
    return "all of the trace is after the end of the run — give times from 0 on, or a longer "
           "run.duration";
  }
  const double count = plays(tenant, sides, run);
  if (count <= kMostPlays) return {};
  return fmt::format(
      "playing the trace takes {:.2g} steps, one for every epoch that a sample meets, every "
      "repetition and every tenant (at most {} are supported) — a longer loop or epoch, a shorter "
      "interval, or fewer tenants",
      count, grouped(static_cast<std::uint64_t>(kMostPlays)));
}

}  // namespace

std::vector<Problem> load_traces(Scenario& scenario, const TraceLimits& limits) {
  std::vector<Problem> problems;
  std::size_t all_rows = 0;
  for (std::size_t i = 0; i < scenario.tenants.size(); ++i) {
    TenantSpec& tenant = scenario.tenants[i];
    if (tenant.trace.file.empty()) continue;
    const std::filesystem::path file = scenario.trace_dir / tenant.trace.file;
    Sides sides = read_sides(tenant, file, limits);
    const auto add = [&](std::string message) {
      sides.problems.push_back(problem_at(file.string(), 0, std::move(message)));
    };
    if (std::string why = why_unplayable(tenant, sides, scenario.run); !why.empty()) {
      add(std::move(why));
    }
    all_rows += std::max(rows(sides.reads), rows(sides.writes));
    const bool too_many = all_rows > limits.rows;
    if (too_many) {
      add(
          fmt::format("the traces up to here have more than {} (they would not fit in memory) — "
                      "fewer classes with traces, or shorter ones",
                      counted(limits.rows, "row")));
    }
    for (Problem& problem : sides.problems) {
      problem.path = "tenants." + std::to_string(i) + ".load.file";
      problems.push_back(std::move(problem));
    }
    if (too_many) break;
    tenant.options.read_trace = std::move(sides.reads);
    tenant.options.write_trace = std::move(sides.writes);
  }
  return problems;
}

}  // namespace spindle::app

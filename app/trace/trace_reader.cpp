#include "app/trace/trace_reader.hpp"

#include <cmath>
#include <stdexcept>

#include "app/trace/table_reader.hpp"
#include "app/trace/trace_file.hpp"

namespace spindle::app {
namespace {

void check_loop(sim::Duration loop) {
  if (loop.ns() < 0 || loop > models::kLongestRun) {
    throw std::invalid_argument("loop of a trace is not in [0, 200 years] — give e.g. 14 d");
  }
}

void check(const SeriesOptions& options) {
  check_loop(options.loop);
  if (options.interval.ns() <= 0 || options.interval > models::kLongestRun) {
    throw std::invalid_argument(
        "interval of a series is not in (0, 200 years] — give the length of a sample, e.g. 5 min");
  }
  if (!(options.bytes_per_unit > 0 && std::isfinite(options.bytes_per_unit))) {
    throw std::invalid_argument("bytes per unit of a series is not above 0 — give e.g. 1");
  }
}

void check(const JobsOptions& options) {
  check_loop(options.loop);
  if (options.read_column.empty() && options.write_column.empty()) {
    throw std::invalid_argument("job trace names no column of bytes — name the read column");
  }
}

SeriesResult finish(std::vector<std::vector<models::DemandTrace::Point>> points,
                    const SeriesOptions& options, ProblemLog& log) {
  SeriesResult out;
  if (log.empty()) {
    out.trace = models::DemandTrace{std::move(points.at(0)), options.interval, options.loop};
  }
  out.problems = log.take();
  return out;
}

JobsResult finish(std::vector<std::vector<models::DemandTrace::Point>> points,
                  const JobsOptions& options, ProblemLog& log) {
  JobsResult out;
  if (log.empty()) {
    std::size_t column = 0;
    const auto next = [&] {
      return models::DemandTrace{std::move(points.at(column++)), {}, options.loop};
    };
    if (!options.read_column.empty()) out.reads = next();
    if (!options.write_column.empty()) out.writes = next();
  }
  out.problems = log.take();
  return out;
}

TableOptions table_of(const SeriesOptions& options) {
  return {
      options.time_column, {options.value_column}, options.bytes_per_unit, options.interval, true};
}

TableOptions table_of(const JobsOptions& options) {
  TableOptions table;
  table.time_column = options.time_column;
  for (const std::string& column : {options.read_column, options.write_column}) {
    if (!column.empty()) table.amount_columns.push_back(column);
  }
  return table;
}

template <class Options>
auto read_file(const std::filesystem::path& file, const Options& options,
               const TraceLimits& limits) {
  check(options);
  const TableOptions table = table_of(options);
  ProblemLog log(file.string(), limits.problems);
  std::vector<std::vector<models::DemandTrace::Point>> points;
  with_trace_file(file, log, [&](std::istream& input) {
    points = TableReader(input, file.string(), table, limits, log).read();
  });
  return finish(std::move(points), options, log);
}

template <class Options>
auto read_stream(std::istream& input, const std::string& name, const Options& options,
                 const TraceLimits& limits) {
  check(options);
  const TableOptions table = table_of(options);
  ProblemLog log(name, limits.problems);
  return finish(TableReader(input, name, table, limits, log).read(), options, log);
}

}  // namespace

SeriesResult read_series(const std::filesystem::path& file, const SeriesOptions& options,
                         const TraceLimits& limits) {
  return read_file(file, options, limits);
}

JobsResult read_jobs(const std::filesystem::path& file, const JobsOptions& options,
                     const TraceLimits& limits) {
  return read_file(file, options, limits);
}

SeriesResult read_series(std::istream& input, const std::string& name, const SeriesOptions& options,
                         const TraceLimits& limits) {
  return read_stream(input, name, options, limits);
}

JobsResult read_jobs(std::istream& input, const std::string& name, const JobsOptions& options,
                     const TraceLimits& limits) {
  return read_stream(input, name, options, limits);
}

}  // namespace spindle::app

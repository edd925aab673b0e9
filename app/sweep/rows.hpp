#pragma once
// Rows of a sweep: one a run, flat, with a column for everything.
//
//   point, replication, run_id   which run it is
//   <path>, ...                  what the point sets; null where it leaves a path as it is
//   seed, version, digest        what the run had, and what came of it
//   <metric>, ...                as in metrics.json
//
// A row of a run that failed ends with seed, version and error.

#include <string>
#include <string_view>

#include "app/experiment/experiment.hpp"
#include "app/scenario/json_document.hpp"
#include "app/sweep/study.hpp"

namespace spindle::app {

// "1.2.0+d11f94d1": version and commit, without which equal bytes cannot be promised.
std::string sweep_version();

Json finished_row(const Study& study, std::uint64_t run, std::uint64_t id, const RunResult& result);
Json failed_row(const Study& study, std::uint64_t run, std::uint64_t id, std::string_view error);

// The row of a run whose id the stored one has: it may stem from another point, or another sweep.
Json row_as(const Study& study, std::uint64_t run, std::uint64_t id, const Json& stored);

// Calls visit(name, value) for the metrics of a finished row.
template <class Visit>
void for_each_metric(const Json& row, Visit&& visit) {
  bool behind = false;
  for (const auto& [name, value] : row.items()) {
    if (behind) visit(name, value);
    behind = behind || name == "digest";
  }
}

}  // namespace spindle::app

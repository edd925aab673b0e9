#pragma once
// Does the runs of a study that are not yet done, several at a time.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "app/scenario/json_document.hpp"
#include "app/sweep/row_store.hpp"
#include "app/sweep/study.hpp"
#include "app/sweep/study_files.hpp"

namespace spindle::app {

struct RunLimits {
  unsigned jobs = 1;     // runs at once
  unsigned threads = 1;  // of all of them together
};

// A shard's part of a study: run `first + k * step` has ids[k].
struct ShardRuns {
  const Study& study;
  Shard shard;
  std::vector<std::uint64_t> ids;

  [[nodiscard]] std::uint64_t run(std::size_t k) const {
    return shard.index + std::uint64_t{k} * shard.count;
  }
};

// Positions in `runs` of what the store lacks, each id once, at most `limit`.
std::vector<std::size_t> pending_runs(const ShardRuns& runs, const RowStore& store,
                                      std::uint64_t limit);

// How many runs may go on at once: half the memory holds as many as the largest.
unsigned jobs_within_memory(unsigned jobs, const Scenario& largest);

// What a run left, or why it failed; neither where it was told to end.
struct EndedRun {
  std::optional<RunResult> result;
  std::string failure;
};
EndedRun run_to_its_end(const Scenario& scenario, unsigned threads,
                        const std::function<bool(double)>& progress);

using RunFailures = std::map<std::uint64_t, std::string>;  // by id: why
// Adds a row to the store for every run that ends well; rethrows OutputError. `progress` gets the
// position in `pending` and the share done; where it returns false, runs end early and leave
// nothing.
RunFailures do_runs(const ShardRuns& runs, const std::vector<std::size_t>& pending, RowStore& store,
                    const RunLimits& limits,
                    const std::function<bool(std::size_t, double)>& progress);

// Rows and failures of the shard in the order of its runs.
RowSource rows_of(const ShardRuns& runs, const RowStore& store);
std::vector<Json> failed_rows(const ShardRuns& runs, const RunFailures& failures);

}  // namespace spindle::app

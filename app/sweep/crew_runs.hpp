#pragma once
// The runs of a study, shared among the ranks of a crew.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "app/sweep/crew.hpp"
#include "app/sweep/run_study.hpp"

namespace spindle::app {

struct CrewRequest {
  StudyRequest study;             // every rank reads it itself
  unsigned jobs = 1;              // runs at once of each rank, where its memory holds them
  unsigned threads = 1;           // of each rank
  std::uint64_t largest_run = 0;  // that takes most memory
};

// On rank 0: do_runs(), with rows and failures from all ranks, until `stop` says so. `progress`
// hears of runs elsewhere when they have ended. Also throws std::runtime_error where a rank cannot
// do them: it reads another study, or is another version.
RunFailures do_runs_in_crew(Crew& crew, const CrewRequest& request, const ShardRuns& runs,
                            const std::vector<std::size_t>& pending, RowStore& store,
                            const std::function<void(std::size_t, double)>& progress,
                            const std::function<bool()>& stop);

// On the other ranks, until rank 0 has no more to do. `join`: as of serve().
void serve_runs(Crew& crew, const std::function<void(const std::string& opening)>& join = {});

}  // namespace spindle::app

#pragma once
// One run that the ranks of a crew do together: a fleet of ledgers, of which each has its racks.

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "app/scenario/scenario.hpp"
#include "app/sweep/crew.hpp"
#include "sim/cells/transport.hpp"

namespace spindle::app {

// This process's ends: of messages, and of what all exchange at once.
struct Ranks {
  Crew& crew;
  sim::Transport& transport;
};

struct SharedRunRequest {
  std::string file;  // every rank reads it itself
  std::vector<std::string> sets;
  unsigned threads = 1;  // of each rank
};

// Of one rank.
struct RankCost {
  double wall_s = 0;
  double waited_s = 0;  // in exchanges, for the slowest rank and for the network
  double peak_bytes = 0;
  double exchanges = 0;
};

struct SharedRun {
  RunResult result;
  std::vector<RankCost> costs;  // by rank
};

// Why ranks do not share a run of the scenario; empty where they do.
std::string unshared_reason(const Scenario& scenario);

// On rank 0: run_experiment(), with the other ranks, which `join_run`. Throws what it throws, and
// std::runtime_error where another rank fails; no rank takes part any more then.
SharedRun share_run(const Ranks& ranks, const SharedRunRequest& request, const Scenario& scenario,
                    const std::function<bool(double)>& progress);

// On the others: their part of a run that rank 0 shares. What goes wrong is told to rank 0.
void join_run(const Ranks& ranks, const std::string& opening);

// "2 ranks of 1 thread: …", and a warning where ranks wait more than they work (else empty).
std::string cost_text(const SharedRun& run, unsigned threads);
std::string cost_warning(const SharedRun& run);

}  // namespace spindle::app

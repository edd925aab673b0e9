#pragma once
// One run of a scenario whose fleet is one of ledgers (`run.form`).

#include <functional>

#include "app/experiment/experiment.hpp"
#include "app/scenario/scenario.hpp"
#include "sim/cells/transport.hpp"

namespace spindle::app {

// As run_experiment(). Throws WorldError. `ranks`: this process's end where several share one run,
// each with `threads`; all get the same result, and rank 0's `progress` is asked. Collective; also
// throws what sim::Transport::exchange() does, and std::runtime_error where a rank has other
// results.
RunResult run_ledger_experiment(const Scenario& scenario, unsigned threads,
                                const std::function<bool(double)>& progress,
                                sim::Transport* ranks = nullptr);

}  // namespace spindle::app

#pragma once
// One run of a scenario whose fleet is one of ledgers (`run.form`).

#include <functional>

#include "app/experiment/experiment.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

// As run_experiment(). Throws WorldError.
RunResult run_ledger_experiment(const Scenario& scenario, unsigned threads,
                                const std::function<bool(double)>& progress);

}  // namespace spindle::app

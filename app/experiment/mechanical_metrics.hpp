#pragma once
// What a run at mechanical fidelity says of requests.

#include "app/experiment/experiment.hpp"
#include "app/experiment/sweep.hpp"
#include "app/report/metric_table.hpp"

namespace spindle::app {

// Sets the rows that only mechanical fidelity has.
void set_mechanical(const Scenario& scenario, const World& world, const MechanicalSweep& run,
                    Metrics& out);

// Latency of each class of tenants, reads and writes.
std::vector<LatencyRow> latency_rows(const World& world, const MechanicalSweep& run);

}  // namespace spindle::app

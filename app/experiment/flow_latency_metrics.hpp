#pragma once
// What a run at flow fidelity says of requests, where all drive models have mechanics.

#include <optional>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "app/world/world.hpp"
#include "models/flow/flow_latency.hpp"

namespace spindle::app {

// For the run to write. Empty where a drive model has no mechanics, or a part of a request is
// larger than what a drive holds.
std::optional<models::LoadRecord> load_record(const World& world);

models::FlowLatency latency_of_run(const World& world, const models::LoadRecord& loads,
                                   const models::FlowResult& flow, unsigned threads);

// Sets the rows that runs have whose drives have mechanics.
void set_flow_latency(const models::FlowLatency& latency, Metrics& out);

// Latency of each class of tenants, reads and writes.
std::vector<LatencyRow> latency_rows(const World& world, const models::FlowLatency& latency);

}  // namespace spindle::app

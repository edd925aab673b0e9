#pragma once
// What both fidelities say of how long requests take.

#include <cstdint>
#include <string>

#include "app/experiment/experiment.hpp"
#include "app/report/metric_table.hpp"
#include "models/flow/flow_latency.hpp"

namespace spindle::app {

// Sets `latency.read.*` or `latency.write.*`; `side` is "read" or "write".
void set_latency(const std::string& side, const models::TimeSummary& time, Metrics& out);

LatencyRow latency_row(const std::string& tenant_class, const std::string& side,
                       std::uint64_t requests, const models::TimeSummary& time);

}  // namespace spindle::app

#pragma once
// The flow fidelity: every drive's heat, epoch by epoch, from the tenants' demand and the map of
// who lies where.
//
// An event advances the run by a window of epochs: tenants first (each from its own stream), then
// racks, in parallel. Results do not depend on the number of threads or on the window.

#include <cstdint>
#include <functional>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/flow/flow_result.hpp"
#include "models/flow/heat_matrix.hpp"
#include "models/tenant/demand.hpp"

namespace spindle::models {

// Disk-seconds that one request of a tenant costs, summed over the drives it touches, by drive
// model: read[model * tenants + tenant].
struct RequestCosts {
  std::vector<double> read;
  std::vector<double> write;
};

struct FlowInputs {
  const Topology& topology;
  const HeatMatrix& matrix;
  const TenantPopulation& population;
  const RequestCosts& costs;
  // Sum of shard weights of each tenant's whole data, placed or not: a request falls on a shard in
  // proportion to its weight.
  const std::vector<double>& total_weight;
  // Share of the fleet's capacity by drive model, for the demand's disk time (FleetSeries).
  const std::vector<double>& capacity_share;
  EpochGrid grid;
  unsigned threads = 1;
};

// `progress` is called with the share of epochs done; returning false ends the run after the
// window in hand.
FlowResult run_flow(const FlowInputs& inputs, const std::function<bool(double)>& progress = {});

// Bytes that run_flow() holds at its peak beside its inputs, drives and epochs, roughly.
double flow_memory_bytes(std::uint32_t drive_models, std::uint32_t tenants, std::uint32_t racks);

}  // namespace spindle::models

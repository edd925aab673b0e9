#pragma once
// The flow fidelity: every drive's heat, epoch by epoch, from the tenants' demand and the map of
// who lies where.
//
// An event advances the run by a window of epochs: tenants first (each from its own stream), then
// racks, in parallel. Results do not depend on the number of threads or on the window. A living
// fleet goes through each window of 8 epochs before its heat is summed: what changed within an
// epoch counts for the part of the epoch that it holds, while rates count as constant in it.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/flow/flow_result.hpp"
#include "models/flow/heat_kernel.hpp"
#include "models/flow/heat_ledger.hpp"
#include "models/flow/heat_matrix.hpp"
#include "models/flow/load_record.hpp"
#include "models/state/demand_journal.hpp"
#include "models/state/directed_load.hpp"
#include "models/tenant/demand_columns.hpp"

namespace spindle::models {

// Disk-seconds that one request of a tenant costs, summed over the drives it touches, by drive
// model: read[model * tenants + tenant].
struct RequestCosts {
  std::vector<double> read;
  std::vector<double> write;
};

// What tenants ask in the window in hand, for those who act on it before its heat is known.
struct WindowDemand {
  sim::Instant start;
  sim::Instant end;
  std::uint64_t first_epoch = 0;
  std::size_t epochs = 0;  // kEpochsPerSweep, fewer in the last window
  std::span<const double> writes;

  // Written objects per second in each epoch of the window.
  [[nodiscard]] std::span<const double> writes_per_s(std::uint32_t tenant) const {
    return writes.subspan(tenant * kEpochsPerSweep, epochs);
  }
};

// A fleet that lives. Before each window the journal and the load begin at its start; `advance`
// then takes the fleet to the window's end, writing both. Racks that are not there at time 0 are
// journalled so before run_flow() (DemandJournal::set_rack at time 0); shifts of demand are not:
// the matrix holds who bears what at time 0.
struct FlowDynamics {
  HeatLedger& ledger;  // of the matrix that FlowInputs names
  DemandJournal& journal;
  DirectedLoad& directed;
  std::function<void(const WindowDemand&)> advance;
  // May be empty. Told after each window what clients asked of every drive in it, as a mean share
  // of its time: its heat without the directed one.
  std::function<void(std::span<const double>)> swept = {};
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
  // Where data cools: the matrix's columns and, per column, the sum of weights of all its extents
  // at time 0, placed or not. Without them a column is a tenant, of course 1. Writes that are
  // new data (WriteKind) do not fall on old data by weight: they are told to DirectedLoad, and
  // where there are no dynamics they count as updates.
  const DemandColumns* columns = nullptr;
  const std::vector<double>* column_weight = nullptr;
  FlowDynamics* dynamics = nullptr;
  // Where latencies are wanted: the loads that requests meet, one entry an epoch swept.
  LoadRecord* loads = nullptr;
};

// `progress` is called with the share of epochs done; returning false ends the run after the
// window in hand.
FlowResult run_flow(const FlowInputs& inputs, const std::function<bool(double)>& progress = {});

// Bytes that run_flow() holds at its peak beside its inputs, drives and epochs, roughly; `columns`
// is at least the number of tenants.
double flow_memory_bytes(std::uint32_t drive_models, std::uint32_t tenants, std::uint32_t racks,
                         std::uint32_t columns);

}  // namespace spindle::models

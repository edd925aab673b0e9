#pragma once
// Demand is conserved while the fleet lives: in every epoch the drives together bear, beside what
// falls on them by name, what the tenants ask of data that can be read; and what the ledger says
// that each rack bears is what follows from where the shards are.
//
// From outside: each extent's demand follows the law of cooling from its own birth, and the shards
// are counted in the map.

#include <cstdint>
#include <span>
#include <vector>

#include "models/checkers/placement_checker.hpp"
#include "models/flow/flow_run.hpp"
#include "models/state/fleet_state.hpp"

namespace spindle::models {

// Fleet heat expected of a living fleet. Told of every window and every birth, in time order.
// Windows in which something could not be read are not computed; nor, by the power law, epochs but
// the last of each window. Memory: 8 B an extent of the tenants. Cost: O(1) a birth; by the power
// law one law an extent and window.
class LivingDemand {
 public:
  // Everything must outlive it.
  LivingDemand(const FlowInputs& inputs, const PlacementResult& placement);

  void begin(const WindowDemand& window);
  void renewed(sim::Instant at, std::uint32_t extent);
  // The window is over: computes its epochs.
  void end(const DemandJournal& journal);

  // A violation for every epoch so far whose heat, less directed heat and what slow drives take
  // longer (heat, and no demand), is off by more than the relative `tolerance`: outside of what the
  // cheapest and the dearest drive model would bear.
  [[nodiscard]] CheckReport check(const FleetSeries& series, double tolerance) const;
  // Of each epoch so far; kNotChecked where not computed. On the cheapest drive model for each
  // tenant, and on the dearest.
  [[nodiscard]] const std::vector<double>& least() const { return least_; }
  [[nodiscard]] const std::vector<double>& most() const { return most_; }

 private:
  [[nodiscard]] const CoolingOptions& cooling_of(std::uint32_t tenant) const;
  [[nodiscard]] double weight_in(std::uint32_t tenant, double birth_s, std::size_t epoch) const;
  [[nodiscard]] bool is_coarse(std::uint32_t tenant) const;
  [[nodiscard]] double epochs_since(double birth_s, double epoch) const;
  [[nodiscard]] double weight_at_end(std::uint32_t tenant, double birth_s) const;
  [[nodiscard]] bool is_computed(std::size_t epoch) const;

  const FlowInputs& in_;
  std::vector<std::uint32_t> tenant_of_;  // per extent
  std::vector<double> birth_s_;           // per extent; kAbsent: not placed
  std::vector<double> first_factor_;      // per tenant: 1 over the mean law of its first data
  std::vector<double> newborn_;           // per class: 1 over the mean law of the first ages
  std::vector<double> sum_;               // per tenant: weights at the window's start, closed sums
  std::vector<double> change_;            // to be added to it at the window's end
  WindowDemand window_;
  bool has_power_law_ = false;
  DemandStream demand_;
  std::vector<double> weights_;  // [tenant * kEpochsPerSweep + epoch]
  std::vector<double> least_;
  std::vector<double> most_;
};

// A violation for every column and every rack whose weight in the ledger (base and pending, after a
// window) is not that of the shards in the map. Off by more than 1e-5 of the column's or the rack's
// own weight, or of the first weight of an average tenant as the column has cooled: sums in single
// precision. Racks of lost zones are left out.
CheckReport check_ledger(const HeatLedger& ledger, const FleetState& fleet,
                         const DemandColumns& columns, sim::Instant now);

}  // namespace spindle::models

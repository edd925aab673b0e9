#pragma once
// The heat matrix of a fleet that lives: what each rack's drives bear, with the shifts since.
//
// Shifts of the window in hand come from the DemandJournal and count from their moment on. Those of
// earlier windows are pending: each is swept by itself, until there are so many that the rack's
// slices are built anew with them. Racks are independent: any number of threads may work on
// different racks, with equal results.
//
// Cost: a shift that is pending about 1.5 entries of the matrix a sweep; merging, amortised, a sort
// and 8 entries a shift. Memory: 16 B a pending shift, and one rack's matrix twice while merging.

#include <cstdint>
#include <span>
#include <vector>

#include "models/flow/heat_matrix.hpp"
#include "models/state/demand_journal.hpp"

namespace spindle::models {

class HeatLedger {
 public:
  // The matrix at time 0, which is changed as shifts are merged; it must outlive the ledger.
  explicit HeatLedger(HeatMatrix& matrix) : matrix_(matrix), pending_(matrix.racks()) {}

  [[nodiscard]] const RackHeat& base(std::uint32_t rack) const { return matrix_.rack(rack); }
  // Shifts of earlier windows; their `from` is 0.
  [[nodiscard]] std::span<const DemandShift> pending(std::uint32_t rack) const {
    return pending_[rack];
  }
  // The window is over: its shifts of this rack count fully from now on.
  void absorb(std::uint32_t rack, std::span<const DemandShift> shifts);
  // Builds the rack's slices anew with its pending shifts; weights that cancel are dropped.
  void merge(std::uint32_t rack);

  // Adds the weight that the rack bears of each column, base and pending, to out[column].
  void add_weights(std::uint32_t rack, std::span<double> out) const;

 private:
  HeatMatrix& matrix_;
  std::vector<std::vector<DemandShift>> pending_;  // per rack
};

}  // namespace spindle::models

#pragma once
// What a run of ledgers puts down, epoch by epoch: demand, heat of the fleet and of its racks,
// meltdowns, landed racks' heat.

#include <cstdint>
#include <span>
#include <vector>

#include "models/flow/rack_sweep.hpp"
#include "models/ledger/ledger_heat.hpp"
#include "models/ledger/ledger_run.hpp"

namespace spindle::models {

class LedgerRecord {
 public:
  // All must outlive it; `out` is added to.
  LedgerRecord(const LedgerInputs& inputs, const LedgerPlan& plan, LedgerResult& out);

  // The epochs of the window that the plan and the sample are at, from out.epochs on. `sums`: by
  // rack; `reference`: by epoch, what their deviations are from.
  void add(std::size_t epochs, std::span<const RackHeatSums> sums,
           std::span<const float> reference);
  void finish();

 private:
  void append_demand(std::size_t e);
  void append_heat(std::size_t e, std::span<const RackHeatSums> sums, double reference);
  [[nodiscard]] bool is_being_moved_to(const RackGroup& group) const;
  void note_landed(std::uint32_t rack, std::uint32_t present, double mean, double& landed,
                   std::uint32_t& drives);
  void append_more(std::size_t e, double landed, std::uint32_t landed_drives, std::uint32_t drives);

  const LedgerInputs& in_;
  const LedgerPlan& plan_;
  const Topology& topology_;
  LedgerResult& out_;
  std::vector<MeltdownWatch> watches_;  // by rack
  std::vector<double> rack_means_;
  bool all_filled_ = true;  // in the window: no landing is under way
  double landed_sum_ = 0;
  double landed_drives_ = 0;
  double other_sum_ = 0;
  double other_drives_ = 0;
};

}  // namespace spindle::models

#pragma once
// Heat of a window that falls on drives whatever their data is asked for: new data, repair, moves.
//
// New data, repair, and moves from or to the fleet at large read and write whole shards, each
// within one epoch, on drives as chance has it (ShardStrokes). Drives that are filled, emptied or
// rebalanced at a rate of their own are busy with it all the time: evenly. So is a part of repair
// (GroupFlow::Repair).

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/ledger_options.hpp"
#include "models/ledger/ledger_plan.hpp"
#include "models/ledger/mix_sample.hpp"
#include "models/ledger/shard_strokes.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::models {

class DirectedHeat {
 public:
  // All must outlive it.
  DirectedHeat(const LedgerOptions& options, const EpochGrid& grid, const MixSample& sample)
      : options_(options), grid_(grid), sample_(sample) {}

  // Of the window that `plan` and the sample are at.
  void set(const LedgerPlan& plan, std::size_t epochs);

  // Numbers of groups are those of LedgerPlan::groups(). Of each drive, on average:
  [[nodiscard]] double mean(std::size_t group, std::size_t epoch) const {
    return groups_[group].even[epoch] + groups_[group].mean[epoch];
  }
  // The same on all drives.
  [[nodiscard]] double even(std::size_t group, std::size_t epoch) const {
    return groups_[group].even[epoch];
  }
  // nullptr: nothing is written or read whole.
  [[nodiscard]] const ShardStrokes* strokes(std::size_t group) const {
    return groups_[group].strokes.empty() ? nullptr : &groups_[group].strokes;
  }
  // Words for draws of strokes(), of a rack's drives.
  void draw(std::uint64_t rack_slot, std::uint64_t window, std::size_t drives,
            std::vector<std::uint32_t>& words) const;

 private:
  struct OfGroup {
    std::array<double, kLedgerEpochs> even = {};
    std::array<double, kLedgerEpochs> mean = {};  // of what is whole
    ShardStrokes strokes;
  };
  void set_courses(std::size_t epochs);
  void set_group(const RackGroup& group, const GroupFlow& flow, std::size_t epochs, OfGroup& out);

  const LedgerOptions& options_;
  const EpochGrid& grid_;
  const MixSample& sample_;
  std::vector<double> courses_;  // [class * kLedgerEpochs + e]: writes / mean of the window
  std::vector<OfGroup> groups_;
};

}  // namespace spindle::models

#pragma once
// How many shards an extent lacks in each zone: the states of a tagged extent.
//
// Where the rule fills every zone alike (max_per_zone x zones = shards) zones are told apart, so
// that no more shards can be lost with a zone than it holds; otherwise all drives count as one
// zone. Thirty-two states for 5+4 at three a zone, m + 1 in one zone; beyond 512 zones are not told
// apart.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/durability/durability_case.hpp"
#include "models/durability/extent_classes.hpp"

namespace spindle::models {

class LossStates {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::size_t kMostStates = 512;

  // `zones_matter`: whole zones or parts of them fail together.
  LossStates(const ExtentClasses& classes, const DurabilityFleet& fleet, bool zones_matter);

  // State 0 is whole; states are ordered by how much is missing.
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(missing_.size()); }
  [[nodiscard]] std::uint32_t zones() const { return zones_; }
  [[nodiscard]] std::uint32_t missing(std::uint32_t state) const { return missing_[state]; }
  // Shards missing, and there, in a zone.
  [[nodiscard]] std::uint32_t missing_in(std::uint32_t state, std::uint32_t zone) const {
    return missing_in_[state * zones_ + zone];
  }
  [[nodiscard]] std::uint32_t present_in(std::uint32_t state, std::uint32_t zone) const {
    return per_zone_ - missing_in(state, zone);
  }
  // With one missing shard of a zone back. Precondition: one is missing there.
  [[nodiscard]] std::uint32_t after_return(std::uint32_t state, std::uint32_t zone) const {
    return after_return_[state * zones_ + zone];
  }
  // After one more loss in a zone; kNone: the extent is lost.
  [[nodiscard]] std::uint32_t after_loss(std::uint32_t state, std::uint32_t zone) const {
    return after_loss_[state * zones_ + zone];
  }

 private:
  std::uint32_t zones_;
  std::uint32_t per_zone_;
  std::vector<std::uint32_t> missing_;
  std::vector<std::uint32_t> missing_in_;
  std::vector<std::uint32_t> after_loss_;
  std::vector<std::uint32_t> after_return_;  // kNone: none is missing there
};

}  // namespace spindle::models

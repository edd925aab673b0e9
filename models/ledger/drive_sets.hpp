#pragma once
// A fleet cut into the sets of drives of the policy `static`, in its own numbers, and what ledgers
// hold on each set.

#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/ledger_flows.hpp"
#include "models/placement/policy.hpp"

namespace spindle::models {

class DriveSets {
 public:
  // `context` is that of the policy, on the fleet without its landings; sets are the policy's own.
  // `topology`: the whole fleet. Throws what full_numbers throws.
  DriveSets(const PolicyContext& context, const Topology& topology);

  [[nodiscard]] std::uint32_t sets() const {
    return static_cast<std::uint32_t>(drives_.size() / shards_);
  }
  [[nodiscard]] std::uint32_t shards() const { return shards_; }
  [[nodiscard]] std::span<const std::uint32_t> drives_of(std::uint32_t set) const {
    return std::span(drives_).subspan(std::size_t{set} * shards_, shards_);
  }
  // By drive; SetFlow::kNoSet: of none.
  [[nodiscard]] std::span<const std::uint32_t> set_of() const { return set_of_; }

 private:
  std::uint32_t shards_;
  std::vector<std::uint32_t> drives_;  // shards_ a set, in the order of use
  std::vector<std::uint32_t> set_of_;
};

// What the sets' drives hold.
struct SetCensus {
  std::vector<LedgerClass> held;   // [set * classes + class]: mean over the set's drives
  std::vector<float> fullest;      // by set: shards on its fullest drive
  std::vector<std::uint8_t> open;  // by set: all drives are there and take data
};

// `takes`: by rack, whether data may come to it. Collective over the ranks of the fleet.
SetCensus count_sets(const DriveSets& sets, const LedgerFleet& fleet,
                     std::span<const std::uint8_t> takes, unsigned threads);

}  // namespace spindle::models

#pragma once
// The shards that are nowhere, by the number that their entries in the map carry.

#include <cstdint>
#include <span>
#include <vector>

#include "models/repair/target_chooser.hpp"
#include "models/state/fleet_state.hpp"
#include "sim/event_queue.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct LostShard {
  std::uint32_t shard = 0;
  std::uint32_t failure = 0;  // number of the failure that took it
  sim::Instant since;
  sim::EventHandle rebuilt;                     // pending while it is rebuilt
  std::uint64_t waits_since = 0;                // its place among the waiting; 0: it does not wait
  std::uint32_t target = TargetChooser::kNone;  // where room is kept for it while it is on its way
  std::uint32_t attempt = 0;                    // which of all rebuilds this is, while on its way
  bool is_repair = true;     // false: its extent was lost, and it is made again from nothing
  bool was_in_zone = false;  // it was in a zone that is lost
  bool was_in_rack = false;  // it was lost with its rack
  bool is_detected = false;  // of RebuildBacklog: its loss is known
  bool is_due = false;       // … and its extent has lacked enough shards for repair to start
};

class LostShards {
 public:
  // Numbers are used again after release().
  std::uint32_t add(const LostShard& lost) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(lost_.size()));
      lost_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    lost_[number] = lost;
    return number;
  }
  void release(std::uint32_t number) {
    lost_[number] = {};
    free_.push_back(number);
  }
  LostShard& operator[](std::uint32_t number) { return lost_[number]; }
  const LostShard& operator[](std::uint32_t number) const { return lost_[number]; }
  [[nodiscard]] std::uint64_t size() const { return lost_.size() - free_.size(); }
  // All numbers ever used are below; those not in use have no target.
  [[nodiscard]] std::uint32_t numbers() const { return static_cast<std::uint32_t>(lost_.size()); }

  // The drives that hold the extent's other shards, or will hold them. Valid until the next call.
  std::span<const std::uint32_t> held_by(const FleetState& state, std::uint32_t extent) {
    held_.clear();
    for (const std::uint32_t entry : state.map().of(extent)) {
      if (state.is_present_entry(entry)) {
        held_.push_back(entry);
      } else if (ShardMap::is_lost(entry)) {
        const std::uint32_t target = lost_[entry - ShardMap::kLost].target;
        if (target != TargetChooser::kNone) held_.push_back(target);
      }
    }
    return held_;
  }

 private:
  std::vector<LostShard> lost_;
  std::vector<std::uint32_t> free_;  // numbers that are not in use
  std::vector<std::uint32_t> held_;  // scratch
};

}  // namespace spindle::models

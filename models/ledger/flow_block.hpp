#pragma once
// The inner loop of a ledger's flows: drives of a rack side by side, value by value, with the same
// bits on every instruction set (Highway's run-time dispatch).
//
// A value is what a drive holds of one class: shards at [2 * class], demand at [2 * class + 1].
// After a window it is
//   value + value * (change - sent share * cool) + preference * come + place + taken * pool,
// written as a change so that rounding goes both ways alike, and noise where data is drawn.

#include <array>
#include <cstdint>
#include <span>

#include "models/ledger/ledger_flows.hpp"

namespace spindle::models {

inline constexpr std::size_t kMostLedgerValues = 2 * kMostLedgerClasses;
// Drives of a block.
inline constexpr std::size_t kFlowLanes = 64;

// A number for each drive of a block. Not set to 0 by itself: of a block's rows few are used.
struct alignas(64) FlowRow {
  float at[kFlowLanes];
};

// Drives that are absent hold nothing, and nothing comes to them.
struct FlowBlock {
  FlowRow value[kMostLedgerValues];
  FlowRow there;                             // 1, or 0: absent
  FlowRow takes;                             // 1, or 0: nothing comes by preference
  FlowRow preference;                        // for what comes, where that is drawn
  FlowRow shards;                            // of all classes, after the window
  alignas(64) std::int32_t bin[kFlowLanes];  // of fill, after the window
  // Random words of each class for the block's drives; null: nothing of it is drawn.
  std::array<const std::uint32_t*, kMostLedgerClasses> words = {};
};

// Flows of one rack as factors and terms of its drives' values.
struct FlowTerms {
  explicit FlowTerms(const RackFlowInputs& in);

  using Values = std::array<float, kMostLedgerValues>;
  std::size_t classes = 0;
  Values change = {};
  Values cool = {};
  Values come = {};
  Values place = {};
  Values pool = {};
  bool grows = false;
  struct OfClass {
    float grow = 0;
    float come = 0;
    float come_demand = 0;
    float drawn = 0;
    float noise_demand = 0;  // of a shard that comes, more or less than on average
    float unevenness = 1;
    float noise_left = 1;
    float leave_variance = 0;  // of the number that leave, for each shard held
  };
  std::array<OfClass, kMostLedgerClasses> of_class;
  const FillPreference* preference = nullptr;
  bool prefers = true;
  bool draws = false;  // what comes is whole shards, beside this (ledger_flows.cpp)
  const RebalanceFlow* rebalance = nullptr;
  bool rebalances = false;
};

// Sums over blocks, drive by drive of a block.
struct FlowSums {
  FlowRow before[kMostLedgerClasses];  // shards of each class, if any grows
  FlowRow held[kMostLedgerValues];
  FlowRow sent[kMostLedgerValues];
  FlowRow came[kMostLedgerValues];    // by noise alone
  FlowRow excess[kMostLedgerValues];  // noise below 0
  FlowRow squares;                    // of shards held
  FlowRow preference;
  FlowRow moved;
  FlowRow to_send;
  FlowRow to_take;
};

// Between rows of `drives` drives, `values` long each, and the block; drives that lack to a whole
// block hold nothing.
void load_block(const float* rows, std::size_t drives, std::size_t values, FlowBlock& block);
void store_block(const FlowBlock& block, std::size_t drives, std::size_t values, float* rows);

// A window of the block's drives: all but what finds no room.
void flow_block(const FlowTerms& terms, FlowBlock& block, FlowSums& sums);

// What the drives hold, and will send and take. Sets the block's `shards` and, where a policy looks
// at fill, its `bin`.
void tally_block(const FlowTerms& terms, FlowBlock& block, FlowSums& sums);

}  // namespace spindle::models

#pragma once
// The inner loop of a ledger: heat of a rack's drives in a window of epochs, vectorised over the
// epochs, with the same bits on every instruction set.
//
// Heat of a drive in an epoch = its directed load + that of the shards that it reads and writes
// whole
//   + sum over classes with one course of factor * demand held * course in the epoch
//   + sum over the varying ones of
//     factor * demand held / mean demand of its mix * heat of its mix's parts in the epoch,
//     or, where drives have rows of their own, factor * demand held * its row in the epoch.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/shard_strokes.hpp"

namespace spindle::models {

using LedgerLine = std::array<double, kLedgerEpochs>;

struct RackHeatInputs {
  // Of MixSample, for the rack's model.
  std::span<const std::uint32_t> varying;
  const float* heat = nullptr;
  const float* demand = nullptr;   // varying_demand()
  std::span<const float> courses;  // [class * kLedgerEpochs + e]
  std::uint32_t mean = 0;          // the sample drive that stands for all
  // By class, on the demand held: what lost and absent drives leave to others.
  std::span<const float> factors;
  std::span<const LedgerFleet::Mix> mixes;
  // By drive: the row of `heat` that says, for mean demand 1, how its data is asked for; nullptr:
  // its mix does.
  const std::uint32_t* rows = nullptr;
  std::span<const LedgerFleet::Holding> held;
  alignas(32) std::array<float, kLedgerEpochs> directed = {};  // on every drive
  // Work in whole shards, and draw_stroke_words() of the rack's drives; none: nullptr.
  const ShardStrokes* strokes = nullptr;
  const std::uint32_t* words = nullptr;
  // What is known of new data that drives take in the window: by drive the number of a row of
  // kLedgerEpochs in `writing` (its shards, written whole) and in `arriving` (what they are asked
  // for from then on), which count times `arriving_part`; none: nullptr.
  const std::uint32_t* arriving_rows = nullptr;
  const float* writing = nullptr;
  const float* arriving = nullptr;
  float arriving_part = 1;
  [[nodiscard]] bool has_whole_shards() const {
    return strokes != nullptr || arriving_rows != nullptr;
  }
  // Deviations are summed from here, so that squares keep their digits.
  alignas(32) std::array<float, kLedgerEpochs> reference = {};
  std::size_t epochs = kLedgerEpochs;      // of heat and directed, those after the last are 0
  std::size_t peak_epoch = kLedgerEpochs;  // whose heat is kept; kLedgerEpochs: none
};

// Counts of heat by the first 14 bits of its float: 64 buckets an octave, as sim::LogHistogram.
inline constexpr unsigned kHeatBucketShift = 17;
inline constexpr std::size_t kHeatBuckets = std::size_t{1} << (31 - kHeatBucketShift);

// Over the drives that are present, by epoch.
struct RackHeatSums {
  LedgerLine deviation = {};
  LedgerLine squares = {};  // of deviations
  LedgerLine hottest = {};
  LedgerLine hot = {};      // drives above kHotHeat
  LedgerLine strokes = {};  // heat by whole shards
  // As deviation and squares, of heat without that of whole shards: what drives are asked for,
  // which does not come and go with an hour's chance.
  LedgerLine asked_deviation = {};
  LedgerLine asked_squares = {};
  std::uint32_t present = 0;
};

struct RackHeatOutputs {
  std::span<float> sum;              // per drive, added to
  std::span<float> max;              // per drive
  std::span<float> peak;             // per drive, in the peak epoch; may be empty
  std::span<std::uint32_t> buckets;  // kHeatBuckets, added to
  RackHeatSums& sums;                // added to
};

void rack_ledger_heat(const RackHeatInputs& in, RackHeatOutputs& out);

}  // namespace spindle::models

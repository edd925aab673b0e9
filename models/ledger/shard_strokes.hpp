#pragma once
// Shards that are written or read whole, each taking its drive's time within one epoch: how many
// of them meet a drive in an epoch is a Poisson number, and so is, in steps, the drive's heat.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {

// Heat of a drive in epoch e = base[e] + each[e] * (how many of limits[j][e] a random word is
// above), as a signed number. A word is uniform on all 32 bits.
struct ShardStrokes {
  using Limits = std::array<std::int32_t, kLedgerEpochs>;

  alignas(32) std::array<float, kLedgerEpochs> base = {};
  alignas(32) std::array<float, kLedgerEpochs> each = {};
  std::vector<Limits> limits;  // 2^32 times the distribution's function at j, less 1
  // Limits that do for all but one drive and epoch in a thousand: where no word is above the last
  // of them, none is above any other.
  std::size_t usual = 0;

  [[nodiscard]] bool empty() const { return limits.empty(); }
};

// For each epoch: the mean heat of a drive by such work, and the sum over kinds of how often it
// meets a drive in the epoch times the square of the heat that it makes. Mean and variance are
// kept, however many kinds there are; more than kMostStrokes in an epoch are counted in bundles.
inline constexpr double kMostStrokes = 8;
[[nodiscard]] ShardStrokes shard_strokes(std::span<const double> mean,
                                         std::span<const double> squares);

// One block of the generator for each drive of a window, [drive * kStrokeWords + i], serves all its
// epochs: its four words, and these with their halves exchanged. Each word is uniform on all 32
// bits; the two of a pair are independent but where one's upper half, of 16 bits, is that of a
// limit.
inline constexpr std::size_t kStrokeWords = kLedgerEpochs / 2;
void draw_stroke_words(const sim::RandomBatch& random, std::uint64_t rack_slot,
                       std::uint64_t window, std::size_t drives, std::vector<std::uint32_t>& words);
[[nodiscard]] inline std::uint32_t stroke_word(std::span<const std::uint32_t> words,
                                               std::size_t drive, std::size_t epoch) {
  const std::uint32_t drawn = words[drive * kStrokeWords + epoch % kStrokeWords];
  return epoch < kStrokeWords ? drawn : std::rotl(drawn, 16);
}

}  // namespace spindle::models

#pragma once
// Random numbers of bulk placement, addressed by number: what an object draws depends on the seed
// and its own number, never on how many are drawn at a time.
//
// Two indices below n come from one 64-bit word w (Lemire's multiply-shift twice; Brackett-Rozinsky
// and Lemire, Software: Practice and Experience 54, 2024): the upper 64 bits of w n, and of its
// lower 64 bits times n. Together they are floor(w n^2 / 2^64), so every pair has floor or ceil of
// 2^64 / n^2 words: no pair is favoured by more than n^2 / 2^64 of its probability, 2.2e-5 at 2e7
// drives and 1.4e-4 at 5e7. (Two halves of 32 bits would favour single drives by n / 2^32, 1.2 % at
// 5e7.)

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/random_batch.hpp"

namespace spindle::models {

// What a stream of words is for: the entity of purpose::kBulkPlacement.
enum class BulkStream : std::uint64_t {
  kCandidates,
  kZones,    // zones words an object, where its shards do not divide by them
  kSizes,    // a word an object
  kCoins,    // a word a shard
  kNoise,    // a word a candidate
  kVictims,  // a word an object that replaces another
  kCells,    // a word an object
};

// Consecutive 64-bit words of one stream: word k is draw k of RandomStream::next_u64.
class BulkWords {
 public:
  BulkWords(sim::Seed seed, BulkStream stream);

  // Reads words first, …, first + count - 1; they are [0], …, [count - 1] until the next call.
  void fetch(std::uint64_t first, std::size_t count);
  [[nodiscard]] std::uint64_t operator[](std::size_t i) const {
    const std::uint32_t* pair = halves_.data() + 2 * (i + offset_);
    return (std::uint64_t{pair[0]} << 32U) | pair[1];
  }

 private:
  sim::RandomBatch batch_;
  std::uint64_t entity_;
  std::size_t offset_ = 0;  // 1 where the first word is the second of its block
  std::vector<std::uint32_t> halves_;
};

// Uniform on (0, 1), as RandomStream::uniform of that word.
inline double uniform_of(std::uint64_t word) {
  return (static_cast<double>(word >> 12U) + 0.5) * 0x1p-52;
}

// Indices drawn two a word, one after the other; each may be below another n.
class PairedIndices {
 public:
  explicit PairedIndices(const BulkWords& words, std::size_t word = 0)
      : words_(words), word_(word) {}

  std::uint32_t next(std::uint32_t n) {
    if (!has_rest_) rest_ = words_[word_++];
    has_rest_ = !has_rest_;
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(rest_) * n;
    rest_ = static_cast<std::uint64_t>(product);
    return static_cast<std::uint32_t>(product >> 64U);
  }
  // The next index is the first of a new word.
  void skip_rest() { has_rest_ = false; }

 private:
  const BulkWords& words_;
  std::size_t word_;
  std::uint64_t rest_ = 0;
  bool has_rest_ = false;
};

}  // namespace spindle::models

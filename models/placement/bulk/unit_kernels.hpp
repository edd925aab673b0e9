#pragma once
// The inner loops of bulk placement where loads are exact counts of equal shards.
//
// Candidates of a block of objects are drawn and fetched into the cache while the block before is
// decided; objects are decided one after the other in order, so that the choices are those of a
// loop without blocks, bit for bit. No allocation and no virtual call an object.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/placement/bulk/bulk_draws.hpp"
#include "models/placement/bulk/bulk_fleet.hpp"
#include "models/placement/bulk/object_spread.hpp"
#include "sim/prefetch.hpp"

namespace spindle::models {

// Where a kernel stopped: all objects asked for are placed, or an entry has reached the limit.
struct KernelStop {
  std::uint64_t next_object = 0;
  bool is_raised = false;
};

// Single shards on any of n drives. kFixedChoices: known to the compiler; 0: `choices`.
template <std::uint32_t kFixedChoices>
class FlatKernel {
 public:
  FlatKernel(sim::Seed seed, std::uint32_t drives, std::uint32_t choices)
      : words_(seed, BulkStream::kCandidates), drives_(drives), choices_(choices) {}

  // Places objects [first, last). Precondition: every entry is below `limit`.
  template <class Entry>
  KernelStop place(std::span<Entry> entries, Entry limit, std::uint64_t first, std::uint64_t last) {
    const std::uint64_t block = kBlock / choices();
    std::uint64_t drawn = std::min(last, first + block);
    draw(entries, first, drawn, now_);
    while (first < last) {
      const std::uint64_t next = std::min(last, drawn + block);
      if (drawn < next) draw(entries, drawn, next, later_);
      const KernelStop stop = decide(entries, limit, first, drawn);
      if (stop.is_raised) return stop;
      std::swap(now_, later_);
      first = drawn;
      drawn = next;
    }
    return {last, false};
  }

 private:
  static constexpr std::uint32_t kBlock = 512;  // candidates
  using Block = std::vector<std::uint32_t>;

  [[nodiscard]] std::uint32_t choices() const {
    return kFixedChoices > 0 ? kFixedChoices : choices_;
  }

  // Single candidates share words in pairs, others begin a word with every object.
  template <class Entry>
  void draw(std::span<Entry> entries, std::uint64_t first, std::uint64_t last, Block& out) {
    const std::uint32_t d = choices();
    const auto objects = static_cast<std::size_t>(last - first);
    const std::uint32_t n = drives_;
    std::uint32_t* to = out.data();
    const auto put = [&](std::uint32_t drive) {
      *to++ = drive;
      sim::prefetch_line_nearby(&entries[drive]);
    };
    if (d == 1) {
      words_.fetch(first / 2, objects / 2 + 1);
      PairedIndices indices(words_);
      if (first % 2 == 1) indices.next(n);
      for (std::size_t i = 0; i < objects; ++i) put(indices.next(n));
      return;
    }
    const std::size_t words = (d + 1) / 2;
    words_.fetch(first * words, objects * words);
    PairedIndices indices(words_);
    for (std::size_t i = 0; i < objects; ++i) {
      for (std::uint32_t j = 0; j < d; ++j) put(indices.next(n));
      indices.skip_rest();
    }
  }

  template <class Entry>
  KernelStop decide(std::span<Entry> entries, Entry limit, std::uint64_t first,
                    std::uint64_t last) {
    const std::uint32_t d = choices();
    const std::uint32_t* candidate = now_.data();
    for (std::uint64_t object = first; object < last; ++object, candidate += d) {
      std::uint32_t best = candidate[0];
      Entry least = entries[best];
      for (std::uint32_t j = 1; j < d; ++j) {
        const Entry load = entries[candidate[j]];
        best = load < least ? candidate[j] : best;
        least = std::min(load, least);
      }
      entries[best] = ++least;
      if (least == limit) return {object + 1, true};
    }
    return {last, false};
  }

  BulkWords words_;
  std::uint32_t drives_;
  std::uint32_t choices_;
  Block now_ = Block(kBlock);
  Block later_ = Block(kBlock);
};

// Objects under the spread rule.
template <std::uint32_t kFixedChoices>
class SpreadKernel {
 public:
  SpreadKernel(const BulkOptions& options, const BulkFleet& fleet)
      : words_(options.seed, BulkStream::kCandidates),
        spread_(options, fleet),
        choices_(options.candidates_per_shard()),
        slots_(options.shards * choices_),
        block_(std::max(1U, kBlock / slots_)) {
    for (Block* block : {&now_, &later_}) {
      block->candidates.resize(std::size_t{block_} * slots_);
      block->zones.resize(std::size_t{block_} * options.shards);
    }
  }

  // Places objects [first, last). Precondition: every entry is below `limit`.
  template <class Entry>
  KernelStop place(std::span<Entry> entries, Entry limit, std::uint64_t first, std::uint64_t last) {
    std::uint64_t drawn = std::min(last, first + block_);
    draw(entries, first, drawn, now_);
    while (first < last) {
      const std::uint64_t next = std::min(last, drawn + block_);
      if (drawn < next) draw(entries, drawn, next, later_);
      for (std::uint64_t object = first; object < drawn; ++object) {
        if (decide(entries, limit, object, static_cast<std::size_t>(object - first))) {
          return {object + 1, true};
        }
      }
      std::swap(now_, later_);
      first = drawn;
      drawn = next;
    }
    return {last, false};
  }

 private:
  static constexpr std::uint32_t kBlock = 512;  // candidates
  struct Block {
    std::vector<BulkPlace> candidates;
    std::vector<std::uint32_t> zones;  // of each shard
  };

  [[nodiscard]] std::uint32_t choices() const {
    return kFixedChoices > 0 ? kFixedChoices : choices_;
  }

  template <class Entry>
  void draw(std::span<Entry> entries, std::uint64_t first, std::uint64_t last, Block& out) {
    const std::uint32_t d = choices();
    const auto objects = static_cast<std::size_t>(last - first);
    const std::size_t words = (slots_ + 1) / 2;
    spread_.draw_zones(first, objects, out.zones);
    words_.fetch(first * words, objects * words);
    PairedIndices indices(words_);
    BulkPlace* to = out.candidates.data();
    const std::uint32_t* zone = out.zones.data();
    for (std::size_t i = 0; i < objects; ++i) {
      for (std::uint32_t shard = 0; shard < spread_.shards(); ++shard, ++zone) {
        for (std::uint32_t j = 0; j < d; ++j) {
          *to = spread_.place_in(*zone, indices);
          sim::prefetch_line_nearby(&entries[to->drive]);
          ++to;
        }
      }
      indices.skip_rest();
    }
  }

  // Whether an entry reached the limit. Drives of an object are distinct: none rises twice.
  template <class Entry>
  bool decide(std::span<Entry> entries, Entry limit, std::uint64_t object, std::size_t i) {
    const std::uint32_t d = choices();
    const BulkPlace* candidate = now_.candidates.data() + i * slots_;
    const std::uint32_t* zones = now_.zones.data() + i * spread_.shards();
    spread_.begin(object);
    bool is_raised = false;
    for (std::uint32_t shard = 0; shard < spread_.shards(); ++shard, candidate += d) {
      spread_.enter(zones[shard]);
      BulkPlace best = spread_.legal(candidate[0]);
      Entry least = entries[best.drive];
      for (std::uint32_t j = 1; j < d; ++j) {
        const BulkPlace other = spread_.legal(candidate[j]);
        const Entry load = entries[other.drive];
        best = load < least ? other : best;
        least = std::min(load, least);
      }
      spread_.take(best);
      entries[best.drive] = ++least;
      is_raised = is_raised || least == limit;
    }
    return is_raised;
  }

  BulkWords words_;
  ObjectSpread spread_;
  std::uint32_t choices_;
  std::uint32_t slots_;  // candidates of an object
  std::uint32_t block_;  // objects
  Block now_;
  Block later_;
};

}  // namespace spindle::models

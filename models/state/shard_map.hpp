#pragma once
// Which drive holds which shard, for many replications that start from one placement.
//
// Two parts. `ShardIndex`, shared and never changed, is the reverse of the placement: the shards of
// every drive. `ShardMap`, one a replication, is the placement with its changes: it copies a page
// of a few extents when one of them is first written.
//
// Memory: the index 4 B a shard and 4 B a drive, once; a map 4 B a page (of about 32 shards), 4 B a
// shard in pages that were written, and 24 B a drive for shards that have moved there. Cost: O(1) a
// read or write, O(shards of the drive) for a failed drive.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/placer.hpp"
#include "sim/prefetch.hpp"

namespace spindle::models {

class ShardIndex {
 public:
  // Shards of unplaced extents are in no list.
  ShardIndex(const PlacementResult& placement, std::uint32_t drives);

  // Shard numbers (extent * shards per extent + i) in ascending order.
  [[nodiscard]] std::span<const std::uint32_t> shards_of(std::uint32_t drive) const {
    return std::span(shards_).subspan(first_[drive], first_[drive + 1] - first_[drive]);
  }
  // A lower bound, at most 7 % short, of how many different sets of drives hold the extents:
  // extents of one set are lost together, and say no more about durability than one of them.
  static std::uint64_t count_distinct_sets(const PlacementResult& placement);

 private:
  std::vector<std::uint32_t> first_;  // per drive, plus the end
  std::vector<std::uint32_t> shards_;
};

class ShardMap {
 public:
  // An entry is a drive, or kLost + a number of the user's below 2^31 for a shard that is nowhere.
  static constexpr std::uint32_t kLost = 0x80000000U;
  static bool is_lost(std::uint32_t entry) { return entry >= kLost; }

  // Both must outlive the map.
  ShardMap(const PlacementResult& placement, const ShardIndex& index, std::uint32_t drives);

  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t extent) const {
    const std::uint32_t page = page_of_[extent / extents_per_page_];
    if (page == kUntouched) return placement_.drives_of(extent);
    return {page_at(page) + std::size_t{extent % extents_per_page_} * shards_, shards_};
  }
  [[nodiscard]] std::uint32_t entry(std::uint32_t shard) const {
    return of(shard / shards_)[shard % shards_];
  }
  // Starts fetching what of(extent) will need: where its page is, then, once that is there, the
  // entries.
  void prefetch_page(std::uint32_t extent) const {
    sim::prefetch_line(&page_of_[extent / extents_per_page_]);
  }
  void prefetch(std::uint32_t extent) const {
    const auto entries = of(extent);
    sim::prefetch_line(entries.data());
    sim::prefetch_line(&entries.back());
  }
  // Copies every page, in order: for a map that will write to most of them. Before any write.
  void copy_all();
  // The shard is nowhere. Only shards that remove_all returned, or that are lost, may be so marked.
  void mark_lost(std::uint32_t shard, std::uint32_t number) { write(shard, kLost + number); }
  // A lost shard is on `drive` from now on.
  void put(std::uint32_t shard, std::uint32_t drive);
  // A shard that is on some drive is on `drive` from now on.
  void move(std::uint32_t shard, std::uint32_t drive) {
    put(shard, drive);
    has_moves_ = true;
  }
  // The shards on the drive, each once, in a fixed order.
  [[nodiscard]] std::vector<std::uint32_t> shards_on(std::uint32_t drive) const;
  // The same, and the drive's list is emptied; the caller marks each.
  std::vector<std::uint32_t> remove_all(std::uint32_t drive);

  // Calls fn(extent, entries) for every extent in a page that was written.
  template <class Fn>
  void for_each_changed(Fn&& fn) const {
    const std::uint32_t extents = total_extents();
    for (std::uint32_t p = 0; p < page_of_.size(); ++p) {
      if (page_of_[p] == kUntouched) continue;
      const std::uint32_t first = p * extents_per_page_;
      for (std::uint32_t e = first; e < extents && e - first < extents_per_page_; ++e) fn(e, of(e));
    }
  }
  // Shards that are copied together, for estimates of memory.
  static std::uint32_t shards_per_page(std::uint32_t shards_per_extent);

 private:
  static constexpr std::uint32_t kUntouched = 0xffffffffU;
  static constexpr std::uint32_t kPagesPerChunk = 1024;

  [[nodiscard]] std::uint32_t total_extents() const {
    return static_cast<std::uint32_t>(placement_.drive_of_shard.size() / shards_);
  }
  [[nodiscard]] const std::uint32_t* page_at(std::uint32_t page) const {
    return chunks_[page / kPagesPerChunk].data() + std::size_t{page % kPagesPerChunk} * page_size_;
  }
  void write(std::uint32_t shard, std::uint32_t entry);
  std::uint32_t copy_page(std::uint32_t number);

  const PlacementResult& placement_;
  const ShardIndex& index_;
  std::uint32_t shards_;  // per extent
  std::uint32_t extents_per_page_;
  std::uint32_t page_size_;  // shards
  std::vector<std::uint32_t> page_of_;
  std::vector<std::vector<std::uint32_t>>
      chunks_;  // no doubling: memory grows with what is written
  std::uint32_t pages_ = 0;
  // The index's list holds until a drive's first failure, what came later is appended here. Shards
  // that moved away since are still listed: the entries say which count.
  std::vector<std::vector<std::uint32_t>> added_;
  std::vector<std::uint8_t> has_first_;
  bool has_moves_ = false;
};

}  // namespace spindle::models

#include "models/state/shard_map.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace spindle::models {
namespace {

constexpr std::uint32_t kPageShards = 32;  // about: whole extents

// Mixes 64 bits (the finaliser of splitmix64; Steele, Lea and Flood 2014).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

}  // namespace

ShardIndex::ShardIndex(const PlacementResult& placement, std::uint32_t drives)
    : first_(std::size_t{drives} + 1) {
  const auto& drive_of = placement.drive_of_shard;
  for (const std::uint32_t drive : drive_of) {
    if (drive != PlacementResult::kNoDrive) ++first_[drive + 1];
  }
  for (std::uint32_t drive = 0; drive < drives; ++drive) first_[drive + 1] += first_[drive];
  shards_.resize(first_[drives]);
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  for (std::size_t shard = 0; shard < drive_of.size(); ++shard) {
    const std::uint32_t drive = drive_of[shard];
    if (drive == PlacementResult::kNoDrive) continue;
    shards_[next[drive]++] = static_cast<std::uint32_t>(shard);
  }
}

std::uint64_t ShardIndex::count_distinct_sets(const PlacementResult& placement) {
  const std::uint32_t n = placement.shards_per_extent;
  const auto extents = static_cast<std::uint32_t>(placement.drive_of_shard.size() / n);
  // Each set marks one of at least 8 x extents bits: two sets that share a bit count once.
  const std::uint64_t bits = std::bit_ceil(std::max<std::uint64_t>(64, 8 * std::uint64_t{extents}));
  std::vector<std::uint64_t> seen(bits / 64);
  std::uint64_t distinct = 0;
  for (std::uint32_t extent = 0; extent < extents; ++extent) {
    const auto drives = placement.drives_of(extent);
    if (drives.front() == PlacementResult::kNoDrive) continue;
    std::uint64_t set = 0;
    for (const std::uint32_t drive : drives) set += mixed(drive);  // in whatever order
    const std::uint64_t bit = mixed(set) & (bits - 1);
    std::uint64_t& word = seen[bit / 64];
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    distinct += (word & mask) == 0 ? 1U : 0U;
    word |= mask;
  }
  return distinct;
}

std::uint32_t ShardMap::shards_per_page(std::uint32_t shards_per_extent) {
  return std::max(1U, kPageShards / shards_per_extent) * shards_per_extent;
}

ShardMap::ShardMap(const PlacementResult& placement, const ShardIndex& index, std::uint32_t drives)
    : placement_(placement),
      index_(index),
      shards_(placement.shards_per_extent),
      extents_per_page_(shards_per_page(shards_) / shards_),
      page_size_(shards_per_page(shards_)),
      added_(drives),
      has_first_(drives, 1) {
  const std::uint32_t extents = total_extents();
  page_of_.assign((extents + extents_per_page_ - 1) / extents_per_page_, kUntouched);
}

void ShardMap::copy_all() {
  const auto& entries = placement_.drive_of_shard;
  const std::size_t chunk = std::size_t{kPagesPerChunk} * page_size_;
  for (std::size_t begin = 0; begin < entries.size(); begin += chunk) {
    const auto end = static_cast<std::ptrdiff_t>(std::min(begin + chunk, entries.size()));
    chunks_.emplace_back(entries.begin() + static_cast<std::ptrdiff_t>(begin),
                         entries.begin() + end);
  }
  pages_ = static_cast<std::uint32_t>(page_of_.size());
  std::iota(page_of_.begin(), page_of_.end(), 0U);
}

std::uint32_t ShardMap::copy_page(std::uint32_t number) {
  if (pages_ % kPagesPerChunk == 0) {
    chunks_.emplace_back(std::size_t{kPagesPerChunk} * page_size_);
  }
  const std::size_t begin = std::size_t{number} * page_size_;
  const std::size_t end = std::min(begin + page_size_, placement_.drive_of_shard.size());
  std::copy(placement_.drive_of_shard.begin() + static_cast<std::ptrdiff_t>(begin),
            placement_.drive_of_shard.begin() + static_cast<std::ptrdiff_t>(end),
            chunks_.back().begin() +
                static_cast<std::ptrdiff_t>(std::size_t{pages_ % kPagesPerChunk} * page_size_));
  return pages_++;
}

void ShardMap::write(std::uint32_t shard, std::uint32_t entry) {
  const std::uint32_t number = shard / page_size_;
  if (page_of_[number] == kUntouched) page_of_[number] = copy_page(number);
  const std::uint32_t page = page_of_[number];
  chunks_[page / kPagesPerChunk]
         [std::size_t{page % kPagesPerChunk} * page_size_ + shard % page_size_] = entry;
}

void ShardMap::put(std::uint32_t shard, std::uint32_t drive) {
  write(shard, drive);
  added_[drive].push_back(shard);
}

std::vector<std::uint32_t> ShardMap::shards_on(std::uint32_t drive) const {
  std::vector<std::uint32_t> out;
  if (has_first_[drive] != 0) {
    const auto first = index_.shards_of(drive);
    out.reserve(first.size() + added_[drive].size());
    out.assign(first.begin(), first.end());
  }
  out.insert(out.end(), added_[drive].begin(), added_[drive].end());
  if (!has_moves_) return out;
  std::erase_if(out, [&](std::uint32_t shard) { return entry(shard) != drive; });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::uint32_t> ShardMap::remove_all(std::uint32_t drive) {
  std::vector<std::uint32_t> out = shards_on(drive);
  has_first_[drive] = 0;
  added_[drive] = {};
  return out;
}

}  // namespace spindle::models

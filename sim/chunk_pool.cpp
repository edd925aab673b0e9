#include "sim/chunk_pool.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <new>

namespace spindle::sim {
namespace {

constexpr std::size_t kSmallestSlab = std::size_t{1} << 14;
constexpr std::size_t kLargeSlab = 2 * kHugePageBytes;

}  // namespace

ChunkPool::~ChunkPool() {
  for (const Slab& slab : slabs_) deallocate_array(slab.memory, slab.bytes);
}

// Small slabs grow with the pool, so that a fifth of it is unused at most; large ones are of huge
// pages, of which the system gives one when it is touched.
Chunk* ChunkPool::take_fresh() {
  if (fresh_ == fresh_end_) {
    const bool large = bytes_ >= kLargeSlab;
    const std::size_t bytes =
        large ? kLargeSlab : std::max(std::bit_floor(bytes_ / 4), kSmallestSlab);
    slabs_.reserve(slabs_.size() + 1);
    void* memory = allocate_array(bytes);
    slabs_.push_back({memory, bytes});
    bytes_ += bytes;
    std::size_t usable = bytes;
    void* first = std::align(alignof(Chunk), sizeof(Chunk), memory, usable);
    fresh_ = static_cast<Chunk*>(first);
    fresh_end_ = fresh_ + usable / sizeof(Chunk);
  }
  return new (fresh_++) Chunk;
}

std::size_t ChunkPool::memory_bytes() const {
  const auto unused = static_cast<std::size_t>(fresh_end_ - fresh_) * sizeof(Chunk);
  return bytes_ - unused / kHugePageBytes * kHugePageBytes;
}

}  // namespace spindle::sim

#include "sim/chunk_pool.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <new>

namespace spindle::sim {
namespace {

constexpr std::size_t kSmallestSlab = std::size_t{1} << 14;
constexpr std::size_t kLargestSlab = 2 * kHugePageBytes;

}  // namespace

ChunkPool::~ChunkPool() {
  for (const Slab& slab : slabs_) deallocate_array(slab.memory, slab.bytes);
}

// Slabs grow with the pool until they reach two huge pages: at most half of a small pool is unused,
// and 4 MiB of a large one.
Chunk* ChunkPool::take_fresh() {
  if (fresh_ == fresh_end_) {
    const std::size_t bytes = std::clamp(std::bit_floor(bytes_ / 4), kSmallestSlab, kLargestSlab);
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

}  // namespace spindle::sim

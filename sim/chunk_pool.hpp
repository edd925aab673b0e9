#pragma once
// Lists of 8-byte entries in chained chunks of 256 bytes, from a pool over huge pages.
//
// A list is one word: the address of its newest chunk, whose low 8 bits (chunks are aligned) hold
// how many entries are in it. All older chunks are full, so a list needs neither a tail nor a count
// beside it, and tens of thousands of lists stay in the cache. 0 is the empty list.
// Memory: 256 bytes for 31 entries; a chunk given back is the next one taken. Errors: bad_alloc.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/aligned_array.hpp"
#include "sim/prefetch.hpp"

namespace spindle::sim {

inline constexpr std::size_t kEntriesPerChunk = 31;

struct alignas(256) Chunk {
  std::uint64_t older = 0;  // the list without this chunk
  std::uint64_t entries[kEntriesPerChunk];
};
static_assert(sizeof(Chunk) == 256);

using ChunkList = std::uint64_t;

inline Chunk* newest_chunk(ChunkList list) {
  return reinterpret_cast<Chunk*>(list & ~std::uint64_t{0xff});
}
inline std::size_t entries_in_newest_chunk(ChunkList list) {
  return list & 0xff;
}

// Both take any list: what there is no memory for is not fetched.
inline void prefetch_chunk(ChunkList list) {
  const std::uint64_t address = list & ~std::uint64_t{0xff};
  for (std::size_t line = 0; line < sizeof(Chunk); line += kCacheLineBytes) {
    prefetch_line_nearby(reinterpret_cast<const void*>(address + line));
  }
}
// Where the next entry goes, unless it begins a new chunk.
inline void prefetch_end(ChunkList list) {
  const std::uint64_t offset = sizeof(Chunk::older) + 8 * entries_in_newest_chunk(list);
  prefetch_line_nearby(reinterpret_cast<const void*>((list & ~std::uint64_t{0xff}) + offset));
}

class ChunkPool {
 public:
  ChunkPool() = default;
  ~ChunkPool();
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;

  // The list gets longer by one entry. Cost: a store, and every 31st time a chunk.
  void append(ChunkList& list, std::uint64_t entry) {
    std::size_t count = entries_in_newest_chunk(list);
    if (list == 0 || count == kEntriesPerChunk) {
      Chunk* chunk = take();
      chunk->older = list;
      list = reinterpret_cast<std::uint64_t>(chunk);
      count = 0;
    }
    newest_chunk(list)->entries[count] = entry;
    ++list;
  }

  // Takes the entry out if it is in the newest chunk, and says whether it was.
  bool remove_recent(ChunkList& list, std::uint64_t entry) {
    Chunk* chunk = newest_chunk(list);
    const std::size_t last = entries_in_newest_chunk(list) - 1;
    std::size_t i = last + 1;
    while (i > 0 && chunk->entries[i - 1] != entry) --i;
    if (i == 0) return false;
    chunk->entries[i - 1] = chunk->entries[last];
    --list;
    if (last == 0) {
      list = chunk->older;
      give_back(chunk);
    }
    return true;
  }

  void give_back(Chunk* chunk) {
    chunk->older = free_;
    free_ = reinterpret_cast<std::uint64_t>(chunk);
  }

  // Without huge pages that were never touched.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Slab {
    void* memory;
    std::size_t bytes;
  };

  Chunk* take() {
    if (free_ == 0) return take_fresh();
    Chunk* chunk = newest_chunk(free_);
    free_ = chunk->older;
    return chunk;
  }
  Chunk* take_fresh();

  ChunkList free_ = 0;
  Chunk* fresh_ = nullptr;  // never used so far: up to fresh_end_
  Chunk* fresh_end_ = nullptr;
  std::vector<Slab> slabs_;
  std::size_t bytes_ = 0;
};

}  // namespace spindle::sim

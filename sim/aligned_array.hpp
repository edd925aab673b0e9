#pragma once
// Memory for large arrays: aligned to cache lines, and backed by huge pages from a few MiB on.
//
// A queue or a fleet of tens of millions of entries misses the TLB on nearly every random access
// with 4 KiB pages; 2 MiB pages make that miss rare. Errors: std::bad_alloc.

#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace spindle::sim {

inline constexpr std::size_t kCacheLineBytes = 64;
inline constexpr std::size_t kHugePageBytes = std::size_t{1} << 21;

// At least `bytes`, aligned to a cache line; from two huge pages on, aligned to a huge page and
// offered to the system for huge pages (where it has none, ordinary pages serve).
void* allocate_array(std::size_t bytes);
void deallocate_array(void* memory, std::size_t bytes) noexcept;

template <class T>
class ArrayAllocator {
 public:
  static_assert(alignof(T) <= kCacheLineBytes);
  using value_type = T;
  ArrayAllocator() = default;
  template <class U>
  explicit(false) ArrayAllocator(const ArrayAllocator<U>&) noexcept {}

  T* allocate(std::size_t n) {
    if (n > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(allocate_array(n * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t n) noexcept { deallocate_array(memory, n * sizeof(T)); }

  template <class U>
  bool operator==(const ArrayAllocator<U>&) const noexcept {
    return true;
  }
};

template <class T>
using HugeVector = std::vector<T, ArrayAllocator<T>>;

}  // namespace spindle::sim

#pragma once
// Fetching ahead of use, for functions that do nothing else.

namespace spindle::sim {

// Fetches the cache line of an address; what is there is likely to be changed soon.
// The empty assembly stands for an effect: g++ 12 takes a function that only prefetches for one
// without any, and drops calls of it.
inline void prefetch_line(const void* address) noexcept {
  __builtin_prefetch(address, 1);
  asm volatile("" : : "r"(address));
}

}  // namespace spindle::sim

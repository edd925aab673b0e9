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

// The same into the second level of cache only, for bursts of tens of lines that are used soon: a
// core has more misses under way there than it may have of its first level (on Zen 4 random lines
// come at 3 ns each that way, at 9 to 12 ns the other).
inline void prefetch_line_nearby(const void* address) noexcept {
  __builtin_prefetch(address, 0, 2);
  asm volatile("" : : "r"(address));
}

}  // namespace spindle::sim

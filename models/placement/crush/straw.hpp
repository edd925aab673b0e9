#pragma once
// Straws: what an extent draws for an item (a zone, a rack, a host, a drive) at one attempt.
//
// The item of the greatest ln(u)/w wins, u uniform on (0, 1) and w the item's weight (straw2, and
// weighted rendezvous hashing alike). -ln(u)/w is exponential with rate w, so an item wins with
// probability w / sum of weights, and a weight that changes moves extents to or from its own item
// only. u comes from a hash of (extent, attempt, level, item): no state, no order.
//
// Straws are 32 bits, u = (straw + 1/2) / 2^32. For one key the straw is a bijection of the item's
// key: two items never draw the same, and among equal weights the greatest straw wins, no logarithm
// taken. Everything is integer arithmetic but the logarithm, which is sim::log: equal bits on every
// machine. About 2 ns a straw alone; straw_kernel.hpp draws many at once.

#include <cstdint>
#include <limits>

#include "sim/math.hpp"

namespace spindle::models::crush {

// What an item belongs to: equal numbers of different levels draw independent straws.
enum class Level : std::uint32_t { kZone, kRack, kHost, kDrive };

inline constexpr std::uint32_t kNoItem = std::numeric_limits<std::uint32_t>::max();

struct StrawKey {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
};

// SplitMix64's finaliser (Steele, Lea and Flood 2014; constants by Stafford, variant 13).
inline std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

// Of one attempt at one level. `extent` is the extent's own hash: equal ones draw alike.
inline StrawKey straw_key(std::uint64_t extent, std::uint32_t attempt, Level level) {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15U;  // 2^64 / golden ratio: steps far apart
  const std::uint64_t step = (std::uint64_t{attempt} << 2U) + static_cast<std::uint32_t>(level) + 1;
  const std::uint64_t key = mix64(mix64(extent) + kGolden * step);
  return {static_cast<std::uint32_t>(key >> 32), static_cast<std::uint32_t>(key)};
}

// A 32-bit finaliser of low bias (C. Wellons 2018, public domain), keyed before and between its
// multiplications: 64 bits of key, so that few extents rank a bucket's items alike.
inline std::uint32_t straw(StrawKey key, std::uint32_t item_key) {
  std::uint32_t x = item_key ^ key.first;
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x += key.second;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

// Of the item's number, which no change of the fleet alters. Distinct numbers have distinct keys.
inline std::uint32_t item_key(std::uint32_t number) {
  return straw({0x6a09e667U, 0xbb67ae85U}, number);
}

// ln(u) / w: at most 0, the greatest wins.
inline double straw_length(std::uint32_t straw, double per_weight) {
  return sim::log((static_cast<double>(straw) + 0.5) * 0x1p-32) * per_weight;
}

}  // namespace spindle::models::crush

#include "sim/bucket_sort.hpp"

#include <hwy/contrib/sort/vqsort.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace spindle::sim {
namespace {

// Below this, the quicksort's fixed cost of half a microsecond outweighs its speed.
constexpr std::size_t kVectorised = 128;
constexpr std::size_t kInsertion = 8;

// Its buffers are allocated once for each thread.
const hwy::Sorter& sorter() {
  thread_local const hwy::Sorter instance;
  return instance;
}

void insertion_sort(std::uint64_t* keys, std::size_t count) {
  for (std::size_t i = 1; i < count; ++i) {
    const std::uint64_t key = keys[i];
    std::size_t j = i;
    for (; j > 0 && keys[j - 1] > key; --j) keys[j] = keys[j - 1];
    keys[j] = key;
  }
}

// One pass by the leading bits of what the keys differ in puts evenly spread keys next to their
// places; insertion does the rest. At worst kVectorised² / 4 moves.
void distribute(std::uint64_t* keys, std::size_t count) {
  const auto [least, most] = std::minmax_element(keys, keys + count);
  const std::uint64_t first = *least;
  const auto range_bits = static_cast<int>(std::bit_width(*most - first));
  const auto bin_bits = static_cast<int>(std::bit_width(count));
  const int shift = std::max(range_bits - bin_bits, 0);
  std::array<std::uint8_t, 2 * kVectorised + 1> ends{};
  for (std::size_t i = 0; i < count; ++i) ++ends[((keys[i] - first) >> shift) + 1];
  const std::size_t bins = std::size_t{1} << bin_bits;
  for (std::size_t bin = 1; bin < bins; ++bin) {
    ends[bin] = static_cast<std::uint8_t>(ends[bin] + ends[bin - 1]);
  }
  std::array<std::uint64_t, kVectorised> sorted;
  for (std::size_t i = 0; i < count; ++i) sorted[ends[(keys[i] - first) >> shift]++] = keys[i];
  insertion_sort(sorted.data(), count);
  std::copy_n(sorted.data(), count, keys);
}

}  // namespace

void sort_keys(std::span<std::uint64_t> keys) {
  if (keys.size() <= kInsertion) {
    insertion_sort(keys.data(), keys.size());
  } else if (keys.size() < kVectorised) {
    distribute(keys.data(), keys.size());
  } else {
    sorter()(keys.data(), keys.size(), hwy::SortAscending());
  }
}

void sort_by_key(std::span<KeyedValue> pairs) {
  if (pairs.size() < kVectorised) {
    std::sort(pairs.begin(), pairs.end(),
              [](const KeyedValue& a, const KeyedValue& b) { return a.key < b.key; });
    return;
  }
  static_assert(sizeof(KeyedValue) == sizeof(hwy::K64V64));
  sorter()(reinterpret_cast<hwy::K64V64*>(pairs.data()), pairs.size(), hwy::SortAscending());
}

}  // namespace spindle::sim

#include "sim/bucket_sort.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <vector>

#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

// Sizes on both sides of every change of method, and keys with few, many and no ties.
TEST_CASE("bucket sort: keys of any kind come out as the standard library has them") {
  RandomStream stream(Seed{1}, 0, Purpose{1}, 0);
  for (const std::size_t size : {0U, 1U, 2U, 7U, 8U, 9U, 31U, 127U, 128U, 129U, 3'000U, 50'000U}) {
    for (const unsigned bits : {64U, 40U, 8U, 1U, 0U}) {
      std::vector<std::uint64_t> keys(size);
      for (std::uint64_t& key : keys) key = bits == 0 ? 42 : stream.next_u64() >> (64 - bits);
      // One far from all others is the worst that distribution can meet.
      if (size > 2) keys[size / 2] = ~std::uint64_t{0};
      std::vector<std::uint64_t> expected = keys;
      std::sort(expected.begin(), expected.end());
      sort_keys(keys);
      CAPTURE(size, bits);
      REQUIRE(keys == expected);
    }
  }
}

TEST_CASE("bucket sort: values follow their keys") {
  RandomStream stream(Seed{2}, 0, Purpose{1}, 0);
  for (const std::size_t size : {0U, 1U, 5U, 127U, 128U, 20'000U}) {
    std::vector<KeyedValue> pairs(size);
    for (KeyedValue& pair : pairs) {
      pair.key = stream.next_u64() >> 20;
      pair.value = pair.key * 3 + 1;
    }
    sort_by_key(pairs);
    const bool ascending =
        std::is_sorted(pairs.begin(), pairs.end(),
                       [](const KeyedValue& a, const KeyedValue& b) { return a.key < b.key; });
    CHECK(ascending);
    CHECK(std::all_of(pairs.begin(), pairs.end(),
                      [](const KeyedValue& pair) { return pair.value == pair.key * 3 + 1; }));
  }
}

}  // namespace
}  // namespace spindle::sim

#include "sim/aligned_array.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>

namespace spindle::sim {
namespace {

TEST_CASE("aligned array: cache lines for small arrays, huge pages for large ones") {
  HugeVector<std::uint32_t> small(10, 7U);
  CHECK(reinterpret_cast<std::uintptr_t>(small.data()) % kCacheLineBytes == 0);
  HugeVector<std::uint32_t> large(2 * kHugePageBytes / sizeof(std::uint32_t));
  CHECK(reinterpret_cast<std::uintptr_t>(large.data()) % kHugePageBytes == 0);
}

TEST_CASE("aligned array: values survive growth, copies and moves") {
  HugeVector<std::uint64_t> numbers;
  constexpr std::uint64_t kCount = 1'000'000;
  for (std::uint64_t i = 0; i < kCount; ++i) numbers.push_back(i);
  const HugeVector<std::uint64_t> copy = numbers;
  const HugeVector<std::uint64_t> moved = std::move(numbers);
  CHECK(copy == moved);
  CHECK(std::accumulate(moved.begin(), moved.end(), std::uint64_t{0}) == kCount * (kCount - 1) / 2);
}

}  // namespace
}  // namespace spindle::sim

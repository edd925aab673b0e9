// The heat sweep's inner loop: the same bits on every instruction set.
#include "models/flow/heat_kernel.hpp"

#include <hwy/targets.h>

#include <bit>
#include <catch2/catch.hpp>
#include <vector>

#include "sim/random_stream.hpp"

using namespace spindle;
using models::HeatEntry;
using models::kEpochsPerSweep;

namespace {

struct alignas(64) Line {
  double value[kEpochsPerSweep];
};

// Sums after every entry was added once, on the instruction sets in `targets`.
std::vector<Line> swept(std::int64_t targets, const std::vector<HeatEntry>& entries,
                        const Line& rates, std::size_t drives) {
  hwy::SetSupportedTargetsForTest(targets);
  std::vector<Line> sums(drives);
  models::add_column_heat(entries, rates.value, sums.front().value);
  hwy::SetSupportedTargetsForTest(0);
  return sums;
}

}  // namespace

TEST_CASE("heat kernel: bit-equal to the plain loop on every instruction set of this machine") {
  sim::RandomStream random({7}, 0, {0}, 0);
  constexpr std::uint32_t kDrives = 37;
  std::vector<HeatEntry> entries;
  for (int i = 0; i < 5000; ++i) {
    entries.push_back({random.below(kDrives), static_cast<float>(random.uniform() * 100)});
  }
  Line rates{};
  for (double& rate : rates.value) rate = random.exponential();

  std::vector<Line> plain(kDrives);
  for (const HeatEntry& entry : entries) {
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
      plain[entry.drive_in_rack].value[j] += static_cast<double>(entry.weight) * rates.value[j];
    }
  }
  std::size_t tried = 0;
  for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    const std::int64_t target = left & -left;
    const auto sums = swept(target, entries, rates, kDrives);
    for (std::uint32_t d = 0; d < kDrives; ++d) {
      for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
        REQUIRE(std::bit_cast<std::uint64_t>(sums[d].value[j]) ==
                std::bit_cast<std::uint64_t>(plain[d].value[j]));
      }
    }
    ++tried;
  }
  CHECK(tried >= 1);
}

// The same changes of the same tree, mapped by Ceph's crushtool and by us: where it is installed.

#include "bench/peers/crushtool.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <iostream>

#include "tests/support/crush_world.hpp"

using namespace spindle;
using namespace spindle::models;
using test::CrushWorld;

namespace {

constexpr peers::CrushShape kTree{3, 12, 15, CrushWorld::kDrivesPerHost};

bool is_absent() {
  if (peers::Crushtool::is_installed()) return false;
  std::cout << "skipped: crushtool is not installed (scripts/setup.sh bench)\n";
  return true;
}

// What both moved, and what drives held of that in both before it.
struct Pair {
  Movement theirs, ours;
  double their_share = 0, our_share = 0;
};

// Extents of a repetition are not those of another: the zones of few extents change places when a
// drive goes, and of the same ones for every drive of a zone.
Pair compare(std::uint32_t extents, std::uint32_t repetitions,
             const std::function<CrushWorld(const CrushWorld&, std::uint32_t)>& change,
             const std::function<bool(std::uint32_t drive, std::uint32_t)>& counts) {
  const CrushWorld whole;
  const peers::Crushtool before(kTree, whole.weights);
  Pair pair;
  for (std::uint32_t i = 0; i < repetitions; ++i) {
    const CrushWorld changed = change(whole, i);
    const peers::Crushtool after(kTree, changed.weights);
    const auto theirs = before.map(i * extents, extents);
    pair.theirs.add(count_movement(theirs, after.map(i * extents, extents), 9));
    const auto ours = whole.map(i + 1, extents);
    pair.ours.add(count_movement(ours, changed.map(i + 1, extents), 9));
    const auto share = [&](const std::vector<std::uint32_t>& map) {
      return static_cast<double>(std::count_if(
          map.begin(), map.end(), [&](std::uint32_t drive) { return counts(drive, i); }));
    };
    pair.their_share += share(theirs);
    pair.our_share += share(ours);
  }
  return pair;
}

// Within a tenth, each in parts of what was held.
void check_ratios(const Pair& pair) {
  const auto ratio = [](std::uint64_t moved, double share) {
    return static_cast<double>(moved) / share;
  };
  CHECK(ratio(pair.ours.nodes_changed, pair.our_share) ==
        Approx(ratio(pair.theirs.nodes_changed, pair.their_share)).epsilon(0.1));
  CHECK(ratio(pair.ours.positions_changed, pair.our_share) ==
        Approx(ratio(pair.theirs.positions_changed, pair.their_share)).epsilon(0.1));
  CHECK(ratio(pair.ours.extents_touched, pair.our_share) ==
        Approx(ratio(pair.theirs.extents_touched, pair.their_share)).epsilon(0.1));
}

constexpr std::uint32_t kFirstOfRack = 3 * CrushWorld::kDrivesPerRack;

bool is_in_rack(std::uint32_t drive, std::uint32_t /*repetition*/) {
  return drive / CrushWorld::kDrivesPerRack == 3;
}

}  // namespace

// 18,000 extents, of which some 5,000 are touched: noise is below 2 %.
TEST_CASE("crush and crushtool move the same when a rack goes") {
  if (is_absent()) return;
  check_ratios(compare(
      18'000, 1,
      [](const CrushWorld& whole, std::uint32_t) {
        return whole.weighed(kFirstOfRack, CrushWorld::kDrivesPerRack, 0);
      },
      is_in_rack));
}

TEST_CASE("crush and crushtool move the same when a rack doubles") {
  if (is_absent()) return;
  check_ratios(compare(
      18'000, 1,
      [](const CrushWorld& whole, std::uint32_t) {
        return whole.weighed(kFirstOfRack, CrushWorld::kDrivesPerRack, 2);
      },
      is_in_rack));
}

TEST_CASE("crush and crushtool change the same positions, and no drive, when a zone doubles") {
  if (is_absent()) return;
  const Pair zone = compare(
      18'000, 1, [](const CrushWorld& whole, std::uint32_t) { return whole.weighed(0, 3240, 2); },
      [](std::uint32_t drive, std::uint32_t) { return drive < 3240; });
  CHECK(zone.theirs.nodes_changed == 0);
  CHECK(zone.ours.nodes_changed == 0);
  CHECK(static_cast<double>(zone.ours.positions_changed) ==
        Approx(static_cast<double>(zone.theirs.positions_changed)).epsilon(0.1));
}

// One host's figures vary by 7 %.
TEST_CASE("crush and crushtool move the same when hosts go", "[.large]") {
  if (is_absent()) return;
  const auto first = [](std::uint32_t i) { return i * 45 * CrushWorld::kDrivesPerHost; };
  check_ratios(compare(
      54'000, 12,
      [&](const CrushWorld& whole, std::uint32_t i) {
        return whole.weighed(first(i), CrushWorld::kDrivesPerHost, 0);
      },
      [&](std::uint32_t drive, std::uint32_t i) {
        return drive >= first(i) && drive < first(i) + CrushWorld::kDrivesPerHost;
      }));
}

// Minutes: 102 drives, one at a time.
TEST_CASE("crush and crushtool move the same when a drive goes", "[.large]") {
  if (is_absent()) return;
  const auto nth = [](std::uint32_t i) { return i * 95; };
  check_ratios(compare(
      54'000, 102,
      [&](const CrushWorld& whole, std::uint32_t i) { return whole.weighed(nth(i), 1, 0); },
      [&](std::uint32_t drive, std::uint32_t i) { return drive == nth(i); }));
}

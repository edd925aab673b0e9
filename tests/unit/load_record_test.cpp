// The loads that requests of a flow run meet, as they are recorded.
#include "models/flow/load_record.hpp"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "models/analytic/time_law.hpp"

using namespace spindle::models;

namespace {

void add(LoadRecord& loads, std::size_t epoch, std::uint32_t model,
         const std::vector<double>& heats) {
  const auto heat_of = [&](std::size_t d) { return heats[d]; };
  loads.add_rack(epoch, model, heats.size(), heat_of, heat_of);
}

double demand(const LoadRecord& loads, std::size_t period) {
  double sum = 0;
  for (const LoadShare& share : loads.shares(period)) sum += share.heat;
  return sum;
}

}  // namespace

TEST_CASE("load record: a drive's demand is split between the nodes around its heat") {
  LoadRecord loads({128, 512}, 10, 1, 1);
  loads.begin(1);
  add(loads, 0, 0, {0.0, 32.25 / 128, 0.25});
  add(loads, 0, 1, {1.5});
  loads.end();
  loads.finish();
  REQUIRE(loads.periods() == 1);
  const auto shares = loads.shares(0);
  REQUIRE(shares.size() == 3);
  CHECK(shares[0].node == 32);
  CHECK(shares[0].heat == Approx(0.75 * 32.25 / 128 + 0.25));
  CHECK(shares[1].node == 33);
  CHECK(shares[1].heat == Approx(0.25 * 32.25 / 128));
  CHECK(shares[2].model == 1);
  CHECK(shares[2].node == 192);
  CHECK(shares[2].heat == Approx(1.5));
}

TEST_CASE("load record: what cannot keep up is counted, and its demand kept") {
  LoadRecord loads({128}, 10, 1, 1);
  loads.begin(1);
  add(loads, 0, 0, {1.0, 3.0, 0.999, 0.5});
  loads.end();
  loads.finish();
  CHECK(loads.saturated(0, 0) == 2);
  const auto shares = loads.shares(0);
  REQUIRE(shares.size() == 3);
  CHECK(shares[0].node == 64);
  CHECK(shares[1].node == 127);  // below saturation, however little
  CHECK(shares[1].heat == Approx(0.999));
  CHECK(shares[2].node == 128);
  CHECK(shares[2].heat == Approx(4.0));
}

TEST_CASE("load record: demand that is not a drive's whole load weighs by itself") {
  LoadRecord loads({128}, 2, 1, 1);
  loads.begin(1);
  loads.add_rack(
      0, 0, 2, [](std::size_t) { return 0.5; }, [](std::size_t d) { return d == 0 ? 0.25 : 0.0; });
  loads.end();
  loads.finish();
  REQUIRE(loads.shares(0).size() == 1);
  CHECK(loads.shares(0)[0].node == 64);
  CHECK(loads.shares(0)[0].heat == Approx(0.25));
}

TEST_CASE("load record: long runs fold epochs into periods, whatever the windows") {
  constexpr std::uint64_t kEpochs = 4096 * 2 + 99;  // three to a period
  const auto record = [](std::size_t window) {
    LoadRecord loads({128}, 1, 2, kEpochs);
    for (std::uint64_t first = 0; first < kEpochs; first += window) {
      const auto epochs =
          static_cast<std::size_t>(std::min<std::uint64_t>(window, kEpochs - first));
      loads.begin(epochs);
      for (std::size_t e = 0; e < epochs; ++e) {
        add(loads, e, 0, {static_cast<double>((first + e) % 64) / 64});
        loads.add_requests(e, 1, static_cast<double>(first + e), 1);
      }
      loads.end();
    }
    loads.finish();
    return loads;
  };
  const LoadRecord whole = record(256);
  const LoadRecord pieces = record(8);
  REQUIRE(whole.periods() == (kEpochs + 2) / 3);
  REQUIRE(pieces.periods() == whole.periods());
  CHECK(demand(whole, 0) == Approx((0 + 1 + 2) / 64.0));
  CHECK(whole.reads(1, 1) == 3 + 4 + 5);
  CHECK(whole.reads(1, 0) == 0);
  CHECK(whole.writes(whole.periods() - 1, 1) == static_cast<double>(kEpochs % 3));
  for (std::size_t period = 0; period < whole.periods(); ++period) {
    if (demand(whole, period) != demand(pieces, period)) FAIL("period " << period);
  }
}

TEST_CASE("load record: racks may come in any order and from any thread") {
  const std::vector<double> hot = {0.71, 0.93, 1.4};
  const std::vector<double> cool = {0.11, 0.013, 0.4};
  LoadRecord one({128}, 6000, 1, 1);
  LoadRecord other({128}, 6000, 1, 1);
  one.begin(1);
  other.begin(1);
  for (int i = 0; i < 1000; ++i) {
    add(one, 0, 0, hot);
    add(one, 0, 0, cool);
  }
  std::thread beside([&] {
    for (int i = 0; i < 1000; ++i) add(other, 0, 0, cool);
  });
  for (int i = 0; i < 1000; ++i) add(other, 0, 0, hot);
  beside.join();
  one.end();
  other.end();
  const auto expected = one.shares(0);
  const auto found = other.shares(0);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i].heat == expected[i].heat);
}

TEST_CASE("time law: linear between its points, exponential beyond them") {
  const TimeLaw law({1, 2, 4}, {0.2, 0.5, 0.9}, 0.5);
  const std::vector<double> times = {0.5, 1, 1.5, 3, 4, 6};
  std::vector<double> out(times.size());
  law.share_within(times, out);
  CHECK(out[0] == 0);
  CHECK(out[1] == Approx(0.2));
  CHECK(out[2] == Approx(0.35));
  CHECK(out[3] == Approx(0.7));
  CHECK(out[4] == Approx(0.9));
  CHECK(out[5] == Approx(1 - 0.1 * 0.36787944117));
  const TimeLaw bounded({0, 2}, {0, 1});
  bounded.share_within(times, out);
  CHECK(out[1] == Approx(0.5));
  CHECK(out[5] == 1);
  CHECK_THROWS_AS(TimeLaw({}, {}), std::invalid_argument);
  CHECK_THROWS_AS(TimeLaw({1}, {0.5, 1}), std::invalid_argument);
}

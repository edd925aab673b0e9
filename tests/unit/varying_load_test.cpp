// A class's rate at a drive as a step function of its tenants', written out.

#include "models/zoom/varying_load.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace spindle;
using models::RatePiece;
using sim::Duration;
using sim::Instant;

namespace {

// Two pieces of a zoom: 100 ns to 200 ns, and 200 ns to 300 ns.
std::vector<models::ZoomPiece> zoom() {
  const auto ns = [](std::int64_t n) { return Duration::nanoseconds(n); };
  return {{0, Instant() + ns(100), ns(100), 0.5}, {1, Instant() + ns(200), ns(100), 0.5}};
}

// Nothing multiplies the class.
models::DemandCourse one() {
  return {{}, {}, {Duration::nanoseconds(100), 3}};
}

void check(const std::vector<RatePiece>& pieces, const std::vector<RatePiece>& expected) {
  REQUIRE(pieces.size() == expected.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    INFO("step " << i);
    CHECK(pieces[i].begin == expected[i].begin);
    CHECK(pieces[i].end == expected[i].end);
    CHECK(pieces[i].rate == Approx(expected[i].rate).margin(1e-12));
  }
}

}  // namespace

TEST_CASE("varying load: steps of two tenants and of what is steady") {
  models::VaryingLoad load;
  // 4/s on average: 8 in the first half. 2/s on average: 4 in the middle half.
  load.add(0, 4, std::vector<RatePiece>{{100, 150, 2}});
  load.add(0, 2, std::vector<RatePiece>{{125, 175, 2}});
  std::vector<RatePiece> out;
  load.append_rates(zoom(), std::vector<double>{7, 9}, one(), out);
  check(out, {{100, 125, 9}, {125, 150, 13}, {150, 175, 5}, {175, 200, 1}});
}

TEST_CASE("varying load: pieces come in order, and without steady load there are gaps of none") {
  models::VaryingLoad load;
  load.add(1, 3, std::vector<RatePiece>{{200, 250, 2}});
  load.add(0, 1, std::vector<RatePiece>{{150, 200, 2}});
  load.add(1, 3, std::vector<RatePiece>{{250, 300, 2}});
  std::vector<RatePiece> out;
  load.append_rates(zoom(), std::vector<double>{1, 6}, one(), out);
  check(out, {{100, 150, 0}, {150, 200, 2}, {200, 250, 6}, {250, 300, 6}});
}

TEST_CASE("varying load: a tenant that is off for all of the zoom's part leaves it empty") {
  models::VaryingLoad load;
  load.add(0, 5, {});
  std::vector<RatePiece> out;
  load.append_rates(zoom(), std::vector<double>{5, 5}, one(), out);
  check(out, {{100, 200, 0}});
}

// By hand: 3 times from 120 ns to 160 ns, on the tenants alone that are added; the steady ones have
// it in their mean already.
TEST_CASE("varying load: what multiplies the class multiplies its steps") {
  const models::DemandCourse times(
      {{Instant() + Duration::nanoseconds(120), Duration::nanoseconds(40), 3, Duration()}}, {},
      {Duration::nanoseconds(100), 3});
  models::VaryingLoad load;
  load.add(0, 4, std::vector<RatePiece>{{100, 150, 2}});
  std::vector<RatePiece> out;
  load.append_rates(zoom(), std::vector<double>{5, 0}, times, out);
  check(out, {{100, 120, 9}, {120, 150, 25}, {150, 200, 1}});
}

TEST_CASE("varying load: ten thousand tenants that change together are one step") {
  models::VaryingLoad load;
  for (int i = 0; i < 10'000; ++i) load.add(0, 0.5, std::vector<RatePiece>{{110, 160, 2}});
  std::vector<RatePiece> out;
  load.append_rates(zoom(), std::vector<double>{5000, 0}, one(), out);
  REQUIRE(out.size() == 3);
  CHECK(out[1].rate == Approx(10'000).epsilon(1e-12));
  CHECK(out[2].rate == Approx(0).margin(1e-8));
}

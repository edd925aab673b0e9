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
  load.append_rates(zoom(), std::vector<double>{7, 9}, out);
  check(out, {{100, 125, 9}, {125, 150, 13}, {150, 175, 5}, {175, 200, 1}});
}

TEST_CASE("varying load: pieces come in order, and without steady load there are gaps of none") {
  models::VaryingLoad load;
  load.add(1, 3, std::vector<RatePiece>{{200, 250, 2}});
  load.add(0, 1, std::vector<RatePiece>{{150, 200, 2}});
  load.add(1, 3, std::vector<RatePiece>{{250, 300, 2}});
  std::vector<RatePiece> out;
  load.append_rates(zoom(), std::vector<double>{1, 6}, out);
  check(out, {{100, 150, 0}, {150, 200, 2}, {200, 250, 6}, {250, 300, 6}});
}

TEST_CASE("varying load: a tenant that is off for all of the zoom's part leaves it empty") {
  models::VaryingLoad load;
  load.add(0, 5, {});
  std::vector<RatePiece> out;
  load.append_rates(zoom(), std::vector<double>{5, 5}, out);
  check(out, {{100, 200, 0}});
}

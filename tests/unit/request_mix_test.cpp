// Mixes of random requests: shares, places, streams. Mistakes in a mix: service_table_test.cpp.
#include "models/drive/request_mix.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;

TEST_CASE("request mix: kinds come by weight, at places where they fit") {
  const MechanicalDrive drive = test::mechanical("cheetah-9lp");
  const std::vector<RequestKind> kinds{{3, 4096, false}, {1, 1'000'001, true}};
  const RequestMix mix(drive, kinds);
  REQUIRE(mix.size() == 2);
  CHECK(mix.share(0) == 0.75);
  CHECK(mix.kind_at(0) == 0);
  CHECK(mix.kind_at(0.7499) == 0);
  CHECK(mix.kind_at(0.75) == 1);
  CHECK(mix.kind_at(std::nextafter(1.0, 0.0)) == 1);

  // Whole sectors, at multiples of 4,096 bytes, from the first place to the last.
  const DriveRequest last = mix.request(1, std::numeric_limits<std::uint64_t>::max());
  CHECK(last.sectors == 1954);
  CHECK(last.is_write);
  CHECK(last.sector % 8 == 0);
  CHECK(last.sector + last.sectors <= drive.spec().sectors);
  CHECK(last.sector + last.sectors + 8 > drive.spec().sectors);
  CHECK(mix.request(0, 0).sector == 0);

  // 40,000 draws: a standard error of .22 %, 1 % is more than four (one seed in 100,000).
  MixedRequests source(mix, 40'000, {100}, {3}, 5);
  std::map<std::uint64_t, int> count;
  DriveRequest request;
  sim::Instant before;
  while (source(request)) {
    ++count[request.sectors];
    CHECK(request.arrival >= before);
    before = request.arrival;
  }
  CHECK(count.size() == 2);
  CHECK(count[8] + count[1954] == 40'000);
  CHECK(count[8] == Approx(30'000).epsilon(0.0134));
  // 400 s at 100 a second, standard error .5 %: 2.5 % is five.
  CHECK((before - sim::Instant{}).to_seconds() == Approx(400).epsilon(0.025));
}

TEST_CASE("request mix: what a drive is asked depends on seed and drive alone") {
  const MechanicalDrive drive = test::mechanical("cheetah-9lp");
  const RequestMix mix(drive, std::vector<RequestKind>{{1, 4096, false}});
  const auto tenth = [&](std::uint64_t seed, std::uint64_t entity) {
    MixedRequests source(mix, 10, {50}, {seed}, entity);
    DriveRequest request;
    while (source(request)) {
    }
    return request;
  };
  CHECK(tenth(1, 7).sector == tenth(1, 7).sector);
  CHECK(tenth(1, 7).arrival == tenth(1, 7).arrival);
  CHECK(tenth(1, 7).sector != tenth(1, 8).sector);
  CHECK(tenth(1, 7).sector != tenth(2, 7).sector);
  CHECK(tenth(1, 7).arrival != tenth(1, 8).arrival);
  CHECK_THROWS_AS(MixedRequests(mix, 10, {-1}, {1}), std::invalid_argument);
}

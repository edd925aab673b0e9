// What a run is said to take of memory grows with what it keeps.
#include "app/world/memory.hpp"

#include <catch2/catch.hpp>

#include "tests/support/read_scenario.hpp"

using namespace spindle::app;

namespace {

const char* const kText = R"({
  "schema_version": 1, "name": "memory", "question": "How much does it take?",
  "run": { "duration": "730 d", "epoch": "1 d" },
  "fleet": { "zones": 3, "racks_per_zone": 4, "drives": 120,
             "models": [{ "model": "nearline-20tb", "afr": "1 %/yr" }] },
  "data": { "logical": "300 TB", "extent": "1 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [{ "name": "logs", "count": 50, "reads": "3 TB/d", "writes": "1 TB/d",
                "writes_are": "new_data", "object": "1 MB",
                "cooling": { "model": "exponential", "tau": "1000 d", "ages": "steady" } }],
  "repair": { "bandwidth": "10 MB/s" }
})";

double gigabytes(const std::vector<std::string>& sets) {
  return static_cast<double>(memory_estimate(spindle::test::valid_scenario(kText, sets))) / 1e9;
}

}  // namespace

TEST_CASE("memory: outages of a window of long epochs are counted") {
  const std::string outages =
      R"(failure.outages=[{"domain":"rack","rate":"100 /yr","lasts":"1 h"}])";
  const double one_day = gigabytes({outages});
  const double one_year = gigabytes({outages, "run.epoch=365 d"});
  // 200 outages of each rack in the two years, begun and ended: each touches the three entries of
  // its 75,000 extents, 16 B each, in an array that may be twice as large as it is full.
  CHECK(one_year - one_day > 200.0 * 2 * 12 * 75'000 * 3 * 16 / 1e9 * 0.9);
  CHECK(one_day < 1.2);
}

TEST_CASE("memory: requests that a mechanical run draws and lets wait are counted") {
  const std::vector<std::string> flow = {R"(tenants=[{"name":"all","reads":"1 GB/s",)"
                                         R"("writes":"1 GB/s","object":"1 MB"}])",
                                         "repair={}", "run.duration=1 h", "run.epoch=1 min"};
  const auto with = [&](std::vector<std::string> sets) {
    sets.insert(sets.begin(), flow.begin(), flow.end());
    return gigabytes(sets);
  };
  const double still = with({});
  const double mechanical = with({"run.fidelity=mechanical"});
  // 1,000 reads and three times as many writes a second, for a minute: a window of 240,000 parts.
  CHECK(mechanical - still > 240'000 * 40 * 2 / 1e9);
  CHECK(mechanical - still < 0.1);
  // Asked for four times what it serves the fleet leaves more than ten million waiting.
  const double overloaded = with({"run.fidelity=mechanical", "tenants.0.writes=10 GB/s"});
  // Parts of 40 B in two arrays and a third as many requests of 45 B, all of which grow by
  // doubling; 10.2 million of 60 drives were measured to take 2.1 GB.
  CHECK(overloaded - mechanical > 1e7 * 2 * (2 * 40 + 45.0 / 3) / 1e9);
  CHECK(overloaded - mechanical < 1e7 * 3 * (2 * 40 + 45.0 / 3) / 1e9);
}

TEST_CASE("memory: the drives of a zoom are counted, by how many there are and which") {
  const double without = gigabytes({});
  const double few = gigabytes({R"(zoom={"count":10})"});
  const double all = gigabytes({R"(zoom={"count":120})"});
  const double hottest = gigabytes({R"(zoom={"count":120,"drives":"hottest"})"});
  // Each of 110 drives keeps what its reads and its writes took: some kilobytes.
  CHECK(few > without);
  CHECK(all - few > 110 * 2 * 2e3 / 1e9);
  CHECK(all - few < 110 * 2 * 1e5 / 1e9);
  CHECK(hottest > without);
}

TEST_CASE("memory: columns of data that cools apart are counted") {
  const std::string epoch = "run.epoch=1 h";
  const double one_column = gigabytes({epoch});
  // 50 tenants have a column for each of 17,520 hours, of 64 B of rates each; they bear some 1,000
  // extents a day, so that no more than 730,000 are born.
  const double coarse = gigabytes({epoch, "tenants.0.cooling.tau=1 h"});
  CHECK(coarse - one_column > 700'000 * 64 / 1e9);
}

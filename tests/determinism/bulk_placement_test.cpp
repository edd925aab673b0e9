// Bulk placement makes the choices of a loop without blocks, prefetching and narrow loads.
#include "models/placement/bulk/bulk_placement.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/placement/bulk/narrow_loads.hpp"
#include "tests/support/plain_bulk.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

std::vector<std::uint64_t> bulk_loads(const BulkOptions& options) {
  BulkPlacement placement(options);
  placement.run();
  std::vector<std::uint64_t> out;
  for (std::uint32_t drive = 0; drive < options.drives; ++drive) {
    out.push_back(placement.load(drive));
  }
  return out;
}

BulkOptions with(const std::function<void(BulkOptions&)>& change) {
  BulkOptions options;
  options.drives = 1009;
  options.per_drive = 7;
  options.policy = BulkPolicy::kDChoices;
  options.seed = {7};
  change(options);
  return options;
}

void spread(BulkOptions& o) {
  o.shards = 9;
  o.zones = 3;
  o.racks_per_zone = 5;
  o.spread = {3, 1};
}

using Named = std::pair<std::string, BulkOptions>;

std::vector<Named> variants() {
  std::vector<Named> out;
  const auto add = [&](const char* name, const std::function<void(BulkOptions&)>& change) {
    out.emplace_back(name, with(change));
  };
  for (const std::uint32_t d : {1U, 2U, 3U, 8U, 64U}) {
    add("choices", [d](BulkOptions& o) { o.choices = d; });
    add("choices under the spread rule", [d](BulkOptions& o) {
      spread(o);
      o.choices = d;
    });
  }
  add("random", [](BulkOptions& o) { o.policy = BulkPolicy::kRandom; });
  add("a rest of shards, two a rack", [](BulkOptions& o) {
    spread(o);
    o.shards = 11;
    o.spread = {4, 2};
  });
  add("copies on distinct drives", [](BulkOptions& o) { o.shards = 3; });
  add("single shards in a drawn zone", [](BulkOptions& o) { o.zones = 3; });
  add("one plus beta", [](BulkOptions& o) { o.policy = BulkPolicy::kOnePlusBeta; });
  add("k of d", [](BulkOptions& o) {
    o.policy = BulkPolicy::kKOfD;
    o.shards = 9;
    o.candidates = 14;
  });
  add("k of d under the spread rule", [](BulkOptions& o) {
    spread(o);
    o.shards = 10;
    o.spread = {4, 1};
    o.policy = BulkPolicy::kKOfD;
    o.candidates = 12;
  });
  add("stale", [](BulkOptions& o) { o.refresh = 700; });
  add("stale objects", [](BulkOptions& o) {
    spread(o);
    o.refresh = 100;
  });
  add("noise", [](BulkOptions& o) { o.noise = 2; });
  add("buckets", [](BulkOptions& o) { o.bucket = 3; });
  add("noise, old and in buckets", [](BulkOptions& o) {
    o.noise = 1;
    o.bucket = 2;
    o.refresh = 50;
  });
  add("exponential sizes", [](BulkOptions& o) { o.sizes.law = BulkSizes::Law::kExponential; });
  add("lognormal sizes, one choice", [](BulkOptions& o) {
    o.choices = 1;
    o.sizes = {BulkSizes::Law::kLognormal, 2, {}, {}};
  });
  add("sizes of a table", [](BulkOptions& o) {
    spread(o);
    o.sizes = {BulkSizes::Law::kTable, 0, {1, 5, 20}, {6, 3, 1}};
  });
  const std::vector<BulkClass> mixed = {{80, .3}, {160, .3}, {220, .3}, {300, .1}};
  for (const auto sampling : {BulkSampling::kUniform, BulkSampling::kByCapacity}) {
    for (const auto compare : {BulkCompare::kFill, BulkCompare::kUnits}) {
      add("mixed capacities", [&](BulkOptions& o) {
        spread(o);
        o.classes = mixed;
        o.sampling = sampling;
        o.compare = compare;
      });
    }
  }
  add("cells", [](BulkOptions& o) {
    o.drives = 1000;
    o.cell = 10;
  });
  add("cells, one choice", [](BulkOptions& o) {
    o.drives = 1000;
    o.cell = 10;
    o.choices = 1;
  });
  add("deletes", [](BulkOptions& o) { o.turnovers = 1.5; });
  add("deletes of objects of several sizes", [](BulkOptions& o) {
    spread(o);
    o.sizes.law = BulkSizes::Law::kExponential;
    o.turnovers = 0.7;
  });
  add("an empty cohort", [](BulkOptions& o) { o.empty_share = 0.1; });
  add("an empty cohort after deletes, spread", [](BulkOptions& o) {
    spread(o);
    o.turnovers = 0.2;
    o.empty_share = 0.1;
  });
  for (const std::uint32_t d : {1U, 2U}) {
    add("until full", [d](BulkOptions& o) {
      o.choices = d;
      o.until_full = true;
      o.classes = {{30, 1}};
    });
    add("objects until full", [d](BulkOptions& o) {
      spread(o);
      o.choices = d;
      o.until_full = true;
      o.classes = {{30, 1}};
    });
  }
  add("several capacities until full", [&](BulkOptions& o) {
    o.until_full = true;
    o.classes = {{8.5, .3}, {16, .7}};
  });
  add("several sizes until full", [&](BulkOptions& o) {
    o.until_full = true;
    o.classes = {{20, 1}};
    o.sizes.law = BulkSizes::Law::kExponential;
  });
  return out;
}

}  // namespace

TEST_CASE("bulk placement chooses as a plain loop does, whatever the variant") {
  for (const auto& [name, options] : variants()) {
    INFO(name << ", " << options.choices << " choices");
    CHECK(bulk_loads(options) == test::PlainBulk(options).run());
  }
}

// Loads after every number of objects around the blocks' ends: each choice of a shard shows alone.
TEST_CASE("bulk placement chooses as a plain loop does, object by object") {
  for (std::uint32_t shards : {1U, 9U}) {
    BulkOptions options = with([](BulkOptions& o) { o.drives = 200; });
    options.shards = shards;
    for (std::uint64_t objects = 1; objects < 300; objects += shards == 1 ? 13 : 7) {
      options.per_drive = static_cast<double>(objects * shards) / options.drives;
      CAPTURE(shards, objects);
      REQUIRE(options.objects() == objects);
      REQUIRE(bulk_loads(options) == test::PlainBulk(options).run());
    }
  }
}

TEST_CASE("bulk placement stays exact where loads outgrow eight bits") {
  BulkOptions options = with([](BulkOptions& o) { o.drives = 50; });
  for (const std::uint32_t d : {1U, 2U}) {
    options.choices = d;
    options.per_drive = d == 1 ? 3000 : 700;  // bases rise, and with one choice entries widen
    CHECK(bulk_loads(options) == test::PlainBulk(options).run());
  }
}

TEST_CASE("narrow loads keep what they hold while they rise and widen") {
  NarrowLoads loads(3);
  loads.visit([](auto entries) {
    entries[0] = 255;
    entries[1] = 200;
    entries[2] = 100;
  });
  const auto load = [&](std::size_t i) { return loads.base() + loads.entry(i); };
  loads.make_room();
  CHECK(loads.base() == 100);
  CHECK((load(0) == 255 && load(1) == 200 && load(2) == 100));
  loads.visit([](auto entries) { entries[0] = 255; });
  loads.make_room();  // the emptiest is at 0: only wider entries help
  CHECK((load(0) == 355 && load(1) == 200 && load(2) == 100));
  CHECK(loads.visit([](auto entries) { return sizeof(entries[0]); }) == 2);
}

TEST_CASE("bulk placement of another seed is another") {
  BulkOptions options = with([](BulkOptions&) {});
  const auto first = bulk_loads(options);
  CHECK(first == bulk_loads(options));
  options.seed = {8};
  CHECK(first != bulk_loads(options));
}

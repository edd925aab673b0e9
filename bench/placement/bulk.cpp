// Balls into bins: single shards, and objects of nine under the zone spread rule, a second on one
// core, random numbers included.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "models/placement/bulk/bulk_placement.hpp"

namespace spindle::models {
namespace {

struct Variant {
  const char* name;
  std::uint32_t choices;
  bool is_spread;  // 5 + 4: three shards a zone, one a rack of 1,000 drives
};

BulkOptions options_of(const Variant& variant, std::uint32_t drives) {
  BulkOptions options;
  options.drives = drives;
  options.policy = variant.choices == 1 ? BulkPolicy::kRandom : BulkPolicy::kDChoices;
  options.choices = variant.choices;
  // As many shards as keep a run short: loads from 0 on, which are fetched as any others are.
  options.per_drive = drives > 10'000'000 ? 10 : 100;
  if (variant.is_spread) {
    options.shards = 9;
    options.zones = 3;
    options.racks_per_zone = std::max(34U, drives / 3000);
    options.spread = {3, 1};
  }
  return options;
}

const bool registered = [] {
  const std::vector<Variant> variants = {{"random", 1, false},
                                         {"two_choices", 2, false},
                                         {"erasure_5_4.random", 1, true},
                                         {"erasure_5_4.two_choices", 2, true}};
  for (const Variant& variant : variants) {
    for (const std::uint32_t drives : {100'000U, 1'000'000U, 20'000'000U}) {
      const std::string name = std::string(variant.name) + "/" + std::to_string(drives);
      benchmark::RegisterBenchmark(name.c_str(),
                                   [variant, drives](benchmark::State& state) {
                                     const BulkOptions options = options_of(variant, drives);
                                     std::uint64_t objects = 0;
                                     for (auto _ : state) {
                                       BulkPlacement placement(options);
                                       objects += placement.run().objects;
                                     }
                                     state.SetItemsProcessed(static_cast<std::int64_t>(objects));
                                   })
          ->Unit(benchmark::kSecond)
          ->Iterations(1);
    }
  }
  return true;
}();

}  // namespace
}  // namespace spindle::models

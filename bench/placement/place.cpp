// Placing a fleet's extents: items per second are shards per second, on one core.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/placement/placer.hpp"

namespace spindle::models {
namespace {

// A fleet of 3 zones of racks of about 1,000 drives, filled to 80 % by Zipf-sized tenants.
void place(benchmark::State& state, const PlacementOptions& options, std::uint32_t shards,
           std::uint32_t drives, std::uint32_t shards_per_drive) {
  DriveModel model;
  model.name = "bench";
  model.capacity = {20'000'000'000'000};
  const Topology topology({3, std::max(34U, drives / 3000), drives, {{model, 1}}});
  constexpr std::uint32_t kTenants = 1000;
  const auto extents =
      static_cast<std::uint32_t>(std::uint64_t{drives} * shards_per_drive / shards);
  ExtentTable table;
  table.shard_bytes = model.capacity.value / 5 * 4 / shards_per_drive;
  table.shard_heat.assign(kTenants, 1e-4);
  double harmonic = 0;
  for (std::uint32_t i = 1; i <= kTenants; ++i) harmonic += 1.0 / i;
  double share = 0;
  for (std::uint32_t i = 1; i <= kTenants; ++i) {
    table.first_extent.push_back(static_cast<std::uint32_t>(share / harmonic * extents));
    share += 1.0 / i;
  }
  table.first_extent.push_back(extents);
  for (auto _ : state) {
    benchmark::DoNotOptimize(place_all({topology, {3, 1}, shards, kTenants, {1}}, options, table));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(extents) * shards);
}

PlacementOptions with(const char* policy, LoadMetric metric = LoadMetric::kFill,
                      const char* inner = "random") {
  PlacementOptions options;
  options.policy = policy;
  options.metric = metric;
  options.inner = inner;
  options.width = 5000;
  return options;
}

// Registered before main, which belongs to Google Benchmark.
const bool registered = [] {
  struct Variant {
    const char* name;
    PlacementOptions options;
  };
  const std::vector<Variant> variants = {
      {"static", with("static")},
      {"random", with("random")},
      {"two_choices", with("d_choices")},
      {"two_choices_heat", with("d_choices", LoadMetric::kHeat)},
      {"shuffle_shard", with("shuffle_shard")},
      {"shuffle_shard_two_choices", with("shuffle_shard", LoadMetric::kFill, "d_choices")},
      {"two_choices_blend", with("d_choices", LoadMetric::kBlend)},
      {"one_plus_beta", with("one_plus_beta")},
      {"k_of_d", with("k_of_d")},
      {"least_loaded", with("least_loaded")},
      {"round_robin", with("round_robin")},
      {"copyset", with("copyset")},
  };
  struct Size {
    const char* name;
    std::uint32_t shards, drives, shards_per_drive;
  };
  const std::vector<Size> sizes = {{"copies_3.1e5", 3, 100'000, 500},
                                   {"erasure_5_4.1e5", 9, 100'000, 500},
                                   {"copies_3.2e7", 3, 20'000'000, 3},
                                   {"erasure_5_4.2e7", 9, 20'000'000, 9}};
  for (const Variant& variant : variants) {
    for (const Size& size : sizes) {
      const std::string name = std::string("map.") + variant.name + "." + size.name;
      benchmark::RegisterBenchmark(name.c_str(),
                                   [variant, size](benchmark::State& state) {
                                     place(state, variant.options, size.shards, size.drives,
                                           size.shards_per_drive);
                                   })
          ->Unit(benchmark::kSecond)
          ->Iterations(1);
    }
  }
  return true;
}();

}  // namespace
}  // namespace spindle::models

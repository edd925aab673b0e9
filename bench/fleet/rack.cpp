// What one window costs a drive of a ledger: heat of eight epochs, and the flows after it. Four
// classes of tenants, of which one is renewed; two choices by fill; moves that even heat out. Heat
// is of classes whose tenants have courses of their own (all, or one of the four).

#include <benchmark/benchmark.h>

#include <cstdint>
#include <numeric>
#include <vector>

#include "models/ledger/ledger_flows.hpp"
#include "models/ledger/ledger_heat.hpp"
#include "sim/aligned_array.hpp"

namespace spindle {
namespace {

constexpr std::uint32_t kDrives = 1000;  // of a rack
constexpr std::uint32_t kRacks = 256;
constexpr std::size_t kClasses = 4;
constexpr std::uint32_t kSampleDrives = 16'384;
constexpr double kShards = 400;  // on a drive
constexpr double kRoom = 570;    // shards

struct Racks {
  Racks() : mixes(kDrives * kRacks), held(kDrives * kRacks * kClasses) {
    sim::RandomStream random(sim::Seed{1}, 0, sim::Purpose{1}, 0);
    for (models::LedgerFleet::Mix& mix : mixes) {
      mix.first = static_cast<std::uint16_t>(random.uniform() * kSampleDrives);
      mix.second = static_cast<std::uint16_t>(random.uniform() * kSampleDrives);
    }
    for (models::LedgerFleet::Holding& of : held) {
      of.shards = static_cast<float>(kShards / kClasses * (0.9 + 0.2 * random.uniform()));
      of.demand = static_cast<float>(0.1 * (0.9 + 0.2 * random.uniform()));
    }
  }
  [[nodiscard]] std::span<const models::LedgerFleet::Mix> mixes_of(std::size_t rack) const {
    return std::span(mixes).subspan(rack * kDrives, kDrives);
  }
  [[nodiscard]] std::span<models::LedgerFleet::Holding> held_of(std::size_t rack) {
    return std::span(held).subspan(rack * kDrives * kClasses, kDrives * kClasses);
  }

  std::vector<models::LedgerFleet::Mix> mixes;
  std::vector<models::LedgerFleet::Holding> held;
};

void count_drives(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kDrives * kRacks);
}

void flows(benchmark::State& state) {
  Racks racks;
  std::vector<models::ClassFlow> classes(kClasses);
  for (models::ClassFlow& flow : classes) flow.cool = 0.999;
  classes[3] = {.leave = 0.016,
                .leave_demand = 0.016,
                .come = 1.6,
                .come_demand = 0.001,
                .is_noisy = true,
                .cool = 0.97};
  std::vector<double> share_below(2048);
  for (std::size_t i = 0; i < share_below.size(); ++i) {
    share_below[i] = static_cast<double>(i) / static_cast<double>(share_below.size());
  }
  models::FillPreference preference;
  preference.choices = 2;
  preference.low = kShards - 256;
  preference.width = 0.25;
  preference.set_share_below(share_below);
  models::RebalanceFlow rebalance;
  rebalance.options.threshold = 0.02;
  rebalance.most_shards = 0.8;
  rebalance.mean = rebalance.next_mean = {.demand = 0.4, .shards = kShards};
  rebalance.pool.assign(kClasses, {.shards = 1.0 / kClasses, .demand = 0.001 / kClasses});
  models::RackFlowInputs in;
  in.classes = classes;
  in.preference = &preference;
  in.rebalance = &rebalance;
  in.rebalances = true;
  in.room = kRoom;
  std::vector<std::uint32_t> bins(share_below.size());
  for (auto _ : state) {
    ++in.window;
    for (std::uint32_t rack = 0; rack < kRacks; ++rack) {
      in.rack_slot = rack;
      benchmark::DoNotOptimize(
          models::apply_flows(in, racks.mixes_of(rack), racks.held_of(rack), bins));
    }
  }
  count_drives(state);
}
BENCHMARK(flows)->Unit(benchmark::kMillisecond);

void heat(benchmark::State& state) {
  const auto varying = static_cast<std::uint32_t>(state.range(0));
  Racks racks;
  sim::HugeVector<float> table((kSampleDrives + 1) * varying * models::kLedgerEpochs);
  sim::RandomStream random(sim::Seed{2}, 0, sim::Purpose{1}, 0);
  for (float& x : table) x = static_cast<float>(0.03 + 0.04 * random.uniform());
  const std::vector<float> demand((kSampleDrives + 1) * varying, 0.05F);
  const std::vector<float> factors(kClasses, 1.0F);
  const std::vector<float> courses(kClasses * models::kLedgerEpochs, 1.0F);
  std::vector<std::uint32_t> classes(varying);
  std::iota(classes.begin(), classes.end(), 0U);
  std::vector<float> sum(kDrives * kRacks);
  std::vector<float> max(kDrives * kRacks);
  std::vector<std::uint32_t> buckets(models::kHeatBuckets);
  for (auto _ : state) {
    for (std::uint32_t rack = 0; rack < kRacks; ++rack) {
      models::RackHeatInputs in;
      in.heat = table.data();
      in.demand = demand.data();
      in.varying = classes;
      in.courses = courses;
      in.mean = kSampleDrives;
      in.factors = factors;
      in.mixes = racks.mixes_of(rack);
      in.held = racks.held_of(rack);
      models::RackHeatSums sums;
      const auto of_rack = [&](std::vector<float>& all) {
        return std::span(all).subspan(rack * kDrives, kDrives);
      };
      models::RackHeatOutputs out{of_rack(sum), of_rack(max), {}, buckets, sums};
      models::rack_ledger_heat(in, out);
      benchmark::DoNotOptimize(sums);
    }
  }
  count_drives(state);
}
BENCHMARK(heat)->Arg(1)->Arg(kClasses)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spindle

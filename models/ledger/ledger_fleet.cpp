#include "models/ledger/ledger_fleet.hpp"

#include <algorithm>
#include <numeric>

#include "models/purposes.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// What a rack, or the fleet, holds of each class.
using Sums = std::vector<LedgerClass>;

// Multiples of it, modulo the number of drives, meet every number once and lie apart: near the
// golden section, and coprime.
std::uint64_t spreading_stride(std::uint64_t drives) {
  std::uint64_t stride = std::max<std::uint64_t>(1, drives * 618'034 / 1'000'000);
  while (std::gcd(stride, drives) != 1) ++stride;
  return stride;
}

}  // namespace

LedgerFleet::LedgerFleet(const Topology& topology, const MixSample& sample,
                         const LedgerStart& start, unsigned threads)
    : topology_(topology),
      sample_(sample),
      classes_(sample.classes()),
      shard_bytes_(start.shard_bytes),
      parts_(start.parts),
      seed_(start.seed),
      stride_(spreading_stride(topology.drives())),
      mixes_(topology.drives()),
      held_(std::size_t{topology.drives()} * classes_) {
  sim::for_each_index(threads, topology.racks(), [&](std::size_t rack) {
    if (!topology.is_landing_rack(static_cast<std::uint32_t>(rack))) {
      fill_rack(static_cast<std::uint32_t>(rack), start);
    }
  });
  scale(start, threads);
}

// Whole drives take the sample's in turn, in an order that spreads neighbours over it: each is
// taken as often as any other, so that the fleet holds what the sample does, scaled.
LedgerFleet::Mix LedgerFleet::whole_mix(std::uint32_t drive, std::uint32_t n) const {
  const std::uint64_t drives = topology_.drives();
  const std::uint64_t at = (topology_.slot_of(drive) * stride_) % drives;
  const auto index = static_cast<std::uint16_t>(at * n / drives);
  return {index, index};
}

LedgerFleet::Mix LedgerFleet::draw_mix(std::uint32_t drive, std::uint64_t life) const {
  const std::uint32_t model = topology_.model_of_rack(topology_.rack_of(drive));
  sim::RandomStream random(seed_, 0, purpose::kLedgerMix, topology_.slot_of(drive));
  random.skip_to(4 * life);
  const std::uint32_t n = sample_.drives(model);
  if (parts_ == 1 && life == 0) return whole_mix(drive, n);
  // Two multiply-shifts of 32 bits: the bias is below n / 2^32, 1.6e-5.
  const auto index = [&] {
    return static_cast<std::uint16_t>((std::uint64_t{random.next_u32()} * n) >> 32U);
  };
  const std::uint16_t first = index();
  return {first, parts_ == 1 ? first : index()};
}

void LedgerFleet::fill_rack(std::uint32_t rack, const LedgerStart& start) {
  const std::uint32_t model = topology_.model_of_rack(rack);
  const DriveRange range = topology_.drives_of_rack(rack);
  for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
    const Mix mix = draw_mix(drive, 0);
    mixes_[drive] = mix;
    const auto row = held(drive);
    float all = 0;
    for (std::uint32_t c = 0; c < classes_; ++c) {
      const float* demand = sample_.demand(model) + c;
      row[c] = {sample_.shards(model, c, mix.first), demand[mix.first * classes_]};
      if (parts_ == 2) {
        row[c].shards += sample_.shards(model, c, mix.second);
        row[c].demand += demand[mix.second * classes_];
      }
      all += row[c].shards;
    }
    if (start.fills.empty() || all <= 0) continue;
    sim::RandomStream random(seed_, 0, purpose::kLedgerFill, topology_.slot_of(drive));
    const std::uint64_t at = sim::scaled(random.next_u64(), start.fills.size());
    const float factor = start.fills[at] / all;
    for (Holding& of : row) {
      of.shards *= factor;
      of.demand *= factor;
    }
  }
}

std::vector<double> LedgerFleet::use_of_sample(double scale) const {
  std::vector<double> use(std::size_t{sample_.drives(0)} * classes_ + classes_, 0.0);
  const float* demand = sample_.demand(0);
  for (std::uint32_t drive = 0; drive < topology_.drives(); ++drive) {
    const Mix mix = mixes_[drive];
    if (mix.first == kAbsent) continue;
    const auto row = held(drive);
    for (std::uint32_t c = 0; c < classes_; ++c) {
      const std::size_t first = std::size_t{mix.first} * classes_ + c;
      const std::size_t second = std::size_t{mix.second} * classes_ + c;
      const float mean = demand[first] + demand[second];
      if (!(mean > 0)) continue;
      const double share = static_cast<double>(row[c].demand / mean) / scale;
      use[first] += share;
      use[second] += share;
    }
  }
  return use;
}

double LedgerFleet::shards_on(std::uint32_t drive) const {
  double sum = 0;
  for (const Holding& of : held(drive)) sum += static_cast<double>(of.shards);
  return sum;
}

// Racks are added in their order.
void LedgerFleet::scale(const LedgerStart& start, unsigned threads) {
  std::vector<Sums> of_rack(topology_.racks(), Sums(classes_));
  const auto each_rack = [&](auto&& fn) {
    sim::for_each_index(threads, topology_.racks(), [&](std::size_t rack) {
      const DriveRange range = topology_.drives_of_rack(static_cast<std::uint32_t>(rack));
      for (std::uint32_t drive = range.first; drive < range.last; ++drive) fn(rack, held(drive));
    });
  };
  each_rack([&](std::size_t rack, std::span<Holding> row) {
    for (std::uint32_t c = 0; c < classes_; ++c) {
      of_rack[rack][c].shards += static_cast<double>(row[c].shards);
      of_rack[rack][c].demand += static_cast<double>(row[c].demand);
    }
  });
  Sums factor(classes_);
  for (std::uint32_t c = 0; c < classes_; ++c) {
    for (const Sums& rack : of_rack) {
      factor[c].shards += rack[c].shards;
      factor[c].demand += rack[c].demand;
    }
    const LedgerClass& wanted = start.classes[c];
    factor[c].shards = factor[c].shards > 0 ? wanted.shards / factor[c].shards : 1;
    factor[c].demand = factor[c].demand > 0 ? wanted.demand / factor[c].demand : 1;
  }
  each_rack([&](std::size_t, std::span<Holding> row) {
    for (std::uint32_t c = 0; c < classes_; ++c) {
      row[c].shards *= static_cast<float>(factor[c].shards);
      row[c].demand *= static_cast<float>(factor[c].demand);
    }
  });
}

}  // namespace spindle::models

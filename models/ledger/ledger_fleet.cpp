#include "models/ledger/ledger_fleet.hpp"

#include <algorithm>

#include "models/purposes.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// What a rack, or the fleet, holds of each class.
using Sums = std::vector<LedgerClass>;

}  // namespace

LedgerFleet::LedgerFleet(const Topology& topology, const MixSample& sample,
                         const LedgerStart& start, unsigned threads)
    : topology_(topology),
      sample_(sample),
      classes_(sample.classes()),
      shard_bytes_(start.shard_bytes),
      parts_(start.parts),
      seed_(start.seed),
      mixes_(topology.drives()),
      held_(std::size_t{topology.drives()} * classes_) {
  sim::for_each_index(threads, topology.racks(), [&](std::size_t rack) {
    if (!topology.is_landing_rack(static_cast<std::uint32_t>(rack))) {
      fill_rack(static_cast<std::uint32_t>(rack), start);
    }
  });
  scale(start, threads);
}

LedgerFleet::Mix LedgerFleet::draw_mix(std::uint32_t drive, std::uint64_t life) const {
  const std::uint32_t model = topology_.model_of_rack(topology_.rack_of(drive));
  sim::RandomStream random(seed_, 0, purpose::kLedgerMix, topology_.slot_of(drive));
  random.skip_to(4 * life);
  const std::uint32_t n = sample_.drives(model);
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

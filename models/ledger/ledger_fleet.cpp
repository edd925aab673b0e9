#include "models/ledger/ledger_fleet.hpp"

#include <algorithm>

#include "models/purposes.hpp"
#include "sim/first_touch.hpp"
#include "sim/spreading_stride.hpp"

namespace spindle::models {
namespace {

// What racks, or the fleet, hold of each class.
using Sums = std::vector<LedgerClass>;

}  // namespace

LedgerFleet::LedgerFleet(const Topology& topology, const MixSample& sample,
                         const LedgerStart& start, LedgerShare& share, unsigned threads)
    : topology_(topology),
      sample_(sample),
      share_(share),
      first_(share.drives().first),
      classes_(sample.classes()),
      shard_bytes_(start.shard_bytes),
      parts_(start.parts),
      is_placed_(static_cast<bool>(start.place)),
      seed_(start.seed),
      stride_(sim::spreading_stride(topology.drives())) {
  sim::make_array(mixes_, share.drives().size(), threads);
  sim::make_array(held_, std::size_t{share.drives().size()} * classes_, threads);
  share.each_rack(threads, [&](std::size_t, std::uint32_t rack) {
    if (!topology.is_landing_rack(rack)) fill_rack(rack, start);
  });
  if (is_placed_) start.place(*this);
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
  const std::uint32_t n = sample_.drives(model);
  if (is_placed_) return {static_cast<std::uint16_t>(n), static_cast<std::uint16_t>(n)};
  if (parts_ == 1 && life == 0) return whole_mix(drive, n);
  sim::RandomStream random(seed_, 0, purpose::kLedgerMix, topology_.slot_of(drive));
  random.skip_to(4 * life);
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
    this->mix(drive) = mix;
    if (is_placed_) continue;
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

// Drives are added in their order.
std::vector<double> LedgerFleet::use_of_sample(double scale) const {
  std::vector<double> use(std::size_t{sample_.drives(0)} * classes_ + classes_, 0.0);
  const float* demand = sample_.demand(0);
  share_.relay(std::span(use), [&] {
    for (std::uint32_t drive = share_.drives().first; drive < share_.drives().last; ++drive) {
      const Mix mix = this->mix(drive);
      if (mix.first == kAbsent) continue;
      const auto row = held(drive);
      for (std::uint32_t c = 0; c < classes_; ++c) {
        const std::size_t first = std::size_t{mix.first} * classes_ + c;
        const std::size_t second = std::size_t{mix.second} * classes_ + c;
        const float mean = demand[first] + demand[second];
        if (!(mean > 0)) continue;
        const double part = static_cast<double>(row[c].demand / mean) / scale;
        use[first] += part;
        use[second] += part;
      }
    }
  });
  return use;
}

double LedgerFleet::shards_on(std::uint32_t drive) const {
  double sum = 0;
  for (const Holding& of : held(drive)) sum += static_cast<double>(of.shards);
  return sum;
}

// Racks are added in their order.
void LedgerFleet::scale(const LedgerStart& start, unsigned threads) {
  Sums mine(std::size_t{share_.racks().size()} * classes_);  // [(rack - first) * classes + class]
  const auto each_drive = [&](auto&& fn) {
    share_.each_rack(threads, [&](std::size_t i, std::uint32_t rack) {
      const DriveRange range = topology_.drives_of_rack(rack);
      for (std::uint32_t drive = range.first; drive < range.last; ++drive) fn(i, held(drive));
    });
  };
  each_drive([&](std::size_t i, std::span<Holding> row) {
    for (std::uint32_t c = 0; c < classes_; ++c) {
      mine[i * classes_ + c].shards += static_cast<double>(row[c].shards);
      mine[i * classes_ + c].demand += static_cast<double>(row[c].demand);
    }
  });
  const Sums all = share_.gather(std::span<const LedgerClass>(mine));
  Sums factor(classes_);
  for (std::uint32_t c = 0; c < classes_; ++c) {
    for (std::size_t rack = 0; rack < topology_.racks(); ++rack) {
      factor[c].shards += all[rack * classes_ + c].shards;
      factor[c].demand += all[rack * classes_ + c].demand;
    }
    const LedgerClass& wanted = start.classes[c];
    factor[c].shards = factor[c].shards > 0 ? wanted.shards / factor[c].shards : 1;
    factor[c].demand = factor[c].demand > 0 ? wanted.demand / factor[c].demand : 1;
  }
  each_drive([&](std::size_t, std::span<Holding> row) {
    for (std::uint32_t c = 0; c < classes_; ++c) {
      row[c].shards *= static_cast<float>(factor[c].shards);
      row[c].demand *= static_cast<float>(factor[c].demand);
    }
  });
}

}  // namespace spindle::models

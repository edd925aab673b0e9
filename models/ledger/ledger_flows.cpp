#include "models/ledger/ledger_flows.hpp"

#include <algorithm>
#include <cmath>

#include "models/purposes.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {
namespace {

using Mix = LedgerFleet::Mix;
using Holding = LedgerFleet::Holding;

// What a drive holds of all classes together.
DriveMean sum_of(std::span<const Holding> row) {
  DriveMean sum;
  for (const Holding& of : row) {
    sum.shards += static_cast<double>(of.shards);
    sum.demand += static_cast<double>(of.demand);
  }
  return sum;
}

// Shards that a drive sends and takes in a window, before either side is scaled to the other.
struct Exchange {
  double send = 0;
  double take = 0;
};

Exchange exchange_of(const RebalanceFlow& flow, const DriveMean& mean, const DriveMean& held) {
  const double threshold = flow.options.threshold;
  if (flow.options.by == RebalanceBy::kHeat) {
    if (std::abs(held.demand - mean.demand) <= threshold * mean.demand) return {};
    const double swapped = std::min(held.shards, flow.most_shards);
    return {swapped, swapped};
  }
  const double above = held.shards - mean.shards;
  if (std::abs(above) <= threshold * mean.shards) return {};
  return above > 0 ? Exchange{std::min(above, flow.most_shards), 0}
                   : Exchange{0, std::min(-above, flow.most_shards)};
}

// Twice a standard normal number but for its steps: the sum of 16 coins for each half of the word,
// by adding up neighbouring bits.
struct Coins {
  explicit Coins(std::uint32_t word) {
    word -= (word >> 1U) & 0x55555555U;
    word = (word & 0x33333333U) + ((word >> 2U) & 0x33333333U);
    word = (word + (word >> 4U)) & 0x0f0f0f0fU;
    word += word >> 8U;
    low = static_cast<float>(static_cast<int>(word & 0x1fU) - 8);
    high = static_cast<float>(static_cast<int>((word >> 16U) & 0x1fU) - 8);
  }
  float low;
  float high;
};

// How many more come and go than on average: of a Poisson (binomial) number of that mean.
struct Noise {
  double come = 0;
  double leave = 0;
};

Noise noise_of(const ClassFlow& flow, double shards, double come, std::uint32_t word) {
  const Coins coins(word);
  const double leave = std::max(0.0, shards * flow.leave * (1 - flow.leave));
  return {static_cast<double>(std::sqrt(static_cast<float>(come)) * coins.low) / 2,
          static_cast<double>(std::sqrt(static_cast<float>(leave)) * coins.high) / 2};
}

// What a drive sends, as a share of what it holds, and takes of the pool, in shards.
struct Swap {
  double sent_share = 0;
  double taken = 0;
};

Swap swap_of(const RebalanceFlow& flow, const DriveMean& held) {
  const Exchange moves = exchange_of(flow, flow.mean, held);
  const double sent = moves.send * flow.sent_scale;
  return {held.shards > 0 ? sent / held.shards : 0, moves.take * flow.taken_scale};
}

// One class on one drive: everything follows from what it held before. What was below 0 counts as
// negative excess, and noise as what came.
void flow_class(const ClassFlow& flow, double preference, const LedgerClass& swapped,
                const std::uint32_t* word, Holding& of, LedgerClass& came, LedgerClass& excess) {
  const double shards = static_cast<double>(of.shards);
  const double demand = static_cast<double>(of.demand);
  double come = shards * flow.grow + flow.come * preference;
  double come_demand = come * flow.come_demand;
  if (flow.is_noisy) {
    const Noise noise = noise_of(flow, shards, std::max(0.0, come), *word);
    const double each = shards > 0 ? demand / shards * flow.unevenness : 0;
    come += noise.come - noise.leave;
    come_demand += noise.come * flow.come_demand - noise.leave * each;
  }
  came.shards += come;
  came.demand += come_demand;
  double after = shards - shards * flow.leave + swapped.shards + come + flow.place;
  double demand_after = (demand - demand * flow.leave_demand + swapped.demand) * flow.cool +
                        come_demand + flow.place * flow.place_demand;
  if (after < 0) {
    excess.shards += after;
    after = 0;
  }
  if (demand_after < 0) {
    excess.demand += demand_after;
    demand_after = 0;
  }
  of = {static_cast<float>(after), static_cast<float>(demand_after)};
}

// What does not fit leaves again, in proportion.
void cut_to_room(double room, std::span<Holding> row, RackTally& tally) {
  const double shards = sum_of(row).shards;
  if (shards <= room) return;
  const double kept = room / shards;
  tally.no_room += shards - room;
  for (std::size_t c = 0; c < row.size(); ++c) {
    tally.excess[c].shards += static_cast<double>(row[c].shards) * (1 - kept);
    tally.excess[c].demand += static_cast<double>(row[c].demand) * (1 - kept);
    row[c].shards = static_cast<float>(static_cast<double>(row[c].shards) * kept);
    row[c].demand = static_cast<float>(static_cast<double>(row[c].demand) * kept);
  }
}

void tally_drive(const RackFlowInputs& in, std::span<const Holding> row,
                 std::span<std::uint32_t> bins, RackTally& tally) {
  ++tally.present;
  DriveMean all;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const LedgerClass of{static_cast<double>(row[c].shards), static_cast<double>(row[c].demand)};
    tally.held[c].shards += of.shards;
    tally.held[c].demand += of.demand;
    all.shards += of.shards;
    all.demand += of.demand;
  }
  if (!bins.empty()) ++bins[in.preference->bin_of(all.shards)];
  if (in.rebalance == nullptr) return;
  const Exchange moves = exchange_of(*in.rebalance, in.rebalance->next_mean, all);
  tally.to_take += moves.take;
  if (moves.send <= 0) return;
  tally.to_send += moves.send;
  const double share = moves.send / all.shards;
  for (std::size_t c = 0; c < row.size(); ++c) {
    tally.sent[c].shards += static_cast<double>(row[c].shards) * share;
    tally.sent[c].demand += static_cast<double>(row[c].demand) * share;
  }
}

// One word a drive and class.
std::vector<std::uint32_t> noise_words(const RackFlowInputs& in, std::size_t values) {
  const std::size_t blocks = (values + 3) / 4;
  std::vector<std::uint32_t> words(blocks * 4);
  sim::RandomBatch(in.seed, 0, purpose::kLedgerNoise)
      .words(in.rack_slot, in.window * blocks, words);
  return words;
}

}  // namespace

RackTally::RackTally(std::size_t classes)
    : held(classes), came(classes), excess(classes), sent(classes) {}

std::size_t FillPreference::bin_of(double shards) const {
  const double bin = (shards - low) / width;
  const auto last = static_cast<double>(share_below.size() - 1);
  return static_cast<std::size_t>(std::clamp(bin, 0.0, last));
}

double FillPreference::of(double shards) const {
  if (is_even()) return 1;
  const std::size_t bin = bin_of(shards);
  const double next = bin + 1 < share_below.size() ? share_below[bin + 1] : 1.0;
  const double rest = 1 - (share_below[bin] + next) / 2;
  double power = 1;
  for (unsigned i = 1; i < choices; ++i) power *= rest;
  return mixed + (1 - mixed) * choices * power;
}

RackTally apply_flows(const RackFlowInputs& in, std::span<const Mix> mixes, std::span<Holding> held,
                      std::span<std::uint32_t> bins) {
  const std::size_t classes = in.classes.size();
  RackTally tally(classes);
  const bool is_noisy = std::any_of(in.classes.begin(), in.classes.end(),
                                    [](const ClassFlow& flow) { return flow.is_noisy; });
  std::vector<std::uint32_t> words;
  if (is_noisy) words = noise_words(in, held.size());
  for (std::size_t d = 0; d < mixes.size(); ++d) {
    if (mixes[d].first == LedgerFleet::kAbsent) continue;
    const auto row = held.subspan(d * classes, classes);
    const DriveMean held_before = sum_of(row);
    const double preference =
        in.preference->is_even() ? 1.0 : in.preference->of(held_before.shards);
    const Swap swap = in.rebalances ? swap_of(*in.rebalance, held_before) : Swap();
    for (std::size_t c = 0; c < classes; ++c) {
      LedgerClass swapped;
      if (in.rebalances) {
        const LedgerClass& pool = in.rebalance->pool[c];
        swapped.shards =
            swap.taken * pool.shards - swap.sent_share * static_cast<double>(row[c].shards);
        swapped.demand =
            swap.taken * pool.demand - swap.sent_share * static_cast<double>(row[c].demand);
      }
      flow_class(in.classes[c], preference, swapped,
                 words.empty() ? nullptr : &words[d * classes + c], row[c], tally.came[c],
                 tally.excess[c]);
    }
    tally.moved += swap.sent_share * held_before.shards;
    cut_to_room(in.room, row, tally);
    tally_drive(in, row, bins, tally);
  }
  return tally;
}

RackTally tally_rack(const RackFlowInputs& in, std::span<const Mix> mixes,
                     std::span<const Holding> held, std::span<std::uint32_t> bins) {
  const std::size_t classes = in.classes.size();
  RackTally tally(classes);
  for (std::size_t d = 0; d < mixes.size(); ++d) {
    if (mixes[d].first == LedgerFleet::kAbsent) continue;
    tally_drive(in, held.subspan(d * classes, classes), bins, tally);
  }
  return tally;
}

}  // namespace spindle::models

#include "models/ledger/ledger_flows.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/purposes.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {
namespace {

using Mix = LedgerFleet::Mix;
using Holding = LedgerFleet::Holding;

// Shards and demand of all classes, side by side: [2 * class] and [2 * class + 1].
constexpr std::size_t kMostValues = 2 * kMostLedgerClasses;
using Values = std::array<float, kMostValues>;
static_assert(sizeof(Holding) == 2 * sizeof(float));

// What a drive holds of all classes together.
DriveMean sum_of(std::span<const float> row) {
  float shards = 0;
  float demand = 0;
  for (std::size_t i = 0; i < row.size(); i += 2) {
    shards += row[i];
    demand += row[i + 1];
  }
  return {.demand = static_cast<double>(demand), .shards = static_cast<double>(shards)};
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

// The flows of a rack as factors and terms of its drives' values: after = kept * before + swap +
// preference * come + place, where what is swapped cools as what is kept.
struct Terms {
  using Factors = std::array<double, kMostValues>;

  explicit Terms(const RackFlowInputs& in) {
    for (std::size_t c = 0; c < in.classes.size(); ++c) {
      const ClassFlow& flow = in.classes[c];
      kept[2 * c] = 1 - flow.leave + flow.grow;
      kept[2 * c + 1] = (1 - flow.leave_demand) * flow.cool;
      cool[2 * c] = 1;
      cool[2 * c + 1] = flow.cool;
      come[2 * c] = flow.come;
      come[2 * c + 1] = flow.come * flow.come_demand;
      place[2 * c] = flow.place;
      place[2 * c + 1] = flow.place * flow.place_demand;
      grown_demand[2 * c + 1] = flow.grow * flow.come_demand;
      grows = grows || flow.grow > 0;
      if (!in.rebalances) continue;
      pool[2 * c] = in.rebalance->pool[c].shards;
      pool[2 * c + 1] = in.rebalance->pool[c].demand * flow.cool;
    }
  }

  // All of a drive's values, from those before.
  void apply(std::span<float> row, const Values& old, double preference, const Swap& swap) const {
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] =
          static_cast<float>(static_cast<double>(old[i]) * (kept[i] - swap.sent_share * cool[i]) +
                             preference * come[i] + place[i] + swap.taken * pool[i]);
    }
    if (!grows) return;
    for (std::size_t i = 1; i < row.size(); i += 2) {
      row[i] += static_cast<float>(static_cast<double>(old[i - 1]) * grown_demand[i]);
    }
  }

  Factors kept = {};
  Factors cool = {};
  Factors come = {};
  Factors place = {};
  Factors pool = {};
  Factors grown_demand = {};  // for each shard held
  bool grows = false;
};

// Sums of single precision over a few drives at a time, then of double.
class ValueSums {
 public:
  void add(std::span<const float> row, float share) {
    for (std::size_t i = 0; i < row.size(); ++i) block_[i] += share * row[i];
    if (++in_block_ == kBlock) flush();
  }
  // Adds up into [class].
  void take_into(std::span<LedgerClass> out) {
    flush();
    for (std::size_t c = 0; c < out.size(); ++c) {
      out[c].shards += sums_[2 * c];
      out[c].demand += sums_[2 * c + 1];
    }
  }

 private:
  static constexpr int kBlock = 64;
  void flush() {
    for (std::size_t i = 0; i < kMostValues; ++i) sums_[i] += static_cast<double>(block_[i]);
    block_ = {};
    in_block_ = 0;
  }
  Values block_ = {};
  std::array<double, kMostValues> sums_ = {};
  int in_block_ = 0;
};

// Noise of one class on one drive: counts as come.
void add_noise(const ClassFlow& flow, double preference, std::uint32_t word, const float* before,
               float* after, LedgerClass& came) {
  const auto shards = static_cast<double>(before[0]);
  const auto demand = static_cast<double>(before[1]);
  const double come = std::max(0.0, shards * flow.grow + flow.come * preference);
  const Noise noise = noise_of(flow, shards, come, word);
  const double each = shards > 0 ? demand / shards * flow.unevenness : 0;
  const LedgerClass more{noise.come - noise.leave,
                         noise.come * flow.come_demand - noise.leave * each};
  came.shards += more.shards;
  came.demand += more.demand;
  after[0] += static_cast<float>(more.shards);
  after[1] += static_cast<float>(more.demand);
}

// What was below 0 counts as negative excess.
void raise_to_zero(std::span<float> row, RackTally& tally) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] >= 0) continue;
    LedgerClass& excess = tally.excess[i / 2];
    (i % 2 == 0 ? excess.shards : excess.demand) += static_cast<double>(row[i]);
    row[i] = 0;
  }
}

// What does not fit leaves again, in proportion.
void cut_to_room(double room, double shards, std::span<float> row, RackTally& tally) {
  const double kept = room / shards;
  tally.no_room += shards - room;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto value = static_cast<double>(row[i]);
    LedgerClass& excess = tally.excess[i / 2];
    (i % 2 == 0 ? excess.shards : excess.demand) += value * (1 - kept);
    row[i] = static_cast<float>(value * kept);
  }
}

// What the drives of a rack are found to hold.
class Tallying {
 public:
  Tallying(const RackFlowInputs& in, std::span<std::uint32_t> bins, RackTally& tally)
      : in_(in), bins_(bins), tally_(tally) {}

  void add(std::span<const float> row, const DriveMean& all) {
    ++tally_.present;
    held_.add(row, 1.0F);
    if (!bins_.empty()) ++bins_[in_.preference->bin_of(all.shards)];
    if (in_.rebalance == nullptr) return;
    const Exchange moves = exchange_of(*in_.rebalance, in_.rebalance->next_mean, all);
    tally_.to_take += moves.take;
    if (moves.send <= 0) return;
    tally_.to_send += moves.send;
    sent_.add(row, static_cast<float>(moves.send / all.shards));
  }
  void finish() {
    held_.take_into(tally_.held);
    sent_.take_into(tally_.sent);
  }

 private:
  const RackFlowInputs& in_;
  std::span<std::uint32_t> bins_;
  RackTally& tally_;
  ValueSums held_;
  ValueSums sent_;
};

std::span<float> values_of(std::span<Holding> held) {
  return {&held.data()->shards, 2 * held.size()};
}
std::span<const float> values_of(std::span<const Holding> held) {
  return {&held.data()->shards, 2 * held.size()};
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
  if (mixes.empty()) return tally;
  const bool is_noisy = std::any_of(in.classes.begin(), in.classes.end(),
                                    [](const ClassFlow& flow) { return flow.is_noisy; });
  std::vector<std::uint32_t> words;
  if (is_noisy) words = noise_words(in, held.size());
  const Terms terms(in);
  Tallying tallying(in, bins, tally);
  ValueSums before;
  double preferences = 0;
  for (std::size_t d = 0; d < mixes.size(); ++d) {
    if (mixes[d].first == LedgerFleet::kAbsent) continue;
    const std::span<float> row = values_of(held.subspan(d * classes, classes));
    Values old;
    std::copy(row.begin(), row.end(), old.begin());
    const DriveMean all = sum_of(row);
    const double preference = in.preference->is_even() ? 1.0 : in.preference->of(all.shards);
    preferences += preference;
    before.add(row, 1.0F);
    const Swap swap = in.rebalances ? swap_of(*in.rebalance, all) : Swap();
    tally.moved += swap.sent_share * all.shards;
    terms.apply(row, old, preference, swap);
    for (std::size_t c = 0; is_noisy && c < classes; ++c) {
      if (!in.classes[c].is_noisy) continue;
      add_noise(in.classes[c], preference, words[d * classes + c], &old[2 * c], &row[2 * c],
                tally.came[c]);
    }
    if (*std::min_element(row.begin(), row.end()) < 0) raise_to_zero(row, tally);
    DriveMean now = sum_of(row);
    if (now.shards > in.room) {
      cut_to_room(in.room, now.shards, row, tally);
      now = sum_of(row);
    }
    tallying.add(row, now);
  }
  tallying.finish();
  std::vector<LedgerClass> held_before(classes);
  before.take_into(held_before);
  for (std::size_t c = 0; c < classes; ++c) {
    const ClassFlow& flow = in.classes[c];
    const double shards = flow.come * preferences + flow.grow * held_before[c].shards;
    tally.came[c].shards += shards;
    tally.came[c].demand += shards * flow.come_demand;
  }
  return tally;
}

RackTally tally_rack(const RackFlowInputs& in, std::span<const Mix> mixes,
                     std::span<const Holding> held, std::span<std::uint32_t> bins) {
  const std::size_t classes = in.classes.size();
  RackTally tally(classes);
  Tallying tallying(in, bins, tally);
  for (std::size_t d = 0; d < mixes.size(); ++d) {
    if (mixes[d].first == LedgerFleet::kAbsent) continue;
    const std::span<const float> row = values_of(held.subspan(d * classes, classes));
    tallying.add(row, sum_of(row));
  }
  tallying.finish();
  return tally;
}

}  // namespace spindle::models

#include "models/ledger/ledger_flows.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "models/purposes.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {
namespace {

using Mix = LedgerFleet::Mix;
using Holding = LedgerFleet::Holding;

double sum_of_shards(std::span<const Holding> row) {
  double sum = 0;
  for (const Holding& of : row) sum += static_cast<double>(of.shards);
  return sum;
}

double sum_of_demand(std::span<const Holding> row) {
  double sum = 0;
  for (const Holding& of : row) sum += static_cast<double>(of.demand);
  return sum;
}

// Shards that a drive sends and takes in a window, before either side is scaled to the other.
struct Exchange {
  double send = 0;
  double take = 0;
};

Exchange exchange_of(const RebalanceFlow& flow, const DriveMean& mean,
                     std::span<const Holding> row) {
  const double shards = sum_of_shards(row);
  const double threshold = flow.options.threshold;
  if (flow.options.by == RebalanceBy::kHeat) {
    if (mean.demand <= 0 || std::abs(sum_of_demand(row) / mean.demand - 1) <= threshold) return {};
    const double swapped = std::min(shards, flow.most_shards);
    return {swapped, swapped};
  }
  if (mean.shards <= 0 || std::abs(shards / mean.shards - 1) <= threshold) return {};
  if (shards > mean.shards) return {std::min(shards - mean.shards, flow.most_shards), 0};
  return {0, std::min(mean.shards - shards, flow.most_shards)};
}

// Standard normal but for its steps of a half: the sum of 16 coins.
double coin_normal(std::uint32_t half_word) {
  return (std::popcount(half_word) - 8) / 2.0;
}

// Noise of one rack's drives: how many shards more come and go than on average. Each adds up to 0
// over the drives.
class Noise {
 public:
  Noise(const RackFlowInputs& in, std::span<const Mix> mixes, std::span<const Holding> held)
      : flows_(in.classes), classes_(in.classes.size()) {
    if (!in.is_noisy) return;
    draw(in, mixes, held);
    std::vector<LedgerClass> all(classes_);
    std::uint32_t present = 0;
    mean_.resize(classes_);
    for (std::size_t d = 0; d < mixes.size(); ++d) {
      if (mixes[d].first == LedgerFleet::kAbsent) continue;
      ++present;
      for (std::size_t c = 0; c < classes_; ++c) {
        mean_[c].come += noise_[d * classes_ + c].come;
        mean_[c].leave += noise_[d * classes_ + c].leave;
        all[c].shards += static_cast<double>(held[d * classes_ + c].shards);
        all[c].demand += static_cast<double>(held[d * classes_ + c].demand);
      }
    }
    for (std::size_t c = 0; c < classes_; ++c) {
      mean_[c].come /= std::max(1U, present);
      mean_[c].leave /= std::max(1U, present);
      density_.push_back(all[c].shards > 0 ? all[c].demand / all[c].shards : 0);
    }
  }

  // What comes has its flow's demand a shard; what leaves, that of the rack's shards, which differ.
  [[nodiscard]] LedgerClass of(std::size_t drive, std::size_t c) const {
    if (noise_.empty()) return {};
    const double come = noise_[drive * classes_ + c].come - mean_[c].come;
    const double leave = noise_[drive * classes_ + c].leave - mean_[c].leave;
    return {come - leave,
            come * flows_[c].come_demand - leave * density_[c] * flows_[c].unevenness};
  }

 private:
  struct Counts {
    double come = 0;
    double leave = 0;
  };

  // One word a drive and class: half of it for each count.
  void draw(const RackFlowInputs& in, std::span<const Mix> mixes, std::span<const Holding> held) {
    const std::size_t values = mixes.size() * classes_;
    const std::size_t blocks = (values + 3) / 4;
    std::vector<std::uint32_t> words(blocks * 4);
    sim::RandomBatch(in.seed, 0, purpose::kLedgerNoise)
        .words(in.rack_slot, in.window * blocks, words);
    noise_.resize(values);
    for (std::size_t d = 0; d < mixes.size(); ++d) {
      if (mixes[d].first == LedgerFleet::kAbsent) continue;
      const auto row = held.subspan(d * classes_, classes_);
      const double preference = in.preference->of(sum_of_shards(row));
      for (std::size_t c = 0; c < classes_; ++c) {
        const ClassFlow& flow = flows_[c];
        const double shards = static_cast<double>(row[c].shards);
        const double come = shards * flow.grow + std::max(0.0, flow.come) * preference;
        const double leave = shards * flow.leave * (1 - flow.leave);
        const std::uint32_t word = words[d * classes_ + c];
        noise_[d * classes_ + c] = {std::sqrt(come) * coin_normal(word >> 16U),
                                    std::sqrt(std::max(0.0, leave)) * coin_normal(word & 0xffffU)};
      }
    }
  }

  std::span<const ClassFlow> flows_;
  std::size_t classes_;
  std::vector<Counts> noise_;
  std::vector<Counts> mean_;
  std::vector<double> density_;  // demand of the rack's mean shard, by class
};

// One class on one drive; what was below 0 counts as negative excess.
void flow_class(const ClassFlow& flow, double preference, const LedgerClass& noise, Holding& of,
                LedgerClass& came, LedgerClass& excess) {
  const double shards = static_cast<double>(of.shards);
  const double demand = static_cast<double>(of.demand);
  const double asked = shards * flow.grow + flow.come * preference;
  double after = shards - shards * flow.leave + asked + flow.place + noise.shards;
  double demand_after = (demand - demand * flow.leave_demand) * flow.cool +
                        asked * flow.come_demand + flow.place * flow.place_demand;
  came.shards += asked;
  came.demand += asked * flow.come_demand;
  demand_after += noise.demand;
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

void exchange(const RebalanceFlow& flow, std::span<Holding> row, RackTally& tally) {
  const Exchange moves = exchange_of(flow, flow.mean, row);
  if (moves.send <= 0 && moves.take <= 0) return;
  const double shards = sum_of_shards(row);
  const double send = moves.send * flow.sent_scale;
  const double take = moves.take * flow.taken_scale;
  const double kept = shards > 0 ? 1 - send / shards : 1;
  for (std::size_t c = 0; c < row.size(); ++c) {
    row[c].shards =
        static_cast<float>(static_cast<double>(row[c].shards) * kept + take * flow.pool[c].shards);
    row[c].demand =
        static_cast<float>(static_cast<double>(row[c].demand) * kept + take * flow.pool[c].demand);
  }
  tally.moved += send;
}

// What does not fit leaves again, in proportion.
void cut_to_room(double room, std::span<Holding> row, RackTally& tally) {
  const double shards = sum_of_shards(row);
  if (shards <= room) return;
  const double kept = room / shards;
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
  for (std::size_t c = 0; c < row.size(); ++c) {
    tally.held[c].shards += static_cast<double>(row[c].shards);
    tally.held[c].demand += static_cast<double>(row[c].demand);
  }
  const double shards = sum_of_shards(row);
  tally.most = std::max(tally.most, shards);
  if (!bins.empty()) ++bins[in.preference->bin_of(shards)];
  if (in.rebalance == nullptr) return;
  const Exchange moves = exchange_of(*in.rebalance, in.rebalance->next_mean, row);
  tally.to_send += moves.send;
  tally.to_take += moves.take;
  if (shards <= 0) return;
  for (std::size_t c = 0; c < row.size(); ++c) {
    tally.sent[c].shards += static_cast<double>(row[c].shards) * moves.send / shards;
    tally.sent[c].demand += static_cast<double>(row[c].demand) * moves.send / shards;
  }
}

void begin(std::size_t classes, RackTally& tally) {
  tally = {};
  for (auto* of : {&tally.held, &tally.came, &tally.excess, &tally.sent}) of->resize(classes);
}

}  // namespace

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

void apply_flows(const RackFlowInputs& in, std::span<const Mix> mixes, std::span<Holding> held,
                 RackTally& tally) {
  const std::size_t classes = in.classes.size();
  begin(classes, tally);
  const Noise noise(in, mixes, held);
  for (std::size_t d = 0; d < mixes.size(); ++d) {
    if (mixes[d].first == LedgerFleet::kAbsent) continue;
    const auto row = held.subspan(d * classes, classes);
    const double preference = in.preference->of(sum_of_shards(row));
    for (std::size_t c = 0; c < classes; ++c) {
      flow_class(in.classes[c], preference, noise.of(d, c), row[c], tally.came[c], tally.excess[c]);
    }
    if (in.rebalances) exchange(*in.rebalance, row, tally);
    cut_to_room(in.room, row, tally);
  }
}

void tally_rack(const RackFlowInputs& in, std::span<const Mix> mixes, std::span<const Holding> held,
                std::span<std::uint32_t> bins, RackTally& tally) {
  const std::size_t classes = in.classes.size();
  for (std::size_t d = 0; d < mixes.size(); ++d) {
    if (mixes[d].first == LedgerFleet::kAbsent) continue;
    tally_drive(in, held.subspan(d * classes, classes), bins, tally);
  }
}

}  // namespace spindle::models

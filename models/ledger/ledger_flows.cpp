#include "models/ledger/ledger_flows.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/ledger/flow_block.hpp"
#include "models/purposes.hpp"
#include "sim/math.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {
namespace {

using Mix = LedgerFleet::Mix;

// Sums of single precision are of so many blocks, then of double.
constexpr std::size_t kBlocksASum = 32;

// Adds up the row, and empties it.
double take(FlowRow& row) {
  double sum = 0;
  for (const float x : row.at) sum += static_cast<double>(x);
  row = {};
  return sum;
}

void take_into(FlowRow* rows, std::span<LedgerClass> out) {
  for (std::size_t c = 0; c < out.size(); ++c) {
    out[c].shards += take(rows[2 * c]);
    out[c].demand += take(rows[2 * c + 1]);
  }
}

// A Poisson number of that mean, from a word: its distribution function turned round.
double poisson_of(std::uint32_t word, double mean) {
  const double u = (static_cast<double>(word) + 0.5) * 0x1p-32;
  if (u <= 1 - mean) return 0;  // below e^-mean
  double term = sim::exp(-mean);
  double below = term;
  double count = 0;
  for (; below < u && term > 0; below += term) term *= mean / ++count;
  return count;
}

// One rack's drives, block by block, and what is found on them.
class RackPass {
 public:
  RackPass(const RackFlowInputs& in, std::span<const Mix> mixes, std::span<std::uint32_t> bins)
      : in_(in),
        terms_(in),
        mixes_(mixes),
        bins_(bins),
        held_before_(terms_.classes),
        tally_(terms_.classes) {
    for (FlowRow* rows : {sums_.held, sums_.sent, sums_.came, sums_.excess}) {
      std::fill(rows, rows + values(), FlowRow{});
    }
    std::fill(sums_.before, sums_.before + terms_.classes, FlowRow{});
    sums_.squares = sums_.preference = sums_.moved = FlowRow{};
    sums_.to_send = sums_.to_take = FlowRow{};
  }

  RackTally flow(std::span<float> rows) {
    draw_words();
    for (std::size_t first = 0; first < mixes_.size(); first += kFlowLanes) {
      load(rows, first);
      if (has_sets()) std::copy_n(block_.value, values(), before_.begin());
      flow_block(terms_, block_, sums_);
      if (has_sets()) change_sets(first);
      cut_to_room();
      store_block(block_, drives_, values(), rows.data() + first * values());
      count();
    }
    flush();
    for (std::size_t c = 0; c < terms_.classes && !has_sets(); ++c) {
      const ClassFlow& flow = in_.classes[c];
      const double shards = flow.come * preferences_ + flow.grow * held_before_[c];
      tally_.came[c].shards += shards;
      tally_.came[c].demand += shards * flow.come_demand;
    }
    return std::move(tally_);
  }

  RackTally look(std::span<const float> rows) {
    for (std::size_t first = 0; first < mixes_.size(); first += kFlowLanes) {
      load(rows, first);
      count();
    }
    flush();
    return std::move(tally_);
  }

 private:
  [[nodiscard]] std::size_t values() const { return 2 * terms_.classes; }
  [[nodiscard]] bool has_sets() const { return terms_.draws; }

  // One word a drive and class of which data is drawn.
  void draw_words() {
    const std::size_t blocks = (mixes_.size() + kFlowLanes - 1) / kFlowLanes * (kFlowLanes / 4);
    const sim::RandomBatch random(in_.seed, 0, purpose::kLedgerNoise);
    for (std::size_t c = 0; c < terms_.classes; ++c) {
      if (!in_.classes[c].is_noisy && !(has_sets() && in_.classes[c].come > 0)) continue;
      words_[c].resize(4 * blocks);
      random.words(in_.rack_slot, (in_.window * terms_.classes + c) * blocks, words_[c]);
    }
  }

  void load(std::span<const float> from, std::size_t first) {
    drives_ = std::min(mixes_.size() - first, kFlowLanes);
    for (std::size_t c = 0; c < terms_.classes; ++c) {
      const bool is_noise = !words_[c].empty() && in_.classes[c].is_noisy;
      block_.words[c] = is_noise ? words_[c].data() + first : nullptr;
    }
    for (std::size_t i = 0; i < drives_; ++i) {
      const bool is_there = mixes_[first + i].first != LedgerFleet::kAbsent;
      tally_.present += is_there ? 1 : 0;
      block_.there.at[i] = is_there ? 1.0F : 0.0F;
    }
    std::fill(block_.there.at + drives_, block_.there.at + kFlowLanes, 0.0F);
    block_.takes = block_.there;
    const auto last = static_cast<std::uint32_t>(in_.first_drive + first + drives_);
    for (; shut_ < in_.shut.size() && in_.shut[shut_] < last; ++shut_) {
      block_.takes.at[in_.shut[shut_] - in_.first_drive - first] = 0;
    }
    load_block(from.data() + first * values(), drives_, values(), block_);
  }

  // Of a set's drives other shards are deleted than of all drives on average, and new ones come; to
  // all drives come whole shards of what is not new.
  void change_sets(std::size_t first) {
    keep_in_sets(first);
    const bool comes = std::any_of(in_.classes.begin(), in_.classes.end(),
                                   [](const ClassFlow& flow) { return flow.come > 0; });
    for (std::size_t i = 0; i < drives_; ++i) {
      if (!(block_.there.at[i] > 0)) continue;
      const std::uint32_t set = in_.sets.set_of[first + i];
      if (set != SetFlow::kNoSet && in_.sets.is_touched[set] != 0) change_set(set, i);
      if (comes) draw_what_comes(first + i, i);
    }
  }

  // What left as on average, to make room for new data, stays on drives of sets.
  void keep_in_sets(std::size_t first) {
    FlowRow in_set;
    for (std::size_t i = 0; i < kFlowLanes; ++i) {
      const bool is_in_set = i < drives_ && in_.sets.set_of[first + i] != SetFlow::kNoSet;
      in_set.at[i] = is_in_set ? block_.there.at[i] : 0.0F;
    }
    for (std::size_t c = 0; c < terms_.classes; ++c) {
      const ClassFlow& flow = in_.classes[c];
      if (!(flow.renewed > 0)) continue;
      const auto shards = static_cast<float>(flow.renewed);
      const auto demand = static_cast<float>(flow.renewed * flow.cool);
      for (std::size_t i = 0; i < kFlowLanes; ++i) {
        const float more = in_set.at[i] * shards * before_[2 * c].at[i];
        const float asked = in_set.at[i] * demand * before_[2 * c + 1].at[i];
        block_.value[2 * c].at[i] += more;
        block_.value[2 * c + 1].at[i] += asked;
        block_.shards.at[i] += more;
        sums_.came[2 * c].at[i] += more;
        sums_.came[2 * c + 1].at[i] += asked;
      }
    }
  }

  void change_set(std::uint32_t set, std::size_t i) {
    for (std::size_t c = 0; c < terms_.classes; ++c) {
      const ClassFlow& flow = in_.classes[c];
      const std::size_t at = std::size_t{set} * terms_.classes + c;
      const double placed = static_cast<double>(in_.sets.placed[at]) * in_.placed_part;
      const auto deleted = static_cast<double>(in_.sets.deleted[at]);
      add(c, i,
          {placed - deleted * static_cast<double>(before_[2 * c].at[i]),
           placed * flow.born_demand -
               deleted * flow.cool * static_cast<double>(before_[2 * c + 1].at[i])});
    }
  }

  void draw_what_comes(std::size_t drive, std::size_t i) {
    const auto preference = static_cast<double>(block_.preference.at[i]);
    if (!(preference > 0)) return;
    for (std::size_t c = 0; c < terms_.classes; ++c) {
      const ClassFlow& flow = in_.classes[c];
      if (!(flow.come > 0)) continue;
      const double shards = poisson_of(words_[c][drive], flow.come * preference);
      if (shards > 0) add(c, i, {shards, shards * flow.come_demand});
    }
  }

  void add(std::size_t c, std::size_t i, const LedgerClass& more) {
    tally_.came[c].shards += more.shards;
    tally_.came[c].demand += more.demand;
    block_.shards.at[i] +=
        add_or_empty(more.shards, block_.value[2 * c].at[i], tally_.excess[c].shards);
    add_or_empty(more.demand, block_.value[2 * c + 1].at[i], tally_.excess[c].demand);
  }

  // Below 0 nothing is left, as of noise; returns the change.
  static float add_or_empty(double more, float& value, double& excess) {
    const float before = value;
    const double after = static_cast<double>(before) + more;
    if (after < 0) excess += after;
    value = static_cast<float>(std::max(0.0, after));
    return value - before;
  }

  // What does not fit leaves again, in proportion.
  void cut_to_room() {
    for (std::size_t i = 0; i < drives_; ++i) {
      const auto shards = static_cast<double>(block_.shards.at[i]);
      if (shards <= in_.room) continue;
      const double kept = in_.room / shards;
      tally_.no_room += shards - in_.room;
      for (std::size_t v = 0; v < values(); ++v) {
        const auto value = static_cast<double>(block_.value[v].at[i]);
        LedgerClass& excess = tally_.excess[v / 2];
        (v % 2 == 0 ? excess.shards : excess.demand) += value * (1 - kept);
        block_.value[v].at[i] = static_cast<float>(value * kept);
      }
    }
  }

  void count() {
    tally_block(terms_, block_, sums_);
    if (!bins_.empty()) {
      for (std::size_t i = 0; i < drives_; ++i) {
        bins_[static_cast<std::size_t>(block_.bin[i])] += block_.takes.at[i] > 0 ? 1 : 0;
      }
    }
    if (++blocks_ == kBlocksASum) flush();
  }

  void flush() {
    blocks_ = 0;
    preferences_ += take(sums_.preference);
    for (std::size_t c = 0; terms_.grows && c < terms_.classes; ++c) {
      held_before_[c] += take(sums_.before[c]);
    }
    take_into(sums_.held, tally_.held);
    take_into(sums_.sent, tally_.sent);
    take_into(sums_.came, tally_.came);
    take_into(sums_.excess, tally_.excess);
    tally_.squares += take(sums_.squares);
    tally_.moved += take(sums_.moved);
    tally_.to_send += take(sums_.to_send);
    tally_.to_take += take(sums_.to_take);
  }

  const RackFlowInputs& in_;
  const FlowTerms terms_;
  std::span<const Mix> mixes_;
  std::span<std::uint32_t> bins_;
  std::array<std::vector<std::uint32_t>, kMostLedgerClasses> words_;
  FlowBlock block_;
  FlowSums sums_;
  std::size_t drives_ = 0;  // of the block in hand
  std::size_t shut_ = 0;    // of in_.shut: those before it
  std::size_t blocks_ = 0;
  double preferences_ = 0;
  std::vector<double> held_before_;
  std::array<FlowRow, kMostLedgerValues> before_;  // of the block, where there are sets
  RackTally tally_;
};

}  // namespace

RackTally::RackTally(std::size_t classes)
    : held(classes), came(classes), excess(classes), sent(classes) {}

void FillPreference::set_share_below(std::span<const double> share_below) {
  is_of_counts_ = false;
  weights_.clear();
  for (std::size_t bin = 0; bin < share_below.size(); ++bin) {
    const double next = bin + 1 < share_below.size() ? share_below[bin + 1] : 1.0;
    const double rest = 1 - (share_below[bin] + next) / 2;
    double power = 1;
    for (unsigned i = 1; i < choices; ++i) power *= rest;
    weights_.push_back(static_cast<float>(mixed + (1 - mixed) * choices * power));
  }
}

void FillPreference::set_most(std::span<const std::uint32_t> counts, double most) {
  is_of_counts_ = true;
  const auto has_room = [&](std::size_t bin) {
    return low + static_cast<double>(bin) * width <= most;
  };
  double all = 0;
  double open = 0;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    all += counts[bin];
    open += has_room(bin) ? counts[bin] : 0;
  }
  weights_.clear();
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    weights_.push_back(open <= 0 ? 1.0F : has_room(bin) ? static_cast<float>(all / open) : 0.0F);
  }
}

double FillPreference::level_of(std::span<const std::uint32_t> counts, double each) const {
  double all = 0;
  for (const std::uint32_t count : counts) all += count;
  // Bin after bin is filled up to the middle of the next, while what comes lasts.
  double left = each * all;
  double level = middle_of(0);
  double below = 0;  // drives
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    below += counts[bin];
    const double step = bin + 1 < counts.size() && below * width < left ? width
                        : below > 0                                     ? left / below
                                                                        : 0;
    level += step;
    left -= step * below;
    if (left <= 0) break;
  }
  return level;
}

void FillPreference::set_level(std::span<const std::uint32_t> counts, double each) {
  is_of_counts_ = true;
  const double level = level_of(counts, each);
  weights_.clear();
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    const double lacks = std::max(0.0, level - middle_of(bin));
    weights_.push_back(each > 0 ? static_cast<float>(lacks / each) : 1.0F);
  }
}

double FillPreference::mean_over(double mean, double deviation) const {
  if (is_even()) return 1;
  // Middles of sixteen equal parts of the standard normal law, positive side.
  constexpr std::array<double, 8> kMiddles = {0.0784124, 0.2372021, 0.4022501, 0.5791322,
                                              0.7764218, 1.0099902, 1.3180109, 1.8627319};
  double sum = 0;
  for (const double z : kMiddles) {
    for (const double shards : {mean - z * deviation, mean + z * deviation}) {
      const double bin = std::clamp((shards - low) / width, 0.0, static_cast<double>(bins() - 1));
      sum += static_cast<double>(weights_[static_cast<std::size_t>(bin)]);
    }
  }
  return sum / (2 * kMiddles.size());
}

RackTally apply_flows(const RackFlowInputs& in, std::span<const Mix> mixes,
                      std::span<LedgerFleet::Holding> held, std::span<std::uint32_t> bins) {
  if (mixes.empty()) return RackTally(in.classes.size());
  static_assert(sizeof(LedgerFleet::Holding) == 2 * sizeof(float));
  return RackPass(in, mixes, bins).flow({&held.data()->shards, 2 * held.size()});
}

RackTally tally_rack(const RackFlowInputs& in, std::span<const Mix> mixes,
                     std::span<const LedgerFleet::Holding> held, std::span<std::uint32_t> bins) {
  if (mixes.empty()) return RackTally(in.classes.size());
  return RackPass(in, mixes, bins).look({&held.data()->shards, 2 * held.size()});
}

}  // namespace spindle::models

#include "models/store/segment_log.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "models/purposes.hpp"
#include "sim/batch_means.hpp"
#include "sim/parameter_check.hpp"

namespace spindle::models {
namespace {

constexpr std::uint64_t kOverwrites = 0;
constexpr std::uint64_t kLayout = 1;
constexpr std::uint32_t kMostBlocks = 1U << 14;
// What clients and cleaning write to, the reserve, and a segment's worth of holes to gain.
constexpr std::uint32_t kNeverFull = SegmentLog::kReserve + 3;

std::uint64_t live_blocks_of(const SegmentLogOptions& options) {
  const double slots = static_cast<double>(options.segments) * options.blocks;
  return static_cast<std::uint64_t>(std::llround(options.fullness * slots));
}

const SegmentLogOptions& checked(const SegmentLogOptions& options) {
  using sim::check_parameter;
  check_parameter(options.segments >= 8, "segment log: segments", options.segments, "at least 8");
  check_parameter(
      std::has_single_bit(options.blocks) && options.blocks >= 2 && options.blocks <= kMostBlocks,
      "segment log: blocks of a segment", options.blocks, "a power of two from 2 to 16384");
  const std::uint64_t slots = std::uint64_t{options.segments} * options.blocks;
  check_parameter(slots <= (1ULL << 31), "segment log: blocks", static_cast<double>(slots),
                  "at most 2^31");
  check_parameter(options.fullness > 0 && options.fullness < 1, "segment log: fullness",
                  options.fullness, "above 0 and below 1");
  const std::uint64_t live = live_blocks_of(options);
  check_parameter(live >= 1 && live <= slots - std::uint64_t{kNeverFull} * options.blocks,
                  "segment log: live blocks", static_cast<double>(live),
                  "at least 1, and five segments less than there are");
  const bool is_hot = options.hot_blocks > 0 && options.hot_blocks < 1 && options.hot_writes > 0 &&
                      options.hot_writes < 1;
  check_parameter(is_hot || (options.hot_blocks == 0 && options.hot_writes == 0),
                  "segment log: hot blocks and their share of the writes", options.hot_blocks,
                  "both between 0 and 1, or both 0");
  return options;
}

}  // namespace

SegmentLog::SegmentLog(const SegmentLogOptions& options)
    : options_(checked(options)),
      shift_(static_cast<std::uint32_t>(std::countr_zero(options.blocks))),
      random_(options.seed, 0, purpose::kSegmentLog, kOverwrites),
      place_(live_blocks_of(options)),
      owner_(std::size_t{options.segments} * options.blocks),
      live_(options.segments, std::uint16_t{kNotClosed}),
      youngest_(options.segments),
      closed_(options.segments) {
  const auto live = static_cast<std::uint32_t>(place_.size());
  if (options.hot_blocks > 0) {
    const auto hot = static_cast<std::uint32_t>(std::llround(options.hot_blocks * live));
    hot_ = std::clamp(hot, std::uint32_t{1}, live);
    if (hot_ == live) hot_ = 0;
  }
  const double blocks = options.blocks;
  for (std::uint32_t of = 0; of <= options.blocks; ++of) {
    free_per_pass_.push_back((blocks - of) / (blocks + of));
  }
  if (options.cleaning == CleaningOrder::kGreedy) {
    first_of_.resize(options.blocks + 1, kNone);
    last_of_.resize(options.blocks + 1, kNone);
    before_.resize(options.segments, kNone);
    after_.resize(options.segments, kNone);
    least_ = options.blocks;
  }
  free_.reserve(options.segments);
  lay_out();
}

// Blocks in random order, one segment after the other: hot ones among the others.
void SegmentLog::lay_out() {
  const auto live = static_cast<std::uint32_t>(place_.size());
  std::vector<std::uint32_t> order(live);
  for (std::uint32_t block = 0; block < live; ++block) order[block] = block;
  sim::RandomStream random(options_.seed, 0, purpose::kSegmentLog, kLayout);
  for (std::uint32_t left = live; left > 1; --left) {
    std::swap(order[left - 1], order[random.below(left)]);
  }
  for (std::uint32_t segment = options_.segments; segment-- > 0;) free_.push_back(segment);
  open(user_);
  open(copies_);
  for (const std::uint32_t block : order) {
    if (user_.next == user_.end) {
      close(segment_of(user_.end - 1));
      open(user_);
    }
    append(user_, block);
  }
}

std::uint32_t SegmentLog::draw() {
  if (hot_ == 0) return random_.below(static_cast<std::uint32_t>(place_.size()));
  if (random_.bernoulli(options_.hot_writes)) return random_.below(hot_);
  return hot_ + random_.below(static_cast<std::uint32_t>(place_.size()) - hot_);
}

void SegmentLog::append(Head& head, std::uint32_t block) {
  const std::uint32_t slot = head.next++;
  place_[block] = slot;
  owner_[slot] = block;
  ++live_[segment_of(slot)];
}

// Precondition: a segment is free.
void SegmentLog::open(Head& head) {
  const std::uint32_t segment = free_.back();
  free_.pop_back();
  youngest_[segment] = 0;
  head.next = segment << shift_;
  head.end = head.next + options_.blocks;
}

void SegmentLog::close(std::uint32_t segment) {
  live_[segment] = static_cast<std::uint16_t>(live_[segment] & ~kNotClosed);
  if (options_.cleaning == CleaningOrder::kGreedy) link(segment);
  if (options_.cleaning != CleaningOrder::kOldestFirst) return;
  std::uint32_t at = oldest_ + closed_count_++;
  if (at >= options_.segments) at -= options_.segments;
  closed_[at] = segment;
}

void SegmentLog::write(std::uint64_t blocks) {
  for (std::uint64_t i = 0; i < blocks; ++i) {
    if (user_.next == user_.end) {
      const std::uint32_t full = segment_of(user_.end - 1);
      youngest_[full] = counts_.user;
      close(full);
      while (free_.size() < kReserve) clean();
      open(user_);
    }
    const std::uint32_t block = draw();
    lose(segment_of(place_[block]));
    append(user_, block);
    ++counts_.user;
  }
}

// Copies take one free segment at most, and the one that is cleaned comes back.
void SegmentLog::clean() {
  const std::uint32_t victim = choose();
  live_[victim] |= kNotClosed;
  const std::uint32_t first = victim << shift_;
  std::uint32_t to = segment_of(copies_.end - 1);
  for (std::uint32_t slot = first; slot < first + options_.blocks; ++slot) {
    const std::uint32_t block = owner_[slot];
    if (place_[block] != slot) continue;
    if (copies_.next == copies_.end) {
      close(to);
      open(copies_);
      to = segment_of(copies_.next);
    }
    youngest_[to] = std::max(youngest_[to], youngest_[victim]);
    append(copies_, block);
    ++counts_.copied;
  }
  live_[victim] = kNotClosed;
  free_.push_back(victim);
  ++counts_.cleaned;
}

std::uint32_t SegmentLog::choose() {
  switch (options_.cleaning) {
    case CleaningOrder::kGreedy:
      return least_live();
    case CleaningOrder::kCostBenefit:
      return greatest_benefit();
    case CleaningOrder::kOldestFirst:
      break;
  }
  const std::uint32_t segment = closed_[oldest_];
  oldest_ = oldest_ + 1 == options_.segments ? 0 : oldest_ + 1;
  --closed_count_;
  return segment;
}

// At the end of its list: of segments with as much, the one goes first that has had so little for
// longest. The last to lose a block is likely to lose more.
void SegmentLog::link(std::uint32_t segment) {
  const std::uint32_t live = live_[segment];
  const std::uint32_t last = last_of_[live];
  before_[segment] = last;
  after_[segment] = kNone;
  (last == kNone ? first_of_[live] : after_[last]) = segment;
  last_of_[live] = segment;
  least_ = std::min(least_, live);
}

void SegmentLog::unlink(std::uint32_t segment) {
  const std::uint32_t live = live_[segment];
  const std::uint32_t before = before_[segment];
  const std::uint32_t after = after_[segment];
  (before == kNone ? first_of_[live] : after_[before]) = after;
  (after == kNone ? last_of_[live] : before_[after]) = before;
}

// A block of the segment was overwritten.
void SegmentLog::lose(std::uint32_t segment) {
  const bool is_linked = !first_of_.empty() && live_[segment] < kNotClosed;
  if (is_linked) unlink(segment);
  --live_[segment];
  if (is_linked) link(segment);
}

std::uint32_t SegmentLog::least_live() {
  while (first_of_[least_] == kNone) ++least_;
  const std::uint32_t segment = first_of_[least_];
  unlink(segment);
  return segment;
}

std::uint32_t SegmentLog::greatest_benefit() const {
  std::uint32_t best = 0;
  double most = -1;
  for (std::uint32_t segment = 0; segment < options_.segments; ++segment) {
    const std::uint32_t live = live_[segment];
    if (live >= kNotClosed) continue;
    const auto age = static_cast<double>(counts_.user - youngest_[segment]);
    const double benefit = free_per_pass_[live] * age;
    if (benefit > most) {
      most = benefit;
      best = segment;
    }
  }
  return best;
}

double SegmentLog::effective_fullness() const {
  const double holding = options_.segments - kIdle;
  return static_cast<double>(place_.size()) / (holding * options_.blocks);
}

AmplificationEstimate measure_amplification(const SegmentLogOptions& options,
                                            const AmplificationRun& run) {
  SegmentLog log(options);
  const double slots = static_cast<double>(options.segments) * options.blocks;
  const auto written = [&log] {
    return static_cast<double>(log.counts().user + log.counts().copied);
  };
  while (written() < run.warm_up * slots) log.write(options.blocks);
  const SegmentLogCounts begin = log.counts();
  const double user_share = static_cast<double>(begin.user) / written();
  const auto batch = static_cast<std::uint64_t>(
      std::max(1.0, std::ceil(run.measured * slots * user_share / run.batches)));
  sim::BatchMeans means(run.batches);
  SegmentLogCounts last = begin;
  for (std::uint32_t i = 0; i < run.batches; ++i) {
    log.write(batch);
    means.add(1 +
              static_cast<double>(log.counts().copied - last.copied) / static_cast<double>(batch));
    last = log.counts();
  }
  AmplificationEstimate out;
  out.write_amplification = means.interval();
  out.effective_fullness = log.effective_fullness();
  const auto cleaned = static_cast<double>(last.cleaned - begin.cleaned);
  if (cleaned > 0) {
    out.cleaned_utilisation =
        static_cast<double>(last.copied - begin.copied) / (cleaned * options.blocks);
  }
  return out;
}

}  // namespace spindle::models

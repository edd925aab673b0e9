#pragma once
// One extent being placed by SpreadSampler: candidates drawn, compared and taken.

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

#include "models/placement/load_metrics.hpp"
#include "models/placement/spread_sampler.hpp"

namespace spindle::models {

template <bool kWeighted, class Load>
class SpreadDraft {
 public:
  SpreadDraft(const SpreadSampler& sampler, const SpreadSampler::Placing& placing, const Load& load)
      : sampler_(sampler),
        view_(placing.view),
        bytes_(placing.request.shard_bytes),
        choices_(placing.chooser.choices),
        candidates_(placing.chooser.candidates),
        second_(static_cast<std::uint64_t>(placing.chooser.beta * kTwoTo32)),
        load_(load),
        random_(placing.random),
        scratch_(placing.scratch),
        has_guard_(sampler.has_guard()),
        out_(placing.out) {}

  // Places split.counts[z] shards from pools[z]; false at the first zone that has no room for its
  // share.
  bool fill(const SpreadSampler::ZoneSplit& split, std::span<DrivePool> pools) {
    on_guarded_ = 0;
    kept_for_others_ = 0;
    for (const std::uint32_t need : split.needs) kept_for_others_ += need;
    if (kCompares && candidates_ > 0) {
      dealt_ = random_.below(sampler_.shards_);
    } else if (!look_ahead(split.counts, pools)) {
      return false;
    }
    placed_ = 0;
    for (std::size_t zone = 0; zone < split.first; ++zone) placed_ += split.counts[zone];
    std::size_t zone = split.first;
    for (std::size_t i = 0; i < pools.size(); ++i) {
      begin_zone(split, zone);
      if (!fill_zone(pools[zone], split.counts[zone])) return false;
      if (++zone < pools.size()) continue;
      zone = 0;
      placed_ = 0;
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::uint32_t kAhead = 64;  // candidates drawn ahead in one extent
  static constexpr double kTwoTo32 = 4294967296.0;
  static constexpr std::uint64_t kAlways = std::uint64_t{1} << 32;
  static constexpr bool kCompares = !std::is_same_v<Load, NoLoad>;

  // Draws the first candidates of all shards, so that their memory arrives together: one dependent
  // miss after the other would cost most of the time on large fleets and subsets.
  bool look_ahead(std::span<const std::uint32_t> counts, std::span<DrivePool> pools) {
    ahead_count_ = 0;
    for (std::size_t zone = 0; zone < pools.size(); ++zone) {
      if (counts[zone] == 0) continue;
      if (pools[zone].size() == 0) return false;
      const std::uint32_t end = std::min(ahead_count_ + counts[zone] * choices_, kAhead);
      for (; ahead_count_ < end; ++ahead_count_) {
        ahead_[ahead_count_] = random_.below(pools[zone].size());
        pools[zone].prefetch(ahead_[ahead_count_]);
      }
    }
    std::uint32_t i = 0;
    for (std::size_t zone = 0; zone < pools.size(); ++zone) {
      const std::uint32_t end = std::min(i + counts[zone] * choices_, kAhead);
      for (; i < end; ++i) {
        ahead_[i] = pools[zone][ahead_[i]];
        __builtin_prefetch(&view_.used_bytes[ahead_[i]]);
        sampler_.topology_.prefetch_rack_of(ahead_[i]);
      }
    }
    return true;
  }

  void begin_zone(const SpreadSampler::ZoneSplit& split, std::size_t zone) {
    zone_begin_ = placed_;
    capacity_ = sampler_.capacity_.data();
    if (!has_guard_) return;
    kept_for_others_ -= split.needs[zone];
    shut_where_spent();
  }

  // The guard rail leaves no more in this zone: its platform's drives count as having no room.
  void shut_where_spent() {
    if (on_guarded_ + kept_for_others_ >= sampler_.rule_.guard.at_most) {
      capacity_ = sampler_.shut_capacity_.data();
    }
  }

  bool fill_zone(DrivePool& pool, std::uint32_t count) {
    if constexpr (kCompares) {
      if (candidates_ > 0 && count > 0) return fill_least(pool, count);
    }
    return fill_one_by_one(pool, count);
  }

  bool fill_one_by_one(DrivePool& pool, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      next_ahead_ = placed_ * choices_;  // also where the last shard left some of its own
      std::uint32_t drive = choose(pool);
      if (drive == kNone) drive = choose_exactly(pool);
      if (drive == kNone) return false;
      take(drive);
    }
    return true;
  }

  void take(std::uint32_t drive) {
    const std::uint32_t rack = sampler_.topology_.rack_of(drive);
    rack_[placed_] = rack;
    out_[placed_++] = drive;
    if (has_guard_ && sampler_.is_guarded(rack)) {
      ++on_guarded_;
      shut_where_spent();
    }
  }

  [[nodiscard]] bool is_legal(std::uint32_t drive, std::uint32_t rack) const {
    const std::uint64_t capacity = capacity_[rack];
    if (bytes_ > capacity || view_.used_bytes[drive] > capacity - bytes_) return false;
    std::uint32_t in_rack = 0;
    for (std::uint32_t i = zone_begin_; i < placed_; ++i) {
      if (out_[i] == drive) return false;
      in_rack += rack_[i] == rack ? 1U : 0U;
    }
    return in_rack < sampler_.rack_limit_;
  }

  std::uint32_t draw(const DrivePool& pool) {
    for (std::uint32_t i = 0; i < sampler_.tries_; ++i) {
      const std::uint32_t drive = i == 0 && next_ahead_ < ahead_count_
                                      ? ahead_[next_ahead_++]
                                      : pool[random_.below(pool.size())];
      const std::uint32_t rack = sampler_.topology_.rack_of(drive);
      if constexpr (kWeighted) {
        if (random_.next_u32() >= sampler_.accept_[rack]) continue;
      }
      if (is_legal(drive, rack)) return drive;
    }
    return kNone;
  }

  // `candidate()` yields one legal drive a call, or kNone.
  template <class Candidate>
  std::uint32_t least_loaded(Candidate candidate) {
    std::uint32_t best = candidate();
    if constexpr (kCompares) {
      if (best == kNone) return kNone;
      // Drawn only where it decides something: policies without a beta keep their streams.
      if (second_ < kAlways && random_.next_u32() >= second_) return best;
      auto best_load = load_(best, sampler_.topology_.rack_of(best));
      for (std::uint32_t i = 1; i < choices_; ++i) {
        const std::uint32_t other = candidate();
        if (other == kNone) return kNone;
        const auto other_load = load_(other, sampler_.topology_.rack_of(other));
        best = other_load < best_load ? other : best;
        best_load = std::min(best_load, other_load);
      }
    }
    return best;
  }

  std::uint32_t choose(const DrivePool& pool) {
    if (pool.size() == 0) return kNone;  // its last drives were found full in this extent
    return least_loaded([&] { return draw(pool); });
  }

  // The same distribution from the list of all legal drives.
  std::uint32_t choose_exactly(DrivePool& pool) {
    pool.keep([&](std::uint32_t drive) { return sampler_.has_room(view_, drive, bytes_); });
    std::vector<std::uint32_t>& legal = scratch_.legal;
    legal.clear();
    double weight = 0;
    for (std::uint32_t i = 0; i < pool.size(); ++i) {
      const std::uint32_t rack = sampler_.topology_.rack_of(pool[i]);
      if (!is_legal(pool[i], rack)) continue;
      legal.push_back(pool[i]);
      weight += static_cast<double>(sampler_.capacity_[rack]);
    }
    if (legal.empty()) return kNone;
    return least_loaded([&] {
      if constexpr (kWeighted) {
        double left = random_.uniform() * weight;
        for (const std::uint32_t drive : legal) {
          left -= static_cast<double>(sampler_.capacity_[sampler_.topology_.rack_of(drive)]);
          if (left < 0) return drive;
        }
        return legal.back();  // rounding left a remainder
      } else {
        return legal[random_.below(static_cast<std::uint32_t>(legal.size()))];
      }
    });
  }

  // The least loaded of distinct candidates that the rule allows together: taking them in the order
  // of their loads is best, as the zone's legal sets are a matroid. What is short then (candidates
  // in one rack) is drawn as a shard of its own. The extent's candidates fall to the zones as its
  // shards do, in multiples of 1 / shards; their sum begins at a random part, so that rounding
  // favours no zone.
  bool fill_least(DrivePool& pool, std::uint32_t count) {
    const std::uint32_t before = dealt_;
    dealt_ += candidates_ * count;
    draw_candidates(pool, dealt_ / sampler_.shards_ - before / sampler_.shards_);
    std::sort(scratch_.candidates.begin(), scratch_.candidates.end(),
              [](const auto& a, const auto& b) {
                return a.load != b.load ? a.load < b.load : a.order < b.order;
              });
    const std::uint32_t end = placed_ + count;
    for (const auto& candidate : scratch_.candidates) {
      if (placed_ == end) break;
      if (is_legal(candidate.drive, sampler_.topology_.rack_of(candidate.drive))) {
        take(candidate.drive);
      }
    }
    ahead_count_ = 0;
    return fill_one_by_one(pool, end - placed_);
  }

  [[nodiscard]] bool is_candidate(std::uint32_t drive) const {
    return std::any_of(scratch_.candidates.begin(), scratch_.candidates.end(),
                       [&](const auto& other) { return other.drive == drive; });
  }

  void add_candidate(std::uint32_t drive) {
    const auto order = static_cast<std::uint32_t>(scratch_.candidates.size());
    const double load = static_cast<double>(load_(drive, sampler_.topology_.rack_of(drive)));
    scratch_.candidates.push_back({load, order, drive});
  }

  // Fewer than `wanted` only where as many draws as for a shard found no other legal drive.
  void draw_candidates(DrivePool& pool, std::uint32_t wanted) {
    scratch_.candidates.clear();
    next_ahead_ = 0;
    ahead_count_ = pool.size() > wanted ? std::min(wanted, kAhead) : 0;
    for (std::uint32_t i = 0; i < ahead_count_; ++i) {
      ahead_[i] = pool[random_.below(pool.size())];
      __builtin_prefetch(&view_.used_bytes[ahead_[i]]);
      sampler_.topology_.prefetch_rack_of(ahead_[i]);
    }
    std::uint32_t repeats = 0;
    while (pool.size() > wanted && scratch_.candidates.size() < wanted &&
           repeats < sampler_.tries_) {
      const std::uint32_t drive = draw(pool);
      if (drive == kNone) break;
      if (is_candidate(drive)) {
        ++repeats;
      } else {
        add_candidate(drive);
        repeats = 0;
      }
    }
    if (scratch_.candidates.size() == wanted) return;
    pool.keep([&](std::uint32_t drive) { return sampler_.has_room(view_, drive, bytes_); });
    if (pool.size() > wanted) return;
    for (std::uint32_t i = 0; i < pool.size(); ++i) {
      if (!is_candidate(pool[i])) add_candidate(pool[i]);
    }
  }

  const SpreadSampler& sampler_;
  const FleetView& view_;
  std::uint64_t bytes_;
  std::uint32_t choices_;
  std::uint32_t candidates_;
  std::uint64_t second_;  // in units of 2^-32: probability that a shard has all its choices
  const Load& load_;
  sim::RandomStream& random_;
  SpreadSampler::Scratch& scratch_;
  bool has_guard_;
  std::span<std::uint32_t> out_;
  const std::uint64_t* capacity_ = nullptr;     // per rack
  std::array<std::uint32_t, kMaxShards> rack_;  // of each drive in out_
  std::uint32_t placed_ = 0;
  std::uint32_t zone_begin_ = 0;
  std::uint32_t on_guarded_ = 0;
  std::uint32_t kept_for_others_ = 0;  // of the guard rail, for zones to come
  std::uint32_t dealt_ = 0;            // candidates * shards, with the random part it began at
  std::array<std::uint32_t, kAhead> ahead_;  // first candidates of the coming shards, in order
  std::uint32_t ahead_count_ = 0;
  std::uint32_t next_ahead_ = 0;
};

}  // namespace spindle::models

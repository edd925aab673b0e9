#pragma once
// A log of segments written down as one would on paper: lists of blocks, every choice by looking at
// everything. What models/store/segment_log.hpp is held to.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/store/store_options.hpp"
#include "sim/random_stream.hpp"

namespace spindle::test {

class PlainLog {
 public:
  PlainLog(std::uint32_t segments, std::uint32_t size, std::uint32_t live,
           models::CleaningOrder order, std::uint32_t hot, double hot_writes)
      : size_(size), order_(order), hot_(hot), hot_writes_(hot_writes), of_(live) {
    for (std::uint32_t i = 0; i < segments; ++i) free_.push_back({});
    for (std::uint32_t block = 0; block < live; ++block) {
      // Hot blocks are the first ones: dealt out, so that they lie everywhere.
      const auto step = static_cast<std::uint64_t>(2654435761U);
      put(user_, static_cast<std::uint32_t>(block * step % live), true);
    }
  }

  void write(std::uint64_t blocks) {
    for (std::uint64_t i = 0; i < blocks; ++i) {
      std::uint32_t block = 0;
      if (hot_ == 0) {
        block = random_.below(live());
      } else if (random_.bernoulli(hot_writes_)) {
        block = random_.below(hot_);
      } else {
        block = hot_ + random_.below(live() - hot_);
      }
      put(user_, block, false);
      ++user;
    }
  }

  std::uint64_t user = 0;
  std::uint64_t copied = 0;

 private:
  struct Segment {
    std::uint64_t number = 0;  // in the order of opening: tells copies of a block apart
    std::uint64_t youngest = 0;
    std::vector<std::uint32_t> blocks;
  };

  [[nodiscard]] std::uint32_t live() const { return static_cast<std::uint32_t>(of_.size()); }
  [[nodiscard]] double live_share(const Segment& segment) const {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < segment.blocks.size(); ++i) count += lives(segment, i) ? 1U : 0U;
    return static_cast<double>(count) / size_;
  }
  [[nodiscard]] bool lives(const Segment& segment, std::size_t i) const {
    const Place& place = of_[segment.blocks[i]];
    return place.segment == segment.number && place.at == i;
  }

  void put(Segment& head, std::uint32_t block, bool is_first) {
    if (head.blocks.size() == size_) {
      if (!is_first) head.youngest = user;
      close(head);
      while (!is_first && free_.size() < 2) clean();
      open(head);
    }
    if (head.number == 0) open(head);
    changed_[of_[block].segment] = ++changes_;
    append(head, block);
  }
  void close(const Segment& head) {
    changed_[head.number] = ++changes_;
    closed_.push_back(head);
  }
  void open(Segment& head) {
    head = {};
    head.number = ++opened_;
    changed_.resize(opened_ + 1);
    free_.pop_back();
  }
  void append(Segment& head, std::uint32_t block) {
    of_[block] = {head.number, head.blocks.size()};
    head.blocks.push_back(block);
  }

  void clean() {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < closed_.size() && order_ != models::CleaningOrder::kOldestFirst;
         ++i) {
      const double u = live_share(closed_[i]);
      const double age = static_cast<double>(user - closed_[i].youngest);
      const double score =
          order_ == models::CleaningOrder::kGreedy ? 1 - u : (1 - u) * age / (1 + u);
      // Of segments with as much the one that has had so little for longest.
      const bool is_first = score == most && order_ == models::CleaningOrder::kGreedy &&
                            changed_[closed_[i].number] < changed_[closed_[best].number];
      if (score > most || is_first) {
        most = score;
        best = i;
      }
    }
    const Segment victim = closed_[best];
    closed_.erase(closed_.begin() + static_cast<std::ptrdiff_t>(best));
    for (std::size_t i = 0; i < victim.blocks.size(); ++i) {
      if (!lives(victim, i)) continue;
      if (copies_.number == 0) open(copies_);
      if (copies_.blocks.size() == size_) {
        close(copies_);
        open(copies_);
      }
      copies_.youngest = std::max(copies_.youngest, victim.youngest);
      append(copies_, victim.blocks[i]);
      ++copied;
    }
    free_.push_back({});
  }

  struct Place {
    std::uint64_t segment = 0;
    std::size_t at = 0;
  };

  std::uint32_t size_;
  models::CleaningOrder order_;
  std::uint32_t hot_;
  double hot_writes_;
  std::vector<Place> of_;  // by block
  std::vector<Segment> closed_;
  std::vector<Segment> free_;
  Segment user_;
  Segment copies_;
  std::uint64_t opened_ = 0;
  std::vector<std::uint64_t> changed_ = {0};  // by number of the segment: its last loss, or closing
  std::uint64_t changes_ = 0;
  sim::RandomStream random_{sim::Seed{99}, 0, sim::Purpose{9999}, 0};
};

}  // namespace spindle::test

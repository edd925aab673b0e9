#pragma once
// Lost shards whose rebuild is due and not begun, by whose turn it is: those of extents that lack
// most shards first, among equals (or among all) those that came first.
//
// Cost: O(log n) a change. Memory: 16 B a lost shard, and some 60 B for each that is in line.

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "models/repair/repair_options.hpp"

namespace spindle::models {

class RebuildBacklog {
 public:
  // Transfers that a drive has queued meanwhile, on average: enough that chance, which spreads them
  // over drives, leaves few channels idle; a more exposed shard waits for about so many.
  static constexpr double kTransfersAhead = 8;
  // Whether there is one; otherwise all transfers queue at their drives as they come.
  static bool is_kept(const RepairOptions& options) {
    return options.order == RebuildOrder::kMostExposedFirst || options.start_at > 1;
  }

  explicit RebuildBacklog(RebuildOrder order) : order_(order) {}

  // The shard of that number, whose extent lacks so many, comes last among its equals; one that is
  // in line already keeps its turn among its new equals.
  void add(std::uint32_t number, std::uint32_t missing) {
    if (number >= places_.size()) places_.resize(number + 1);
    Place& place = places_[number];
    if (place.turn == 0) {
      place.turn = next_turn_++;
    } else {
      line_.erase(key(number));
    }
    place.missing = missing;
    line_.insert(key(number));
  }
  // Nothing where it is not in line.
  void drop(std::uint32_t number) {
    if (number >= places_.size() || places_[number].turn == 0) return;
    line_.erase(key(number));
    places_[number] = {};
  }
  std::optional<std::uint32_t> take() {
    if (line_.empty()) return std::nullopt;
    const std::uint32_t number = std::get<2>(*line_.begin());
    drop(number);
    return number;
  }
  [[nodiscard]] std::size_t size() const { return line_.size(); }

 private:
  struct Place {
    std::uint64_t turn = 0;  // 0: not in line
    std::uint32_t missing = 0;
  };
  using Key = std::tuple<std::int64_t, std::uint64_t, std::uint32_t>;

  [[nodiscard]] Key key(std::uint32_t number) const {
    const Place& place = places_[number];
    const bool by_exposure = order_ == RebuildOrder::kMostExposedFirst;
    return {by_exposure ? -std::int64_t{place.missing} : 0, place.turn, number};
  }

  RebuildOrder order_;
  std::uint64_t next_turn_ = 1;
  std::vector<Place> places_;  // by number
  std::set<Key> line_;
};

}  // namespace spindle::models

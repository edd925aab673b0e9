#pragma once
// Extents that wait for their rebuild, in the order in which they are served.

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>

#include "models/durability/durability_case.hpp"

namespace spindle::models {

// An extent with shards that are known to be missing: how many, and since when. Detection takes
// equally long for all shards, so that the first known is the first lost.
struct RebuildJob {
  std::uint32_t extent = 0;
  std::uint32_t known = 0;
  double first_known_s = 0;
  double last_known_s = 0;
};

class RebuildQueue {
 public:
  explicit RebuildQueue(RebuildOrder order) : order_(order) {}

  void add(const RebuildJob& job) { waiting_.insert(key_of(job)); }
  // Nothing where the job is not there.
  void drop(const RebuildJob& job) { waiting_.erase(key_of(job)); }
  // Takes the next extent out.
  std::optional<std::uint32_t> take() {
    if (waiting_.empty()) return std::nullopt;
    const std::uint32_t extent = std::get<2>(*waiting_.begin());
    waiting_.erase(waiting_.begin());
    return extent;
  }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
  // (-class, time, extent): the least is served first; the extent's number parts what is equal.
  using Key = std::tuple<std::int64_t, double, std::uint32_t>;

  [[nodiscard]] Key key_of(const RebuildJob& job) const {
    if (order_ == RebuildOrder::kFirstComeFirstServed) return {0, job.first_known_s, job.extent};
    return {-std::int64_t{job.known}, job.last_known_s, job.extent};
  }

  RebuildOrder order_;
  std::set<Key> waiting_;
};

}  // namespace spindle::models

#pragma once
// Extents whose rebuild is ready, in the order in which they are served.

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>

#include "models/durability/durability_case.hpp"

namespace spindle::models {

// An extent that lacks shards: how many, and since when.
struct RebuildJob {
  std::uint32_t extent = 0;
  std::uint32_t missing = 0;
  double first_loss_s = 0;  // of the shards that are missing now
  double last_loss_s = 0;
};

class RebuildQueue {
 public:
  explicit RebuildQueue(RebuildOrder order) : order_(order) {}

  void add(const RebuildJob& job) { ready_.insert(key_of(job)); }
  // Nothing where the job is not there.
  void drop(const RebuildJob& job) { ready_.erase(key_of(job)); }
  // Takes the next extent out.
  std::optional<std::uint32_t> take() {
    if (ready_.empty()) return std::nullopt;
    const std::uint32_t extent = std::get<2>(*ready_.begin());
    ready_.erase(ready_.begin());
    return extent;
  }
  [[nodiscard]] std::size_t size() const { return ready_.size(); }

 private:
  // (-class, time, extent): the least is served first; the extent's number parts what is equal.
  using Key = std::tuple<std::int64_t, double, std::uint32_t>;

  [[nodiscard]] Key key_of(const RebuildJob& job) const {
    if (order_ == RebuildOrder::kFirstComeFirstServed) return {0, job.first_loss_s, job.extent};
    return {-std::int64_t{job.missing}, job.last_loss_s, job.extent};
  }

  RebuildOrder order_;
  std::set<Key> ready_;
};

}  // namespace spindle::models

#pragma once
// The policy `static` (static.cpp), many extents at a time: a tenant's extents go to one set of
// drives until that is full, then to the next unused set, and where none is left to the set that is
// then the least filled. Extents are counted, not named.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "sim/random_stream.hpp"

namespace spindle::models {

// What fits on each set, and who fills which.
class SetBuckets {
 public:
  static constexpr std::uint32_t kNoSet = std::numeric_limits<std::uint32_t>::max();

  SetBuckets(std::uint32_t sets, std::uint32_t tenants);

  // As a policy's new State: every tenant looks for a set again, from the first on. `room`: extents
  // that fit, by set; `filled`: extents on its fullest drive.
  void look(std::vector<std::uint32_t> room, std::vector<float> filled);
  // At most so many more fit from now on.
  void limit(std::uint32_t set, std::uint32_t room) { room_[set] = std::min(room_[set], room); }

  // Where the tenant's next extent goes; kNoSet: no set has room for it.
  std::uint32_t set_for(std::uint32_t tenant);
  // Precondition: room for them.
  void take(std::uint32_t set, std::uint32_t extents) {
    room_[set] -= extents;
    filled_[set] += static_cast<float>(extents);
  }

  [[nodiscard]] std::uint32_t sets() const { return static_cast<std::uint32_t>(room_.size()); }
  [[nodiscard]] std::uint32_t room(std::uint32_t set) const { return room_[set]; }

 private:
  [[nodiscard]] std::uint32_t next_set();

  std::vector<std::uint32_t> room_;    // by set
  std::vector<float> filled_;          // by set
  std::vector<std::uint32_t> set_of_;  // by tenant
  std::uint32_t next_unused_ = 0;
  // Sets given out by the fill they had when last looked at, a lower bound.
  using Taken = std::pair<float, std::uint32_t>;
  std::priority_queue<Taken, std::vector<Taken>, std::greater<>> taken_;
};

// Extents of a tenant at times first, first + step, and so on.
struct TenantArrivals {
  std::uint32_t tenant = 0;
  std::uint32_t extents = 0;
  double first = 0;
  double step = 0;
};
struct SetArrivals {
  std::uint32_t set = 0;
  std::uint32_t tenant = 0;
  std::uint32_t extents = 0;
};

enum class Arrived {
  kAll,
  kAsManyAsAsked,
  kNoSet,  // the next has no place
};

// Places up to `most` in the order of their times, and adds to `placed`; the others are left in
// `arrivals`. A tenant takes all the room of its set at once. O((tenants + sets used) log tenants).
Arrived place_arrivals(SetBuckets& buckets, std::span<TenantArrivals> arrivals, std::uint64_t most,
                       std::vector<SetArrivals>& placed);

// All of them, by tenants that are to share sets: they fill them side by side, each extent at a
// random time about its own, one by one at first and a 64th of a tenant's at once later. O(64
// tenants log tenants).
Arrived place_shared(SetBuckets& buckets, std::span<TenantArrivals> arrivals,
                     sim::RandomStream random, std::vector<SetArrivals>& placed);

}  // namespace spindle::models

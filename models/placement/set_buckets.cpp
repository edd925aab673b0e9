#include "models/placement/set_buckets.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace spindle::models {
namespace {

// Where several tenants fill a set, of all that a tenant has and of what it has placed this part is
// placed at once.
constexpr std::uint32_t kPartsOfTime = 64;
constexpr std::uint32_t kFirstPart = 4;

// Time of a tenant's next extent, tenant, place in the list of arrivals.
using Next = std::tuple<double, std::uint32_t, std::size_t>;
using Line = std::priority_queue<Next, std::vector<Next>, std::greater<>>;

Line line_of(std::span<const TenantArrivals> arrivals) {
  Line line;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    if (arrivals[i].extents > 0) line.emplace(arrivals[i].first, arrivals[i].tenant, i);
  }
  return line;
}

// Those of the first in line.
void place_next(SetBuckets& buckets, Line& line, TenantArrivals& of, std::uint32_t set,
                std::uint32_t extents, std::vector<SetArrivals>& placed) {
  line.pop();
  buckets.take(set, extents);
  placed.push_back({set, of.tenant, extents});
  of.extents -= extents;
}

}  // namespace

SetBuckets::SetBuckets(std::uint32_t sets, std::uint32_t tenants)
    : room_(sets), filled_(sets), set_of_(tenants, kNoSet) {}

void SetBuckets::look(std::vector<std::uint32_t> room, std::vector<float> filled) {
  room_ = std::move(room);
  filled_ = std::move(filled);
  std::fill(set_of_.begin(), set_of_.end(), kNoSet);
  next_unused_ = 0;
  taken_ = {};
}

std::uint32_t SetBuckets::set_for(std::uint32_t tenant) {
  std::uint32_t& current = set_of_[tenant];
  if (current == kNoSet || room_[current] == 0) current = next_set();
  return current;
}

std::uint32_t SetBuckets::next_set() {
  while (next_unused_ < room_.size()) {
    const std::uint32_t set = next_unused_++;
    if (room_[set] == 0) continue;
    taken_.emplace(filled_[set], set);
    return set;
  }
  while (!taken_.empty()) {
    const auto [filled_then, set] = taken_.top();
    taken_.pop();
    if (room_[set] == 0) continue;
    taken_.emplace(filled_[set], set);
    if (filled_[set] > filled_then) continue;
    return set;
  }
  return kNoSet;
}

Arrived place_arrivals(SetBuckets& buckets, std::span<TenantArrivals> arrivals, std::uint64_t most,
                       std::vector<SetArrivals>& placed) {
  Line line = line_of(arrivals);
  while (!line.empty()) {
    if (most == 0) return Arrived::kAsManyAsAsked;
    TenantArrivals& of = arrivals[std::get<2>(line.top())];
    const std::uint32_t set = buckets.set_for(of.tenant);
    if (set == SetBuckets::kNoSet) return Arrived::kNoSet;
    const auto extents =
        static_cast<std::uint32_t>(std::min<std::uint64_t>({buckets.room(set), of.extents, most}));
    most -= extents;
    place_next(buckets, line, of, set, extents, placed);
    of.first += extents * of.step;
    if (of.extents > 0) line.emplace(of.first, of.tenant, &of - arrivals.data());
  }
  return Arrived::kAll;
}

Arrived place_shared(SetBuckets& buckets, std::span<TenantArrivals> arrivals,
                     sim::RandomStream random, std::vector<SetArrivals>& placed) {
  Line line = line_of(arrivals);
  std::vector<std::uint32_t> all;
  for (const TenantArrivals& of : arrivals) all.push_back(of.extents);
  while (!line.empty()) {
    const std::size_t i = std::get<2>(line.top());
    TenantArrivals& of = arrivals[i];
    const std::uint32_t set = buckets.set_for(of.tenant);
    if (set == SetBuckets::kNoSet) return Arrived::kNoSet;
    const std::uint32_t done = all[i] - of.extents;
    const std::uint32_t at_once = std::max(1U, std::min(done / kFirstPart, all[i] / kPartsOfTime));
    const std::uint32_t extents = std::min({buckets.room(set), of.extents, at_once});
    place_next(buckets, line, of, set, extents, placed);
    // The time to the extent after so many: a sum of exponential ones, by its mean and variance.
    const double normal = extents == 1 ? 0 : std::sqrt(extents) * random.normal();
    const double steps = extents == 1 ? random.exponential() : std::max(0.0, extents + normal);
    of.first += steps * of.step;
    if (of.extents > 0) line.emplace(of.first, of.tenant, i);
  }
  return Arrived::kAll;
}

}  // namespace spindle::models

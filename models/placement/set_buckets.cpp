#include "models/placement/set_buckets.hpp"

#include <algorithm>
#include <tuple>

namespace spindle::models {
namespace {

// Where several tenants fill a set, what comes in this part of the time is placed at once.
constexpr std::uint32_t kPartsOfTime = 64;

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

bool place_arrivals(SetBuckets& buckets, std::span<TenantArrivals> arrivals, bool shared,
                    std::vector<SetArrivals>& placed) {
  // Time of a tenant's next extent, tenant, place in `arrivals`.
  using Next = std::tuple<double, std::uint32_t, std::size_t>;
  std::priority_queue<Next, std::vector<Next>, std::greater<>> next;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    if (arrivals[i].extents > 0) next.emplace(arrivals[i].first, arrivals[i].tenant, i);
  }
  std::vector<std::uint32_t> at_once;  // where sets are shared
  for (const TenantArrivals& of : arrivals) {
    at_once.push_back((of.extents + kPartsOfTime - 1) / kPartsOfTime);
  }
  while (!next.empty()) {
    const std::size_t i = std::get<2>(next.top());
    next.pop();
    TenantArrivals& of = arrivals[i];
    const std::uint32_t set = buckets.set_for(of.tenant);
    if (set == SetBuckets::kNoSet) return false;
    std::uint32_t fits = buckets.room(set);
    if (shared) fits = std::min(fits, at_once[i]);
    const std::uint32_t extents = std::min(fits, of.extents);
    buckets.take(set, extents);
    placed.push_back({set, of.tenant, extents});
    of.extents -= extents;
    of.first += extents * of.step;
    if (of.extents > 0) next.emplace(of.first, of.tenant, i);
  }
  return true;
}

}  // namespace spindle::models

#include "models/durability/loss_states.hpp"

#include <algorithm>
#include <numeric>

namespace spindle::models {
namespace {

using Vector = std::vector<std::uint32_t>;

// All ways to lack `left` shards in the zones from `zone` on.
void append_ways(std::uint32_t zone, std::uint32_t left, std::uint32_t per_zone, Vector& way,
                 std::vector<Vector>& out) {
  if (zone + 1 == way.size()) {
    if (left > per_zone) return;
    way[zone] = left;
    out.push_back(way);
    return;
  }
  for (std::uint32_t here = 0; here <= std::min(left, per_zone); ++here) {
    way[zone] = here;
    append_ways(zone + 1, left - here, per_zone, way, out);
  }
}

std::vector<Vector> all_ways(const ExtentClasses& classes, std::uint32_t zones) {
  std::vector<Vector> ways;
  Vector way(zones);
  for (std::uint32_t missing = 0; missing <= classes.most; ++missing) {
    append_ways(0, missing, classes.shards / zones, way, ways);
  }
  return ways;
}

std::uint32_t number_of(const Vector& way, const std::vector<Vector>& ways) {
  const auto found = std::find(ways.begin(), ways.end(), way);
  return found == ways.end() ? LossStates::kNone : static_cast<std::uint32_t>(found - ways.begin());
}

}  // namespace

LossStates::LossStates(const ExtentClasses& classes, const DurabilityFleet& fleet,
                       bool zones_matter) {
  const bool is_even =
      fleet.max_per_zone != 0 && std::uint64_t{fleet.max_per_zone} * fleet.zones == classes.shards;
  zones_ = zones_matter && is_even ? fleet.zones : 1;
  std::vector<Vector> ways = all_ways(classes, zones_);
  if (ways.size() > kMostStates) {
    zones_ = 1;
    ways = all_ways(classes, zones_);
  }
  per_zone_ = classes.shards / zones_;
  for (const Vector& way : ways) {
    missing_.push_back(std::accumulate(way.begin(), way.end(), 0U));
    missing_in_.insert(missing_in_.end(), way.begin(), way.end());
    for (std::uint32_t zone = 0; zone < zones_; ++zone) {
      Vector next = way;
      ++next[zone];
      after_loss_.push_back(number_of(next, ways));
      if (way[zone] == 0) {
        after_return_.push_back(kNone);
        continue;
      }
      next[zone] = way[zone] - 1;
      after_return_.push_back(number_of(next, ways));
    }
  }
}

}  // namespace spindle::models

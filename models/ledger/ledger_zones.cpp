// Zones that go down, or are lost: what they held, whether others take it, and when it is whole.

#include <algorithm>
#include <cmath>

#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {

void LedgerPlan::change_zones() {
  std::vector<std::uint8_t> is_down(fleet_.topology().zones(), 0);
  for (const Outage& outage : options_.outages) {
    const std::uint64_t begin = start_edge_of(outage.at);
    if (outage.is_permanent) {
      if (begin == first_epoch_) lose_zone(outage.domain);
    } else if (begin <= first_epoch_ && first_epoch_ < edge_of(outage.at + outage.lasts)) {
      is_down[outage.domain] = 1;
    }
  }
  for (RackGroup& group : groups_) {
    const bool down = is_down[group.zone] != 0 && !group.is_lost;
    if (down != group.is_down && group.is_first()) {
      events_.push_back(
          {start_, down ? LedgerEventKind::kZoneDown : LedgerEventKind::kZoneUp, group.zone});
    }
    group.is_down = down;
  }
}

// Of one extent.
double LedgerPlan::shards_in_zone() const {
  return std::max(1.0, static_cast<double>(options_.shards) / fleet_.topology().zones());
}

// Of what a drive held, where each extent lost so many: the others of its set, or of the drives
// that it shares extents with, read all that is needed.
double LedgerPlan::least_rebuild_s(double shards, double of_extent) const {
  if (options_.sources == 0 || options_.repair.bytes_per_s <= 0) return 0;
  const double others = options_.shards - 1.0;
  const double left = options_.sources * (options_.shards - of_extent) / std::max(1.0, others);
  if (left <= 0) return 0;
  const double reads = shards * of_extent * options_.needed / left;
  return reads * fleet_.shard_bytes() / options_.repair.bytes_per_s;
}

void LedgerPlan::lose_zone(std::uint32_t zone) {
  events_.push_back({start_, LedgerEventKind::kZoneLost, zone});
  for (RackGroup& group : groups_) {
    if (group.zone != zone || group.is_lost) continue;
    const double shards = group.shards();
    const double on_drive = shards > 0 ? group.squares / shards : 0;  // of a shard
    repair_.lose(start_, zone, group.held, shards_in_zone(),
                 least_rebuild_s(on_drive, shards_in_zone()));
    group.is_lost = true;
    group.is_settled = false;
    clear(group);
  }
}

bool LedgerPlan::is_usable(std::uint32_t zone) const {
  return std::any_of(groups_.begin(), groups_.end(), [&](const RackGroup& group) {
    return group.zone == zone && group.serves() && group.present > 0;
  });
}

bool LedgerPlan::is_zone_lost(std::uint32_t zone) const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const RackGroup& group) { return group.zone == zone && group.is_lost; });
}

// What zone limits let the zones that are there hold of one extent.
bool LedgerPlan::may_go_elsewhere() const {
  if (options_.repair.after_zone_loss == AfterZoneLoss::kRelax) return true;
  if (options_.spread.max_per_zone == 0) return true;
  std::uint32_t usable = 0;
  for (std::uint32_t z = 0; z < fleet_.topology().zones(); ++z) usable += is_usable(z) ? 1U : 0U;
  return usable * options_.spread.max_per_zone >= options_.shards;
}

// A zone that is lost for good may leave too few for an extent.
bool LedgerPlan::takes_new_data() const {
  const bool is_lost = std::any_of(groups_.begin(), groups_.end(),
                                   [](const RackGroup& group) { return group.is_lost; });
  return !is_lost || (drives_up() > 0 && may_go_elsewhere());
}

double LedgerPlan::unplaced() const {
  double sum = 0;
  for (std::uint32_t zone = 0; zone < no_room_of_zone_.size(); ++zone) {
    double free = 0;
    for (const RackGroup& group : groups_) {
      if (group.zone != zone || !group.takes() || group.present == 0) continue;
      const std::uint32_t drive = fleet_.topology().drives_of_rack(group.racks.first).first;
      free += group.present * std::floor(fleet_.room_of(drive)) - group.shards();
    }
    sum += std::max(0.0, no_room_of_zone_[zone] - std::max(0.0, free));
  }
  return sum;
}

void LedgerPlan::watch_protection() {
  for (const LedgerEvent& event : events_) {
    if (event.kind != LedgerEventKind::kZoneLost) continue;
    // What was rebuilt and then found no room is not protected.
    if (full_protection_s_ >= 0 || unplaced() >= 0.5) return;
    if (repair_.waiting_of_zone(event.domain) >= 0.5) return;
    full_protection_s_ = (end_ - event.at).to_seconds();
    events_.push_back({end_, LedgerEventKind::kProtected, event.domain});
    return;
  }
}

}  // namespace spindle::models

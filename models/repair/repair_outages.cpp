// Repair: racks and zones that go down, come back or are lost.
#include <algorithm>

#include "models/repair/repair.hpp"

namespace spindle::models {

void Repair::bind_outages() {
  using sim::Engine;
  using sim::Event;
  outage_begins_ = engine_.on<std::uint32_t>([this](Engine&, const Event&, std::uint32_t index) {
    begin_outage(index);
    settle();
  });
  outage_ends_ = engine_.on<std::uint32_t>([this](Engine&, const Event&, std::uint32_t index) {
    end_outage(index);
    settle();
  });
  rack_replaced_ = engine_.on<std::uint32_t>([this](Engine&, const Event&, std::uint32_t rack) {
    replace_rack(rack);
    settle();
  });
  for (std::uint32_t i = 0; i < outages_.size(); ++i) {
    engine_.schedule_at(outages_[i].at, outage_begins_, sim::kOnlyCell, sim::EntityId(i), i);
  }
}

void Repair::begin_outage(std::uint32_t index) {
  const Outage& outage = outages_[index];
  const sim::Instant now = engine_.now();
  const bool is_zone = outage.kind == DomainKind::kZone;
  const std::uint32_t zone = is_zone ? outage.domain : inputs_.topology.zone_of_rack(outage.domain);
  if (state_.is_zone_lost(zone)) return;
  // A rack that has not landed has nothing to lose.
  const bool is_absent = !is_zone && state_.is_rack_absent(outage.domain);
  if (is_absent && outage.is_permanent) return;
  if (outage.is_permanent) {
    is_zone ? lose_zone(outage.domain) : lose_rack(outage.domain);
    return;
  }
  const DriveRange drives = is_zone ? inputs_.topology.drives_of_zone(outage.domain)
                                    : inputs_.topology.drives_of_rack(outage.domain);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) interrupt(drive);
  if (is_zone) {
    ++zones_down_;
    state_.begin_zone_outage(now, outage.domain);
    note_outage(FleetEventKind::kZoneDown, outage, +1);
  } else {
    ++racks_down_;
    state_.begin_rack_outage(now, outage.domain);
    note_outage(FleetEventKind::kRackDown, outage, +1);
  }
  if (zone_rebuild_) zone_rebuild_->set_outages(racks_down_ + zones_down_);
  restart_interrupted();
  engine_.schedule_after(outage.lasts, outage_ends_, sim::kOnlyCell, sim::EntityId(index), index);
}

void Repair::end_outage(std::uint32_t index) {
  const Outage& outage = outages_[index];
  const sim::Instant now = engine_.now();
  if (outage.kind == DomainKind::kZone) {
    --zones_down_;
    state_.end_zone_outage(now, outage.domain);
    note_outage(FleetEventKind::kZoneUp, outage, -1);
  } else {
    --racks_down_;
    state_.end_rack_outage(now, outage.domain);
    note_outage(FleetEventKind::kRackUp, outage, -1);
  }
  if (zone_rebuild_) {
    zone_rebuild_->set_outages(racks_down_ + zones_down_);
    zone_rebuild_->end_of_outage();
  }
  retry_waiting();
}

// Outages of a domain may overlap: it goes down with the first of them, and is up after the last.
void Repair::note_outage(FleetEventKind kind, const Outage& outage, int step) {
  std::uint32_t& on = outages_on_[{outage.kind, outage.domain}];
  const std::uint32_t before = on;
  on += static_cast<std::uint32_t>(step);
  const bool is_zone = outage.kind == DomainKind::kZone;
  const std::uint32_t zone = is_zone ? outage.domain : inputs_.topology.zone_of_rack(outage.domain);
  if (before + on == 1 && !state_.is_zone_lost(zone)) {
    fleet_events_.push_back({engine_.now(), kind, outage.domain});
  }
}

// All drives at once: while one after another fails, none of them takes what the others lost.
void Repair::lose_rack(std::uint32_t rack) {
  const sim::Instant now = engine_.now();
  note_loss(FleetEventKind::kRackLost, rack);
  const sim::Duration replace = inputs_.failure.replace;
  const sim::Instant due =
      replace < sim::Instant::never() - now ? now + replace : sim::Instant::never();
  state_.begin_rack_outage(now, rack);
  const DriveRange drives = inputs_.topology.drives_of_rack(rack);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    if (draws_[drive] == 0) continue;  // it has not landed
    due_[drive] = due;
    if (state_.is_present(drive)) fail_drive(drive, true);
  }
  state_.end_rack_outage(now, rack);
  restart_interrupted();
  engine_.schedule_at(due, rack_replaced_, sim::kOnlyCell, sim::EntityId(rack), rack);
}

void Repair::replace_rack(std::uint32_t rack) {
  const DriveRange drives = inputs_.topology.drives_of_rack(rack);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    if (state_.is_gone(drive) || state_.is_present(drive)) continue;
    if (draws_[drive] == 0 || due_[drive] > engine_.now()) continue;
    state_.replace(drive);
    if (grey_) grey_->put_in(drive);
    serve_waiting(drive);
  }
}

void Repair::lose_zone(std::uint32_t zone) {
  const sim::Instant now = engine_.now();
  const DriveRange drives = inputs_.topology.drives_of_zone(zone);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    if (grey_) grey_->end(drive);
    interrupt(drive);
  }
  state_.lose_zone(now, zone);
  ++zones_lost_;
  note_loss(FleetEventKind::kZoneLost, zone);
  const std::uint32_t failure = next_failure();
  count_zone(zone, failure);
  rebuild_zones(failure);
  restart_interrupted();
  reorder_all();
  retry_waiting();
}

void Repair::note_loss(FleetEventKind kind, std::uint32_t domain) {
  first_domain_lost_ = std::min(first_domain_lost_, engine_.now());
  fleet_events_.push_back({engine_.now(), kind, domain});
}

// What the zone held, and which extents are lost with it.
void Repair::count_zone(std::uint32_t zone, std::uint32_t failure) {
  for (std::uint32_t extent = 0; extent < state_.extents(); ++extent) {
    if (!state_.is_placed(extent)) continue;
    std::uint32_t held = 0;
    for (const std::uint32_t entry : state_.map().of(extent)) {
      held += !ShardMap::is_lost(entry) && inputs_.topology.zone_of(entry) == zone ? 1U : 0U;
    }
    zone_shards_ += held;
    const std::uint32_t left = state_.present(extent);
    if (held == 0 || left >= inputs_.needed) continue;
    if (left + held >= inputs_.needed) count_loss(extent);
    if (not_gone(extent) < inputs_.needed) {
      give_up(extent);
    } else {
      make_whole(extent, failure);
    }
  }
}

// Shards of the extent that are not in a lost zone: present, or lost one by one.
std::uint32_t Repair::not_gone(std::uint32_t extent) const {
  std::uint32_t out = 0;
  for (const std::uint32_t entry : state_.map().of(extent)) {
    out += ShardMap::is_lost(entry) || !state_.is_gone(entry) ? 1U : 0U;
  }
  return out;
}

void Repair::give_up(std::uint32_t extent) {
  for (std::uint32_t i = 0; i < shards_; ++i) {
    const std::uint32_t entry = state_.map().of(extent)[i];
    if (ShardMap::is_lost(entry)) drop(entry - ShardMap::kLost);
  }
}

// The shard stays lost.
void Repair::drop(std::uint32_t number) {
  abort(number);
  stop_waiting(number);
}

void Repair::forget(std::uint32_t extent) {
  if (zone_rebuild_) zone_rebuild_->forget(extent);
  for (std::uint32_t i = 0; i < shards_; ++i) {
    const std::uint32_t entry = state_.map().of(extent)[i];
    if (!ShardMap::is_lost(entry)) {
      zone_shards_ -= state_.is_gone(entry) ? 1U : 0U;
      continue;
    }
    const std::uint32_t number = entry - ShardMap::kLost;
    zone_shards_ -= lost_[number].was_in_zone ? 1U : 0U;
    drop(number);
    no_longer_lost(number);
  }
}

void Repair::rebuild_zones(std::uint32_t failure) {
  const std::uint32_t left = inputs_.topology.zones() - zones_lost_;
  if (left == 0) return;
  const std::uint32_t limit = inputs_.spread.max_per_zone;
  if (limit != 0 && std::uint64_t{limit} * left < shards_) {
    if (inputs_.repair.after_zone_loss == AfterZoneLoss::kWait) return;
    inputs_.spread.max_per_zone = (shards_ + left - 1) / left;
    chooser_.set_zone_limit(inputs_.spread.max_per_zone);
  }
  if (is_exponential()) {
    rebuild_one_by_one(failure);
  } else {
    zone_rebuild_->begin(inputs_.repair.detect);
  }
}

// Each missing shard by itself, an event each: for fleets of the size of direct estimates.
void Repair::rebuild_one_by_one(std::uint32_t failure) {
  for (std::uint32_t extent = 0; extent < state_.extents(); ++extent) {
    if (!state_.is_placed(extent) || state_.present(extent) < inputs_.needed) continue;
    for (std::uint32_t i = 0; i < shards_; ++i) {
      const std::uint32_t entry = state_.map().of(extent)[i];
      if (ShardMap::is_lost(entry) || !state_.is_gone(entry)) continue;
      const std::uint32_t number = lost_.add({.shard = extent * shards_ + i,
                                              .failure = failure,
                                              .since = engine_.now(),
                                              .rebuilt = {},
                                              .was_in_zone = true});
      state_.mark_lost(engine_.now(), extent * shards_ + i, number);
      start_rebuild(number);
    }
  }
}

std::uint64_t Repair::zone_restored_shards() const {
  return zone_restored_ + (zone_rebuild_ ? zone_rebuild_->restored_shards() : 0);
}

std::uint64_t Repair::shortfall_shards() const {
  if (zone_rebuild_) return zone_rebuild_->short_shards();
  if (zones_lost_ == 0) return 0;
  return static_cast<std::uint64_t>(
      std::count_if(waiting_.begin(), waiting_.end(),
                    [&](const auto& entry) { return lost_[entry.second].was_in_zone; }));
}

std::optional<sim::Duration> Repair::time_to_full_protection() const {
  if (fully_protected_ == sim::Instant::never()) return std::nullopt;
  return fully_protected_ - first_domain_lost_;
}

}  // namespace spindle::models

#include "models/state/fleet_state.hpp"

#include <algorithm>
#include <utility>

namespace spindle::models {

FleetState::FleetState(const Topology& topology, std::uint64_t shard_bytes, std::uint32_t needed,
                       const PlacementResult& placement, const ShardIndex& index,
                       DemandJournal* journal, ExtentDemand demand)
    : topology_(topology),
      shard_bytes_(shard_bytes),
      shards_(placement.shards_per_extent),
      needed_(needed),
      extents_(static_cast<std::uint32_t>(placement.drive_of_shard.size() / shards_)),
      map_(placement, index, topology.drives()),
      journal_(journal),
      demand_(std::move(demand)),
      used_(placement.used_bytes),
      taken_(placement.used_bytes),
      status_(topology.drives(), kPresent),
      can_read_(topology.drives(), 0),
      tally_(topology.drives(), 0),
      takes_data_(topology.drives(), 0),
      is_closing_(topology.drives(), 0),
      taking_drives_(topology.zones(), 0),
      open_drives_(topology.zones(), 0),
      outages_of_rack_(topology.racks(), 0),
      rack_is_absent_(topology.racks(), 0),
      zone_is_lost_(topology.zones(), 0) {
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) refresh(drive);
  // A fleet that lives rewrites most of its map, and often reads all of it: pages in order.
  if (journal_ != nullptr) map_.copy_all();
}

bool FleetState::has_room(std::uint32_t drive) const {
  const std::uint64_t capacity = topology_.capacity_of(drive).value;
  return shard_bytes_ <= capacity && taken_[drive] <= capacity - shard_bytes_;
}

FleetState::Counts FleetState::count(std::uint32_t extent) const {
  std::uint32_t sum = 0;
  for (const std::uint32_t entry : map_.of(extent)) {
    sum += ShardMap::is_lost(entry) ? 0U : tally_[entry];
  }
  return before_of(sum);
}

std::uint32_t FleetState::present(std::uint32_t extent) const {
  return count(extent).present;
}

std::uint32_t FleetState::readable(std::uint32_t extent) const {
  return count(extent).readable;
}

float FleetState::borne(std::uint32_t extent, std::uint32_t readable, double factor) const {
  if (readable < needed_) return 0;
  return static_cast<float>(static_cast<double>(demand_.weight[extent]) * shards_ / readable /
                            factor);
}

void FleetState::shift(sim::Instant at, std::uint32_t entry, std::uint32_t column, float weight) {
  if (weight == 0 || !is_present_entry(entry)) return;
  const std::uint32_t rack = topology_.rack_of(entry);
  journal_->shift(at, rack, entry - topology_.drives_of_rack(rack).first, column, weight);
}

void FleetState::set_pace(sim::Instant at, std::uint32_t drive, double times) {
  if (journal_ == nullptr) return;
  const std::uint32_t rack = topology_.rack_of(drive);
  journal_->set_pace(at, rack, drive - topology_.drives_of_rack(rack).first, times);
}

void FleetState::recount(Counts before, Counts now) {
  under_protected_ += now.present < shards_ ? 1U : 0U;
  under_protected_ -= before.present < shards_ ? 1U : 0U;
  unreadable_ += now.readable < needed_ ? 1U : 0U;
  unreadable_ -= before.readable < needed_ ? 1U : 0U;
  exposed_ += is_exposed(now) ? 1U : 0U;
  exposed_ -= is_exposed(before) ? 1U : 0U;
}

void FleetState::remember(std::uint32_t extent) {
  before_.extent = extent;
  before_.counts = count(extent);
  if (journal_ == nullptr) return;
  before_.column = demand_.column[extent];
  before_.borne = borne(extent, before_.counts.readable, factor_);
  const auto entries = map_.of(extent);
  std::copy(entries.begin(), entries.end(), before_.entries.begin());
}

// Journals the difference between the extent now and as it was remembered.
void FleetState::account(sim::Instant at) {
  const std::uint32_t extent = before_.extent;
  const Counts now = count(extent);
  recount(before_.counts, now);
  if (journal_ == nullptr) return;
  journal_->set_unreadable(unreadable_);
  const std::uint32_t column = demand_.column[extent];
  const float weight = borne(extent, now.readable, factor_);
  const auto entries = map_.of(extent);
  for (std::uint32_t i = 0; i < shards_; ++i) {
    if (entries[i] == before_.entries[i] && column == before_.column) {
      shift(at, entries[i], column, weight - before_.borne);
    } else {
      shift(at, before_.entries[i], before_.column, -before_.borne);
      shift(at, entries[i], column, weight);
    }
  }
}

void FleetState::refresh(std::uint32_t drive) {
  const bool is_reachable = outages_of_rack_[topology_.rack_of(drive)] == 0;
  can_read_[drive] = status_[drive] == kPresent && is_reachable ? 1 : 0;
  tally_[drive] = static_cast<std::uint16_t>((is_present(drive) ? 1U : 0U) |
                                             (can_read(drive) ? 1U << kByte : 0U));
  const bool was_open = takes_data_[drive] != 0 && has_room(drive);
  std::uint32_t& taking = taking_drives_[topology_.zone_of(drive)];
  taking -= takes_data_[drive];
  takes_data_[drive] = can_read_[drive] != 0 && is_closing_[drive] == 0 ? 1 : 0;
  const bool is_open = takes_data_[drive] != 0 && has_room(drive);
  taking += takes_data_[drive];
  std::uint32_t& open = open_drives_[topology_.zone_of(drive)];
  open += is_open ? 1U : 0U;
  open -= was_open ? 1U : 0U;
}

void FleetState::set_status(std::uint32_t drive, Status status) {
  status_[drive] = status;
  refresh(drive);
}

void FleetState::set_used(std::uint32_t drive, std::uint64_t bytes) {
  set_taken(drive, taken_[drive] - used_[drive] + bytes);
  used_[drive] = bytes;
}

void FleetState::set_taken(std::uint32_t drive, std::uint64_t bytes) {
  std::uint32_t& open = open_drives_[topology_.zone_of(drive)];
  if (takes_data_[drive] != 0 && has_room(drive)) --open;
  taken_[drive] = bytes;
  if (takes_data_[drive] != 0 && has_room(drive)) ++open;
}

std::vector<std::uint32_t> FleetState::begin_failure(std::uint32_t drive) {
  is_closing_[drive] = 1;
  refresh(drive);
  set_used(drive, 0);
  return map_.remove_all(drive);
}

void FleetState::mark_lost(sim::Instant at, std::uint32_t shard, std::uint32_t number) {
  remember(shard / shards_);
  map_.mark_lost(shard, number);
  account(at);
}

void FleetState::end_failure(std::uint32_t drive) {
  is_closing_[drive] = 0;
  set_status(drive, kFailed);
}

void FleetState::replace(std::uint32_t drive) {
  if (status_[drive] != kGone) set_status(drive, kPresent);
}

void FleetState::set_absent(std::uint32_t drive) {
  set_status(drive, kAbsent);
}

void FleetState::set_rack_absent(std::uint32_t rack) {
  rack_is_absent_[rack] = 1;
  const DriveRange drives = topology_.drives_of_rack(rack);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) set_absent(drive);
  if (journal_ != nullptr) journal_->set_rack(sim::Instant(), rack, false);
}

void FleetState::land_rack(sim::Instant at, std::uint32_t rack) {
  rack_is_absent_[rack] = 0;
  const DriveRange drives = topology_.drives_of_rack(rack);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) replace(drive);
  if (journal_ != nullptr && outages_of_rack_[rack] == 0) journal_->set_rack(at, rack, true);
}

void FleetState::put_all(sim::Instant at, std::uint32_t extent,
                         std::span<const std::uint32_t> shards,
                         std::span<const std::uint32_t> drives) {
  remember(extent);
  for (std::size_t i = 0; i < shards.size(); ++i) {
    map_.put(shards[i], drives[i]);
    set_used(drives[i], used_[drives[i]] + shard_bytes_);
  }
  account(at);
}

void FleetState::move(sim::Instant at, std::uint32_t shard, std::uint32_t to) {
  const std::uint32_t extent = shard / shards_;
  const std::uint32_t from = map_.of(extent)[shard % shards_];
  remember(extent);
  map_.move(shard, to);
  set_used(from, used_[from] - shard_bytes_);
  set_used(to, used_[to] + shard_bytes_);
  account(at);
}

void FleetState::renew(sim::Instant at, std::uint32_t extent, std::span<const std::uint32_t> drives,
                       std::uint32_t column, float weight) {
  remember(extent);
  for (std::uint32_t i = 0; i < shards_; ++i) {
    const std::uint32_t from = map_.of(extent)[i];
    if (is_present_entry(from)) set_used(from, used_[from] - shard_bytes_);
    map_.move(extent * shards_ + i, drives[i]);
    set_used(drives[i], used_[drives[i]] + shard_bytes_);
  }
  if (journal_ != nullptr) {
    journal_->change_column(at, demand_.column[extent], -demand_.weight[extent]);
    journal_->change_column(at, column, weight);
    demand_.column[extent] = column;
    demand_.weight[extent] = weight;
  }
  account(at);
}

// All entries of the extent bear `now` where they bore `before`.
void FleetState::reweigh(sim::Instant at, std::uint32_t extent, float before, float now) {
  if (before == now) return;
  for (const std::uint32_t entry : map_.of(extent)) {
    shift(at, entry, demand_.column[extent], now - before);
  }
}

std::vector<std::uint32_t> FleetState::extents_in(std::uint32_t rack) const {
  std::vector<std::uint32_t> out;
  const DriveRange drives = topology_.drives_of_rack(rack);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    for (const std::uint32_t shard : map_.shards_on(drive)) out.push_back(shard / shards_);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// An outage more or less; true where the rack went down or came back.
bool FleetState::step_outages(sim::Instant at, std::uint32_t rack, int step) {
  const bool was_up = outages_of_rack_[rack] == 0;
  outages_of_rack_[rack] += static_cast<std::uint32_t>(step);
  const bool is_up = outages_of_rack_[rack] == 0;
  if (was_up == is_up) return false;
  const DriveRange drives = topology_.drives_of_rack(rack);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) refresh(drive);
  if (journal_ != nullptr && rack_is_absent_[rack] == 0) journal_->set_rack(at, rack, is_up);
  return true;
}

template <class Change>
void FleetState::change_rack(sim::Instant at, std::uint32_t rack, Change&& change) {
  const std::vector<std::uint32_t> extents = extents_in(rack);
  std::vector<Counts> before;
  before.reserve(extents.size());
  for (const std::uint32_t extent : extents) before.push_back(count(extent));
  change();
  for (std::size_t i = 0; i < extents.size(); ++i) {
    const Counts now = count(extents[i]);
    recount(before[i], now);
    if (journal_ == nullptr) continue;
    reweigh(at, extents[i], borne(extents[i], before[i].readable, factor_),
            borne(extents[i], now.readable, factor_));
  }
  if (journal_ != nullptr) journal_->set_unreadable(unreadable_);
}

void FleetState::begin_rack_outage(sim::Instant at, std::uint32_t rack) {
  change_rack(at, rack, [&] { step_outages(at, rack, 1); });
}

void FleetState::end_rack_outage(sim::Instant at, std::uint32_t rack) {
  change_rack(at, rack, [&] { step_outages(at, rack, -1); });
}

// What one shard bears of an extent of weight 1 with so many readable shards; see borne().
std::array<double, kMaxShards + 1> FleetState::shares(double factor) const {
  std::array<double, kMaxShards + 1> out{};
  for (std::uint32_t readable = needed_; readable <= shards_; ++readable) {
    out[readable] = static_cast<double>(shards_) / readable / factor;
  }
  return out;
}

// A zone touches every extent: what follows is told by a factor, that of most extents, and by
// shifts for the exceptions.
template <class Change>
void FleetState::change_zone(sim::Instant at, Change&& change) {
  // Before in the low half, now in the high one: one look at each shard's drive.
  std::vector<std::uint32_t> tally(tally_.begin(), tally_.end());
  change();
  for (std::size_t drive = 0; drive < tally.size(); ++drive) {
    tally[drive] |= std::uint32_t{tally_[drive]} << 2 * kByte;
  }

  std::vector<std::uint32_t> of_extent(extents_);
  std::array<std::uint64_t, kMaxShards + 1> by_readable{};
  for (std::uint32_t extent = 0; extent < extents_; ++extent) {
    std::uint32_t sum = 0;
    for (const std::uint32_t entry : map_.of(extent)) {
      sum += ShardMap::is_lost(entry) ? 0U : tally[entry];
    }
    of_extent[extent] = sum;
    if (is_placed(extent)) recount(before_of(sum), now_of(sum));
    ++by_readable[now_of(sum).readable];
  }
  if (journal_ == nullptr) return;
  journal_->set_unreadable(unreadable_);
  const auto most =
      std::max_element(by_readable.begin() + needed_, by_readable.begin() + shards_ + 1);
  const double next =
      *most == 0 ? 1
                 : static_cast<double>(shards_) / static_cast<double>(most - by_readable.begin());
  const double last = std::exchange(factor_, next);
  if (factor_ != last) journal_->set_factor(at, factor_);
  const auto share_before = shares(last);
  const auto share_now = shares(factor_);
  for (std::uint32_t extent = 0; extent < extents_; ++extent) {
    const std::uint32_t before = before_of(of_extent[extent]).readable;
    const std::uint32_t after = now_of(of_extent[extent]).readable;
    if (share_before[before] == share_now[after]) continue;
    reweigh(at, extent, borne(extent, before, last), borne(extent, after, factor_));
  }
}

void FleetState::step_zone(sim::Instant at, std::uint32_t zone, int step) {
  change_zone(at, [&] {
    const DriveRange racks = topology_.racks_of_zone(zone);
    for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) step_outages(at, rack, step);
  });
}

void FleetState::begin_zone_outage(sim::Instant at, std::uint32_t zone) {
  step_zone(at, zone, 1);
}

void FleetState::end_zone_outage(sim::Instant at, std::uint32_t zone) {
  step_zone(at, zone, -1);
}

void FleetState::lose_zone(sim::Instant at, std::uint32_t zone) {
  if (is_zone_lost(zone)) return;
  zone_is_lost_[zone] = 1;
  change_zone(at, [&] {
    const DriveRange racks = topology_.racks_of_zone(zone);
    for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) step_outages(at, rack, 1);
    const DriveRange drives = topology_.drives_of_zone(zone);
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      set_status(drive, kGone);
      set_used(drive, 0);
    }
  });
}

}  // namespace spindle::models

// What the failure of a drive does to the extents of a fleet: QueuedExposure's fail().
#include <algorithm>

#include "models/durability/queued_exposure.hpp"

namespace spindle::models {

// Shards per extent on the drive that fails; notes that a new one takes its place.
double QueuedExposure::held_by(std::uint64_t slot, std::uint32_t zone) {
  if (case_.rebuild.new_drives == NewDrives::kEven) return present_[zone] / drives_in(zone);
  const auto found = given_when_new_.try_emplace(slot, 0.0);
  const double at_start =
      found.second ? states_.present_in(0, zone) / drives_in(zone) : -found.first->second;
  found.first->second = given_[zone];
  return scale_[zone] * (given_[zone] + at_start);
}

// How many shards of the cohort's extents a drive there may hold, in the mean of its extents and
// beside those of whole extents. Where racks hold one at most, an extent that lost some has none
// in these racks, and the more in each of the others.
double QueuedExposure::open_shards(const Cohort& cohort, std::uint32_t zone,
                                   std::uint32_t rack) const {
  const double present = states_.present_in(cohort.state, zone);
  if (rack == kNoRack || cohort.state == 0) return present;
  if (cohort.last_rack == rack) return 0;
  double apart = 1;
  for (const RackShare& each : cohort.racks) {
    if (each.rack == rack) apart -= each.share;
  }
  // Of a rack's drives one has failed itself; what took its place is empty, or full, for all.
  const double drives = drives_in(zone);
  const double others = static_cast<double>(case_.fleet.drives) / case_.fleet.racks() - 1;
  const double closed = others * states_.missing_in(cohort.state, zone);
  return present * std::max(apart, 0.0) * drives / std::max(drives - closed, 1.0);
}

// What the drive holds belongs to the extents that may have a shard there, each with the same
// probability a shard.
double QueuedExposure::fail(std::uint64_t slot) {
  const std::uint32_t zone = states_.zones() == 1 ? 0 : case_.fleet.zone_of(slot);
  const std::uint32_t rack = tells_racks_ ? case_.fleet.rack_of(slot) : kNoRack;
  const double held = held_by(slot, zone);
  double open = 0;
  for (std::uint32_t state = 0; state < rest_.size(); ++state) {
    open += rest_[state] * states_.present_in(state, zone);
  }
  for_each_cohort([&](Cohort& cohort) { open += cohort.mass * open_shards(cohort, zone, rack); });
  for (const Restoring& each : restoring_) {
    open += each.cohort.mass * open_shards(each.cohort, zone, rack);
  }
  if (open <= 0 || held <= 0) return 0;
  present_[zone] -= held;
  Failure failure{zone, rack, std::min(1.0, held / open), 0};
  hit_lines(failure);
  return failure.lost;
}

void QueuedExposure::hit_lines(Failure& failure) {
  std::vector<Cohort> arrived;
  double first_loss_s = now_s_;
  const auto take = [&](Cohort& cohort) {
    if (keeps_turn() && cohort.first_loss_s != first_loss_s) {
      flush(first_loss_s, failure.rack, arrived);
      first_loss_s = cohort.first_loss_s;
    }
    hit(cohort, failure);
  };
  for (std::uint32_t state = 0; state < rest_.size(); ++state) {
    Cohort cohort{.mass = rest_[state], .first_loss_s = now_s_, .state = state};
    hit(cohort, failure);
    rest_[state] = cohort.mass;
  }
  for (Restoring& each : restoring_) take(each.cohort);
  for_each_cohort(take);
  flush(keeps_turn() ? first_loss_s : now_s_, failure.rack, arrived);
  enqueue(arrived);
}

void QueuedExposure::hit(Cohort& cohort, Failure& failure) {
  const double moved =
      cohort.mass * open_shards(cohort, failure.zone, failure.rack) * failure.factor;
  if (moved <= 0) return;
  cohort.mass -= moved;
  const double gone = moved * classes_.lost_at[states_.missing(cohort.state) + 1];
  const std::uint32_t next = states_.after_loss(cohort.state, failure.zone);
  if (next != LossStates::kNone) {
    arrivals_[next].mass += moved - gone;
    if (tells_racks_) note_racks(cohort, moved - gone, arrivals_[next]);
  }
  if (gone <= 0) return;
  failure.lost += gone;
  // What is left of lost extents is no more: every drive holds so much less.
  for (std::uint32_t zone = 0; zone < states_.zones(); ++zone) {
    const double rest = gone * (states_.present_in(cohort.state, zone) - (zone == failure.zone));
    if (present_[zone] <= 0) continue;
    scale_[zone] *= std::max(0.0, 1 - rest / present_[zone]);
    present_[zone] -= rest;
  }
}

void QueuedExposure::note_racks(const Cohort& from, double mass, Arrivals& into) const {
  const auto add = [&](std::uint32_t rack, double part) {
    if (rack == kNoRack || part <= 0) return;
    for (RackShare& each : into.racks) {
      if (each.rack == rack) {
        each.share += part;
        return;
      }
    }
    into.racks.push_back({rack, part});
  };
  add(from.last_rack, mass);
  for (const RackShare& each : from.racks) add(each.rack, mass * each.share);
}

// Makes cohorts of what was gathered, of extents whose first loss was then.
void QueuedExposure::flush(double first_loss_s, std::uint32_t rack, std::vector<Cohort>& out) {
  for (std::uint32_t state = 1; state < arrivals_.size(); ++state) {
    Arrivals& from = arrivals_[state];
    if (from.mass <= 0) continue;
    Cohort cohort{.mass = from.mass,
                  .ready_s = now_s_ + case_.rebuild.detect_s,
                  .first_loss_s = first_loss_s,
                  .state = state,
                  .last_rack = rack};
    std::sort(from.racks.begin(), from.racks.end(), [](const RackShare& a, const RackShare& b) {
      return a.share != b.share ? a.share > b.share : a.rack < b.rack;
    });
    const std::size_t kept = std::min(from.racks.size(), cohort.racks.size());
    for (std::size_t i = 0; i < kept; ++i) {
      cohort.racks[i] = {from.racks[i].rack, from.racks[i].share / from.mass};
    }
    out.push_back(cohort);
    from.mass = 0;
    from.racks.clear();
  }
}

void QueuedExposure::enqueue(std::vector<Cohort>& arrived) {
  for (Cohort& cohort : arrived) {
    if (rate_ == 0 || states_.missing(cohort.state) < case_.rebuild.rebuild_from) {
      rest_[cohort.state] += cohort.mass;
    } else {
      lines_[line_of(cohort.state)].cohorts.push_back(cohort);
    }
  }
  if (!keeps_turn()) return;
  Line& line = lines_.front();
  std::stable_sort(
      line.cohorts.begin() + static_cast<std::ptrdiff_t>(line.first), line.cohorts.end(),
      [](const Cohort& a, const Cohort& b) { return a.first_loss_s < b.first_loss_s; });
}

}  // namespace spindle::models

// What the failure of a drive does to the extents of a fleet: QueuedExposure's fail().
#include <algorithm>
#include <tuple>

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
double QueuedExposure::open_shards(const Cohort& cohort, const Failure& failure) const {
  const double present = states_.present_in(cohort.state, failure.zone);
  if (failure.rack == kNoRack) return present;
  std::uint32_t closed_racks = 0;
  for (std::uint32_t i = 0; i < cohort.missing; ++i) {
    if (cohort.losses[i].rack == failure.rack) return 0;
    if (cohort.losses[i].rack != kNoRack && cohort.losses[i].zone == failure.zone) ++closed_racks;
  }
  // Of a rack's drives one has failed itself.
  const double others = static_cast<double>(case_.fleet.drives) / case_.fleet.racks() - 1;
  return present * failure.full_drives / std::max(failure.full_drives - others * closed_racks, 1.0);
}

// What the drive holds belongs to the extents that may have a shard there, each with the same
// probability a shard.
double QueuedExposure::fail(std::uint64_t slot) {
  const std::uint32_t zone = states_.zones() == 1 ? 0 : case_.fleet.zone_of(slot);
  const std::uint32_t rack = tells_racks_ ? case_.fleet.rack_of(slot) : kNoRack;
  const double held = held_by(slot, zone);
  if (held <= 0) return 0;
  Failure failure{zone, rack, present_[zone] / held, 0, 0};
  double open = 0;
  for (std::uint32_t state = 0; state < rest_.size(); ++state) {
    open += rest_[state] * states_.present_in(state, zone);
  }
  for (const Cohort& cohort : cohorts_) open += cohort.mass * open_shards(cohort, failure);
  for (const Restoring& each : restoring_) {
    open += each.cohort.mass * open_shards(each.cohort, failure);
  }
  if (open <= 0) return 0;
  present_[zone] -= held;
  failure.factor = std::min(1.0, held / open);
  const std::size_t restoring = restoring_.size();
  for (std::size_t i = 0; i < restoring; ++i) {
    Restoring moved = restoring_[i];
    moved.cohort = hit(restoring_[i].cohort, failure);
    if (moved.cohort.mass > 0) restoring_.push_back(moved);
  }
  const std::size_t cohorts = cohorts_.size();
  for (std::size_t i = 0; i < cohorts; ++i) {
    const Cohort moved = hit(cohorts_[i], failure);
    if (moved.mass > 0) cohorts_.push_back(moved);
  }
  for (std::uint32_t state = 0; state < rest_.size(); ++state) {
    Cohort cohort{rest_[state], state, states_.missing(state), states_.missing(state), {}};
    std::uint32_t next = 0;
    for (std::uint32_t z = 0; z < states_.zones(); ++z) {
      for (std::uint32_t i = 0; i < states_.missing_in(state, z); ++i) {
        cohort.losses[next++].zone = z;
      }
    }
    const Cohort moved = hit(cohort, failure);
    rest_[state] = cohort.mass;
    if (moved.mass > 0) cohorts_.push_back(moved);
  }
  if (cohorts_.size() > kMostCohorts) merge_alike();
  if (restoring_.size() > kMostCohorts) merge_restoring();
  return failure.lost;
}

// Those of the cohort that have a shard on the drive, and are not lost with it.
QueuedExposure::Cohort QueuedExposure::hit(Cohort& cohort, Failure& failure) {
  Cohort next;
  const double moved = cohort.mass * open_shards(cohort, failure) * failure.factor;
  if (moved <= 0) return next;
  cohort.mass -= moved;
  const double gone = moved * classes_.lost_at[cohort.missing + 1];
  const std::uint32_t state = states_.after_loss(cohort.state, failure.zone);
  if (state != LossStates::kNone) {
    next = cohort;
    next.mass = moved - gone;
    next.state = state;
    next.losses[next.missing++] = {now_s_ + case_.rebuild.detect_s, failure.rack, failure.zone};
  }
  if (gone <= 0) return next;
  failure.lost += gone;
  // What is left of lost extents is no more: every drive holds so much less.
  for (std::uint32_t zone = 0; zone < states_.zones(); ++zone) {
    const double rest = gone * (states_.present_in(cohort.state, zone) - (zone == failure.zone));
    if (present_[zone] <= 0) continue;
    scale_[zone] *= std::max(0.0, 1 - rest / present_[zone]);
    present_[zone] -= rest;
  }
  return next;
}

// Two cohorts that lack the same become one, with the mean of their times. Racks that differ are
// forgotten.
QueuedExposure::Cohort QueuedExposure::merged(Cohort into, const Cohort& other) {
  const double mass = into.mass + other.mass;
  for (std::uint32_t i = 0; i < into.missing; ++i) {
    Loss& loss = into.losses[i];
    const double other_s = other.losses[i].known_s;
    if (loss.known_s == kLongAgo || other_s == kLongAgo) {
      loss.known_s = kLongAgo;
    } else {
      loss.known_s += (other_s - loss.known_s) * (other.mass / mass);
    }
    if (loss.rack != other.losses[i].rack) loss.rack = kNoRack;
  }
  into.mass = mass;
  return into;
}

// Halves the cohorts: neighbours in the order of their losses.
void QueuedExposure::merge_alike() {
  std::sort(cohorts_.begin(), cohorts_.end(), [](const Cohort& a, const Cohort& b) {
    if (std::tie(a.state, a.known) != std::tie(b.state, b.known)) {
      return std::tie(a.state, a.known) < std::tie(b.state, b.known);
    }
    for (std::uint32_t i = 0; i < a.missing; ++i) {
      if (a.losses[i].known_s != b.losses[i].known_s) {
        return a.losses[i].known_s < b.losses[i].known_s;
      }
    }
    return false;
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < cohorts_.size(); ++i) {
    Cohort cohort = cohorts_[i];
    if (i + 1 < cohorts_.size() && cohorts_[i + 1].state == cohort.state &&
        cohorts_[i + 1].known == cohort.known) {
      cohort = merged(cohort, cohorts_[++i]);
    }
    cohorts_[kept++] = cohort;
  }
  cohorts_.resize(kept);
}

// The same of what is on its way back: neighbours in the order of their ends.
void QueuedExposure::merge_restoring() {
  const auto key = [](const Restoring& each) {
    return std::make_tuple(each.cohort.state, each.restored, each.cohort.known, each.end_s,
                           each.begin_s);
  };
  std::stable_sort(restoring_.begin(), restoring_.end(),
                   [&](const Restoring& a, const Restoring& b) { return key(a) < key(b); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < restoring_.size(); ++i) {
    Restoring each = restoring_[i];
    if (i + 1 < restoring_.size() && restoring_[i + 1].cohort.state == each.cohort.state &&
        restoring_[i + 1].restored == each.restored &&
        restoring_[i + 1].cohort.known == each.cohort.known) {
      const Restoring& other = restoring_[++i];
      const double part = other.cohort.mass / (each.cohort.mass + other.cohort.mass);
      each.begin_s += (other.begin_s - each.begin_s) * part;
      each.end_s += (other.end_s - each.end_s) * part;
      each.cohort = merged(each.cohort, other.cohort);
    }
    restoring_[kept++] = each;
  }
  restoring_.resize(kept);
}

}  // namespace spindle::models

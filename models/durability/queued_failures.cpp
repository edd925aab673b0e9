// What the failure of a drive does to the extents of a fleet: QueuedExposure's fail().
#include <algorithm>
#include <tuple>

#include "models/durability/queued_exposure.hpp"
#include "sim/math.hpp"

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
  const std::size_t cohorts = cohorts_.size();
  for (std::size_t i = 0; i < restoring; ++i) {
    Restoring moved = restoring_[i];
    moved.cohort = hit(restoring_[i].cohort, failure);
    begin_again(moved.cohort);
    if (moved.cohort.mass > 0) restoring_.push_back(moved);
  }
  for (std::size_t i = 0; i < cohorts; ++i) {
    Cohort moved = hit(cohorts_[i], failure);
    begin_again(moved);
    if (moved.mass > 0) cohorts_.push_back(moved);
  }
  for (std::uint32_t state = 0; state < rest_.size(); ++state) {
    if (rest_[state] <= 0) continue;
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
  forget_rest(gone, cohort.state, failure.zone);
  return next;
}

// Of extents whose drive has just failed, those that read from it for a rebuild: they come after
// all that is known now. They read some of the shards that were there, chosen as if by chance.
void QueuedExposure::begin_again(Cohort& moved) {
  if (!case_.rebuild.loses_turn || moved.mass <= 0 || moved.known == 0) return;
  const double were_there = classes_.shards - moved.missing + 1.0;
  Cohort again = moved;
  again.mass *= std::min(1.0, case_.scheme.repair_reads() / were_there);
  moved.mass -= again.mass;
  for (std::uint32_t i = 0; i < again.known; ++i) again.losses[i].known_s = now_s_;
  if (again.mass > 0) cohorts_.push_back(again);
}

// What is left of lost extents is no more: every drive holds so much less. One of their shards was
// on the drive that failed, if one did.
void QueuedExposure::forget_rest(double gone, std::uint32_t state, std::uint32_t failed_zone) {
  for (std::uint32_t zone = 0; zone < states_.zones(); ++zone) {
    const double rest = gone * (states_.present_in(state, zone) - (zone == failed_zone));
    if (present_[zone] <= 0) continue;
    scale_[zone] *= std::max(0.0, 1 - rest / present_[zone]);
    present_[zone] -= rest;
  }
}

// Short beside the time in which exposed extents are rebuilt: errors that come before and after a
// step (Strang splitting) then meet what is left of them.
double QueuedExposure::error_step_s() const {
  constexpr double kStepsEach = 8;
  double work = 0;
  double left_s = 0;
  for (const Cohort& cohort : cohorts_) {
    if (cohort.missing == classes_.most && is_due(cohort)) work += work_of(cohort, cohort.known);
  }
  for (const Restoring& each : restoring_) {
    if (each.cohort.missing == classes_.most) left_s = std::max(left_s, each.end_s - now_s_);
  }
  if (work > 0 && rate_ > 0) left_s += work / rate_ + own_rebuild_s(classes_.most);
  if (left_s <= 0) return kNever;
  constexpr double kLeastStep_s = 1;  // beside years between errors; so that there is an end
  return std::max(left_s / kStepsEach, kLeastStep_s);
}

// Latent errors that come, in so much time, to extents without a spare shard.
double QueuedExposure::meet_errors(double seconds) {
  if (classes_.errors_per_s == 0) return 0;
  const double share = -sim::expm1(-classes_.errors_per_s * seconds);
  double lost = 0;
  const auto meet = [&](double& mass, std::uint32_t state) {
    const double gone = mass * share;
    if (gone <= 0) return;
    mass -= gone;
    lost += gone;
    forget_rest(gone, state, kNoZone);
  };
  for (std::uint32_t state = 0; state < rest_.size(); ++state) {
    if (states_.missing(state) == classes_.most) meet(rest_[state], state);
  }
  for (Cohort& cohort : cohorts_) {
    if (cohort.missing == classes_.most) meet(cohort.mass, cohort.state);
  }
  for (Restoring& each : restoring_) {
    if (each.cohort.missing == classes_.most) meet(each.cohort.mass, each.cohort.state);
  }
  return lost;
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

// Halves them: neighbours that are alike become one.
template <class Item, class IsAlike, class Merge>
void QueuedExposure::merge_neighbours(std::vector<Item>& items, IsAlike is_alike, Merge merge) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Item item = items[i];
    if (i + 1 < items.size() && is_alike(item, items[i + 1])) merge(item, items[++i]);
    items[kept++] = item;
  }
  items.resize(kept);
}

// Neighbours in the order of their losses.
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
  merge_neighbours(
      cohorts_,
      [](const Cohort& a, const Cohort& b) { return a.state == b.state && a.known == b.known; },
      [](Cohort& into, const Cohort& other) { into = merged(into, other); });
}

// The same of what is on its way back: neighbours in the order of their ends.
void QueuedExposure::merge_restoring() {
  const auto key = [](const Restoring& each) {
    return std::make_tuple(each.cohort.state, each.restored, each.cohort.known, each.end_s,
                           each.begin_s);
  };
  std::stable_sort(restoring_.begin(), restoring_.end(),
                   [&](const Restoring& a, const Restoring& b) { return key(a) < key(b); });
  merge_neighbours(
      restoring_,
      [](const Restoring& a, const Restoring& b) {
        return a.cohort.state == b.cohort.state && a.restored == b.restored &&
               a.cohort.known == b.cohort.known;
      },
      [](Restoring& into, const Restoring& other) {
        const double part = other.cohort.mass / (into.cohort.mass + other.cohort.mass);
        into.begin_s += (other.begin_s - into.begin_s) * part;
        into.end_s += (other.end_s - into.end_s) * part;
        into.cohort = merged(into.cohort, other.cohort);
      });
}

}  // namespace spindle::models

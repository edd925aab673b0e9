#include "models/durability/queued_exposure.hpp"

#include <algorithm>
#include <tuple>

namespace spindle::models {
namespace {

constexpr double kMostSteps = 64;  // of one pass, for what is restored in part

}  // namespace

QueuedExposure::QueuedExposure(const DurabilityCase& of, const ExtentClasses& classes,
                               const LossStates& states, bool tells_racks)
    : case_(of),
      classes_(classes),
      states_(states),
      tells_racks_(tells_racks),
      rate_(of.server_bytes_per_s()),
      shard_bytes_(static_cast<double>(of.fleet.drives) * of.rebuild.used_bytes / classes.shards),
      rest_(states.count()),
      present_(states.zones(), states.present_in(0, 0)),
      scale_(states.zones(), 1.0),
      given_(states.zones()) {
  rest_[0] = 1;
}

// Zones differ by a few drives at most; racks by one.
double QueuedExposure::drives_in(std::uint32_t zone) const {
  const std::uint64_t drives = case_.fleet.drives;
  const std::uint64_t zones = states_.zones();
  const auto before = [&](std::uint64_t z) { return z * drives / zones; };
  return static_cast<double>(before(zone + 1) - before(zone));
}

// A rebuild reads the shards that it needs and writes those that it restores.
double QueuedExposure::work_of(const Cohort& cohort, std::uint32_t restored) const {
  const double reads = case_.scheme.repair_reads();
  const bool is_once = case_.rebuild.unit == RebuildUnit::kExtent;
  return cohort.mass * shard_bytes_ * (is_once ? reads + restored : restored * (reads + 1));
}

// Of its known shards. By themselves those of one drive come after those of the drive before, or
// all of an exposed extent one soon after the other.
std::uint32_t QueuedExposure::served_at_once(const Cohort& cohort) const {
  return keeps_turn() && case_.rebuild.unit == RebuildUnit::kShard ? 1 : cohort.known;
}

double QueuedExposure::alive() const {
  double sum = 0;
  for (const Cohort& cohort : cohorts_) sum += cohort.mass;
  for (const Restoring& each : restoring_) sum += each.cohort.mass;
  for (std::size_t i = rest_.size(); i-- > 0;) sum += rest_[i];
  return sum;
}

double QueuedExposure::missing(std::uint32_t shards) const {
  double sum = 0;
  for (const Cohort& cohort : cohorts_) {
    if (cohort.missing == shards) sum += cohort.mass;
  }
  for (const Restoring& each : restoring_) {
    if (each.cohort.missing == shards) sum += each.cohort.mass;
  }
  for (std::uint32_t state = 0; state < rest_.size(); ++state) {
    if (states_.missing(state) == shards) sum += rest_[state];
  }
  return sum;
}

// Once all losses are known the server is never idle while any is left; at worst each shard is
// restored by itself.
double QueuedExposure::idle_by_s() const {
  if (cohorts_.empty() && restoring_.empty()) return now_s_;
  double known_s = now_s_;
  double work = 0;
  double rebuilds = 0;
  const auto add = [&](const Cohort& cohort, std::uint32_t restored) {
    const std::uint32_t left = cohort.missing - restored;
    if (left > 0) known_s = std::max(known_s, cohort.losses[cohort.missing - 1].known_s);
    work += left * work_of(cohort, 1);
    rebuilds = std::max(rebuilds, static_cast<double>(left));
  };
  for (const Restoring& each : restoring_) {
    known_s = std::max(known_s, each.end_s);
    add(each.cohort, each.restored);
  }
  for (const Cohort& cohort : cohorts_) add(cohort, 0);
  return known_s + work / rate_ + rebuilds * own_rebuild_s(classes_.most);
}

std::array<double, 2> QueuedExposure::most_exposed_until_s() const {
  const Cohort* most = nullptr;
  for (const Cohort& cohort : cohorts_) {
    if (most == nullptr ||
        std::tie(cohort.missing, cohort.mass) > std::tie(most->missing, most->mass)) {
      most = &cohort;
    }
  }
  if (most == nullptr || most->known == most->missing) return {now_s_, now_s_};
  const double rebuild_s = own_rebuild_s(most->missing) + work_of(*most, most->missing) / rate_;
  return {most->losses[most->known].known_s + rebuild_s,
          most->losses[most->missing - 1].known_s + rebuild_s};
}

void QueuedExposure::renew() {
  const double sum = alive();
  for (double& mass : rest_) mass /= sum;
  for (Cohort& cohort : cohorts_) cohort.mass /= sum;
  for (Restoring& each : restoring_) each.cohort.mass /= sum;
  for (double& present : present_) present /= sum;
  for (double& scale : scale_) scale /= sum;
}

double QueuedExposure::pass(double until_s) {
  double lost = 0;
  // What comes back with shards still missing may be a little late in turn: one step is not short
  // beside the whole, however short a rebuild.
  const double least_step_s = (until_s - now_s_) / kMostSteps;
  while (now_s_ < until_s) {
    restore_until(now_s_);
    for (Cohort& cohort : cohorts_) learn(cohort);
    tidy();
    // To the next moment at which there may be more to do, or something more urgent.
    double next_s = until_s;
    for (const Cohort& cohort : cohorts_) {
      if (cohort.known < cohort.missing) {
        next_s = std::min(next_s, cohort.losses[cohort.known].known_s);
      }
    }
    for (const Restoring& each : restoring_) {
      if (each.cohort.missing == each.restored) continue;
      next_s = std::min(next_s, std::max(each.end_s, now_s_ + least_step_s));
    }
    if (classes_.errors_per_s > 0) next_s = std::min(next_s, now_s_ + error_step_s());
    const double half_s = (next_s - now_s_) / 2;
    lost += meet_errors(half_s);
    if (rate_ > 0) serve(next_s);
    if (restoring_.size() > kMostCohorts) merge_restoring();
    now_s_ = next_s;
    if (classes_.errors_per_s > 0) restore_until(now_s_);
    lost += meet_errors(half_s);
  }
  restore_until(until_s);
  return lost;
}

// What was lost a detection time ago is known from now on.
void QueuedExposure::learn(Cohort& cohort) const {
  while (cohort.known < cohort.missing && cohort.losses[cohort.known].known_s <= now_s_) {
    ++cohort.known;
  }
}

// Cohorts that nothing is left of go, and those that wait for further losses rest.
void QueuedExposure::tidy() {
  std::size_t kept = 0;
  for (const Cohort& cohort : cohorts_) {
    if (cohort.mass <= 0) continue;
    const bool is_known = cohort.known == cohort.missing;
    if (is_known && (rate_ == 0 || !is_due(cohort))) {
      rest_[cohort.state] += cohort.mass;
      continue;
    }
    cohorts_[kept++] = cohort;
  }
  cohorts_.resize(kept);
}

// Of those that lack most known shards first who did so first, or whose first loss was first.
QueuedExposure::Turn QueuedExposure::turn_of(std::uint32_t index) const {
  const Cohort& cohort = cohorts_[index];
  if (keeps_turn()) return {0, cohort.losses[0].known_s, index};
  return {classes_.most - cohort.known, cohort.losses[cohort.known - 1].known_s, index};
}

// Works until then on what is due, by turn. Cohorts whose turns are equal lost shards with one
// drive: their extents lie mixed, and are restored so.
void QueuedExposure::serve(double until_s) {
  turns_.clear();
  for (std::uint32_t i = 0; i < cohorts_.size(); ++i) {
    if (is_due(cohorts_[i])) turns_.push_back(turn_of(i));
  }
  std::sort(turns_.begin(), turns_.end(), [](const Turn& a, const Turn& b) {
    return std::tie(a.rank, a.since_s, a.cohort) < std::tie(b.rank, b.since_s, b.cohort);
  });
  for (std::size_t first = 0; first < turns_.size() && now_s_ < until_s;) {
    std::size_t last = first;
    double all_s = 0;
    for (; last < turns_.size() && turns_[last].rank == turns_[first].rank &&
           turns_[last].since_s == turns_[first].since_s;
         ++last) {
      const Cohort& cohort = cohorts_[turns_[last].cohort];
      all_s += work_of(cohort, served_at_once(cohort)) / rate_;
    }
    const double seconds = std::min(all_s, until_s - now_s_);
    for (std::size_t i = first; i < last; ++i) {
      serve_part(cohorts_[turns_[i].cohort], seconds, seconds < all_s ? seconds / all_s : 1);
    }
    repaired_bytes_ += seconds * rate_;
    now_s_ += seconds;
    first = last;
  }
}

void QueuedExposure::serve_part(Cohort& cohort, double seconds, double part) {
  const double own_s = own_rebuild_s(cohort.known);
  Restoring done{cohort, served_at_once(cohort), now_s_ + own_s, now_s_ + seconds + own_s};
  done.cohort.mass *= part;
  cohort.mass = part == 1 ? 0 : cohort.mass - done.cohort.mass;
  if (part == 1 && cohort.missing == 1) events_ += 2;
  if (done.cohort.mass > 0) restoring_.push_back(done);
}

void QueuedExposure::restore_until(double time_s) {
  std::size_t kept = 0;
  const std::size_t count = restoring_.size();
  for (std::size_t i = 0; i < count; ++i) {
    Restoring each = restoring_[i];
    if (each.end_s <= time_s) {
      restore(each.cohort, each.restored, each.cohort.mass);
      continue;
    }
    if (each.begin_s < time_s) {
      const double part = each.cohort.mass * (time_s - each.begin_s) / (each.end_s - each.begin_s);
      restore(each.cohort, each.restored, part);
      each.cohort.mass -= part;
      each.begin_s = time_s;
    }
    restoring_[kept++] = each;
  }
  restoring_.resize(kept);
}

// The oldest losses are made good; what is missing beside them goes on waiting.
void QueuedExposure::restore(Cohort cohort, std::uint32_t restored, double mass) {
  for (std::uint32_t i = 0; i < restored; ++i) {
    const std::uint32_t zone = cohort.losses[i].zone;
    present_[zone] += mass;
    given_[zone] += mass / (drives_in(zone) * scale_[zone]);
    cohort.state = states_.after_return(cohort.state, zone);
  }
  if (cohort.missing == restored) {
    rest_[0] += mass;
    return;
  }
  std::copy(cohort.losses.begin() + restored, cohort.losses.begin() + cohort.missing,
            cohort.losses.begin());
  cohort.mass = mass;
  cohort.missing -= restored;
  cohort.known = 0;
  learn(cohort);
  const auto lacks_the_same = [&](const Cohort& other) {
    return other.state == cohort.state && other.known == cohort.known &&
           std::equal(other.losses.begin(), other.losses.begin() + other.missing,
                      cohort.losses.begin());
  };
  const auto same = std::find_if(cohorts_.begin(), cohorts_.end(), lacks_the_same);
  if (same == cohorts_.end()) {
    cohorts_.push_back(cohort);
  } else {
    same->mass += mass;
  }
}

}  // namespace spindle::models

#include "models/durability/queued_exposure.hpp"

#include <algorithm>

namespace spindle::models {

QueuedExposure::QueuedExposure(const DurabilityCase& of, const ExtentClasses& classes,
                               const LossStates& states, bool tells_racks)
    : case_(of),
      classes_(classes),
      states_(states),
      tells_racks_(tells_racks),
      rate_(static_cast<double>(of.fleet.drives) * of.rebuild.bytes_per_s),
      shard_bytes_(static_cast<double>(of.fleet.drives) * of.rebuild.used_bytes / classes.shards),
      rest_(states.count()),
      lines_(of.rebuild.order == RebuildOrder::kMostExposedFirst ? classes.most : 1),
      arrivals_(states.count()),
      present_(states.zones(), states.present_in(0, 0)),
      scale_(states.zones(), 1.0),
      given_(states.zones()) {
  if (of.rebuild.fleet_bytes_per_s > 0) rate_ = std::min(rate_, of.rebuild.fleet_bytes_per_s);
  rest_[0] = 1;
}

// A rebuild reads the shards that it needs and writes those that are missing.
double QueuedExposure::work_of(const Cohort& cohort) const {
  return cohort.mass * shard_bytes_ * (case_.scheme.repair_reads() + states_.missing(cohort.state));
}

double QueuedExposure::alive() const {
  double sum = 0;
  for_each_cohort([&](const Cohort& cohort) { sum += cohort.mass; });
  for (const Restoring& each : restoring_) sum += each.cohort.mass;
  for (std::size_t i = rest_.size(); i-- > 0;) sum += rest_[i];
  return sum;
}

double QueuedExposure::missing(std::uint32_t shards) const {
  double sum = 0;
  const auto add = [&](double mass, std::uint32_t state) {
    if (states_.missing(state) == shards) sum += mass;
  };
  for_each_cohort([&](const Cohort& cohort) { add(cohort.mass, cohort.state); });
  for (const Restoring& each : restoring_) add(each.cohort.mass, each.cohort.state);
  for (std::uint32_t state = 0; state < rest_.size(); ++state) add(rest_[state], state);
  return sum;
}

double QueuedExposure::idle_at_s() const {
  return until_s(false);
}
double QueuedExposure::most_exposed_until_s() const {
  return until_s(true);
}

// A server that never idles while work is ready ends at the same moment in whatever order.
double QueuedExposure::until_s(bool only_most_exposed) const {
  std::uint32_t least = 0;
  if (only_most_exposed) {
    for_each_cohort(
        [&](const Cohort& each) { least = std::max(least, states_.missing(each.state)); });
  }
  std::vector<std::pair<double, double>> jobs;
  for_each_cohort([&](const Cohort& each) {
    if (states_.missing(each.state) >= least) jobs.emplace_back(each.ready_s, work_of(each));
  });
  if (jobs.empty()) return restoring_.empty() ? now_s_ : restoring_.back().end_s;
  if (rate_ == 0) return kNever;
  std::sort(jobs.begin(), jobs.end());
  double end = now_s_;
  for (const auto& [ready, work] : jobs) end = std::max(end, ready) + work / rate_;
  return end + case_.rebuild.own_rebuild_s;
}

void QueuedExposure::renew() {
  const double sum = alive();
  for (double& mass : rest_) mass /= sum;
  for (Line& line : lines_) {
    for (Cohort& cohort : line.cohorts) cohort.mass /= sum;
  }
  for (Restoring& each : restoring_) each.cohort.mass /= sum;
  for (double& present : present_) present /= sum;
  for (double& scale : scale_) scale /= sum;
}

// Zones differ by a few drives at most; racks by one.
double QueuedExposure::drives_in(std::uint32_t zone) const {
  const std::uint64_t drives = case_.fleet.drives;
  const std::uint64_t zones = states_.zones();
  const auto before = [&](std::uint64_t z) { return (z * drives + zones - 1) / zones; };
  return static_cast<double>(before(zone + 1) - before(zone));
}

void QueuedExposure::pass(double until_s) {
  while (now_s_ < until_s && rate_ > 0) {
    double next_ready_s = until_s;
    Line* line = most_urgent(next_ready_s);
    if (line == nullptr) {
      now_s_ = next_ready_s;
      continue;
    }
    const double all_s = work_of(line->cohorts[line->first]) / rate_;
    serve(*line, std::min(all_s, next_ready_s - now_s_));
  }
  now_s_ = until_s;
  restore_until(until_s);
}

// The line whose first cohort is next; lowers `next_ready_s` to when a more urgent one is.
QueuedExposure::Line* QueuedExposure::most_urgent(double& next_ready_s) {
  for (Line& line : lines_) {
    for (std::size_t i = line.first; i < line.cohorts.size(); ++i) {
      if (line.cohorts[i].ready_s > now_s_) {
        next_ready_s = std::min(next_ready_s, line.cohorts[i].ready_s);
        // Of one class, who lost a shard first is ready first.
        if (!keeps_turn()) break;
        continue;
      }
      // Later losses of older extents wait for their detection, and are overtaken.
      std::rotate(line.cohorts.begin() + static_cast<std::ptrdiff_t>(line.first),
                  line.cohorts.begin() + static_cast<std::ptrdiff_t>(i),
                  line.cohorts.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      return &line;
    }
  }
  return nullptr;
}

// Works on the first cohort of a line for so long.
void QueuedExposure::serve(Line& line, double seconds) {
  Cohort& cohort = line.cohorts[line.first];
  const double all_s = work_of(cohort) / rate_;
  const bool is_done = seconds >= all_s;
  Restoring done{cohort, now_s_ + case_.rebuild.own_rebuild_s,
                 now_s_ + seconds + case_.rebuild.own_rebuild_s};
  if (!is_done) done.cohort.mass *= seconds / all_s;
  cohort.mass -= done.cohort.mass;
  repaired_bytes_ += seconds * rate_;
  now_s_ += seconds;
  if (is_done) {
    if (states_.missing(cohort.state) == 1) events_ += 2;
    if (++line.first == line.cohorts.size()) {
      line.cohorts.clear();
      line.first = 0;
    }
  }
  if (done.cohort.mass <= 0) return;
  if (case_.rebuild.own_rebuild_s > 0) {
    restoring_.push_back(done);
  } else {
    restore(done.cohort, done.cohort.mass);
  }
}

void QueuedExposure::restore_until(double time_s) {
  std::size_t kept = 0;
  for (Restoring& each : restoring_) {
    if (each.end_s <= time_s) {
      restore(each.cohort, each.cohort.mass);
      continue;
    }
    if (each.begin_s < time_s) {
      const double part = each.cohort.mass * (time_s - each.begin_s) / (each.end_s - each.begin_s);
      restore(each.cohort, part);
      each.cohort.mass -= part;
      each.begin_s = time_s;
    }
    restoring_[kept++] = each;
  }
  restoring_.resize(kept);
}

void QueuedExposure::restore(const Cohort& cohort, double mass) {
  rest_[0] += mass;
  for (std::uint32_t zone = 0; zone < states_.zones(); ++zone) {
    const double shards = mass * states_.missing_in(cohort.state, zone);
    present_[zone] += shards;
    given_[zone] += shards / (drives_in(zone) * scale_[zone]);
  }
}

}  // namespace spindle::models

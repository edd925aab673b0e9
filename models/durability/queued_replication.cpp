#include "models/durability/queued_replication.hpp"

#include <array>
#include <cmath>

#include "models/durability/queued_exposure.hpp"
#include "models/purposes.hpp"
#include "sim/math.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

// Natural failures from now to the end of the cycle; returns the share of extents lost.
double run_to_idle(QueuedExposure& fleet, double failures_per_s, sim::RandomStream& random,
                   std::uint64_t& events) {
  double lost = 0;
  for (;;) {
    const double idle_s = fleet.idle_by_s();
    const double next_s = fleet.now_s() + random.exponential() / failures_per_s;
    lost += fleet.pass(std::fmin(next_s, idle_s));
    if (next_s >= idle_s) return lost;
    lost += fleet.fail(0);
    ++events;
  }
}

// Of extents that lack all that they may: the share that latent errors take before the next failure
// comes, at its own pace, or the fleet is idle.
double met_errors(QueuedExposure fleet, double failures_per_s, sim::RandomStream& random) {
  const double next_s = fleet.now_s() + random.exponential() / failures_per_s;
  return fleet.pass(std::fmin(next_s, fleet.idle_by_s()));
}

// Passes to a failure that comes before the fleet is idle, and returns its density over that it was
// drawn with. Two of three come while the most exposed extents wait to be known as such, short as
// that may be: those are the ones that lose data.
double force_failure(QueuedExposure& fleet, double failures_per_s, sim::RandomStream& random) {
  const double any_s = fleet.idle_by_s() - fleet.now_s();
  std::array<double, 3> within_s;
  within_s.fill(any_s);
  const std::array<double, 2> exposed_s = fleet.most_exposed_until_s();
  for (std::size_t i = 0; i < exposed_s.size(); ++i) {
    const double left_s = exposed_s[i] - fleet.now_s();
    if (left_s > 0 && left_s < any_s) within_s[i] = left_s;
  }
  const double drawn_s = within_s[random.below(3)];
  const double comes = -sim::expm1(-failures_per_s * drawn_s);
  const double gap_s = -sim::log1p(-comes * random.uniform()) / failures_per_s;
  fleet.pass(fleet.now_s() + gap_s);
  double density = 0;
  for (const double end_s : within_s) {
    if (gap_s <= end_s) density += -1 / (3 * sim::expm1(-failures_per_s * end_s));
  }
  return density > 0 ? 1 / density : 0;
}

}  // namespace

ReplicationSample queued_replication(const DurabilityCase& of, const CountedTime& counted,
                                     const ExtentClasses& classes, const LossStates& states,
                                     sim::Seed seed, std::uint32_t replication,
                                     const std::function<bool()>& stopped) {
  const double drives = static_cast<double>(of.fleet.drives);
  FailureGaps gaps(seed, replication, drives * of.failures_per_year / sim::kSecondsPerYear);
  sim::RandomStream slots(seed, replication, purpose::kFailedSlot, 0);
  QueuedExposure fleet(of, classes, states, false);
  ReplicationSample sample;
  double alive = 1;
  double exposure_s = 0;
  bool is_counting = false;
  double now_s = 0;
  while (now_s < counted.end_s) {
    if (stopped && stopped()) return {};
    double next_s = now_s + gaps.next_s();
    if (!is_counting && next_s >= counted.settled_s) {
      fleet.pass(counted.settled_s);
      fleet.renew();
      now_s = counted.settled_s;
      is_counting = true;
    }
    next_s = std::fmin(next_s, counted.end_s);
    if (is_counting) exposure_s += alive * (next_s - now_s);
    now_s = next_s;
    double lost = fleet.pass(now_s);
    const bool is_over = now_s >= counted.end_s;
    if (!is_over) {
      lost += fleet.fail(sim::scaled(slots.next_u64(), of.fleet.drives));
      ++sample.events;
    }
    if (!is_counting) continue;
    sample.losses += lost;
    alive -= lost;
  }
  sample.exposure_years = exposure_s / sim::kSecondsPerYear;
  sample.drive_years = now_s * drives / sim::kSecondsPerYear;
  sample.events += fleet.events();
  return sample;
}

ReplicationSample forced_cycles(const DurabilityCase& of, std::uint32_t cycles,
                                const ExtentClasses& classes, const LossStates& states,
                                sim::Seed seed, std::uint32_t replication,
                                const std::function<bool()>& stopped) {
  const double drives = static_cast<double>(of.fleet.drives);
  const double failures_per_s = drives * of.failures_per_year / sim::kSecondsPerYear;
  sim::RandomStream random(seed, replication, purpose::kFleetFailure, 0);
  ReplicationSample sample;
  double seconds = static_cast<double>(cycles) / failures_per_s;  // idle ones, in the mean
  for (std::uint32_t cycle = 0; cycle < cycles; ++cycle) {
    if (stopped && stopped()) return {};
    QueuedExposure forced(of, classes, states, false);
    double weight = 1;
    double lost = forced.fail(0);
    for (std::uint32_t next = 0; next < classes.most; ++next) {
      const bool are_exposed = next + 1 == classes.most && classes.errors_per_s > 0;
      if (are_exposed) lost += weight * met_errors(forced, failures_per_s, random);
      weight *= force_failure(forced, failures_per_s, random);
      lost += weight * forced.fail(0);
    }
    sample.events += 1 + classes.most;
    lost += weight * run_to_idle(forced, failures_per_s, random, sample.events);
    sample.losses += lost;
    sample.events += forced.events();

    QueuedExposure natural(of, classes, states, false);
    natural.fail(0);
    run_to_idle(natural, failures_per_s, random, sample.events);
    sample.events += 1 + natural.events();
    seconds += natural.now_s();
  }
  sample.exposure_years = seconds / sim::kSecondsPerYear;
  sample.drive_years = sample.exposure_years * drives;
  return sample;
}

ReplicationSample given_failures(const DurabilityCase& of, std::span<const SlotFailure> failures,
                                 double horizon_s, const ExtentClasses& classes,
                                 const LossStates& states, bool tells_racks,
                                 const std::function<bool()>& stopped) {
  QueuedExposure fleet(of, classes, states, tells_racks);
  ReplicationSample sample;
  double exposure_s = 0;
  for (const SlotFailure& failure : failures) {
    if (failure.at_s >= horizon_s) break;
    if (stopped && stopped()) return {};
    exposure_s += (1 - sample.losses) * (failure.at_s - fleet.now_s());
    sample.losses += fleet.pass(failure.at_s);
    sample.losses += fleet.fail(failure.slot);
    ++sample.events;
  }
  exposure_s += (1 - sample.losses) * (horizon_s - fleet.now_s());
  sample.losses += fleet.pass(horizon_s);
  sample.exposure_years = exposure_s / sim::kSecondsPerYear;
  sample.drive_years = static_cast<double>(of.fleet.drives) * horizon_s / sim::kSecondsPerYear;
  sample.events += fleet.events();
  return sample;
}

}  // namespace spindle::models

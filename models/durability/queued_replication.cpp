#include "models/durability/queued_replication.hpp"

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
    const double idle_s = fleet.idle_at_s();
    const double next_s = fleet.now_s() + random.exponential() / failures_per_s;
    if (next_s >= idle_s) {
      fleet.pass(idle_s);
      return lost;
    }
    fleet.pass(next_s);
    lost += fleet.fail(0);
    ++events;
  }
}

// Passes to a failure that comes before the fleet is idle, and returns its density over that it was
// drawn with. Half of them come while the most exposed extents wait, short as that may be: those
// are the ones that lose data.
double force_failure(QueuedExposure& fleet, double failures_per_s, sim::RandomStream& random) {
  const double any_s = fleet.idle_at_s() - fleet.now_s();
  const double exposed_s = std::fmin(fleet.most_exposed_until_s() - fleet.now_s(), any_s);
  const double comes = -sim::expm1(-failures_per_s * any_s);
  const double comes_exposed = -sim::expm1(-failures_per_s * exposed_s);
  const double within = random.bernoulli(0.5) ? comes_exposed : comes;
  const double gap_s = -sim::log1p(-within * random.uniform()) / failures_per_s;
  fleet.pass(fleet.now_s() + gap_s);
  return 1 / (0.5 / comes + (gap_s <= exposed_s ? 0.5 / comes_exposed : 0.0));
}

}  // namespace

ReplicationSample queued_replication(const DurabilityCase& of, const CountedTime& counted,
                                     const ExtentClasses& classes, const LossStates& states,
                                     sim::Seed seed, std::uint32_t replication) {
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
    if (now_s >= counted.end_s) break;
    fleet.pass(now_s);
    const double lost = fleet.fail(sim::scaled(slots.next_u64(), of.fleet.drives));
    ++sample.events;
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
                                sim::Seed seed, std::uint32_t replication) {
  const double drives = static_cast<double>(of.fleet.drives);
  const double failures_per_s = drives * of.failures_per_year / sim::kSecondsPerYear;
  sim::RandomStream random(seed, replication, purpose::kFleetFailure, 0);
  ReplicationSample sample;
  double seconds = static_cast<double>(cycles) / failures_per_s;  // idle ones, in the mean
  for (std::uint32_t cycle = 0; cycle < cycles; ++cycle) {
    QueuedExposure forced(of, classes, states, false);
    double weight = 1;
    double lost = forced.fail(0);
    for (std::uint32_t next = 0; next < classes.most; ++next) {
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
                                 const LossStates& states, bool tells_racks) {
  QueuedExposure fleet(of, classes, states, tells_racks);
  ReplicationSample sample;
  double exposure_s = 0;
  for (const SlotFailure& failure : failures) {
    if (failure.at_s >= horizon_s) break;
    exposure_s += (1 - sample.losses) * (failure.at_s - fleet.now_s());
    fleet.pass(failure.at_s);
    sample.losses += fleet.fail(failure.slot);
    ++sample.events;
  }
  exposure_s += (1 - sample.losses) * (horizon_s - fleet.now_s());
  fleet.pass(horizon_s);
  sample.exposure_years = exposure_s / sim::kSecondsPerYear;
  sample.drive_years = static_cast<double>(of.fleet.drives) * horizon_s / sim::kSecondsPerYear;
  sample.events += fleet.events();
  return sample;
}

}  // namespace spindle::models

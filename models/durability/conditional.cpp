#include "models/durability/conditional.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "models/durability/case_check.hpp"
#include "models/durability/queued_replication.hpp"
#include "models/durability/replication.hpp"
#include "sim/parallel.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

// The first round; Student's interval is close to its level from here on whatever the law.
constexpr std::uint32_t kFirstRound = 32;
constexpr std::uint32_t kMostReplications = 1U << 20U;
constexpr std::uint32_t kCyclesEach = 32;
// In mean times to repair: what is left of a fleet that started whole after 20 of them is e^-20,
// and over the 50 after it settles for good what many repairs at a time happen to be.
constexpr double kSettling = 20;
constexpr double kCounted = 50;

// How a case is simulated: replication r of it.
struct Plan {
  std::uint64_t drives = 0;
  std::function<ReplicationSample(std::uint32_t)> replicate;
};

double failures_per_s(const DurabilityCase& of) {
  return of.failures_per_year / sim::kSecondsPerYear;
}

// The law of one extent does not depend on how many others there are, so that a small fleet is
// simulated as part of a larger one: with some m^2 drives in repair at a time a year of it says as
// much as that many drives can.
Plan independent_plan(const DurabilityCase& of, const ExtentClasses& classes, sim::Seed seed) {
  const bool is_rebuilt = of.rebuild.law == RepairLaw::kExponential;
  IndependentSetup setup;
  setup.failures_per_s = failures_per_s(of);
  setup.mu = is_rebuilt ? 1 / of.rebuild.mttr_s : 0;
  setup.counted = {0, std::numeric_limits<double>::infinity()};
  if (is_rebuilt) {
    setup.counted = {kSettling / setup.mu, (kSettling + kCounted) / setup.mu};
  }
  setup.drives = is_rebuilt ? of.fleet.drives : std::uint64_t{64} * classes.shards;
  if (is_rebuilt) {
    const double in_repair = 8 + static_cast<double>(classes.most) * classes.most;
    const double enough = in_repair * setup.mu / setup.failures_per_s;
    if (static_cast<double>(of.fleet.drives) < enough) {
      setup.drives = static_cast<std::uint64_t>(std::min(enough, 1e18)) + 1;
    }
  }
  return {setup.drives, [setup, &classes, seed](std::uint32_t replication) {
            return independent_replication(setup, classes, seed, replication);
          }};
}

// Seconds that one failed drive keeps an idle fleet busy, and the share of the server's time that
// all failures take.
struct Pace {
  double drive_s = 0;
  double load = 0;
};
Pace pace_of(const DurabilityCase& of) {
  const double work_s = of.failure_work_s();
  return {of.rebuild.detect_s + work_s + of.rebuild.own_rebuild_s,
          work_s * static_cast<double>(of.fleet.drives) * failures_per_s(of)};
}

Plan queued_plan(const DurabilityCase& of, const ExtentClasses& classes, const LossStates& states,
                 const EstimateOptions& options) {
  const Pace pace = pace_of(of);
  const double fleet_rate = static_cast<double>(of.fleet.drives) * failures_per_s(of);
  const bool is_lazy = of.rebuild.rebuild_from > 1;
  const bool is_even = of.rebuild.new_drives == NewDrives::kEven;
  if (!is_lazy && is_even && pace.drive_s * fleet_rate <= 1) {
    return {of.fleet.drives, [&of, &classes, &states, &options](std::uint32_t replication) {
              return forced_cycles(of, kCyclesEach, classes, states, options.seed, replication,
                                   options.stopped);
            }};
  }
  CountedTime counted;
  if (pace.load < 1) {
    // A queue that is busy for the share `load` of the time forgets in 1 / (1 - load)^2 services.
    counted.settled_s = 4 * pace.drive_s / ((1 - pace.load) * (1 - pace.load));
    // Extents that wait for more losses gather for as long as these take to come.
    if (is_lazy) {
      counted.settled_s += 3.0 * of.rebuild.rebuild_from / (classes.shards * failures_per_s(of));
    }
    counted.end_s = counted.settled_s + std::max(2 * counted.settled_s, 200 / fleet_rate);
  } else {
    counted.end_s = sim::kSecondsPerYear;  // it falls behind more and more: the first year
  }
  return {of.fleet.drives, [&of, counted, &classes, &states, &options](std::uint32_t replication) {
            return queued_replication(of, counted, classes, states, options.seed, replication,
                                      options.stopped);
          }};
}

void summarise(const std::vector<ReplicationSample>& samples, double precision,
               DurabilityEstimate& out) {
  out.replications = static_cast<std::uint32_t>(samples.size());
  out.events = 0;
  out.drive_years = 0;
  for (const ReplicationSample& each : samples) {
    out.events += each.events;
    out.drive_years += each.drive_years;
  }
  out.losses_per_year = losses_per_year(samples);
  out.effective_samples = effective_samples(samples);
  out.is_precise = out.losses_per_year.high - out.losses_per_year.estimate <=
                   precision * out.losses_per_year.estimate;
}

// Replications that will be enough, from those there are; at most double.
std::uint32_t next_round(const DurabilityEstimate& so_far, double precision) {
  const double width = (so_far.losses_per_year.high - so_far.losses_per_year.estimate) /
                       (precision * so_far.losses_per_year.estimate);
  const double wanted = so_far.replications * std::clamp(1.1 * width * width, 1.25, 2.0);
  return std::min(kMostReplications, static_cast<std::uint32_t>(wanted));
}

}  // namespace

DurabilityEstimate estimate_durability(const DurabilityCase& of, const EstimateOptions& options,
                                       const std::function<void(double)>& progress) {
  check_case(of);
  DurabilityEstimate out;
  out.drives = of.fleet.drives;
  if (of.failures_per_year == 0) {
    out.is_precise = true;  // nothing is ever lost
    return out;
  }
  const ExtentClasses classes = extent_classes(of.scheme, of.errors);
  const LossStates states(classes, of.fleet, false);
  const bool is_queued = of.rebuild.law == RepairLaw::kBandwidth && of.rebuild.bytes_per_s > 0;
  const Plan plan = is_queued ? queued_plan(of, classes, states, options)
                              : independent_plan(of, classes, options.seed);
  out.drives = plan.drives;
  std::vector<ReplicationSample> samples;
  std::uint32_t wanted = kFirstRound;
  for (;;) {
    const std::size_t first = samples.size();
    samples.resize(wanted);
    sim::for_each_index(options.threads, wanted - first, [&](std::size_t i) {
      if (options.stopped && options.stopped()) return;
      samples[first + i] = plan.replicate(static_cast<std::uint32_t>(first + i));
    });
    if (options.stopped && options.stopped()) break;
    summarise(samples, options.precision, out);
    if (out.is_precise || out.events >= options.most_events ||
        out.replications >= kMostReplications) {
      break;
    }
    const std::uint32_t next = next_round(out, options.precision);
    if (progress) progress(static_cast<double>(out.replications) / next);
    wanted = next;
  }
  if (progress) progress(1);
  return out;
}

}  // namespace spindle::models

#include "app/experiment/durability.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>

#include "models/analytic/first_passage.hpp"
#include "models/analytic/markov.hpp"
#include "sim/math.hpp"

namespace spindle::app {
namespace {

// Mean over the fleet's bytes: shards lie on drives in proportion to their capacity.
double failures_per_hour(const models::Topology& topology) {
  double sum = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const models::DriveModel& drive = topology.models()[topology.model_of_rack(rack)];
    sum += topology.drives_of_rack(rack).size() * drive.capacity.to_double() *
           drive.annual_failure_rate;
  }
  return sum / topology.total_capacity() / sim::kHoursPerYear;
}

// Linear algebra is good to fewer digits than a double holds: what the last ones say may depend on
// the build, so they are cut.
double rounded_to_12_digits(double value) {
  if (!std::isfinite(value)) return value;
  const std::string digits = fmt::format("{:.11e}", value);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

Durability analytic_durability(const Scenario& scenario, const models::Topology& topology,
                               const models::Scheme& scheme) {
  const double lambda = failures_per_hour(topology);
  const double mu = 1 / scenario.mttr_hours;
  Durability out;
  out.mttdl_hours = rounded_to_12_digits(
      models::mttdl(scheme.shards(), scheme.needed(), lambda, mu, models::RepairMode::kParallel));
  out.annual_loss_probability = models::annual_loss_probability(out.mttdl_hours);
  out.nines = models::nines(out.annual_loss_probability);
  const double run_hours = scenario.run.duration.to_seconds() / sim::kSecondsPerHour;
  out.loss_probability_in_run = -sim::expm1(-run_hours / out.mttdl_hours);
  out.first_passage_in_run = rounded_to_12_digits(models::loss_probability(
      scheme.shards(), scheme.needed(), lambda, mu, models::RepairMode::kParallel, run_hours));
  out.shard_down = lambda / (lambda + mu);
  return out;
}

}  // namespace spindle::app

#include "app/experiment/durability.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>

#include "models/analytic/markov.hpp"
#include "models/analytic/scheme_chain.hpp"
#include "sim/math.hpp"

namespace spindle::app {
namespace {

// Without repair shards only become fewer: the mean over the run.
double share_down(double lambda, double mu, double run_hours) {
  if (mu > 0) return lambda / (lambda + mu);
  const double failures = lambda * run_hours;
  return failures > 0 ? 1 + sim::expm1(-failures) / failures : 0.0;
}

}  // namespace

double failures_per_hour(const models::Topology& topology) {
  double sum = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const models::DriveModel& drive = topology.models()[topology.model_of_rack(rack)];
    sum += topology.drives_of_rack(rack).size() * drive.capacity.to_double() *
           drive.annual_failure_rate;
  }
  return sum / topology.total_capacity() / sim::kHoursPerYear;
}

double rounded_to_12_digits(double value) {
  if (!std::isfinite(value)) return value;
  const std::string digits = fmt::format("{:.11e}", value);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

Durability analytic_durability(const Scenario& scenario, const models::Topology& topology,
                               const models::Scheme& scheme, const models::LatentErrors& errors) {
  const bool is_never_repaired =
      scenario.repair.law == models::RepairLaw::kBandwidth && scenario.repair.bytes_per_s == 0;
  const double lambda = failures_per_hour(topology);
  const double mu = is_never_repaired ? 0 : 1 / scenario.mttr_hours;
  Durability out;
  out.failures_per_hour = lambda;
  out.repairs_per_hour = mu;
  out.errors = errors;
  constexpr auto kParallel = models::RepairMode::kParallel;
  if (scheme.kind() == models::SchemeKind::kLocal) {  // never with errors (local_code_checks.hpp)
    out.mttdl_hours = rounded_to_12_digits(models::mean_time_to_loss(scheme, lambda, mu));
  } else {
    out.mttdl_hours = rounded_to_12_digits(
        models::mttdl(scheme.shards(), scheme.needed(), lambda, mu, kParallel, errors));
    out.latent_error_share =
        models::latent_loss_share(scheme.shards(), scheme.needed(), lambda, mu, kParallel, errors);
  }
  out.annual_loss_probability = models::annual_loss_probability(out.mttdl_hours);
  out.nines = models::nines(out.annual_loss_probability);
  out.shard_down =
      share_down(lambda, mu, scenario.run.duration.to_seconds() / sim::kSecondsPerHour);
  return out;
}

}  // namespace spindle::app

#pragma once
// Durability of one extent from independent drive failures: the exact chain of models/analytic.

#include "app/scenario/scenario.hpp"
#include "models/analytic/latent_errors.hpp"
#include "models/fleet/topology.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {

struct Durability {
  double mttdl_hours = 0;
  double annual_loss_probability = 0;
  double nines = 0;
  // Probability that a given shard is down at a random moment: lambda / (lambda + mu); without
  // repair, at a random moment of a run that starts whole.
  double shard_down = 0;
  double failures_per_hour = 0;   // lambda: mean over the fleet's bytes
  double repairs_per_hour = 0;    // mu; 0: nothing is ever repaired
  models::LatentErrors errors;    // per hour
  double latent_error_share = 0;  // of losses; NaN where nothing is ever lost
};

// Of a drive: the mean over the fleet's bytes, as shards lie on drives in proportion to capacity.
double failures_per_hour(const models::Topology& topology);

// Failures at the mean rate of the fleet's drives; repair is parallel and exponential with the
// scenario's mttr, and there is none where its bandwidth is 0. Errors are met as mttdl() says.
Durability analytic_durability(const Scenario& scenario, const models::Topology& topology,
                               const models::Scheme& scheme,
                               const models::LatentErrors& errors = {});

// Linear algebra is good to fewer digits than a double holds: what the last ones say may depend on
// the build, so they are cut.
double rounded_to_12_digits(double value);

}  // namespace spindle::app

#pragma once
// Durability of one extent from independent drive failures: the exact chain of models/analytic.

#include "app/scenario/scenario.hpp"
#include "models/fleet/topology.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {

struct Durability {
  double mttdl_hours = 0;
  double annual_loss_probability = 0;
  double nines = 0;
  double loss_probability_in_run = 0;
  // The same by the chain's transient, from a run that starts whole: what a simulation shows.
  double first_passage_in_run = 0;
  // Probability that a given shard is down at a random moment: lambda / (lambda + mu).
  double shard_down = 0;
};

// Failures at the mean rate of the fleet's drives; repair is parallel and exponential with the
// scenario's mttr.
Durability analytic_durability(const Scenario& scenario, const models::Topology& topology,
                               const models::Scheme& scheme);

}  // namespace spindle::app

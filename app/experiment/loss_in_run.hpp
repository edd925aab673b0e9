#pragma once
// Loss within the run by the chain of one extent, scripted losses of zones and racks counted in.

#include "app/experiment/durability.hpp"
#include "app/world/world.hpp"
#include "models/failure/outage.hpp"
#include "models/placement/placer.hpp"

namespace spindle::app {

// The scenario's outages by the rack numbers of World::base; those of landed racks are none of its
// business.
models::OutageOptions base_outages(const Scenario& scenario, const World& world);

struct LossInRun {
  // Mean over placed extents, each by the shards it has in what is lost; the run starts whole. A
  // lost zone's shards stay missing where repair leaves them so, otherwise they are repaired as all
  // lost shards are. NaN where the chain cannot say: what else is lost after a domain whose shards
  // were rebuilt depends on where they went, racks and zones lost at random are none of its causes,
  // and what is in a rack after others landed (is_placement_known) is not what was placed.
  double probability = 0;
  // Racks that are lost hold what was placed on them: none landed before, which would have taken
  // some of it or are lost themselves. Otherwise no estimator knows the loss in the run.
  bool is_placement_known = true;
  // The direct estimator plays what the chain describes, so that its loss in the run estimates this
  // number: repair by the chain's law, or none, no latent errors, no outage but zones lost at
  // stated times, and none of these after 0 where shards stay missing beside others that are
  // repaired.
  bool is_what_direct_plays = false;
};

// Zones or racks are lost at random, which the chain knows nothing of.
bool has_random_losses(const Scenario& scenario);

LossInRun analytic_loss_in_run(const Scenario& scenario, const World& world,
                               const models::PlacementResult& placement,
                               const Durability& durability);

}  // namespace spindle::app

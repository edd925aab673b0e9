#pragma once
// What a scrub comes to: measured in the run, and by the closed forms of its steady state.

#include "app/experiment/timeline_record.hpp"
#include "app/report/metric_table.hpp"
#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/analytic/latent_errors.hpp"
#include "models/timeline/timeline.hpp"

namespace spindle::app {

// Of the run that was played. Precondition: drives are scrubbed in it.
ScrubRecord record_scrub(const models::ScrubRun& run);

// Of a shard drawn at random, per hour; none where drives are not scrubbed. What stands still is no
// part of it, and in the first form clients' reads are none. Cost: O(racks), of the second
// O(extents) where clients' reads find errors.
models::LatentErrors latent_errors(const Scenario& scenario, const models::Topology& topology,
                                   const models::Scheme& scheme);
models::LatentErrors latent_errors(const Scenario& scenario, const World& world);

void set_scrub(const Scenario& scenario, const World& world, const ScrubRecord& scrub,
               const models::LatentErrors& errors, Metrics& out);

}  // namespace spindle::app

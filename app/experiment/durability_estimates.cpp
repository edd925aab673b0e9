#include "app/experiment/durability_estimates.hpp"

#include "app/experiment/loss_in_run.hpp"

namespace spindle::app {

DurabilityEstimates estimate_durability_of(const Scenario& scenario, const World& world,
                                           const models::PlacementResult& placement,
                                           const models::LatentErrors& errors, unsigned threads,
                                           const std::function<bool(double)>& progress) {
  DurabilityEstimates out;
  switch (scenario.durability.estimator) {
    case DurabilityEstimator::kAnalytic:
      break;
    case DurabilityEstimator::kConditional:
      out.conditional =
          estimate_conditionally(scenario, world, placement, errors, threads, progress);
      out.is_partial = out.conditional && out.conditional->is_partial;
      break;
    case DurabilityEstimator::kDirect: {
      const models::DirectOptions options{.replications = scenario.durability.replications,
                                          .threads = threads,
                                          .outages = base_outages(scenario, world)};
      out.direct = models::estimate_directly(
          world.base, scenario.spread, world.scheme.needed(), world.extents, placement,
          scenario.repair, world.failure, sim::Seed{scenario.seed}, options, progress);
      out.is_partial = out.direct->replications < scenario.durability.replications;
      break;
    }
  }
  return out;
}

}  // namespace spindle::app

// one_plus_beta: each shard takes two choices with probability beta and one otherwise, as where a
// second look at a drive's load is taken only now and then (Peres, Talwar and Wieder, 2010).

#include "models/placement/policies.hpp"
#include "models/placement/sampled_policy.hpp"

namespace spindle::models {

std::unique_ptr<PlacementPolicy> make_one_plus_beta(const PlacementOptions& options,
                                                    const PolicyContext& context) {
  return make_sampled(chooser_of("one_plus_beta", options, context.shards), options, context);
}

}  // namespace spindle::models

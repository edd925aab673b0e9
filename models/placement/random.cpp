// random: every shard on a drive drawn by capacity, the one random choice of hash placements.

#include "models/placement/policies.hpp"
#include "models/placement/sampled_policy.hpp"

namespace spindle::models {

std::unique_ptr<PlacementPolicy> make_random(const PlacementOptions& options,
                                             const PolicyContext& context) {
  return make_sampled(Chooser{}, options, context);
}

}  // namespace spindle::models

// k_of_d: an extent's shards go to the least loaded of `candidates` distinct drives, as many as the
// shards need and the spread rule allows together ((k, d)-choice: Park, 2011).

#include "models/placement/policies.hpp"
#include "models/placement/sampled_policy.hpp"

namespace spindle::models {

std::unique_ptr<PlacementPolicy> make_k_of_d(const PlacementOptions& options,
                                             const PolicyContext& context) {
  return make_sampled(chooser_of("k_of_d", options, context.shards), options, context);
}

}  // namespace spindle::models

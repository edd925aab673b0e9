// d_choices: the least loaded of d drives drawn as `random` draws one (Azar et al., 1994).

#include "models/placement/policies.hpp"
#include "models/placement/sampled_policy.hpp"

namespace spindle::models {

std::unique_ptr<PlacementPolicy> make_d_choices(const PlacementOptions& options,
                                                const PolicyContext& context) {
  return make_sampled(chooser_of("d_choices", options, context.shards), options, context);
}

}  // namespace spindle::models

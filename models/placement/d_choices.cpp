// d_choices: the least loaded of d drives drawn as `random` draws one (Azar et al., 1994).

#include <fmt/format.h>

#include <stdexcept>

#include "models/placement/policies.hpp"
#include "models/placement/sampled_policy.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kMaxChoices = 64;

}  // namespace

Chooser chooser_of(const PlacementOptions& options) {
  if (options.choices == 0 || options.choices > kMaxChoices) {
    throw std::invalid_argument(
        fmt::format("placement: d_choices with d = {} (between 1 and {} drives are compared) — "
                    "two choices give nearly all of the gain",
                    options.choices, kMaxChoices));
  }
  return {options.choices, options.metric};
}

std::unique_ptr<PlacementPolicy> make_d_choices(const PlacementOptions& options,
                                                const PolicyContext& context) {
  return std::make_unique<SampledPolicy>(chooser_of(options), context);
}

}  // namespace spindle::models

// The table of policies: explicit, so that a static library keeps every row.

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "models/placement/policies.hpp"

namespace spindle::models {
namespace {

constexpr std::array kPolicies = {
    PolicyRow{"static", "a tenant fills one fixed set of drives, then the next (strawman)",
              make_static},
    PolicyRow{"random", "every shard on a drive drawn at random by capacity", make_random},
    PolicyRow{"shuffle_shard", "a tenant's own random subset of `width` drives, `inner` within it",
              make_shuffle_shard},
    PolicyRow{"d_choices", "the least loaded of `d` drives drawn at random, by fill or by heat",
              make_d_choices, true},
    PolicyRow{"one_plus_beta",
              "two choices for a shard with probability `beta`, one choice otherwise",
              make_one_plus_beta, true},
    PolicyRow{"k_of_d", "the least loaded of `candidates` drives drawn for the whole extent",
              make_k_of_d, true},
    PolicyRow{"least_loaded", "the least loaded drive of all that the spread rule allows",
              make_least_loaded, true},
    PolicyRow{"round_robin", "the drives of a zone in turn", make_round_robin},
    PolicyRow{"copyset", "few sets of drives, so that few failures at once lose data",
              make_copyset},
    PolicyRow{"crush", "straws by capacity over racks and drives, a stable map as Ceph's",
              make_crush},
    PolicyRow{"rendezvous", "the highest-ranked drives of a zone: changes move the least data",
              make_rendezvous},
};

}  // namespace

std::span<const PolicyRow> policy_registry() {
  return kPolicies;
}

std::unique_ptr<PlacementPolicy> make_policy(const PlacementOptions& options,
                                             const PolicyContext& context) {
  std::string names;
  for (const PolicyRow& row : kPolicies) {
    if (options.policy == row.name) return row.make(options, context);
    names += names.empty() ? row.name : std::string(", ") + row.name;
  }
  throw std::invalid_argument(fmt::format(
      "placement: unknown policy \"{}\" (no such row in the registry) — known policies: {}",
      options.policy, names));
}

}  // namespace spindle::models

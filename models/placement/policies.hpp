#pragma once
// The maker of every policy, one line a file of this folder; registry.cpp lists them.
// Each throws std::invalid_argument for impossible options.

#include <memory>

#include "models/placement/policy.hpp"

namespace spindle::models {

std::unique_ptr<PlacementPolicy> make_static(const PlacementOptions& options,
                                             const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_random(const PlacementOptions& options,
                                             const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_shuffle_shard(const PlacementOptions& options,
                                                    const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_d_choices(const PlacementOptions& options,
                                                const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_crush(const PlacementOptions& options,
                                            const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_rendezvous(const PlacementOptions& options,
                                                 const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_one_plus_beta(const PlacementOptions& options,
                                                    const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_k_of_d(const PlacementOptions& options,
                                             const PolicyContext& context);

std::unique_ptr<PlacementPolicy> make_least_loaded(const PlacementOptions& options,
                                                   const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_round_robin(const PlacementOptions& options,
                                                  const PolicyContext& context);
std::unique_ptr<PlacementPolicy> make_copyset(const PlacementOptions& options,
                                              const PolicyContext& context);

}  // namespace spindle::models

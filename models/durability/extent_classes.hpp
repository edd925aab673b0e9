#pragma once
// The code's side of an estimate: how many shards, and what one loss more means.

#include <cstdint>
#include <vector>

#include "models/analytic/latent_errors.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::models {

// Extents are counted by class: how many of their shards are missing, 0 … most.
struct ExtentClasses {
  std::uint32_t shards = 0;
  std::uint32_t most = 0;       // that an extent may lack and not be lost
  std::vector<double> lost_at;  // [i]: a loss that leaves i missing loses the extent, 1 … most + 1
  double errors_per_s = 0;      // of extents that lack `most`: a latent error that comes loses them
};

// With latent errors (per second) as mttdl() of models/analytic/latent_errors.hpp has them: the
// loss that takes the last spare shard meets an error in those that are left, or one comes to them
// later.
inline ExtentClasses extent_classes(const Scheme& scheme, const LatentErrors& errors = {}) {
  ExtentClasses classes{scheme.shards(), scheme.most_survived(), {}, 0};
  classes.lost_at.assign(classes.most + 2, 0.0);
  for (std::uint32_t i = 1; i <= classes.most + 1; ++i) classes.lost_at[i] = scheme.lost_at(i);
  double& last = classes.lost_at[classes.most];
  if (classes.most > 0) last = 1 - (1 - last) * (1 - errors.among(scheme.needed()));
  classes.errors_per_s = scheme.needed() * errors.rate;
  return classes;
}

}  // namespace spindle::models

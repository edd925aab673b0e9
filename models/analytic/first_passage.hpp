#pragma once
// Transient of the birth-death chain of one extent: the probability that it is lost by a time.

#include <cstdint>
#include <span>

#include "models/analytic/latent_errors.hpp"
#include "models/analytic/markov.hpp"

namespace spindle::models {

// Probability that an extent of `shards` shards, whole at 0, has had fewer than `needed` of them at
// some moment before `time` (loss is absorbing); rates as in mttdl, per unit of `time`. Beside it,
// 1 - exp(-time / mttdl) neglects that a whole extent cannot be lost at once: for rare losses by
// about (1 + 1/2 + … + 1/m) / (mu time), m = shards - needed.
// Relative error below 1e-12, however small the probability. Throws std::invalid_argument: needed
// outside 1 … shards, a rate or time that is negative or not finite. Cost: O(m^3 log(rate time)).
double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time);

// The shards that a domain holds of an extent, and when it is lost with them.
struct DomainLoss {
  std::uint32_t shards = 0;
  double at = 0;
  // Its shards are lost shards like any other, repaired elsewhere at the chain's rate; otherwise
  // they stay missing for good.
  bool is_rebuilt = false;
};

// The same where a domain that holds `loss.shards` of the shards is lost at `loss.at`. Where these
// stay missing, n - loss.shards shards fail and are repaired among themselves from then on. Shards
// are alike, so that of i lost ones a hypergeometric number were in the domain. Nothing is lost to
// the domain where loss.at is not before `time`. Same precision; throws also for loss.shards above
// `shards` and a loss.at that is negative or not finite.
double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time, const DomainLoss& loss);
// Domain after domain, by time, each holding other shards; throws also where they are not by time
// or those that stay missing hold more than all. A domain whose shards are rebuilt can only be the
// last: where they are then, the caller cannot know. With latent errors, as mttdl() has them: they
// are met too where a domain takes the last spare shard.
double loss_probability(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                        RepairMode mode, double time, std::span<const DomainLoss> losses,
                        const LatentErrors& errors = {});

}  // namespace spindle::models

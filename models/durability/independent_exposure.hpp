#pragma once
// A tagged extent in a fleet whose lost shards come back each by itself, in an exponential time.
//
// Given when the fleet's drives fail, the distribution over the number of missing shards is carried
// on exactly: a failure meets each shard of the extent that is there with the same probability,
// between failures each missing one returns at rate mu. No draws. Equations:
// docs/theory/exposure.md.
//
// Cost: O(m^2) multiplications a failure, m the losses that an extent survives. Nothing is ever
// subtracted but what moves, so that 1e-30 keeps its digits.

#include <array>
#include <cstdint>

#include "models/durability/extent_classes.hpp"

namespace spindle::models {

class IndependentExposure {
 public:
  // `classes` must outlive it; mu in 1/s, 0: nothing comes back. The extent starts whole.
  IndependentExposure(const ExtentClasses& classes, double mu);

  // Time goes on without a failure. Returns the probability that the extent is lost meanwhile, to a
  // latent error: exact but for rebuilds that what is lost would still have had.
  double pass(double seconds);
  // A drive fails that holds any shard that is there with probability `share`. Returns the
  // probability that the extent is lost now.
  double fail(double share);

  // That it is not lost so far (since renew()).
  [[nodiscard]] double alive() const;
  [[nodiscard]] double missing(std::uint32_t shards) const { return mass_[shards]; }
  // Counts from here on as if it had not been lost: keeps what missing() is, given that it is
  // alive.
  void renew();

 private:
  double meet_errors(double seconds);

  const ExtentClasses& classes_;
  double mu_;
  std::array<double, kMaxShards + 1> mass_{};
};

}  // namespace spindle::models

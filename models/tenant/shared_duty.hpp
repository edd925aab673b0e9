#pragma once
// The duty that correlated tenants have in common: a normal number cut to [0, 1], whose mean and
// variance are such that tenants who are on with that probability, otherwise independently, are on
// for a given share of the time and have a given correlation. Why this law, and what others would
// do: docs/theory/tenants.md.

#include "sim/random_stream.hpp"

namespace spindle::models {

class SharedDuty {
 public:
  // Throws std::invalid_argument unless 0 < duty <= 1 and 0 <= correlation <= 1. Cost: a
  // millisecond.
  SharedDuty(double duty, double correlation);

  // Mean `duty`, variance correlation * duty * (1 - duty), within 1e-9 of themselves and, near
  // correlation 1, 1e-7. One draw of the stream.
  [[nodiscard]] double draw(sim::RandomStream& stream) const { return at(stream.normal()); }
  // The duty where the normal number is `z`: rises with it.
  [[nodiscard]] double at(double z) const;

 private:
  double mean_;  // of the normal number before it is cut
  double deviation_;
};

}  // namespace spindle::models

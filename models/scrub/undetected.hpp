#pragma once
// Closed forms of scrubbing in its steady state: how long an error stays undetected, how many there
// are, how long the oldest unit has not been read. Times in s, rates per s.
// Equations and sources: docs/theory/scrub.md.

#include "models/scrub/scrub_options.hpp"

namespace spindle::models {

// Age of a unit at a random moment, the time since the scrub read it last, and equally the wait of
// an error that comes then for the read that finds it: uniform from 0 to the period in sequential
// order, exponential of mean `period_s` in random order.
class ScrubLaw {
 public:
  // Throws std::invalid_argument: a period that is not above 0 and finite.
  ScrubLaw(ScrubOrder order, double period_s);

  [[nodiscard]] ScrubOrder order() const { return order_; }
  [[nodiscard]] double period_s() const { return period_s_; }
  // P(age > time), and E min(age, time). Precondition: time >= 0.
  [[nodiscard]] double survival(double time) const;
  [[nodiscard]] double mean_below(double time) const;

  // Mean time from an error to the read that finds it, where clients too read the place, at
  // `reads_per_s` at exponential times: T/2 and T without.
  [[nodiscard]] double mean_undetected_s(double reads_per_s = 0) const;
  // Age of the oldest of `units`, which it exceeds with probability 1 - p: in random order
  // (1 - exp(-age/T))^units = p. `limit_s`: given that no unit is older than this (infinity: no
  // condition).
  [[nodiscard]] double oldest_s(double units, double p, double limit_s) const;
  // Its mean: T, or T H_units = T (ln units + .577…).
  [[nodiscard]] double mean_oldest_s(double units) const;

 private:
  ScrubOrder order_;
  double period_s_;
};

// Probability that a place where errors arrive at `errors_per_s` has one that is undetected, found
// `mean_undetected_s` after it came on average: errors present are Poisson distributed.
double error_probability(double errors_per_s, double mean_undetected_s);

}  // namespace spindle::models

#pragma once
// Distributions of counts and ranks, drawn from a RandomStream with sim/math functions only.
//
// Values are immutable after construction, which throws std::invalid_argument for parameters out of
// the stated range. Rejection takes a varying number of words (on average below 6 a count), so that
// consecutive draws of one stream begin where the last ended; draw_each (sim/draw_each.hpp) gives
// each draw kWordsPerDraw words of its own, which are not enough with a probability below 1e-25.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/random_stream.hpp"

namespace spindle::sim {

// Largest mean and number of trials: counts stay exact in double.
inline constexpr double kLargestCount = 0x1p50;

// Below a mean of 10 by inversion (sequential search), above by Hormann's transformed rejection
// PTRS (Insurance: Mathematics and Economics 12, 1993). About 25 to 50 ns a draw, whatever the
// mean.
class Poisson {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 256;
  explicit Poisson(double mean);  // 0 <= mean <= 2^50

  [[nodiscard]] std::uint64_t draw(RandomStream& random) const;

 private:
  double mean_;
  double zero_ = 1;  // P(0), where inversion is used
  double a_ = 0;
  double b_ = 0;
  double inverse_alpha_ = 0;
  double v_r_ = 0;
};

// Below n min(p, 1 - p) = 10 by inversion, above by Hormann's BTRS (Journal of Statistical
// Computation and Simulation 46, 1993). About 25 to 60 ns a draw, whatever n and p.
class Binomial {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 256;
  Binomial(std::uint64_t trials, double p);  // trials <= 2^50, 0 <= p <= 1

  [[nodiscard]] std::uint64_t draw(RandomStream& random) const;

 private:
  [[nodiscard]] std::uint64_t by_inversion(RandomStream& random) const;
  [[nodiscard]] std::uint64_t by_rejection(RandomStream& random) const;

  std::uint64_t trials_;
  bool mirrored_;  // counts failures, where p > 1/2
  double p_;       // at most 1/2
  double zero_ = 1;
  double a_ = 0;
  double b_ = 0;
  double c_ = 0;
  double alpha_ = 0;
  double v_r_ = 0;
  double log_mode_ = 0;  // log-probability of the mode
};

// How many of n items fall into each class: a chain of binomials on what is left.
class Multinomial {
 public:
  // Probabilities are weights / sum of weights. At least one weight; all >= 0 and finite, their sum
  // positive and finite.
  explicit Multinomial(std::span<const double> weights);

  [[nodiscard]] std::size_t classes() const { return shares_.size(); }
  // Fills one count a class; they add up to n exactly. n <= 2^50; throws std::invalid_argument
  // where counts.size() is not classes(). Cost: about 100 ns a class.
  void draw(std::uint64_t n, RandomStream& random, std::span<std::uint64_t> counts) const;

 private:
  std::vector<double> shares_;  // of a class in what it and all later ones weigh
};

// Rank k of 1 … n with probability proportional to k^-exponent, by rejection-inversion (Hormann and
// Derflinger, ACM TOMACS 6, 1996). No table: constant memory, about 100 ns a draw.
class Zipf {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 256;
  Zipf(std::uint64_t ranks, double exponent);  // 1 <= ranks <= 2^48, 0 <= exponent <= 100

  [[nodiscard]] std::uint64_t draw(RandomStream& random) const;

 private:
  [[nodiscard]] double hat(double x) const;          // x^-exponent
  [[nodiscard]] double integral(double x) const;     // of the hat, from 1 to x
  [[nodiscard]] double inverse(double value) const;  // of the integral

  std::uint64_t ranks_;
  double exponent_;
  double first_ = 0;  // the integral at 3/2, less the hat's share of rank 1
  double last_ = 0;   // the integral at ranks + 1/2
  double sure_ = 0;   // a point this close to the right of its rank's centre is accepted untested
};

}  // namespace spindle::sim

#pragma once
// Continuous distributions, drawn from a RandomStream with sim/math functions only.
//
// Values are immutable after construction, which throws std::invalid_argument for parameters out of
// the stated range. Every draw transforms one uniform or exponential number (two words of the
// stream), so draw k of a fresh stream begins at word 2 k, and draw_each (sim/draw_each.hpp)
// vectorises it. Like RandomStream::exponential, they resolve probabilities down to 2^-53: an
// exponential never exceeds 36.7 means. Cost: about 20 to 50 ns a draw.

#include <cstdint>

#include "sim/random_stream.hpp"

namespace spindle::sim {

class Exponential {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 2;
  explicit Exponential(double mean);  // 0 < mean <= 1e300

  [[nodiscard]] double draw(RandomStream& random) const {
    return from_exponential(random.exponential());
  }
  [[nodiscard]] double from_exponential(double e) const { return mean_ * e; }
  [[nodiscard]] double mean() const { return mean_; }

 private:
  double mean_;
};

// P(X > x) = exp(-(x / scale)^shape): wear-out above shape 1, infant mortality below.
class Weibull {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 2;
  Weibull(double shape, double scale);  // 0.01 <= shape <= 1e6, 0 < scale <= 1e100

  [[nodiscard]] double draw(RandomStream& random) const {
    return from_exponential(random.exponential());
  }
  [[nodiscard]] double from_exponential(double e) const;  // scale e^(1/shape)

 private:
  double inverse_shape_;
  double scale_;
};

// P(X > x) = (scale / x)^shape from x = scale on; its mean is infinite for shape <= 1.
class Pareto {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 2;
  Pareto(double shape, double scale);  // 0.1 <= shape <= 1e6, 0 < scale <= 1e100

  [[nodiscard]] double draw(RandomStream& random) const {
    return from_exponential(random.exponential());
  }
  [[nodiscard]] double from_exponential(double e) const;  // scale exp(e / shape)

 private:
  double inverse_shape_;
  double scale_;
};

// exp of a normal variable with mean `mu` and standard deviation `sigma`.
class LogNormal {
 public:
  static constexpr std::uint64_t kWordsPerDraw = 2;
  LogNormal(double mu, double sigma);  // |mu| <= 510, 0 <= sigma <= 20
  // By the variable's own mean (1e-200 … 1e200) and coefficient of variation (0 … 1e20):
  // sigma² = log(1 + cv²), mu = log(mean) - sigma² / 2.
  static LogNormal of_mean(double mean, double cv);

  [[nodiscard]] double draw(RandomStream& random) const { return from_uniform(random.uniform()); }
  [[nodiscard]] double from_uniform(double u) const;  // the quantile of u

 private:
  double mu_;
  double sigma_;
};

}  // namespace spindle::sim

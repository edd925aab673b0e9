#pragma once
// Functions behind the discrete distributions and Student's quantile. Like sim/math.hpp, they use
// IEEE-754 operations in a fixed order, so their bits depend on their arguments alone.

#include <cstdint>

namespace spindle::sim {

// log n! - [(n + 1/2) log n - n + log sqrt(2 pi)], what Stirling's formula leaves out (Loader,
// "Fast and accurate computation of binomial probabilities", 2000). n > 0; relative error below
// 1e-14.
double stirling_error(std::uint64_t n);

// x log(x / mean) + mean - x >= 0, half a deviance, without cancellation near x = mean (Loader's
// bd0). x >= 0, mean > 0.
double deviance_term(double x, double mean);

// Log-probabilities, to about 1e-13 of themselves and 1e-15 of log(mean), for counts up to 2^50.
double log_poisson_probability(std::uint64_t k, double mean);                 // mean > 0
double log_binomial_probability(std::uint64_t k, std::uint64_t n, double p);  // 0 < p < 1, k <= n

// P(|T| > t) for Student's t with 1 <= degrees <= 1000 and t >= 0, by the incomplete beta
// function's continued fraction (Abramowitz and Stegun 26.5.8, 26.7.1); relative error below 1e-11.
double student_two_tails(double t, std::uint64_t degrees);

// sin(2 pi x) for |x| <= 2^40, whole turns taken off exactly; error below 4e-16, relative near 0.
double sine_of_turn(double x);

// P(Z > x) of a standard normal Z, for any finite x; relative error below 1e-13 for |x| <= 38.
double normal_tail(double x);
// P(Z <= x), the same the other way round.
inline double normal_cdf(double x) { return normal_tail(-x); }

}  // namespace spindle::sim

#pragma once
// Elementary functions whose bits do not depend on the machine.
//
// A C library may pick another code path for exp or log on each CPU (with or without fused
// multiply-add), so results differ in the last bit. Models call these instead: plain IEEE-754
// double operations in a fixed order. Relative error: at most 2 ulp for exp, log, log1p and expm1;
// pow(x, y) for x > 0: at most 4 ulp while |y log x| < 700. Special values follow C (exp(-inf) = 0,
// log(0) = -inf, log(x < 0) = NaN, pow(x, 0) = 1). sqrt is exact by IEEE-754: use std::sqrt.

#include <limits>

namespace spindle::sim {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

double exp(double x);
double expm1(double x);
double log(double x);
double log1p(double x);
double pow(double x, double y);       // precondition: x >= 0
double inverse_normal_cdf(double p);  // quantile of N(0, 1), 0 < p < 1; relative error < 1e-9

}  // namespace spindle::sim

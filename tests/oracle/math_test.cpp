// The elementary functions against the C library's long double ones (64-bit mantissa), which are
// exact for this purpose: 2^-11 of a double's ulp.

#include "sim/math.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

constexpr int kPoints = 200'000;

// Distance in units of the last place of the exact result (of the subnormal spacing below 2^-1022).
double ulps(double got, long double exact) {
  int exponent = 0;
  (void)std::frexp(static_cast<double>(exact), &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / ulp);
}

// Points uniform over (low, high), and uniform in the exponent with either sign.
class Points {
 public:
  double between(double low, double high) { return low + (high - low) * stream_.uniform(); }
  double magnitude(int lowest_exponent, int highest_exponent) {
    const auto span = static_cast<std::uint32_t>(highest_exponent - lowest_exponent + 1);
    return std::ldexp(1 + stream_.uniform(),
                      lowest_exponent + static_cast<int>(stream_.below(span)));
  }
  double sign() { return stream_.bernoulli(0.5) ? 1 : -1; }

 private:
  RandomStream stream_{Seed{11}, 0, Purpose{0}, 0};
};

TEST_CASE("math: exp within 2 ulp") {
  Points points;
  double worst = 0;
  for (int i = 0; i < kPoints; ++i) {
    for (const double x : {points.between(-744, 709.7), points.between(-2, 2),
                           points.sign() * points.magnitude(-60, 8)}) {
      worst = std::max(worst, ulps(sim::exp(x), std::exp(static_cast<long double>(x))));
    }
  }
  CHECK(worst < 2);
}

TEST_CASE("math: expm1 within 2 ulp") {
  Points points;
  double worst = 0;
  for (int i = 0; i < kPoints; ++i) {
    for (const double x : {points.between(-50, 709.7), points.between(-2, 2),
                           points.sign() * points.magnitude(-300, 8)}) {
      worst = std::max(worst, ulps(sim::expm1(x), std::expm1(static_cast<long double>(x))));
    }
  }
  CHECK(worst < 2);
}

TEST_CASE("math: log and log1p within 2 ulp") {
  Points points;
  double worst_log = 0;
  double worst_log1p = 0;
  for (int i = 0; i < kPoints; ++i) {
    for (const double x : {points.between(0, 2), points.between(0.99, 1.01),
                           points.magnitude(-1074, 1022), points.magnitude(-1074, -1022)}) {
      worst_log = std::max(worst_log, ulps(sim::log(x), std::log(static_cast<long double>(x))));
    }
    for (const double x : {points.between(-1, 2), points.between(-1, -0.999),
                           points.magnitude(-300, 1022), -points.magnitude(-300, -2)}) {
      worst_log1p =
          std::max(worst_log1p, ulps(sim::log1p(x), std::log1p(static_cast<long double>(x))));
    }
  }
  CHECK(worst_log < 2);
  CHECK(worst_log1p < 2);
}

TEST_CASE("math: pow within 4 ulp while |y log x| < 700") {
  // The long double pow is good to about 1e-19 * |y log x|: 0.3 ulp at worst, inside the margin.
  Points points;
  double worst = 0;
  for (int i = 0; i < kPoints; ++i) {
    for (const double x :
         {points.between(0, 2), points.between(0.999, 1.001), points.magnitude(-1074, 1022)}) {
      const double y = points.between(-699, 699) / std::log(x);
      if (!(std::abs(y) < 1e18)) continue;
      const long double exact = std::pow(static_cast<long double>(x), static_cast<long double>(y));
      worst = std::max(worst, ulps(sim::pow(x, y), exact));
    }
  }
  CHECK(worst < 4);
}

TEST_CASE("math: powers that are exact are exact") {
  for (int i = 1; i < 300; ++i) {
    REQUIRE(sim::pow(i, 1) == i);
    REQUIRE(sim::pow(i, 2) == Approx(static_cast<double>(i) * i).epsilon(2e-16));
    REQUIRE(sim::pow(i, 0.5) == Approx(std::sqrt(i)).epsilon(3e-16));
    REQUIRE(sim::pow(2, i) == std::ldexp(1.0, i));
  }
}

TEST_CASE("math: the normal quantile inverts the distribution function to 1e-9") {
  // z + (cdf(z) - p) / density(z) is one Newton step from z: its length is the error.
  Points points;
  double worst = 0;
  for (int i = 0; i < kPoints; ++i) {
    for (const double p : {points.between(0, 1), points.magnitude(-1020, -2)}) {
      const double z = inverse_normal_cdf(p);
      const long double cdf = 0.5L * std::erfc(-static_cast<long double>(z) / std::sqrt(2.0L));
      const long double density =
          std::exp(-0.5L * z * z) / std::sqrt(2.0L * 3.14159265358979323846L);
      if (std::abs(p - 0.5) > 1e-9) {
        const auto error = static_cast<double>(std::abs((cdf - p) / density / z));
        worst = std::max(worst, error);
      }
    }
  }
  CHECK(worst < 1e-9);
  CHECK(inverse_normal_cdf(0.5) == 0);
  CHECK(inverse_normal_cdf(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(inverse_normal_cdf(0.25) == -inverse_normal_cdf(0.75));
}

TEST_CASE("math: special values follow C") {
  const double nan = std::nan("");
  CHECK(sim::exp(0) == 1);
  CHECK(sim::exp(-kInfinity) == 0);
  CHECK(sim::exp(kInfinity) == kInfinity);
  CHECK(sim::exp(709.79) == kInfinity);
  CHECK(sim::exp(-745.2) == 0);
  CHECK(sim::exp(-745.1) == std::numeric_limits<double>::denorm_min());
  CHECK(std::isnan(sim::exp(nan)));
  CHECK(std::signbit(sim::expm1(-0.0)));
  CHECK(sim::expm1(-kInfinity) == -1);
  CHECK(sim::expm1(kInfinity) == kInfinity);
  CHECK(sim::log(1) == 0);
  CHECK(sim::log(0) == -kInfinity);
  CHECK(sim::log(kInfinity) == kInfinity);
  CHECK(std::isnan(sim::log(-1)));
  CHECK(std::isnan(sim::log(nan)));
  CHECK(std::signbit(sim::log1p(-0.0)));
  CHECK(sim::log1p(-1) == -kInfinity);
  CHECK(std::isnan(sim::log1p(-1.1)));
  CHECK(sim::log1p(kInfinity) == kInfinity);
  CHECK(sim::pow(0, 0) == 1);
  CHECK(sim::pow(nan, 0) == 1);
  CHECK(sim::pow(1, nan) == 1);
  CHECK(sim::pow(0, 2) == 0);
  CHECK(sim::pow(0, -2) == kInfinity);
  CHECK(sim::pow(2, 1024) == kInfinity);
  CHECK(sim::pow(0.5, kInfinity) == 0);
  CHECK(sim::pow(0.5, -kInfinity) == kInfinity);
  CHECK(sim::pow(kInfinity, -1) == 0);
  CHECK(sim::pow(3, -1e300) == 0);
  CHECK(std::isnan(sim::pow(-2, 2)));
  CHECK(std::isnan(sim::pow(2, nan)));
  CHECK(inverse_normal_cdf(0) == -kInfinity);
  CHECK(inverse_normal_cdf(1) == kInfinity);
  CHECK(std::isnan(inverse_normal_cdf(1.5)));
}

}  // namespace
}  // namespace spindle::sim

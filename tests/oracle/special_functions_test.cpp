// The functions behind discrete distributions and Student's quantile, against 64-bit-mantissa gamma
// functions and closed forms.

#include "sim/special_functions.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

TEST_CASE("special functions: Stirling's error") {
  for (std::uint64_t n = 1; n < 3000; ++n) {
    // The long double formula cancels terms as large as n log n.
    const auto x = static_cast<long double>(n);
    const long double exact = std::lgamma(x + 1) - (x + 0.5L) * std::log(x) + x -
                              std::log(2 * 3.14159265358979323846L) / 2;
    const auto lost = static_cast<double>(1e-18L * x * std::log(x));
    REQUIRE(stirling_error(n) == Approx(static_cast<double>(exact)).epsilon(1e-14).margin(lost));
  }
  CHECK(stirling_error(std::uint64_t{1} << 50) == Approx(0x1p-50 / 12).epsilon(1e-15));
}

TEST_CASE("special functions: the sine of a turn") {
  for (int i = -40'000; i <= 40'000; ++i) {
    const double turn = i / 9973.0;
    const long double exact =
        std::sin(2 * 3.14159265358979323846L * static_cast<long double>(turn));
    REQUIRE(std::fabs(sine_of_turn(turn) - static_cast<double>(exact)) < 4e-16);
  }
  for (const double turn : {0.0, 0.5, 1.0, -3.0, 0x1p40}) CHECK(sine_of_turn(turn) == 0);
  CHECK(sine_of_turn(0.25) == 1);
  CHECK(sine_of_turn(1e-9) == Approx(2 * 3.14159265358979324e-9).epsilon(1e-15));
}

TEST_CASE("special functions: the normal tail") {
  for (int i = -3800; i <= 3800; ++i) {
    const double x = i / 100.0;
    const long double exact = std::erfc(static_cast<long double>(x) / std::sqrt(2.0L)) / 2;
    INFO(x);
    REQUIRE(normal_tail(x) == Approx(static_cast<double>(exact)).epsilon(1e-13));
    REQUIRE(normal_cdf(-x) == normal_tail(x));
  }
}

TEST_CASE("special functions: the deviance term, near its zero and far from it") {
  for (const double mean : {1e-3, 1.0, 17.0, 1e6, 1e15}) {
    CHECK(deviance_term(mean, mean) == 0);
    CHECK(deviance_term(0, mean) == mean);
    for (const double ratio : {0.01, 0.5, 0.85, 0.999, 1.0001, 1.1, 1.3, 40.0}) {
      const auto x = static_cast<long double>(mean * ratio);
      const auto m = static_cast<long double>(mean);
      const long double exact = x * std::log1p((x - m) / m) + m - x;
      // The long double formula cancels to (ratio - 1)² / 2 of its size.
      const double lost = std::abs(ratio - 1) < 0.01 ? 1e-10 : 1e-13;
      REQUIRE(deviance_term(mean * ratio, mean) ==
              Approx(static_cast<double>(exact)).epsilon(lost));
    }
  }
}

TEST_CASE("special functions: log-probabilities") {
  for (const double mean : {0.3, 5.0, 300.0, 2e4}) {
    for (const double ratio : {0.0, 0.2, 0.97, 1.0, 1.1, 3.0}) {
      const auto k = static_cast<std::uint64_t>(mean * ratio);
      const auto x = static_cast<long double>(k);
      const auto m = static_cast<long double>(mean);
      const long double exact = x * std::log(m) - m - std::lgamma(x + 1);
      REQUIRE(log_poisson_probability(k, mean) ==
              Approx(static_cast<double>(exact)).epsilon(1e-13).margin(1e-13));
    }
  }
  for (const std::uint64_t n : {1U, 2U, 30U, 1000U, 100'000U}) {
    for (const double p : {1e-4, 0.2, 0.5, 0.999}) {
      for (const double share : {0.0, 0.1, 0.5, 0.9, 1.0}) {
        const auto k = static_cast<std::uint64_t>(static_cast<double>(n) * share);
        const auto x = static_cast<long double>(k);
        const auto rest = static_cast<long double>(n - k);
        const long double exact = std::lgamma(static_cast<long double>(n) + 1) -
                                  std::lgamma(x + 1) - std::lgamma(rest + 1) +
                                  x * std::log(static_cast<long double>(p)) +
                                  rest * std::log1p(-static_cast<long double>(p));
        REQUIRE(log_binomial_probability(k, n, p) ==
                Approx(static_cast<double>(exact)).epsilon(1e-12).margin(1e-12));
      }
    }
  }
}

TEST_CASE("special functions: Student's tails for one and two degrees of freedom") {
  // Cauchy's, and 1 - t / sqrt(2 + t²).
  for (const double t : {1e-6, 0.1, 0.9, 1.0, 1.7, 3.0, 40.0, 1e4, 1e7}) {
    CHECK(student_two_tails(t, 1) ==
          Approx(2 / 3.14159265358979323846 * std::atan(1 / t)).epsilon(1e-11));
    const double root = std::sqrt(2 + t * t);
    CHECK(student_two_tails(t, 2) == Approx(2 / (root * (root + t))).epsilon(1e-11));
  }
  CHECK(student_two_tails(0, 5) == 1);
}

}  // namespace
}  // namespace spindle::sim

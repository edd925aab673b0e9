// Laws of request sizes: strata against the law they stand for, draws against quantiles.

#include "models/tenant/size_law.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/random_stream.hpp"

namespace {

using spindle::models::SizeLaw;

void check_strata(const SizeLaw& law) {
  double shares = 0;
  double mean = 0;
  for (const SizeLaw::Stratum& stratum : law.strata()) {
    CHECK(stratum.share > 0);
    CHECK(stratum.size > 0);
    shares += stratum.share;
    mean += stratum.share * stratum.size;
  }
  CHECK(shares == Approx(1).epsilon(1e-13));
  CHECK(mean == Approx(1).epsilon(1e-13));
}

double second_moment(const SizeLaw& law) {
  double sum = 0;
  for (const SizeLaw::Stratum& stratum : law.strata()) {
    sum += stratum.share * stratum.size * stratum.size;
  }
  return sum;
}

}  // namespace

TEST_CASE("sizes: a law of one size has one stratum of mean 1") {
  const SizeLaw one;
  CHECK(one.is_constant());
  CHECK(one.at(0.3) == 1);
  CHECK(SizeLaw::empirical({{0.5, 8192}}).is_constant());
  CHECK(SizeLaw::empirical({{0.5, 8192}}).mean_bytes() == Approx(8192));
  CHECK(SizeLaw::mixture({{1, 5000, 0}}).is_constant());
  CHECK(SizeLaw::mixture({{1, 5000, 0}}).at(0.7) == Approx(1));
}

TEST_CASE("sizes: strata of a lognormal keep its mean and most of its variance") {
  for (const double sigma : {0.2, 1.0, 2.0, 4.0}) {
    const SizeLaw law = SizeLaw::mixture({{1, 1e6, sigma}});
    INFO("sigma " << sigma);
    check_strata(law);
    CHECK(law.mean_bytes() == 1e6);
    CHECK(law.strata().size() == SizeLaw::kMostStrata);
    // E[X^2] = exp(sigma^2) of a mean of 1. What lies within strata is lost, most in the last one.
    const double second = second_moment(law);
    CHECK(second <= std::exp(sigma * sigma));
    if (sigma <= 1) CHECK(second > 0.9 * std::exp(sigma * sigma));
    // Medians: exp(-sigma^2 / 2) of the mean, and sigma in the logarithm.
    CHECK(law.at(0.5) == Approx(std::exp(-sigma * sigma / 2)).epsilon(1e-8));
    CHECK(std::log(law.at(0.8413447460685429) / law.at(0.5)) == Approx(sigma).epsilon(1e-7));
  }
}

TEST_CASE("sizes: draws of a mixture have the mean that was asked for") {
  const SizeLaw law = SizeLaw::mixture({{0.9, 10e3, 0.5}, {0.1, 4e6, 0.8}});
  check_strata(law);
  CHECK(law.mean_bytes() == Approx(0.9 * 10e3 + 0.1 * 4e6).epsilon(1e-14));
  CHECK(law.strata().size() == 2 * SizeLaw::kMostStrata);
  spindle::sim::RandomStream stream(spindle::sim::Seed{3}, 0, spindle::sim::Purpose{1}, 0);
  constexpr int kDraws = 200'000;
  double drawn = 0;
  double strata = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.uniform();
    drawn += law.at(u);
    strata += law.strata()[law.stratum_at(u)].size;
  }
  // Relative standard error of one draw: about sqrt(.1 4^2 e^.64 / .41^2) / sqrt(n) = .9 %; five
  // of them: 6e-7 false alarms.
  CHECK(drawn / kDraws == Approx(1).epsilon(0.045));
  CHECK(strata / kDraws == Approx(1).epsilon(0.045));
}

TEST_CASE("sizes: an empirical law has its quantiles, and atoms stay atoms") {
  const SizeLaw law =
      SizeLaw::empirical({{0.1, 512}, {0.3, 4096}, {0.6, 4096}, {0.9, 65536}, {1, 1 << 20}});
  check_strata(law);
  const double mean = law.mean_bytes();
  CHECK(law.at(0) * mean == Approx(512));
  CHECK(law.at(0.1) * mean == Approx(512));
  CHECK(law.at(0.2) * mean == Approx(std::sqrt(512.0 * 4096.0)));
  CHECK(law.at(0.5) * mean == Approx(4096));
  CHECK(law.at(0.75) * mean == Approx(std::sqrt(4096.0 * 65536.0)));
  CHECK(law.at(0.999999) * mean == Approx(1 << 20).epsilon(1e-4));
  // By hand: .1 at 512, two straight lines in the logarithm, an atom, and two more lines.
  const auto line = [](double a, double b) { return (b - a) / std::log(b / a); };
  CHECK(mean == Approx(0.1 * 512 + 0.2 * line(512, 4096) + 0.3 * 4096 + 0.3 * line(4096, 65536) +
                       0.1 * line(65536, 1 << 20))
                    .epsilon(1e-12));
  double last = 0;
  for (double u = 0; u < 1; u += 0.001) {
    REQUIRE(law.at(u) >= last);
    last = law.at(u);
  }
}

TEST_CASE("sizes: two sizes are two strata") {
  const SizeLaw law = SizeLaw::empirical({{0.75, 1000}, {0.75, 9000}});
  REQUIRE(law.strata().size() <= 3);
  CHECK(law.mean_bytes() == Approx(3000));
  CHECK(law.strata().front().size * 3000 == Approx(1000));
  CHECK(law.strata().back().size * 3000 == Approx(9000));
  CHECK(law.stratum_at(0.7) == 0);
  CHECK(law.stratum_at(0.9999) == law.strata().size() - 1);
}

TEST_CASE("sizes: laws out of range are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(SizeLaw::empirical({}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::empirical({{0.5, 10}, {0.4, 20}}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::empirical({{0.5, 10}, {0.6, 5}}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::empirical({{1.5, 10}}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::empirical({{0.5, 0}}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::empirical({{nan, 10}}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::mixture({}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::mixture({{0, 1, 1}}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::mixture({{1, 0, 1}}), std::invalid_argument);
  CHECK_THROWS_AS(SizeLaw::mixture({{1, 1, 11}}), std::invalid_argument);
}

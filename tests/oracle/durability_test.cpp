// Mean time to data loss and annual loss against exact values (docs/theory/durability.md).
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "models/analytic/markov.hpp"

using namespace spindle::models;

namespace {

constexpr double kHoursAYear = 8760;

// The recurrence in long double (64-bit mantissa): rounding a thousand times below the tolerance.
long double reference_mttdl(std::uint32_t n, std::uint32_t k, long double lambda, long double mu,
                            RepairMode mode) {
  long double total = 0;
  long double passage = 0;
  for (std::uint32_t lost = 0; lost <= n - k; ++lost) {
    const long double repair = mode == RepairMode::kSerial ? (lost > 0 ? mu : 0) : lost * mu;
    passage = (1 + repair * passage) / ((n - lost) * lambda);
    total += passage;
  }
  return total;
}

// Exact fractions, for lambda = 1/10 and mu = 1.
struct Fraction {
  std::int64_t top = 0;
  std::int64_t bottom = 1;
};
Fraction reduced(std::int64_t top, std::int64_t bottom) {
  const std::int64_t divisor = std::gcd(top, bottom);
  return {top / divisor, bottom / divisor};
}
Fraction sum(Fraction a, Fraction b) {
  return reduced(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}
Fraction product(Fraction a, Fraction b) {
  return reduced(a.top * b.top, a.bottom * b.bottom);
}
double exact_tenth_mttdl(std::int64_t n, std::int64_t k) {
  Fraction total;
  Fraction passage;
  for (std::int64_t lost = 0; lost <= n - k; ++lost) {
    passage = product(sum({1, 1}, product({lost, 1}, passage)), {10, n - lost});
    total = sum(total, passage);
  }
  return static_cast<double>(total.top) / static_cast<double>(total.bottom);
}

void check_both(std::uint32_t n, std::uint32_t k, double lambda, double mu, double expected,
                double tolerance) {
  const auto mode = RepairMode::kParallel;
  CHECK(mttdl(n, k, lambda, mu, mode) == Approx(expected).epsilon(tolerance));
  CHECK(mttdl_by_recurrence(n, k, lambda, mu, mode) == Approx(expected).epsilon(tolerance));
  const auto exact = static_cast<double>(reference_mttdl(n, k, lambda, mu, mode));
  CHECK(mttdl(n, k, lambda, mu, mode) == Approx(exact).epsilon(1e-12));
  CHECK(mttdl_by_recurrence(n, k, lambda, mu, mode) == Approx(exact).epsilon(1e-12));
}

double annual(double afr, double mttr_hours, std::uint32_t n, std::uint32_t k) {
  return annual_loss_probability(
      mttdl(n, k, afr / kHoursAYear, 1 / mttr_hours, RepairMode::kParallel));
}

}  // namespace

TEST_CASE("mttdl: published cases, ten digits") {
  struct Case {
    std::uint32_t n, k;
    double lambda, mttr, mttdl, annual;
  };
  const std::vector<Case> cases{
      {5, 4, 1e-6, 24, 2083783333.0, 4.20388e-6},
      {3, 1, 1e-6, 24, 5.787523166e14, 1.5136e-11},
      {3, 1, 1 / (10 * kHoursAYear), 1, 2.240827449e14, 3.90927e-11},
      {20, 17, .00405 / kHoursAYear, 156, 2.980387759e14, 2.93921e-11},
      {20, 17, .01 / kHoursAYear, 156, 8.040337244e12, 1.08951e-9},
  };
  for (const Case& c : cases) {
    INFO(c.k << " of " << c.n);
    check_both(c.n, c.k, c.lambda, 1 / c.mttr, c.mttdl, 1e-9);
    const double p =
        annual_loss_probability(mttdl(c.n, c.k, c.lambda, 1 / c.mttr, RepairMode::kParallel));
    CHECK(p == Approx(c.annual).epsilon(5e-5));
  }
}

TEST_CASE("mttdl: repair ten times as fast as failure, in units of one repair") {
  CHECK(exact_tenth_mttdl(3, 1) == Approx(1405.0 / 3).epsilon(1e-15));
  check_both(3, 1, .1, 1, exact_tenth_mttdl(3, 1), 1e-12);
  check_both(9, 5, .1, 1, exact_tenth_mttdl(9, 5), 1e-12);
  CHECK(mttdl(3, 1, .1, 1, RepairMode::kParallel) == Approx(468.33).margin(.005));
  CHECK(mttdl(9, 5, .1, 1, RepairMode::kParallel) == Approx(433.29).margin(.005));
}

TEST_CASE("annual loss: the table, to its printed digits") {
  struct Row {
    double afr, mttr, two, three, four, five_of_nine, eleven_of_eighteen;
  };
  const std::vector<Row> rows{{.015, 24, 1.2e-6, 7.6e-11, 4.2e-15, 2.7e-17, 1.0e-27},
                              {.015, 6, 3.1e-7, 4.7e-12, 6.5e-17, 1.1e-19, 6e-32},
                              {.04, 168, 6.1e-5, 7.0e-8, 7.2e-11, 8.7e-12, 2.2e-18}};
  // Half a unit in the second digit: at most 5 %; 8 % where one digit is printed.
  for (const Row& row : rows) {
    INFO("AFR " << row.afr << ", MTTR " << row.mttr << " h");
    CHECK(annual(row.afr, row.mttr, 2, 1) == Approx(row.two).epsilon(.05));
    CHECK(annual(row.afr, row.mttr, 3, 1) == Approx(row.three).epsilon(.05));
    CHECK(annual(row.afr, row.mttr, 4, 1) == Approx(row.four).epsilon(.05));
    CHECK(annual(row.afr, row.mttr, 9, 5) == Approx(row.five_of_nine).epsilon(.05));
    CHECK(annual(row.afr, row.mttr, 18, 11) == Approx(row.eleven_of_eighteen).epsilon(.08));
  }
  CHECK(nines(annual(.015, 24, 3, 1)) == Approx(10.1).margin(.05));
  CHECK(nines(annual(.04, 168, 9, 5)) == Approx(11.1).margin(.05));
}

TEST_CASE("annual loss: sliding window, not the fixed windows of a calculator") {
  // 17+3, .405 %/yr, 6.5 days: counting fixed, disjoint windows gives 7.354e-12, m + 1 = 4 times
  // too little; the chain must not reproduce it.
  const double p = annual(.00405, 156, 20, 17);
  CHECK(p == Approx(2.939e-11).epsilon(1e-3));
  CHECK(p / 7.354e-12 == Approx(4.0).epsilon(.01));
  CHECK(nines(p) == Approx(10.5).margin(.05));
}

TEST_CASE("mttdl: leading order m! mu^m / (n (n-1) ... (n-m) lambda^(m+1))") {
  for (const auto& [n, k] : {std::pair{3U, 1U}, std::pair{9U, 5U}, std::pair{20U, 17U}}) {
    const double lambda = 1e-9;
    double expected = 1 / lambda;
    for (std::uint32_t i = 0; i <= n - k; ++i) expected /= n - i;
    for (std::uint32_t i = 1; i <= n - k; ++i) expected *= i / lambda;
    CHECK(mttdl(n, k, lambda, 1, RepairMode::kParallel) == Approx(expected).epsilon(1e-6));
  }
}

TEST_CASE("mttdl: serial repair is slower by up to m!") {
  const double parallel = mttdl(9, 5, 1e-9, 1, RepairMode::kParallel);
  const double serial = mttdl(9, 5, 1e-9, 1, RepairMode::kSerial);
  CHECK(parallel / serial == Approx(24).epsilon(1e-6));  // 4!
  CHECK(mttdl(5, 4, 1e-6, 1. / 24, RepairMode::kSerial) ==
        mttdl(5, 4, 1e-6, 1. / 24, RepairMode::kParallel));  // one repair at most
}

TEST_CASE("mttdl: limits") {
  const auto mode = RepairMode::kParallel;
  CHECK(std::isinf(mttdl(3, 1, 0, 1, mode)));
  CHECK(std::isinf(mttdl_by_recurrence(3, 1, 0, 1, mode)));
  CHECK(annual_loss_probability(mttdl(3, 1, 0, 1, mode)) == 0);
  // No repair: the (n-k+1)-th death of n.
  CHECK(mttdl(3, 1, 2, 0, mode) == Approx((1 + 1. / 2 + 1. / 3) / 2).epsilon(1e-14));
  CHECK(mttdl(9, 5, 1, 0, mode) ==
        Approx(1. / 9 + 1. / 8 + 1. / 7 + 1. / 6 + 1. / 5).epsilon(1e-14));
  // k = n: the first failure.
  CHECK(mttdl(7, 7, 1e-6, 5, mode) == Approx(1e6 / 7).epsilon(1e-14));
  CHECK(mttdl(1, 1, 1e-6, 5, mode) == Approx(1e6).epsilon(1e-14));
  CHECK_THROWS_AS(mttdl(3, 0, 1, 1, mode), std::invalid_argument);
  CHECK_THROWS_AS(mttdl(3, 4, 1, 1, mode), std::invalid_argument);
  CHECK_THROWS_AS(mttdl(3, 1, -1, 1, mode), std::invalid_argument);
  CHECK_THROWS_AS(mttdl(3, 1, 1, std::nan(""), mode), std::invalid_argument);
  CHECK_THROWS_AS(mttdl_by_recurrence(3, 1, 1, -1, mode), std::invalid_argument);
}

TEST_CASE("mttdl: beyond the largest double is infinity, not a lack of a number") {
  // 32 losses to survive, each repaired 1e17 times as fast as it comes: about 1e500 hours.
  const double hours = mttdl(64, 32, 1e-6, 3.6e12, RepairMode::kParallel);
  CHECK(hours == std::numeric_limits<double>::infinity());
  CHECK(annual_loss_probability(hours) == 0);
}

TEST_CASE("mttdl: chain and recurrence agree to 1e-12 for any group") {
  REQUIRE(rc::check([](std::uint8_t shards, std::uint8_t needed, std::uint8_t ratio, bool serial) {
    const std::uint32_t n = shards % 24U + 1;
    const std::uint32_t k = needed % n + 1;
    const double mu = std::pow(10.0, ratio % 9);  // lambda = 1: up to 1e8, 1e184 in the result
    const auto mode = serial ? RepairMode::kSerial : RepairMode::kParallel;
    const auto exact = static_cast<double>(reference_mttdl(n, k, 1, mu, mode));
    return std::abs(mttdl(n, k, 1, mu, mode) / exact - 1) < 1e-12 &&
           std::abs(mttdl_by_recurrence(n, k, 1, mu, mode) / exact - 1) < 1e-12;
  }));
}

TEST_CASE("nines: loss probability on a log scale") {
  CHECK(nines(1e-11) == Approx(11).epsilon(1e-12));
  CHECK(nines(1) == 0);
  CHECK(std::isinf(nines(0)));
  CHECK(annual_loss_probability(kHoursAYear) == Approx(1 - std::exp(-1.0)).epsilon(1e-14));
  CHECK(annual_loss_probability(1e20) == Approx(8.76e-17).epsilon(1e-12));
  CHECK(annual_loss_probability(0) == 1);
}

TEST_CASE("zone loss: what six shards, or two copies, risk until the zone is back") {
  struct Row {
    double days, five_of_nine, copies;
  };
  const std::vector<Row> rows{
      {1, 2.5e-8, 1.7e-9}, {7, 1.2e-6, 8.3e-8}, {30, 2.3e-5, 1.5e-6}, {90, 2.0e-4, 1.4e-5}};
  for (const Row& row : rows) {
    INFO(row.days << " days");
    const double q = -std::expm1(-.015 * row.days / 365);
    CHECK(unreadable_probability(6, 5, q) == Approx(row.five_of_nine).epsilon(.04));
    CHECK(unreadable_probability(2, 1, q) == Approx(row.copies).epsilon(.04));
  }
  CHECK(unreadable_probability(9, 5, 1e-3) == Approx(1.3e-13).epsilon(.04));
  CHECK(unreadable_probability(6, 5, 1e-3) == Approx(1.5e-5).epsilon(.04));
  CHECK(unreadable_probability(9, 5, 1e-2) == Approx(1.2e-8).epsilon(.04));
  CHECK(unreadable_probability(6, 5, 1e-2) == Approx(1.5e-3).epsilon(.04));
  CHECK(unreadable_probability(12, 11, 1e-3) == Approx(6.6e-5).epsilon(.04));
}

TEST_CASE("unreadable: closed forms and limits") {
  CHECK(unreadable_probability(3, 1, 1e-5) == Approx(1e-15).epsilon(1e-12));
  CHECK(unreadable_probability(6, 5, .1) ==
        Approx(1 - std::pow(.9, 6) - 6 * .1 * std::pow(.9, 5)).epsilon(1e-12));
  CHECK(unreadable_probability(4, 4, .25) == Approx(1 - std::pow(.75, 4)).epsilon(1e-14));
  CHECK(unreadable_probability(9, 5, 0) == 0);
  CHECK(unreadable_probability(9, 5, 1) == 1);
  CHECK(unreadable_probability(64, 32, .5) ==
        Approx(.5 - std::exp2(-65) * 1832624140942590534.0).epsilon(1e-12));
  CHECK_THROWS_AS(unreadable_probability(9, 0, .1), std::invalid_argument);
  CHECK_THROWS_AS(unreadable_probability(9, 10, .1), std::invalid_argument);
  CHECK_THROWS_AS(unreadable_probability(9, 5, -.1), std::invalid_argument);
  CHECK_THROWS_AS(unreadable_probability(9, 5, std::nan("")), std::invalid_argument);
}

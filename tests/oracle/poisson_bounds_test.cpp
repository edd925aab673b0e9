// Exact Poisson bounds, against published tables and the probabilities that define them.
#include "sim/poisson_bounds.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "sim/special_functions.hpp"

namespace spindle::sim {
namespace {

struct Published {
  std::uint64_t count;
  double low;
  double high;
};

TEST_CASE("poisson bounds: Garwood's table at 95 %") {
  for (const Published& row :
       {Published{0, 0, 3.689}, Published{1, 0.0253, 5.572}, Published{2, 0.242, 7.225},
        Published{5, 1.623, 11.668}, Published{10, 4.795, 18.390}, Published{20, 12.217, 30.888},
        Published{50, 37.111, 65.919}}) {
    const Interval bounds = exact_poisson_interval(row.count, 0.95);
    INFO(row.count);
    CHECK(bounds.estimate == static_cast<double>(row.count));
    CHECK(bounds.low == Approx(row.low).margin(0.0006));
    CHECK(bounds.high == Approx(row.high).margin(0.0006));
  }
}

TEST_CASE("poisson bounds: each end leaves half of the error, at any confidence and count") {
  for (const double confidence : {0.5, 0.998, 0.99995}) {
    for (const std::uint64_t count : {1ULL, 3ULL, 40ULL, 700ULL}) {
      const Interval bounds = exact_poisson_interval(count, confidence);
      INFO(confidence << " of " << count);
      double below_count = 0;  // P(X < count) at the low end
      double to_count = 0;     // P(X <= count) at the high end
      for (std::uint64_t k = 0; k <= count; ++k) {
        if (k < count) below_count += std::exp(log_poisson_probability(k, bounds.low));
        to_count += std::exp(log_poisson_probability(k, bounds.high));
      }
      CHECK(1 - below_count == Approx((1 - confidence) / 2).epsilon(1e-6));
      CHECK(to_count == Approx((1 - confidence) / 2).epsilon(1e-6));
    }
  }
  CHECK(exact_poisson_interval(0, 0.998).high == Approx(-std::log(0.001)));
  // Far out they are the normal's: 1e6 +- 1.96 * 1e3.
  CHECK(exact_poisson_interval(1'000'000, 0.95).high == Approx(1e6 + 1961.5).epsilon(1e-6));
  CHECK_THROWS_AS(exact_poisson_interval(3, 1), std::invalid_argument);
}

}  // namespace
}  // namespace spindle::sim

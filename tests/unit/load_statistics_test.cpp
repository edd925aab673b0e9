#include "models/tenant/load_statistics.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>
#include <vector>

using namespace spindle::models;

TEST_CASE("a quantile is the smallest value with that share at or below it") {
  std::vector<double> values(10000);
  std::iota(values.rbegin(), values.rend(), 1.0);  // 10,000 ... 1
  CHECK(quantile(values, 0.9999) == 9999);
  CHECK(quantile(values, 0.99991) == 10000);
  CHECK(quantile(values, 1) == 10000);
  CHECK(quantile(values, 1e-9) == 1);
  CHECK(quantile(std::vector<double>{3, 1}, 0.5) == 1);
  CHECK_THROWS_AS(quantile({}, 0.5), std::invalid_argument);
  CHECK_THROWS_AS(quantile(values, 0), std::invalid_argument);
}

TEST_CASE("load statistics are ratios to the mean") {
  const auto statistics = load_statistics(std::vector<double>{1, 3, 0, 0});
  CHECK(statistics.mean == 1);
  CHECK(statistics.peak_to_mean == 3);
  CHECK(statistics.q9999_to_mean == 3);
  const auto silent = load_statistics(std::vector<double>{0, 0});
  CHECK((silent.mean == 0 && silent.peak_to_mean == 0 && silent.q9999_to_mean == 0));
  CHECK(load_statistics({}).mean == 0);
}

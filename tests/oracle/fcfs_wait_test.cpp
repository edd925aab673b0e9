// Waits of M/G/1 on a grid of cells against closed forms. No randomness: no false alarms.
#include "models/analytic/fcfs_wait.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace spindle::models;

namespace {

CellDistribution exponential_service(double mean_s, double step_s) {
  std::vector<double> cells;
  for (double x = 0; x < 40 * mean_s; x += step_s) {
    cells.push_back(std::exp(-x / mean_s) - std::exp(-(x + step_s) / mean_s));
  }
  return {step_s, cells};
}

// One cell about 1 s, no wider than a grid allows.
CellDistribution constant_service(double step_s) {
  const auto cells = static_cast<std::size_t>(std::lround(1 / step_s + 0.5));
  std::vector<double> weights(cells);
  weights.back() = 1;
  return {step_s, weights};
}

// Erlang 1909: P(W <= t) of M/D/1 with a service of 1 s.
long double erlang_wait_cdf(double load, double t) {
  long double sum = 0;
  for (int j = 0; j <= static_cast<int>(t); ++j) {
    const long double x = static_cast<long double>(load) * (j - static_cast<long double>(t));
    long double term = std::exp(-x);
    for (int i = 1; i <= j; ++i) term *= x / i;
    sum += term;
  }
  return (1 - static_cast<long double>(load)) * sum;
}

}  // namespace

TEST_CASE("waits on a grid: M/M/1 means and quantiles of waits and responses") {
  const double mean = 0.01;
  const CellDistribution service = exponential_service(mean, mean / 128);
  for (const double load : {0.05, 0.3, 0.5, 0.8, 0.95}) {
    INFO("load " << load);
    const FcfsWait wait({load / mean}, service);
    CHECK(wait.load() == Approx(load).epsilon(1e-4));
    CHECK(wait.mean_wait_s() == Approx(load * mean / (1 - load)).epsilon(5e-4));
    CHECK(wait.mean_response_s() == Approx(mean / (1 - load)).epsilon(5e-4));
    for (const double p : {0.1, 0.5, 0.9, 0.99, 0.999, 0.99999, 1 - 1e-7}) {
      INFO("share " << p);
      const double scale = mean / (1 - load);
      CHECK(wait.response_quantile_s(p) == Approx(-scale * std::log(1 - p)).epsilon(1e-3));
      const double waits = p <= 1 - load ? 0 : scale * std::log(load / (1 - p));
      CHECK(wait.wait_quantile_s(p) == Approx(waits).epsilon(1e-3).margin(1e-6));
    }
  }
}

TEST_CASE("waits on a grid: tails beyond the lattice go on as exponentials") {
  const CellDistribution service = exponential_service(1, 1.0 / 64);
  const FcfsWait wait({0.9}, service);
  const double exact = 10 * std::log(1e11);
  CHECK(wait.response_quantile_s(1 - 1e-11) == Approx(exact).epsilon(2e-3));
  CHECK(wait.wait_quantile_s(1 - 1e-11) == Approx(exact + 10 * std::log(0.9)).epsilon(2e-3));
}

TEST_CASE("waits on a grid: M/D/1 against Erlang's formula") {
  const CellDistribution service = constant_service(1.0 / 128.5);
  REQUIRE(service.mean_s() == Approx(1).epsilon(1e-12));
  for (const double load : {0.2, 0.5, 0.8}) {  // above, the terms' signs cost digits
    INFO("load " << load);
    const FcfsWait wait({load}, service);
    CHECK(wait.mean_wait_s() == Approx(load / (2 * (1 - load))).epsilon(1e-4));
    for (const double p : {0.85, 0.9, 0.99, 0.999}) {
      if (p <= 1 - load + 0.02) continue;
      const double quantile = wait.wait_quantile_s(p);
      INFO("share " << p << " at " << quantile);
      CHECK(static_cast<double>(erlang_wait_cdf(load, quantile)) == Approx(p).margin(2e-4));
      CHECK(wait.response_quantile_s(p) == Approx(1 + quantile).epsilon(2e-3));
    }
  }
}

TEST_CASE("waits on a grid: means of the published M/G/1 table of the ten-millisecond drive") {
  // Seek 4 ms, rotation U(0, 8 ms), transfer 2 ms: U(6, 14 ms). Printed to three digits.
  std::vector<double> cells(140);
  for (std::size_t k = 60; k < 140; ++k) cells[k] = 1;
  const CellDistribution service(1e-4, cells);
  const std::vector<std::pair<double, double>> rows{{.3, 2.26},  {.5, 5.27}, {.7, 12.29},
                                                    {.8, 21.07}, {.9, 47.4}, {.95, 100.1}};
  for (const auto& [load, wait_ms] : rows) {
    INFO("load " << load);
    CHECK(FcfsWait({load / 10e-3}, service).mean_wait_s() * 1e3 == Approx(wait_ms).epsilon(3e-3));
  }
  // One simulation, good to 3 %: p99 of responses 46.5 and 118 ms at loads of .5 and .8.
  CHECK(FcfsWait({50}, service).response_quantile_s(0.99) * 1e3 == Approx(46.5).epsilon(0.03));
  CHECK(FcfsWait({80}, service).response_quantile_s(0.99) * 1e3 == Approx(118).epsilon(0.03));
}

TEST_CASE("waits on a grid: no load, full load, bad cells") {
  const CellDistribution service(0.5, {0, 1, 1});
  const FcfsWait idle({0}, service);
  CHECK(idle.mean_wait_s() == 0);
  CHECK(idle.wait_quantile_s(0.999) == 0);
  CHECK(idle.response_quantile_s(0.5) == Approx(1.0));
  CHECK(idle.response_quantile_s(0.75) == Approx(1.25));
  for (const double load : {1.0, 1.5}) {
    const FcfsWait full({load / service.mean_s()}, service);
    CHECK(std::isinf(full.mean_wait_s()));
    CHECK(std::isinf(full.wait_quantile_s(0.5)));
    CHECK(std::isinf(full.response_quantile_s(0.5)));
  }
  CHECK_THROWS_AS(CellDistribution(0, {1}), std::invalid_argument);
  CHECK_THROWS_AS(CellDistribution(1, {}), std::invalid_argument);
  CHECK_THROWS_AS(CellDistribution(1, {0, 0}), std::invalid_argument);
  CHECK_THROWS_AS(CellDistribution(1, {1, -1}), std::invalid_argument);
  CHECK_THROWS_AS(CellDistribution(1, {1, std::nan("")}), std::invalid_argument);
}

TEST_CASE("waits on a grid: the k-th of n idle drives by uniform order statistics") {
  std::vector<double> cells(140);
  for (std::size_t k = 60; k < 140; ++k) cells[k] = 1;
  const CellDistribution service(1e-4, cells);
  for (const auto& [k, n] :
       std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {5, 5}, {5, 6}, {5, 9}, {1, 9}}) {
    INFO(k << " of " << n);
    const double exact = 6e-3 + 8e-3 * static_cast<double>(k) / static_cast<double>(n + 1);
    CHECK(mean_kth_of_n(service, k, n) == Approx(exact).epsilon(1e-4));
  }
}

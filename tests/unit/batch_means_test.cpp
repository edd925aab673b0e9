#include "sim/batch_means.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/random_stream.hpp"
#include "sim/stopping_rule.hpp"

namespace spindle::sim {
namespace {

TEST_CASE("batch means: a sequence known by hand") {
  BatchMeans means(4, 2);
  for (int i = 1; i <= 15; ++i) means.add(i);
  // 1.5, 3.5, … 13.5; the 15 is in a batch that is not complete.
  CHECK(means.count() == 15);
  CHECK(means.batch_length() == 2);
  CHECK(means.batches().count() == 7);
  CHECK(means.batches().mean() == Approx(7.5));
  CHECK(means.interval().low == Approx(7.5 - 2.44691185 * std::sqrt(56.0 / 3 / 7)));
  means.add(16);  // the eighth: pairs are merged
  CHECK(means.count() == 16);
  CHECK(means.batch_length() == 4);
  CHECK(means.batches().count() == 4);
  CHECK(means.batches().min() == Approx(2.5));
  CHECK(means.batches().max() == Approx(14.5));
  // Deviations -6, -2, 2, 6: products 12 - 4 + 12 over squares 80.
  CHECK(means.lag_1() == Approx(0.25));
}

TEST_CASE("batch means: few values say nothing, impossible options are refused") {
  BatchMeans means(4, 10);
  CHECK(means.lag_1() == 0);
  for (int i = 0; i < 19; ++i) means.add(i);
  CHECK(std::isinf(means.interval().high));
  CHECK_THROWS_AS(BatchMeans(3), std::invalid_argument);
  CHECK_THROWS_AS(BatchMeans(4, 0), std::invalid_argument);
}

TEST_CASE("batch means: batches cover the run from its start, whatever its length") {
  REQUIRE(rc::check("cover", [] {
    const auto least = *rc::gen::inRange<std::uint32_t>(4, 40);
    const auto length = *rc::gen::inRange<std::uint64_t>(1, 10);
    const auto count = *rc::gen::inRange<std::uint64_t>(0, 5000);
    BatchMeans means(least, length);
    RandomStream random(Seed{1}, 0, Purpose{0}, count);
    std::vector<double> values;
    for (std::uint64_t i = 0; i < count; ++i) {
      values.push_back(random.exponential());
      means.add(values.back());
    }
    const Moments batches = means.batches();
    const std::uint64_t covered = batches.count() * means.batch_length();
    double sum = 0;
    for (std::uint64_t i = 0; i < covered; ++i) sum += values[i];
    const double mean = covered == 0 ? 0 : sum / static_cast<double>(covered);
    return means.count() == count && count - covered < means.batch_length() &&
           batches.count() < 2 * std::uint64_t{least} &&
           (means.batch_length() == length || batches.count() >= least) &&
           std::abs(batches.mean() - mean) < 1e-12 * (1 + mean);
  }));
}

TEST_CASE("stopping rule: stops at the first interval that is narrow enough") {
  // Values 9, 11, 9, 11, …: the half width is t sqrt(n/(n - 1)/n), the goal 10 * 0.05/1.05.
  StoppingRule rule({.relative_error = 0.05, .least = 4});
  std::uint64_t n = 0;
  while (rule.progress() == Progress::kGoOn) rule.add(++n % 2 == 1 ? 9 : 11);
  CHECK(rule.progress() == Progress::kPrecise);
  const Interval reached = rule.interval();
  CHECK(is_precise(reached, 0.05));
  CHECK(rule.values().count() == n);
  // One value fewer would not have done.
  Moments before;
  for (std::uint64_t i = 1; i < n; ++i) before.add(i % 2 == 1 ? 9 : 11);
  CHECK_FALSE(is_precise(student_interval(before, 0.95), 0.05));
  // What comes later is ignored.
  CHECK(rule.add(1000) == Progress::kPrecise);
  CHECK(rule.interval().high == reached.high);
}

TEST_CASE("stopping rule: limits") {
  StoppingRule hasty({.relative_error = 0.5, .least = 30});
  for (int i = 0; i < 29; ++i) CHECK(hasty.add(1) == Progress::kGoOn);
  CHECK(hasty.add(1) == Progress::kPrecise);
  StoppingRule hopeless({.relative_error = 0.01, .least = 2, .most = 50});
  for (int i = 0; i < 49; ++i) REQUIRE(hopeless.add(i % 2) == Progress::kGoOn);
  CHECK(hopeless.add(1) == Progress::kExhausted);
  CHECK(hopeless.add(1) == Progress::kExhausted);
  CHECK(hopeless.values().count() == 50);

  CHECK(is_precise({0, 0, 0}, 0.1));
  CHECK_FALSE(is_precise({0, -1e-9, 1e-9}, 0.1));
  CHECK(is_precise({-11, -12, -10}, 0.1));
  CHECK_THROWS_AS(StoppingRule({.relative_error = 0}), std::invalid_argument);
  CHECK_THROWS_AS(StoppingRule({.relative_error = 1}), std::invalid_argument);
  CHECK_THROWS_AS(StoppingRule({.confidence = 1}), std::invalid_argument);
  CHECK_THROWS_AS(StoppingRule({.least = 1}), std::invalid_argument);
  CHECK_THROWS_AS(StoppingRule({.least = 5, .most = 4}), std::invalid_argument);
}

}  // namespace
}  // namespace spindle::sim

// How often intervals contain the true mean: by 2,000 experiments each, with fixed seeds. Where the
// theory is exact, the count must lie within 4.9 standard errors of its binomial (false alarms 1e-6
// a check); where it is asymptotic, the loss allowed is stated.

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/batch_means.hpp"
#include "sim/random_batch.hpp"
#include "sim/stopping_rule.hpp"

namespace spindle::sim {
namespace {

constexpr std::uint64_t kExperiments = 2000;
constexpr double kTwoSidedZ = 4.9;  // two-sided 1e-6

double deviation_of(double share) {
  return std::sqrt(share * (1 - share) / static_cast<double>(kExperiments));
}

// Share of experiments, each with a stream of its own, whose interval contains `mean`.
template <class Experiment>
double coverage(double mean, Experiment experiment) {
  const RandomBatch streams(Seed{77}, 0, Purpose{8});
  std::uint64_t covered = 0;
  for (std::uint64_t e = 0; e < kExperiments; ++e) {
    RandomStream stream = streams.stream(e);
    const Interval interval = experiment(stream);
    if (interval.low <= mean && mean <= interval.high) ++covered;
  }
  return static_cast<double>(covered) / static_cast<double>(kExperiments);
}

TEST_CASE("coverage: Student's interval over five normal replications is exact") {
  for (const double confidence : {0.5, 0.9, 0.95, 0.99}) {
    const double seen = coverage(3, [&](RandomStream& stream) {
      Moments sample;
      for (int i = 0; i < 5; ++i) sample.add(3 + 2 * stream.normal());
      return student_interval(sample, confidence);
    });
    CHECK(std::abs(seen - confidence) < kTwoSidedZ * deviation_of(confidence));
  }
}

// x' = phi x + noise: neighbours correlate with phi = 0.9, over about 19 values. The 46 batches
// of 128 values are long against that; the interval that takes the values for independent is
// useless.
TEST_CASE("coverage: batch means of a correlated sequence") {
  constexpr double kCorrelation = 0.9;
  const auto experiment = [](RandomStream& stream, auto& summary) {
    double x = stream.normal() / std::sqrt(1 - kCorrelation * kCorrelation);
    for (int i = 0; i < 6000; ++i) {
      summary.add(5 + x);
      x = kCorrelation * x + stream.normal();
    }
  };
  const double by_batches = coverage(5, [&](RandomStream& stream) {
    BatchMeans means;
    experiment(stream, means);
    return means.interval(0.9);
  });
  CHECK(by_batches > 0.9 - 0.02 - kTwoSidedZ * deviation_of(0.9));
  CHECK(by_batches < 0.9 + kTwoSidedZ * deviation_of(0.9));
  const double by_values = coverage(5, [&](RandomStream& stream) {
    Moments values;
    experiment(stream, values);
    return student_interval(values, 0.9);
  });
  CHECK(by_values < 0.5);
}

// Sequential stopping costs a little coverage: at most 1.5 points for normal replications, 3 for
// exponential ones.
TEST_CASE("coverage: the stopping rule on relative precision") {
  const auto run = [](RandomStream& stream, const PrecisionGoal& goal, auto draw) {
    StoppingRule rule(goal);
    while (rule.progress() == Progress::kGoOn) rule.add(draw(stream));
    REQUIRE(rule.progress() == Progress::kPrecise);
    return rule.interval();
  };
  const double normal = coverage(10, [&](RandomStream& stream) {
    return run(stream, {.relative_error = 0.05},
               [](RandomStream& s) { return 10 + 3 * s.normal(); });
  });
  CHECK(normal > 0.95 - 0.015 - kTwoSidedZ * deviation_of(0.95));
  const double exponential = coverage(1, [&](RandomStream& stream) {
    return run(stream, {.relative_error = 0.1}, [](RandomStream& s) { return s.exponential(); });
  });
  CHECK(exponential > 0.95 - 0.03 - kTwoSidedZ * deviation_of(0.95));
  // Two values before the first decision are far too few: what `least` is for.
  const double hasty = coverage(1, [&](RandomStream& stream) {
    return run(stream, {.relative_error = 0.5, .least = 2},
               [](RandomStream& s) { return s.exponential(); });
  });
  CHECK(hasty < exponential);
}

// The promise in words: the estimate is within 10 % of the truth in about 95 % of all studies.
TEST_CASE("coverage: the stopping rule bounds the error against the true mean") {
  const RandomBatch streams(Seed{78}, 0, Purpose{8});
  std::uint64_t within = 0;
  for (std::uint64_t e = 0; e < kExperiments; ++e) {
    RandomStream stream = streams.stream(e);
    StoppingRule rule({.relative_error = 0.1});
    while (rule.progress() == Progress::kGoOn) rule.add(stream.exponential());
    if (std::abs(rule.values().mean() - 1) <= 0.1) ++within;
  }
  CHECK(static_cast<double>(within) / kExperiments > 0.95 - 0.03 - kTwoSidedZ * deviation_of(0.95));
}

}  // namespace
}  // namespace spindle::sim

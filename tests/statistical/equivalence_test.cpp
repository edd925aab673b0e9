// Error rates of the gate's statistics, by plain normal draws, Poisson counts and Holm over several
// metrics; fixed seeds. The level is 0.2 % for all metrics together. With an error of just that,
// more than 5 false alarms of 500 come once in 1,700 suites.
#include "sim/equivalence_test.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/discrete_distributions.hpp"
#include "sim/holm.hpp"
#include "sim/random_batch.hpp"

namespace spindle::sim {
namespace {

constexpr int kTrials = 500;
constexpr double kLevel = 0.002;

// One trial: B is `shift` above A, each value with a normal error of deviation 1; pairs share
// another normal error of deviation 3.
ComparedMeans draw(RandomStream& stream, std::uint64_t replications, double shift, bool is_paired) {
  ComparedMeans means;
  means.is_paired = is_paired;
  for (std::uint64_t r = 0; r < replications; ++r) {
    const double common = is_paired ? 3 * stream.normal() : 0;
    const double a = common + stream.normal();
    const double b = common + stream.normal() + shift;
    means.a.add(a);
    means.b.add(b);
    if (is_paired) means.difference.add(b - a);
  }
  return means;
}

struct Verdicts {
  int different = 0;
  int equivalent = 0;
  int undecided = 0;
};

template <class Draw>
Verdicts verdicts(std::uint64_t seed, double margin, Draw draw_one) {
  const RandomBatch streams(Seed{seed}, 0, Purpose{8});
  Verdicts out;
  for (int trial = 0; trial < kTrials; ++trial) {
    RandomStream stream = streams.stream(static_cast<std::uint64_t>(trial));
    const ComparedMeans means = draw_one(stream);
    switch (judged(difference_interval(means, kLevel), margin)) {
      case Equivalence::kDifferent:
        ++out.different;
        break;
      case Equivalence::kEquivalent:
        ++out.equivalent;
        break;
      case Equivalence::kUndecided:
        ++out.undecided;
        break;
    }
  }
  return out;
}

TEST_CASE("equivalence: unchanged means raise no alarm, whatever the margin and the replications") {
  for (const bool is_paired : {true, false}) {
    for (const std::uint64_t replications : {2U, 3U, 5U, 20U, 100U}) {
      // The worst a margin can be: next to nothing.
      const Verdicts seen = verdicts(11 + replications, 1e-9, [&](RandomStream& stream) {
        return draw(stream, replications, 0, is_paired);
      });
      INFO((is_paired ? "paired, " : "unpaired, ") << replications);
      CHECK(seen.different <= 5);
      CHECK(seen.equivalent == 0);
    }
  }
}

TEST_CASE("equivalence: a shift by the margin itself is neither an alarm nor a pass") {
  for (const bool is_paired : {true, false}) {
    for (const std::uint64_t replications : {5U, 20U, 100U}) {
      const Verdicts seen = verdicts(71 + replications, 1.5, [&](RandomStream& stream) {
        return draw(stream, replications, 1.5, is_paired);
      });
      CHECK(seen.different <= 5);
      CHECK(seen.equivalent <= 5);
    }
  }
}

TEST_CASE("equivalence: eight unchanged metrics together raise no more alarms than one") {
  const RandomBatch streams(Seed{5}, 0, Purpose{8});
  int alarms = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    RandomStream stream = streams.stream(static_cast<std::uint64_t>(trial));
    std::vector<ComparedMeans> metrics;
    for (int m = 0; m < 8; ++m) metrics.push_back(draw(stream, 10, 0, m % 2 == 0));
    const auto steps = holm(metrics.size(), kLevel, [&](std::size_t i, double level) {
      return judged(difference_interval(metrics[i], level), 1e-9) == Equivalence::kDifferent;
    });
    for (const HolmStep& step : steps) {
      if (!step.rejected) continue;
      ++alarms;
      break;
    }
  }
  CHECK(alarms <= 5);
}

TEST_CASE(
    "equivalence: at the recommended count a shift of twice the margin is caught, none passes") {
  constexpr double kMargin = 0.8;
  for (const bool is_paired : {true, false}) {
    for (const std::uint64_t pilot : {5U, 20U}) {
      // Every trial has its own pilot, whose answer it follows.
      const auto follow = [&](double shift) {
        return verdicts(pilot, kMargin, [&](RandomStream& stream) {
          const auto count =
              replications_needed(draw(stream, pilot, shift, is_paired), kLevel, kMargin);
          return draw(stream, count.value(), shift, is_paired);
        });
      };
      const Verdicts doubled = follow(2 * kMargin);
      const Verdicts none = follow(0);
      INFO((is_paired ? "paired" : "unpaired") << ", pilot of " << pilot);
      CHECK(doubled.different >= 465);
      CHECK(doubled.equivalent == 0);
      CHECK(none.equivalent >= 465);
      CHECK(none.different == 0);
    }
  }
}

TEST_CASE("equivalence: the recommended count follows from spread, level and margin") {
  ComparedMeans means;
  means.is_paired = true;
  // Of deviation 1. There are enough by design; a shift near the margin takes more.
  means.difference = Moments(4001, 0.099, 4000, -3, 3);
  const auto near = replications_needed(means, kLevel, 0.1);
  REQUIRE_FALSE(near.has_value());  // a thousandth apart: 25 million
  // z(0.999) + 1.96 = 5.05 deviations, of which the upper bound is 3 % more: (5.05 * 1.03 / 0.2)^2.
  means.difference = Moments(101, 0, 100, -3, 3);
  const auto count = replications_needed(means, kLevel, 0.2);
  REQUIRE(count);
  CHECK(*count > 700);
  CHECK(*count < 850);
  // Nothing is known of the spread of one, or of equals.
  means.difference = Moments(1, 0.5, 0, 0.5, 0.5);
  CHECK(replications_needed(means, kLevel, 0.2) == kFewestAlike);
}

TEST_CASE(
    "equivalence: Poisson counts, paired or not, stay within the error, and rare ones decide") {
  for (const double mean : {0.05, 1.0, 8.0}) {
    const auto counts = [&](RandomStream& stream, std::uint64_t replications, double shift) {
      ComparedMeans means;
      means.is_count = true;
      for (std::uint64_t r = 0; r < replications; ++r) {
        means.a.add(static_cast<double>(Poisson(mean).draw(stream)));
        means.b.add(static_cast<double>(Poisson(mean + shift).draw(stream)));
      }
      return means;
    };
    for (const std::uint64_t replications : {2U, 10U, 50U}) {
      const Verdicts seen =
          verdicts(3, 1e-9, [&](RandomStream& stream) { return counts(stream, replications, 0); });
      INFO(mean << ", " << replications);
      CHECK(seen.different <= 5);
    }
    const double margin = mean;
    const Verdicts doubled = verdicts(4, margin, [&](RandomStream& stream) {
      const auto count =
          replications_needed(counts(stream, 20, 2 * margin), kLevel, margin).value();
      return counts(stream, count, 2 * margin);
    });
    INFO(mean);
    CHECK(doubled.equivalent == 0);
    CHECK(doubled.different >= 465);
  }
}

TEST_CASE("equivalence: too few, or alike ones, say nothing") {
  const auto interval = [](std::initializer_list<double> differences) {
    ComparedMeans means;
    means.is_paired = true;
    for (const double d : differences) {
      means.a.add(0);
      means.b.add(d);
      means.difference.add(d);
    }
    return difference_interval(means, kLevel);
  };
  CHECK(std::isinf(interval({}).high));
  CHECK(std::isinf(interval({0.0}).high));
  CHECK(interval({0, 0}).high == 0);
  CHECK(std::isinf(interval({1, 1, 1}).high));
  CHECK(interval({1, 1, 1, 1, 1, 1, 1, 1, 1, 1}).low == 1);
  // No losses in ten runs of either: below -ln(0.0005) / 10 each.
  ComparedMeans none;
  none.is_count = true;
  for (int r = 0; r < 10; ++r) none.a.add(0), none.b.add(0);
  CHECK(difference_interval(none, kLevel).high == Approx(-std::log(0.0005) / 10));
  CHECK(difference_interval(none, kLevel).low == Approx(std::log(0.0005) / 10));
}

}  // namespace
}  // namespace spindle::sim

// Laws of drives' lives: a lifetime is where the cumulative hazard has grown by the number drawn.
#include "models/failure/lifetime_law.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/math.hpp"
#include "sim/time.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr double kYear = sim::kSecondsPerYear;

LifetimeOptions bathtub() {
  return {.kind = LifetimeKind::kSteps,
          .steps = {{0, 3}, {0.25 * kYear, 1}, {4 * kYear, 2.5}, {6 * kYear, 8}}};
}

// A number of [low, high], in a thousand steps.
double between(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1001) / 1000.0;
}

}  // namespace

TEST_CASE("lifetimes: the hazard over a lifetime is the number drawn, whatever the law and age") {
  CHECK(rc::check("H(age + x) = H(age) + e", [] {
    LifetimeOptions options = bathtub();
    options.kind =
        *rc::gen::element(LifetimeKind::kExponential, LifetimeKind::kWeibull, LifetimeKind::kSteps);
    options.shape = between(0.5, 3);
    const LifetimeLaw law(options, between(0.001, 2));
    const double age = between(0, 10) * kYear;
    const double e = between(0.001, 5);
    const double end = law.cumulative_hazard(age + law.remaining_s(e, age));
    RC_ASSERT(std::abs(end - law.cumulative_hazard(age) - e) <= 1e-9 * (end + e));
  }));
}

TEST_CASE("lifetimes: scales follow from the annual failure rate") {
  for (const double shape : {0.56, 1.0, 2.0}) {
    const LifetimeLaw law({.kind = LifetimeKind::kWeibull, .shape = shape}, 0.02);
    CHECK(law.cumulative_hazard(kYear) == Approx(0.02).epsilon(1e-12));
    CHECK(law.cumulative_hazard(2 * kYear) == Approx(0.02 * sim::pow(2, shape)).epsilon(1e-12));
  }
  const LifetimeLaw scaled({.kind = LifetimeKind::kWeibull, .shape = 2, .scale_s = 5 * kYear}, 0.3);
  CHECK(scaled.remaining_s(1, 0) == Approx(5 * kYear).epsilon(1e-12));
  const LifetimeLaw steps(bathtub(), 0.01);
  CHECK(steps.cumulative_hazard(kYear) == Approx(0.01 * (3 * 0.25 + 0.75)).epsilon(1e-12));
  CHECK(steps.cumulative_hazard(7 * kYear) ==
        Approx(0.01 * (3 * 0.25 + 3.75 + 2.5 * 2 + 8)).epsilon(1e-12));
}

TEST_CASE("lifetimes: an exponential law forgets ages, to the bit") {
  const LifetimeLaw law({}, 0.015);
  for (const double e : {1e-6, 0.3, 4.0}) {
    CHECK(law.remaining_s(e, 0) == e / (0.015 / kYear));
    CHECK(law.remaining_s(e, 7 * kYear) == law.remaining_s(e, 0));
  }
}

TEST_CASE("lifetimes: drives without hazard live for ever") {
  constexpr double kForever = std::numeric_limits<double>::infinity();
  CHECK(LifetimeLaw({}, 0).remaining_s(1, 0) == kForever);
  CHECK(LifetimeLaw({.kind = LifetimeKind::kWeibull, .shape = 2}, 0).remaining_s(1, kYear) ==
        kForever);
  // A break without hazard is lived through; one at the end never ends.
  const LifetimeLaw gap(
      {.kind = LifetimeKind::kSteps, .steps = {{0, 1}, {kYear, 0}, {2 * kYear, 1}}}, 1);
  CHECK(gap.remaining_s(1.5, 0) == Approx(2.5 * kYear));
  CHECK(gap.remaining_s(0.5, 1.5 * kYear) == Approx(kYear));
  const LifetimeLaw ends({.kind = LifetimeKind::kSteps, .steps = {{0, 1}, {kYear, 0}}}, 1);
  CHECK(ends.remaining_s(2, 0) == kForever);
}

TEST_CASE("lifetimes: what is out of range is refused by name") {
  const auto refuses = [](const LifetimeOptions& options, const char* text) {
    CHECK_THROWS_WITH(check(options), Catch::Matchers::Contains(text));
  };
  refuses({.kind = LifetimeKind::kWeibull, .shape = 0}, "shape 0");
  refuses({.kind = LifetimeKind::kWeibull, .shape = 2, .scale_s = -1}, "scale -1");
  refuses({.kind = LifetimeKind::kSteps}, "begin at age 0");
  refuses({.kind = LifetimeKind::kSteps, .steps = {{5, 1}}}, "begin at age 0");
  refuses({.kind = LifetimeKind::kSteps, .steps = {{0, 1}, {9, 2}, {9, 3}}}, "step 2");
  refuses({.kind = LifetimeKind::kSteps, .steps = {{0, -1}}}, "step 0");
  refuses({.age_s = -1}, "age -1");
  refuses({.batches = {{.share = 0}}}, "share 0");
  refuses({.batches = {{.share = 0.6}, {.share = 0.6}}}, "share 0.6");
  refuses({.batches = {{.share = 0.6, .hazard = -2}}}, "hazard -2");
}

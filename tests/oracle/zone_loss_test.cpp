// An extent after a zone is lost (docs/theory/failure.md): the chain against closed forms at real
// rates, the simulation against the same at inflated ones.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/analytic/first_passage.hpp"
#include "sim/math.hpp"
#include "tests/support/failing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::PlacedFleet;

namespace {

// P(at least `most` of n fail), each with probability q: the terms are positive, nothing cancels.
double at_least(std::uint32_t most, std::uint32_t n, double q) {
  double sum = 0;
  double choose = 1;
  for (std::uint32_t failed = 0; failed <= n; ++failed) {
    if (failed >= most) {
      double term = choose;
      for (std::uint32_t i = 0; i < failed; ++i) term *= q;
      for (std::uint32_t i = failed; i < n; ++i) term *= 1 - q;
      sum += term;
    }
    choose *= static_cast<double>(n - failed) / (failed + 1.0);
  }
  return sum;
}

constexpr auto kParallel = RepairMode::kParallel;

}  // namespace

TEST_CASE("zone loss: the chain gives the 30-day figures without repair") {
  const double lambda = .015 / 365;  // per day
  struct Row {
    double days, five_of_nine, three_copies;
  };
  // The reference's figures have two digits; the closed forms all.
  for (const Row& row : {Row{1, 2.5e-8, 1.7e-9}, Row{7, 1.2e-6, 8.3e-8}, Row{30, 2.3e-5, 1.5e-6},
                         Row{90, 2.0e-4, 1.4e-5}}) {
    INFO(row.days << " days");
    const double q = -sim::expm1(-lambda * row.days);
    const double erasure = loss_probability(9, 5, lambda, 0, kParallel, row.days, {3, 0});
    CHECK(erasure == Approx(at_least(2, 6, q)).epsilon(1e-9));
    CHECK(erasure == Approx(row.five_of_nine).epsilon(0.05));
    const double copies = loss_probability(3, 1, lambda, 0, kParallel, row.days, {1, 0});
    CHECK(copies == Approx(q * q).epsilon(1e-9));
    CHECK(copies == Approx(row.three_copies).epsilon(0.05));
  }
}

TEST_CASE("zone loss: the chain knows what was lost before the zone") {
  // Without repair the shards are independent: one of the zone's z is dead from T1 on, the others
  // with q(T). Loss by T: at T1 already, or fewer than k of the n - z at T.
  const double lambda = .1;
  const double q1 = -sim::expm1(-lambda * 2.0);
  const double q = -sim::expm1(-lambda * 5.0);
  // 3 copies, one in the zone: all three dead at T1 implies both others dead at T.
  CHECK(loss_probability(3, 1, lambda, 0, kParallel, 5, {1, 2}) == Approx(q * q).epsilon(1e-11));
  // 5 of 9, three in the zone: at T1 five or more of nine dead, of which at most 1 of the six and
  // so four of three: impossible. So six others decide.
  CHECK(loss_probability(9, 5, lambda, 0, kParallel, 5, {3, 2}) ==
        Approx(at_least(2, 6, q)).epsilon(1e-11));
  // 2 of 5, two in the zone: four dead at T1 may be both of the zone's and two of three, which is
  // a loss at T as well.
  CHECK(loss_probability(5, 2, lambda, 0, kParallel, 5, {2, 2}) ==
        Approx(at_least(2, 3, q)).epsilon(1e-11));
  // k = n: one dead at T1 is a loss, and so is the zone.
  CHECK(loss_probability(4, 4, lambda, 0, kParallel, 5, {1, 2}) == 1);
  CHECK(loss_probability(4, 4, lambda, 0, kParallel, 5, {1, 5}) ==
        Approx(at_least(1, 4, q)).epsilon(1e-11));
  CHECK(loss_probability(4, 4, lambda, 0, kParallel, 2, {0, 1}) ==
        Approx(at_least(1, 4, q1)).epsilon(1e-11));
}

TEST_CASE("zone loss: the chain with repair") {
  // No shard in the zone, or the zone lost at the end: as without.
  const double plain = loss_probability(9, 5, .1, 1, kParallel, 20);
  CHECK(loss_probability(9, 5, .1, 1, kParallel, 20, {0, 7}) == Approx(plain).epsilon(1e-11));
  CHECK(loss_probability(9, 5, .1, 1, kParallel, 20, {3, 20}) == plain);
  // The zone lost at the start: a whole extent of the shards that are left.
  CHECK(loss_probability(9, 5, .1, 1, kParallel, 20, {3, 0}) ==
        Approx(loss_probability(6, 5, .1, 1, kParallel, 20)).epsilon(1e-12));
  CHECK(loss_probability(9, 5, 0, 1, kParallel, 20, {3, 0}) == 0);
  CHECK(loss_probability(9, 5, 0, 1, kParallel, 20, {5, 0}) == 1);
  CHECK_THROWS_AS(loss_probability(9, 5, .1, 1, kParallel, 20, {10, 0}), std::invalid_argument);
  CHECK_THROWS_AS(loss_probability(9, 5, .1, 1, kParallel, 20, {3, -1}), std::invalid_argument);
}

TEST_CASE("zone loss: a zone whose shards are rebuilt starts the chain where it stands") {
  // Two copies, one of them lost at 0: from one lost shard, s'' + (3 lambda + mu) s' +
  // 2 lambda^2 s = 0 with s(0) = 1 and s'(0) = -lambda is the share that survives.
  for (const double mu : {0.3, 1.0, 20.0}) {
    const double lambda = .1;
    const double half = (3 * lambda + mu) / 2;
    const double root = std::sqrt(half * half - 2 * lambda * lambda);
    const double slow = -half + root;
    const double fast = -half - root;
    const double first = (-lambda - fast) / (slow - fast);
    const double survives = first * std::exp(5 * slow) + (1 - first) * std::exp(5 * fast);
    CHECK(loss_probability(2, 1, lambda, mu, kParallel, 5, {1, 0, true}) ==
          Approx(1 - survives).epsilon(1e-11));
  }
  // Without repair nothing is rebuilt, whatever is meant to be.
  CHECK(loss_probability(9, 5, .1, 0, kParallel, 3, {3, 1, true}) ==
        Approx(loss_probability(9, 5, .1, 0, kParallel, 3, {3, 1})).epsilon(1e-12));
  const double stays = loss_probability(9, 5, .1, 1, kParallel, 20, {3, 7});
  const double rebuilt = loss_probability(9, 5, .1, 1, kParallel, 20, {3, 7, true});
  CHECK(rebuilt < stays);
  CHECK(rebuilt > loss_probability(9, 5, .1, 1, kParallel, 20));
  CHECK(loss_probability(9, 5, 0, 1, kParallel, 20, {5, 7, true}) == 1);
}

TEST_CASE("zone loss: one zone after the other") {
  const auto after = [](std::initializer_list<DomainLoss> losses) {
    const std::vector<DomainLoss> all(losses);
    return loss_probability(9, 4, .1, 1, kParallel, 20, std::span<const DomainLoss>(all));
  };
  CHECK(after({{2, 0}, {1, 0}}) == Approx(after({{3, 0}})).epsilon(1e-12));
  CHECK(after({{2, 6}, {2, 6}}) == Approx(after({{4, 6}})).epsilon(1e-12));
  CHECK(after({{3, 2}, {3, 11}}) == 1);
  CHECK(after({{3, 2}, {1, 11}}) > after({{3, 2}}));
  CHECK(after({{3, 2}, {1, 20}}) == after({{3, 2}}));
  CHECK_THROWS_AS(after({{3, 2}, {1, 1}}), std::invalid_argument);
  CHECK_THROWS_AS(after({{5, 2}, {5, 3}}), std::invalid_argument);
}

namespace {

FailingFleet without_repair(std::uint32_t shards, std::uint32_t needed, SpreadRule spread) {
  FailingFleet fleet;
  fleet.drives = 900;
  fleet.shards = shards;
  fleet.needed = needed;
  fleet.spread = spread;
  fleet.extents = 2000;
  fleet.lambda = .15 / 30;  // per 24 h: 15 % of the drives in 30 d
  fleet.run = 30;
  fleet.options.law = RepairLaw::kBandwidth;  // and no bandwidth: nothing is rebuilt
  return fleet;
}

}  // namespace

// A fresh seed fails each interval with probability .05.
TEST_CASE("zone loss: the simulation gives the closed forms at inflated rates") {
  const double q = -sim::expm1(-.15);
  struct Case {
    std::uint32_t shards, needed;
    SpreadRule spread;
    double truth;
  };
  for (const Case& c : {Case{9, 5, {3, 1}, at_least(2, 6, q)}, Case{3, 1, {1, 1}, q * q}}) {
    FailingFleet fleet = without_repair(c.shards, c.needed, c.spread);
    fleet.outages.scripted = {{DomainKind::kZone, 1, sim::Instant(), true, {}}};
    const DirectEstimate estimate = PlacedFleet(fleet, sim::Seed{2}).estimate(300, 2);
    CHECK(estimate.violations.empty());
    const sim::Interval& loss = estimate.loss_probability;
    INFO(loss.estimate << " [" << loss.low << ", " << loss.high << "], true " << c.truth);
    CHECK(loss.low < c.truth);
    CHECK(loss.high > c.truth);
    CHECK(loss.high - loss.low < 0.12 * c.truth);
    // Random causes alone: the same shards, all nine or three of them.
    const double random = at_least(c.shards - c.needed + 1, c.shards, q);
    const sim::Interval& alone = estimate.random_loss_probability;
    INFO(alone.estimate << " [" << alone.low << ", " << alone.high << "], true " << random);
    CHECK(alone.low < random);
    CHECK(alone.high > random);
    CHECK(estimate.replications == 300);
    CHECK(estimate.digests.size() == 600);
    CHECK(estimate.read_bytes == 0);
  }
}

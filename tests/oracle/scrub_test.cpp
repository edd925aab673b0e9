// Scrubbing against its closed forms, and against drives read unit by unit.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/scrub/undetected.hpp"
#include "sim/math.hpp"
#include "tests/support/scrubbed_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::kDay;

namespace {

constexpr ScrubOrder kScrubOrders[] = {ScrubOrder::kSequential, ScrubOrder::kRandom};

ScrubOptions monthly(ScrubOrder order, double units_of_drive) {
  ScrubOptions out;
  out.order = order;
  out.period = sim::Duration::days(30);
  out.unit = Bytes{static_cast<std::uint64_t>(1e12 / units_of_drive)};
  return out;
}

}  // namespace

TEST_CASE("scrub: reading 20 TB in 30, 90, 180 and 365 days takes 7.7, 2.6, 1.3 and .63 MB/s") {
  const DriveModel& drive = *find_drive_preset("talk");
  const double printed[][2] = {{30, 7.7}, {90, 2.6}, {180, 1.3}, {365, .63}};
  for (const auto& [days, mb_per_s] : printed) {
    ScrubOptions options;
    options.period = sim::Duration::days(static_cast<int>(days));
    options.unit = Bytes{500'000};
    const ScrubPace pace = scrub_pace(options, drive);
    CHECK(pace.bytes_per_s / 1e6 == Approx(mb_per_s).epsilon(.02));
    CHECK(pace.units == 4e7);
    // A read of half a megabyte takes 10 ms.
    CHECK(pace.disk_share == Approx(pace.bytes_per_s / 50e6).epsilon(1e-12));
    ScrubOptions by_rate = options;
    by_rate.period = sim::Duration();
    by_rate.bytes_per_s = pace.bytes_per_s;
    CHECK(scrub_pace(by_rate, drive).period_s == Approx(pace.period_s).epsilon(1e-12));
  }
}

TEST_CASE("scrub: a unit waits T/2 or T, the oldest of 1e6 T or 14.4 T, of 4e7 18.1 T") {
  const ScrubLaw in_order(ScrubOrder::kSequential, 1);
  const ScrubLaw at_random(ScrubOrder::kRandom, 1);
  CHECK(in_order.mean_undetected_s() == .5);
  CHECK(at_random.mean_undetected_s() == 1);
  CHECK(in_order.mean_oldest_s(1e6) == 1);
  CHECK(at_random.mean_oldest_s(1e6) == Approx(14.4).margin(.05));
  CHECK(at_random.mean_oldest_s(4e7) == Approx(18.1).margin(.05));
  // The harmonic number from both sides of where it is summed.
  double harmonic = 0;
  for (int n = 1; n <= 101; ++n) {
    harmonic += 1.0 / n;
    CHECK(at_random.mean_oldest_s(n) == Approx(harmonic).epsilon(1e-10));
  }
}

TEST_CASE("scrub: the oldest unit's quantiles are those of that many independent waits") {
  const ScrubLaw law(ScrubOrder::kRandom, 3);
  for (const double units : {1.0, 20.0, 4e7}) {
    for (const double p : {.01, .5, .99}) {
      const double age = law.oldest_s(units, p, INFINITY);
      CHECK(sim::exp(units * sim::log1p(-law.survival(age))) == Approx(p).epsilon(1e-6));
      // Given that none is older than a limit.
      const double below = law.oldest_s(units, p, 10);
      const double of_one = (1 - law.survival(below)) / (1 - law.survival(10));
      CHECK(sim::exp(units * sim::log(of_one)) == Approx(p).epsilon(1e-6));
      CHECK(below < 10);
    }
  }
}

TEST_CASE("scrub: with clients' reads an error waits for the first of the two") {
  // E min(wait, Exp(h)) = the integral of P(wait > x) e^{-hx}, by the midpoint rule.
  for (const ScrubOrder order : kScrubOrders) {
    const ScrubLaw law(order, 2);
    for (const double rate : {0.0, 1e-6, 4e-4, 6e-4, .3, 20.0}) {
      double integral = 0;
      constexpr double kStep = 1e-4;
      for (double x = kStep / 2; x < 60; x += kStep) {
        // Waits from an error's coming: uniform, or exponential.
        integral += kStep * law.survival(x) * std::exp(-rate * x);
      }
      CHECK(law.mean_undetected_s(rate) == Approx(integral).epsilon(1e-6));
    }
  }
}

TEST_CASE("scrub: ages of a drive are those of its units, one by one, over stops and new data") {
  // Sequential: the units' positions make steps of 1/units. Random: 4,000 units, shares within
  // 5 binomial standard deviations (false alarm 6e-7 each; 30 of them).
  constexpr std::uint32_t kUnits = 4000;
  for (const ScrubOrder order : kScrubOrders) {
    const ScrubLaw law(order, 1);
    test::UnitScrub units(order, kUnits, 3);
    ScrubHistory history{.model = 0, .born_s = 0, .stops = {}};
    const double noise = order == ScrubOrder::kSequential ? 0 : 5 / std::sqrt(kUnits);
    const auto compare = [&] {
      const double now = units.now();
      CHECK(history.mean_age_s(law, now) == Approx(units.mean()).margin(1.5 / kUnits + noise));
      for (const double age : {.05, .3, .7, 1.1, 2.0}) {
        const double share = history.share_older(law, now, age);
        const double sd = std::sqrt(share * (1 - share)) * noise;
        CHECK(std::abs(share - units.share_older(age)) <= 1.5 / kUnits + sd);
      }
      if (order == ScrubOrder::kSequential) {
        CHECK(history.age_s(now, 1) == Approx(units.oldest()).margin(1.5 / kUnits));
      }
    };
    units.run(.4);
    compare();
    history.stops.push_back({.from_s = units.now()});
    units.stand(.35);
    compare();
    history.stops.back().until_s = units.now();
    units.run(.5);
    compare();
    history.stops.push_back({.from_s = units.now()});
    units.stand(.2);
    history.stops.back().until_s = units.now();
    units.run(.3);
    compare();
    // What lies more than two periods of running back tells nothing in order.
    units.run(2);
    compare();
    const ScrubHistory recent = history.within(units.now(), 2);
    CHECK(recent.stops.empty());
    CHECK(recent.born_s < 0);
  }
}

TEST_CASE("scrub: a fleet in steady state has the ages of the law, and one number as its oldest") {
  const double period = 30;
  test::ScrubbedFleet in_order(50, monthly(ScrubOrder::kSequential, 1e6));
  test::ScrubbedFleet at_random(50, monthly(ScrubOrder::kRandom, 1e6));
  in_order.live(40);
  at_random.live(40);
  const ScrubSeries& ordered = in_order.run().series();
  const ScrubSeries& random = at_random.run().series();
  REQUIRE(ordered.age_mean_s.size() == 40);
  for (const std::size_t day : {0U, 7U, 39U}) {
    CHECK(ordered.age_mean_s[day] / kDay == Approx(period / 2).epsilon(1e-12));
    CHECK(ordered.age_p99_99_s[day] / kDay == Approx(period * .9999).epsilon(1e-9));
    CHECK(ordered.age_p100_s[day] / kDay == Approx(period).epsilon(1e-12));
    CHECK(random.age_mean_s[day] / kDay == Approx(period).epsilon(1e-12));
    CHECK(random.age_p99_99_s[day] / kDay == Approx(period * std::log(1e4)).epsilon(1e-9));
    // 18.3 T on average, standard deviation 1.28 T: at either end with probability below 1e-6.
    CHECK(random.age_p100_s[day] / kDay > period * 15);
    CHECK(random.age_p100_s[day] / kDay < period * 33);
  }
}

TEST_CASE("scrub: one stuck drive ages a day a day at the top, and nowhere else") {
  ScrubOptions options = monthly(ScrubOrder::kSequential, 1e6);
  options.stuck = {{.at = sim::Instant() + sim::Duration::days(10),
                    .drive = 77,
                    .share = 0,
                    .lasts = std::nullopt}};
  test::ScrubbedFleet fleet(20'000, options);
  fleet.live(70);
  const ScrubSeries& series = fleet.run().series();
  CHECK(fleet.run().counts().stuck == 1);
  for (int day = 0; day < 70; ++day) {
    const double beyond = std::max(0, day + 1 - 10);
    CHECK(series.age_p100_s[static_cast<std::size_t>(day)] / kDay == Approx(30 + beyond));
    // One in 20,000 is half of what lies beyond 99.99 %.
    CHECK(series.age_p99_99_s[static_cast<std::size_t>(day)] / kDay == Approx(30).epsilon(1e-4));
  }
  // Its place is taken: the new drive is scrubbed.
  fleet.fail(77);
  fleet.live(1);
  CHECK(fleet.oldest_days() == Approx(30));
  CHECK(fleet.run().counts().stuck == 0);
  fleet.state().replace(77);
  fleet.live(31);
  CHECK(fleet.oldest_days() == Approx(30));
}

TEST_CASE("scrub: what is stuck for a time is read again in the period after it") {
  ScrubOptions options = monthly(ScrubOrder::kSequential, 1e6);
  options.stuck = {{.at = sim::Instant() + sim::Duration::days(5),
                    .drive = std::nullopt,
                    .share = .1,
                    .lasts = sim::Duration::days(12)}};
  test::ScrubbedFleet fleet(50, options);
  fleet.live(16);
  CHECK(fleet.run().counts().stuck == 5);
  CHECK(fleet.oldest_days() == Approx(41));
  fleet.live(2);
  CHECK(fleet.run().counts().stuck == 0);
  CHECK(fleet.oldest_days() == Approx(42));
  fleet.live(28);
  CHECK(fleet.oldest_days() == Approx(42));
  fleet.live(2);
  CHECK(fleet.oldest_days() == Approx(30));
}

TEST_CASE("scrub: its reads take the share of time that they take, of drives that are read") {
  ScrubOptions options = monthly(ScrubOrder::kRandom, 1e6);
  options.stuck = {{.at = sim::Instant() + sim::Duration::days(1),
                    .drive = 2,
                    .share = 0,
                    .lasts = std::nullopt}};
  test::ScrubbedFleet fleet(3, options);
  fleet.live(1);
  fleet.fail(1);
  fleet.live(2);
  const auto share =
      static_cast<float>(scrub_pace(options, fleet.state().topology().models().front()).disk_share);
  CHECK(share > 0);
  CHECK(fleet.load().of(0)[0] == share);
  CHECK(fleet.load().of(0)[2] == share);
  CHECK(fleet.load().of(1)[1] == share);  // what happens in an epoch is seen at its end
  CHECK(fleet.load().of(1)[2] == 0);
  CHECK(fleet.load().of(2)[1] == share);
  CHECK(fleet.load().of(2)[2] == 0);
}

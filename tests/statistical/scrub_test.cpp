// What is drawn for a scrub against units and errors followed one by one, and against closed forms.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/analytic/first_passage.hpp"
#include "models/analytic/latent_errors.hpp"
#include "tests/support/goodness_of_fit.hpp"
#include "tests/support/scrubbed_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::kDay;

namespace {

constexpr double kPeriod = 30;  // days

ScrubOptions monthly(ScrubOrder order, double units_of_drive, double errors_per_year = 0) {
  ScrubOptions out;
  out.order = order;
  out.period = sim::Duration::days(30);
  out.unit = Bytes{static_cast<std::uint64_t>(1e12 / units_of_drive)};
  out.errors_per_year = errors_per_year;
  return out;
}

// Of the oldest of so many units in random order, in periods.
double oldest_cdf(double units, double age) {
  return std::exp(units * std::log1p(-std::exp(-age)));
}

// Ages of the oldest of ten drives of 2,000 units, in periods, of one fleet a seed.
std::vector<double> oldest_of_fleets(int days, const std::function<void(ScrubOptions&)>& change,
                                     double less_days = 0) {
  std::vector<double> out;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    ScrubOptions options = monthly(ScrubOrder::kRandom, 2000);
    change(options);
    test::ScrubbedFleet fleet(10, options, seed);
    fleet.live(days);
    out.push_back((fleet.oldest_days() - less_days) / kPeriod);
  }
  return out;
}

std::vector<double> oldest_unit_by_unit() {
  std::vector<double> out;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    test::UnitScrub units(ScrubOrder::kRandom, 2000, seed);
    units.run(25);
    out.push_back(units.oldest());
  }
  return out;
}

}  // namespace

// All p-values of the family above 1e-4 / 4.
TEST_CASE("scrub: the oldest unit of a fleet in random order has the coupon collector's law") {
  const auto of = [](double units) {
    return [units](double age) { return oldest_cdf(units, age); };
  };
  test::require_family(
      {{"units one by one", [&] { return test::kolmogorov_p(oldest_unit_by_unit(), of(2000)); }},
       {"at first",
        [&] { return test::kolmogorov_p(oldest_of_fleets(1, [](auto&) {}), of(20'000)); }},
       {"a year later",
        [&] { return test::kolmogorov_p(oldest_of_fleets(365, [](auto&) {}), of(20'000)); }},
       // All ten stand still: what was the oldest then is so much older now.
       {"stuck for 60 days",
        [&] {
          const auto all_stuck = [](ScrubOptions& options) {
            options.stuck = {{.at = sim::Instant() + sim::Duration::days(10),
                              .drive = std::nullopt,
                              .share = 1,
                              .lasts = std::nullopt}};
          };
          return test::kolmogorov_p(oldest_of_fleets(70, all_stuck, 60), of(20'000));
        }}},
      1e-4);
  // The same test tells half as many units apart.
  test::require_rejected(
      {{"half", [&] { return test::kolmogorov_p(oldest_of_fleets(1, [](auto&) {}), of(10'000)); }}},
      1e-4, 4);
}

TEST_CASE("scrub: the oldest unit gets no older than time passes, and steps down when it is read") {
  test::ScrubbedFleet fleet(40, monthly(ScrubOrder::kRandom, 5000), 3);
  fleet.live(2000);
  const auto& oldest = fleet.run().series().age_p100_s;
  int steps = 0;
  for (std::size_t day = 1; day < oldest.size(); ++day) {
    const double grown = (oldest[day] - oldest[day - 1]) / kDay;
    CHECK(grown <= 1 + 1e-9);
    steps += grown < 0 ? 1 : 0;
  }
  // It is read once a period, 67 times, Poisson: 5 standard deviations.
  CHECK(std::abs(steps - 2000 / kPeriod) < 5 * std::sqrt(2000 / kPeriod));
}

// 200 drives x 100 errors a year x 2 years: 40,000 errors found, whose mean age has a relative
// standard deviation of .6 / 200 (uniform) and 1 / 200 (exponential); tolerance 5 of these. Of
// those present, a mean over 24 periods: below 1 %, tolerance 5 %. False alarms below 1e-5.
TEST_CASE("scrub: errors wait T/2 or T, and so many are present as come in that time") {
  for (const ScrubOrder order : {ScrubOrder::kSequential, ScrubOrder::kRandom}) {
    test::ScrubbedFleet fleet(200, monthly(order, 1e6, 100), 5);
    fleet.live(730);
    const double expected = order == ScrubOrder::kSequential ? kPeriod / 2 : kPeriod;
    const ScrubCounts& counts = fleet.run().counts();
    CHECK(static_cast<double>(counts.found) == Approx(40'000).epsilon(.03));
    const double mean = counts.found_age_s / static_cast<double>(counts.found) / kDay;
    CHECK(mean == Approx(expected).epsilon(.025));
    double present = 0;
    for (const double errors : fleet.run().series().errors) present += errors / 730;
    CHECK(present == Approx(100.0 / 365 * expected).epsilon(.05));
    // Stationary from the first epoch on: 200 drives have some 822 or 1,644; 5 standard deviations.
    const double first = fleet.run().series().errors.front() * 200;
    const double mean_present = 200 * 100.0 / 365 * expected;
    CHECK(std::abs(first - mean_present) < 5 * std::sqrt(mean_present));
  }
}

TEST_CASE("scrub: what clients read is found sooner, and on a stuck drive too") {
  // Half of the places are read once in 10 days: E min as ScrubLaw has it. 20,000 errors found.
  const auto reads = [](sim::RandomStream& random) {
    return random.bernoulli(.5) ? 1 / (10 * kDay) : 0.0;
  };
  for (const ScrubOrder order : {ScrubOrder::kSequential, ScrubOrder::kRandom}) {
    test::ScrubbedFleet fleet(200, monthly(order, 1e6, 100), 6, reads);
    fleet.live(365);
    const ScrubLaw law(order, kPeriod);
    const double expected = (law.mean_undetected_s() + law.mean_undetected_s(.1)) / 2;
    const ScrubCounts& counts = fleet.run().counts();
    CHECK(counts.found_age_s / static_cast<double>(counts.found) / kDay ==
          Approx(expected).epsilon(.05));
    const double first = fleet.run().series().errors.front() * 200;
    const double mean_present = 200 * 100.0 / 365 * expected;
    CHECK(std::abs(first - mean_present) < 5 * std::sqrt(mean_present));
  }
  ScrubOptions stuck = monthly(ScrubOrder::kSequential, 1e6, 100);
  stuck.stuck = {{.at = sim::Instant(), .drive = std::nullopt, .share = 1, .lasts = std::nullopt}};
  test::ScrubbedFleet fleet(200, stuck, 7, reads);
  fleet.live(365);
  // What clients do not read stays: half of 200 x 100 errors, and few of the others.
  const double left = fleet.run().series().errors.back() * 200;
  const double expected = 10'000 + 10'000.0 * 10 / 365;
  CHECK(left == Approx(expected).epsilon(.06));
}

TEST_CASE("scrub: drives get stuck at their rate, and are scrubbed again when they are replaced") {
  ScrubOptions options = monthly(ScrubOrder::kSequential, 1e6);
  options.stuck_per_year = .5;
  test::ScrubbedFleet fleet(4000, options, 8);
  fleet.live(365);
  // 4,000 (1 - e^-.5), binomial standard deviation 31.
  CHECK(std::abs(fleet.run().counts().stuck - 4000 * (1 - std::exp(-.5))) < 5 * 31);
  for (std::uint32_t drive = 0; drive < 4000; ++drive) {
    fleet.fail(drive);
    fleet.state().replace(drive);
  }
  std::vector<std::uint32_t> all(4000);
  for (std::uint32_t drive = 0; drive < 4000; ++drive) all[drive] = drive;
  fleet.live(1, all);
  CHECK(fleet.run().counts().stuck == 0);
  CHECK(fleet.oldest_days() == 0);
}

namespace {

struct Walked {
  double mean = 0;
  double standard_error = 0;
  double latent = 0;  // share of losses by errors
};

// Failures at .1, repairs at 1 each, and each shard's errors as they are: present with probability
// `share` when the last spare goes, coming at `rate` to each shard while there is none.
Walked walk(std::uint32_t n, std::uint32_t k, const LatentErrors& errors) {
  constexpr int kLives = 20'000;
  sim::RandomStream random(sim::Seed{9}, 0, sim::Purpose{60'002}, n);
  double total = 0;
  double squares = 0;
  int by_error = 0;
  for (int life = 0; life < kLives; ++life) {
    double clock = 0;
    std::uint32_t lost = 0;
    for (;;) {
      const std::uint32_t left = n - lost;
      const double failure = .1 * left;
      const double error = left == k ? errors.rate * left : 0.0;
      const double all = failure + error + lost;
      clock += random.exponential() / all;
      const double what = random.uniform() * all;
      if (what < lost) {
        --lost;
        continue;
      }
      const bool is_error = what < lost + error;
      bool is_lost = left == k;
      bool is_latent = is_error;
      ++lost;
      if (!is_lost && n - lost == k) {
        for (std::uint32_t shard = 0; shard < k; ++shard) {
          is_latent = random.bernoulli(errors.share) || is_latent;
        }
        is_lost = is_latent;
      }
      if (!is_lost) continue;
      by_error += is_latent ? 1 : 0;
      break;
    }
    total += clock;
    squares += clock * clock;
  }
  const double mean = total / kLives;
  return {mean, std::sqrt((squares / kLives - mean * mean) / kLives),
          static_cast<double>(by_error) / kLives};
}

}  // namespace

// 4 standard errors each: a false alarm below 1e-3 over all.
TEST_CASE("latent errors: a walk shard by shard takes as long as the chain says") {
  struct Case {
    std::uint32_t n, k;
  };
  for (const Case& c : {Case{1, 1}, Case{2, 1}, Case{3, 1}, Case{9, 5}, Case{14, 10}}) {
    for (const LatentErrors& errors : {LatentErrors{.02, .01}, LatentErrors{.3, 0}}) {
      INFO(c.k << " of " << c.n << ", " << errors.share);
      const Walked walked = walk(c.n, c.k, errors);
      const double exact = mttdl(c.n, c.k, .1, 1, RepairMode::kParallel, errors);
      CHECK(std::abs(walked.mean - exact) < 4 * walked.standard_error);
      const double share = latent_loss_share(c.n, c.k, .1, 1, RepairMode::kParallel, errors);
      const double sd = std::sqrt(share * (1 - share) / 20'000);
      CHECK(std::abs(walked.latent - share) <= 4 * sd);
      // Late enough, the extent is lost at that rate: the transient chain ends where this one does.
      const auto lost_by = [&](double time) {
        return loss_probability(c.n, c.k, .1, 1, RepairMode::kParallel, time, {}, errors);
      };
      const double early = 1 - lost_by(5 * exact);
      const double late = 1 - lost_by(6 * exact);
      CHECK(std::log(early / late) == Approx(1).epsilon(.12));
    }
  }
}

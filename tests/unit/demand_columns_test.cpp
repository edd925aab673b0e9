// Columns of demand: who is in which cohort, and how the cohort cools.
#include "models/tenant/demand_columns.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "models/checkers/cooling_law.hpp"
#include "sim/random_stream.hpp"

using namespace spindle;
using namespace spindle::models;
using sim::Duration;

namespace {

TenantPopulation population(std::vector<CoolingOptions> classes, std::uint64_t extents,
                            EpochGrid grid = {Duration::hours(1), 24 * 250}) {
  std::vector<TenantClass> tenants;
  for (const CoolingOptions& cooling : classes) {
    TenantClass tenant;
    tenant.count = 2;
    tenant.data = Bytes{2 * extents};
    tenant.cooling = cooling;
    tenants.push_back(tenant);
  }
  return {tenants, Bytes{1}, sim::Seed{3}, grid};
}

CoolingOptions exponential(double tau_days, double oldest_days) {
  CoolingOptions out;
  out.kind = CoolingKind::kExponential;
  out.tau = Duration::days(tau_days);
  out.oldest = Duration::days(oldest_days);
  return out;
}

CoolingOptions power_law(double scale_days, double exponent, double oldest_days) {
  CoolingOptions out;
  out.kind = CoolingKind::kPowerLaw;
  out.scale = Duration::days(scale_days);
  out.exponent = exponent;
  out.oldest = Duration::days(oldest_days);
  return out;
}

CoolingOptions steady(CoolingOptions law, double mean_age_days) {
  law.ages = AgeLaw::kSteady;
  law.mean_age_s = Duration::days(1).to_seconds() * mean_age_days;
  return law;
}

// Mean weight x course at the moment over all extents of a tenant.
double demand_at(const DemandColumns& columns, const std::vector<DemandColumns::Place>& places,
                 double days) {
  double sum = 0;
  for (const auto& place : places) {
    sum += static_cast<double>(place.weight) *
           columns.course_at(place.column, sim::Instant() + Duration::days(days));
  }
  return sum / static_cast<double>(places.size());
}

}  // namespace

TEST_CASE("columns: one a tenant where data does not cool or cools exponentially") {
  const TenantPopulation tenants = population({CoolingOptions(), exponential(10, 365)}, 100);
  const DemandColumns columns(tenants);
  REQUIRE(columns.columns() == 4);
  for (std::uint32_t c = 0; c < 4; ++c) CHECK(columns.tenant_of(c) == c);
  for (const auto& place : columns.place_first(1, {})) {
    CHECK(place.column == 1);
    CHECK(place.weight == 1);
  }
  const auto weights = draw_heat_weights(exponential(10, 365), 100, sim::Seed{3}, 200);
  const auto places = columns.place_first(2, weights);
  for (std::size_t i = 0; i < 100; ++i) CHECK(places[i].weight == weights[i]);
  std::vector<double> course(3);
  columns.course(1, 5, course);
  CHECK(course == std::vector<double>(3, 1.0));
}

TEST_CASE("columns: an extent's demand follows the law from its own birth") {
  // Exponential: exact to single precision, across the columns of 20 tau. Power law: exact at
  // birth; births of one cohort lie within 1/8 of the scale, its middle stands for all, so that
  // later the base of the power is off by 1/16 at most.
  const CoolingOptions cold = exponential(3, 30);
  const CoolingOptions slow = power_law(4, 1.2, 200);
  const TenantPopulation tenants = population({cold, slow}, 1000);
  DemandColumns columns(tenants);
  const double cold_mean = 0.1 * -std::expm1(-10);
  const double slow_mean = (std::pow(51.0, -0.2) - 1) / (-0.2 * 50);
  for (double birth = 0; birth < 300; birth += 7.3) {
    const sim::Instant at = sim::Instant() + Duration::days(birth);
    const auto hot = columns.place_new(0, at);
    const auto slower = columns.place_new(2, at);
    CHECK(columns.tenant_of(hot.column) == 0);
    CHECK(columns.tenant_of(slower.column) == 2);
    for (const double age : {0.0, 0.5, 4.0, 30.0}) {
      const sim::Instant now = at + Duration::days(age);
      CHECK(static_cast<double>(hot.weight) * columns.course_at(hot.column, now) ==
            Approx(std::exp(-age / 3) / cold_mean).epsilon(1e-6));
      CHECK(static_cast<double>(slower.weight) * columns.course_at(slower.column, now) ==
            Approx(std::pow(1 + age / 4, -1.2) / slow_mean)
                .epsilon(age == 0 ? 1e-6 : std::pow(16.0 / 15, 1.2) - 1));
    }
  }
  // 300 days are 5 columns of 60 days: the first holds the data of time 0 too.
  std::uint32_t of_first = 0;
  for (std::uint32_t c = 0; c < columns.columns(); ++c) {
    of_first += columns.tenant_of(c) == 0 ? 1U : 0U;
  }
  CHECK(of_first == 5);
}

TEST_CASE("columns: first data cools by its age, within its cohort's width") {
  const CoolingOptions law = power_law(1, 1, 365);
  const TenantPopulation tenants = population({law}, 20000);
  const DemandColumns columns(tenants);
  const auto places = columns.place_first(1, draw_heat_weights(law, 20000, sim::Seed{3}, 20000));
  const auto ages = draw_ages(law, 20000, sim::Seed{3}, 20000);
  CHECK(demand_at(columns, places, 0) == Approx(1).epsilon(1e-6));
  for (const double days : {1.0, 30.0, 300.0}) {
    const sim::Instant now = sim::Instant() + Duration::days(days);
    double exact = 0;
    double first = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const double age = ages[i] / 86400;
      first += 1 / (1 + age);
      exact += 1 / (1 + age + days);
      // sqrt(1.25): from the middle of a cohort to its edge.
      REQUIRE(columns.course_at(places[i].column, now) * (1 + age + days) / (1 + age) ==
              Approx(1).epsilon(0.1181));
    }
    // Over many extents the cohorts' errors cancel: to 0.3 % here.
    CHECK(demand_at(columns, places, days) == Approx(exact / first).epsilon(0.003));
  }
}

TEST_CASE("columns: the mean course of an epoch is the integral of the course") {
  // Simpson with 200 intervals an epoch: off by less than 1e-9 for these laws.
  const TenantPopulation tenants =
      population({exponential(2, 50), power_law(2, 0.7, 90), power_law(1, 1, 0)}, 500);
  DemandColumns columns(tenants);
  for (const std::uint32_t tenant : {0U, 2U, 4U}) {
    columns.place_new(tenant, sim::Instant() + Duration::days(3));
  }
  for (std::uint32_t c = 0; c < columns.columns(); ++c) {
    std::vector<double> course(4);
    columns.course(c, 24 * 4, course);
    for (std::size_t e = 0; e < 4; ++e) {
      double sum = 0;
      for (int i = 0; i <= 200; ++i) {
        const double weight = i == 0 || i == 200 ? 1 : (i % 2 == 1 ? 4 : 2);
        const double hours = 96 + static_cast<double>(e) + i / 200.0;
        sum += weight * columns.course_at(c, sim::Instant() + Duration::hours(hours));
      }
      CHECK(course[e] == Approx(sum / 600).epsilon(1e-9));
    }
  }
}

TEST_CASE("columns: turnover at the age of the oldest keeps the demand, none lets it cool") {
  // A fleet filled evenly over L and left alone: after t its demand is e^{-t/tau} of the first.
  // Renewed from the oldest on, ages stay uniform over [0, L], so demand stays 1 (the weights of
  // the first data average the law over 20,000 drawn ages: its mean is known to 1.2 % here, three
  // standard errors 3.7 %).
  const double tau = 100;
  const double oldest = 365;
  const CoolingOptions law = exponential(tau, oldest);
  const TenantPopulation tenants = population({law}, 20000);
  DemandColumns columns(tenants);
  auto places = columns.place_first(0, draw_heat_weights(law, 20000, sim::Seed{3}, 0));
  CHECK(demand_at(columns, places, 200) == Approx(std::exp(-2.0)).epsilon(1e-6));
  const auto ages = draw_ages(law, 20000, sim::Seed{3}, 0);
  std::vector<std::uint32_t> order(20000);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return ages[a] > ages[b]; });
  for (const std::uint32_t e : order) {
    const double birth = oldest - ages[e] / 86400;
    if (birth > 200) break;
    places[e] = columns.place_new(0, sim::Instant() + Duration::days(birth));
  }
  CHECK(demand_at(columns, places, 200) == Approx(1).epsilon(0.037));
}

TEST_CASE("columns: usable share when the youngest saturate is (1 - e^-gL)/(gL)") {
  // Published: L = 5 a; g = 1 .199, .5 .367, .1 .787 per year. A newborn extent weighs 1 over it.
  const std::pair<double, double> rows[] = {{1, 0.199}, {0.5, 0.367}, {0.1, 0.787}};
  for (const auto& [rate, share] : rows) {
    const TenantPopulation tenants = population({exponential(365 / rate, 5 * 365)}, 10);
    DemandColumns columns(tenants);
    const auto born = columns.place_new(0, sim::Instant());
    CHECK(1 / static_cast<double>(born.weight) == Approx(share).margin(0.0005));
  }
}

TEST_CASE("columns: where epochs are long against the law, births still bring their demand") {
  // Births evenly over one epoch of a day, time scales of an hour and of 10 minutes: what they ask
  // for in that epoch and in the next four, against the integral of the law from each birth.
  // 2,000 births stand for even ones: 0.1 %.
  const double day = 24;
  for (const CoolingOptions& law :
       {exponential(1.0 / 24, 10), power_law(1.0 / 24, 1, 10), power_law(1.0 / 144, 1.5, 10)}) {
    const TenantPopulation tenants = population({law}, 100, {Duration::days(1), 100});
    DemandColumns columns(tenants);
    const double scale =
        law.kind == CoolingKind::kExponential ? law.tau.to_seconds() : law.scale.to_seconds();
    const auto tail = [&](double hours) {  // integral of the law from 0 to an age, in scales
      const double x = std::max(hours, 0.0) * 3600 / scale;
      if (law.kind == CoolingKind::kExponential) return -std::expm1(-x);
      if (law.exponent == 1) return std::log1p(x);
      return 2 * (1 - 1 / std::sqrt(1 + x));
    };
    double got = 0;
    double expected = 0;
    constexpr std::uint32_t kBirths = 2000;
    for (std::uint32_t i = 0; i < kBirths; ++i) {
      const double birth = 3 * day + (i + 0.5) / kBirths * day;
      const auto place = columns.place_new(0, sim::Instant() + Duration::hours(birth));
      std::vector<double> course(5);
      columns.course(place.column, 3, course);
      const double held = 4 - birth / day;  // of its first epoch
      double sum = held * course[0] + course[1] + course[2] + course[3] + course[4];
      got += static_cast<double>(place.weight) * sum * day;
      expected += tail(8 * day - birth) * scale / 3600;
    }
    const double newborn = 240 * 3600 / scale / tail(240);
    CHECK(got == Approx(expected * newborn).epsilon(0.001));
  }
}

TEST_CASE("columns: new data weighs one over the law's mean over steady ages") {
  // Exponential: delta / (delta + gamma). Power law of exponent 1: x e^x E_1(x) at x = scale / mean
  // age, E_1 from Abramowitz and Stegun, table 5.1; others against the checkers' own sum.
  const auto newborn = [](const CoolingOptions& law) {
    const TenantPopulation tenants = population({law}, 10);
    DemandColumns columns(tenants);
    const auto born = columns.place_new(0, sim::Instant());
    return double{born.weight} * columns.course_at(born.column, sim::Instant());
  };
  for (const double ratio : {0.1, 0.3, 1.0, 30.0}) {
    const CoolingOptions law = steady(exponential(10, 1), 10 / ratio);
    CHECK(1 / newborn(law) == Approx(ratio / (ratio + 1)).epsilon(1e-6));
    CHECK(mean_law_of_first(law) == Approx(ratio / (ratio + 1)).epsilon(2e-6));
  }
  const std::pair<double, double> rows[] = {
      {0.1, 1.8229239584}, {0.5, 0.5597735948}, {1, 0.2193839344}, {2, 0.0489005107}};
  for (const auto& [x, e1] : rows) {
    const CoolingOptions law = steady(power_law(1, 1, 1), 1 / x);
    CHECK(1 / newborn(law) == Approx(x * std::exp(x) * e1).epsilon(1e-6));
    CHECK(mean_law_of_first(law) == Approx(x * std::exp(x) * e1).epsilon(2e-6));
  }
  for (const double exponent : {0.0, 0.4, 1.5, 7.0, 100.0}) {
    for (const double mean : {1e-3, 1.0, 1e4}) {
      const CoolingOptions law = steady(power_law(1, exponent, 1), mean);
      INFO(exponent << " " << mean);
      CHECK(1 / newborn(law) == Approx(mean_law_of_first(law)).epsilon(2e-5));
    }
  }
}

TEST_CASE("columns: from steady ages on, turnover at random keeps the demand") {
  // 20,000 extents, each replaced once in 20 days on average: an exponential law of tau 5 d has a
  // coefficient of variation of 4/3 over those ages, (1 + t)^-1 d one of 1.2. What is drawn at the
  // start and what is left at each check are two samples: five standard errors are below 0.067, a
  // false alarm in 100,000.
  for (const CoolingOptions& law :
       {steady(exponential(5, 1), 20), steady(power_law(1, 1, 1), 20)}) {
    const TenantPopulation tenants = population({law}, 20000, {Duration::hours(1), 24 * 60});
    DemandColumns columns(tenants);
    auto places = columns.place_first(0, draw_heat_weights(law, 20000, sim::Seed{3}, 0));
    CHECK(demand_at(columns, places, 0) == Approx(1).epsilon(1e-6));
    sim::RandomStream random(sim::Seed{9}, 0, sim::Purpose{1}, 0);
    for (std::uint32_t i = 0; i < 60000; ++i) {
      const double day = (i + 0.5) / 1000;
      places[random.below(20000)] = columns.place_new(0, sim::Instant() + Duration::days(day));
      if (i % 20000 == 19999) CHECK(demand_at(columns, places, day) == Approx(1).epsilon(0.067));
    }
  }
}

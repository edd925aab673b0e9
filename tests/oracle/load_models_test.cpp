// Load models against closed forms: Pareto periods, windows that move, diurnal curves,
// Markov-modulated rates, sums, shifted traces.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "models/tenant/binned_load.hpp"
#include "models/tenant/load_model.hpp"
#include "tests/support/goodness_of_fit.hpp"

namespace {

using namespace spindle;
using models::EpochGrid;
using models::LoadKind;
using models::LoadOptions;
using models::RatePiece;
using sim::Duration;
using test::kolmogorov_p;

constexpr double kPi = 3.14159265358979323846;
constexpr std::int64_t kHourNs = 3'600'000'000'000;
// Every p-value of this file must be above it: false alarm below 1e-5 a check.
constexpr double kLeastP = 1e-5;

std::vector<double> filled(const LoadOptions& options, const EpochGrid& grid, sim::Seed seed,
                           std::uint32_t tenant) {
  std::vector<double> load(grid.count);
  models::make_load_model(options, grid, seed, tenant)->fill(0, load);
  return load;
}

std::vector<RatePiece> pieces_of(const LoadOptions& options, const EpochGrid& grid, sim::Seed seed,
                                 std::uint32_t tenant) {
  std::vector<RatePiece> pieces;
  models::make_load_model(options, grid, seed, tenant)->pieces(0, grid.count, pieces);
  return pieces;
}

LoadOptions pareto(double on_s, double off_s, double on_alpha, double off_alpha) {
  LoadOptions options;
  options.kind = LoadKind::kOnOff;
  options.mean_on = Duration::seconds(on_s);
  options.mean_off = Duration::seconds(off_s);
  options.on_alpha = on_alpha;
  options.off_alpha = off_alpha;
  return options;
}

double pareto_cdf(double t, double mean, double alpha) {
  const double least = mean * (alpha - 1) / alpha;
  return t < least ? 0 : 1 - std::pow(least / t, alpha);
}

// Of what is left of a period met by chance: its density is P(period > t) / mean.
double pareto_rest_cdf(double t, double mean, double alpha) {
  const double least = mean * (alpha - 1) / alpha;
  return t < least ? t / mean : 1 - std::pow(least / t, alpha - 1) / alpha;
}

struct Estimate {
  double mean = 0;
  double error = 0;
};

// Of independent values.
Estimate estimate(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1) / n)};
}

// Variance of the load about 1, as a mean over tenants.
Estimate variance_of(const LoadOptions& options, const EpochGrid& grid, std::uint32_t tenants) {
  std::vector<double> squares;
  for (std::uint32_t tenant = 0; tenant < tenants; ++tenant) {
    double sum = 0;
    for (const double value : filled(options, grid, {21}, tenant)) sum += (value - 1) * (value - 1);
    squares.push_back(sum / static_cast<double>(grid.count));
  }
  return estimate(squares);
}

// Limit 4.5 standard errors: false alarm 7e-6.
void check_near(const Estimate& measured, double exact) {
  INFO(measured.mean << " +- " << measured.error << ", exact " << exact);
  CHECK(std::fabs(measured.mean - exact) < 4.5 * measured.error);
}

LoadOptions mmpp(std::vector<models::RateState> states, bool uniform) {
  LoadOptions options;
  options.kind = LoadKind::kMmpp;
  options.states = std::move(states);
  options.jumps_are_uniform = uniform;
  return options;
}

}  // namespace

TEST_CASE("Pareto periods have their law, and the first one what is left of it") {
  const LoadOptions options = pareto(600, 1800, 1.7, 2.6);
  const EpochGrid grid{Duration::hours(1), 240};
  std::vector<double> on, off, first_on, first_off;
  double on_at_start = 0;
  constexpr std::uint32_t kTenants = 8000;
  for (std::uint32_t tenant = 0; tenant < kTenants; ++tenant) {
    const auto pieces = pieces_of(options, grid, {2}, tenant);
    const auto seconds = [](std::int64_t ns) { return static_cast<double>(ns) / 1e9; };
    const bool is_on = !pieces.empty() && pieces[0].begin == 0;
    on_at_start += is_on ? 1.0 / kTenants : 0;
    if (is_on) {
      first_on.push_back(seconds(pieces[0].end));
    } else {
      first_off.push_back(pieces.empty() ? 864000 : seconds(pieces[0].begin));
    }
    // First periods longer than the run (one in 600 of those that are on) end with it here and
    // leave no other: far below the distance of some .05 that the tests see.
    if (pieces.size() < 3) continue;
    // One whole period of each kind a tenant, early in the run, so that none is cut by its end.
    off.push_back(seconds(pieces[1].begin - pieces[0].end));
    on.push_back(seconds(pieces[1].end - pieces[1].begin));
  }
  CHECK(on.size() > 7920);
  CHECK(kolmogorov_p(on, [](double t) { return pareto_cdf(t, 600, 1.7); }) > kLeastP);
  CHECK(kolmogorov_p(off, [](double t) { return pareto_cdf(t, 1800, 2.6); }) > kLeastP);
  CHECK(kolmogorov_p(first_on, [](double t) { return pareto_rest_cdf(t, 600, 1.7); }) > kLeastP);
  CHECK(kolmogorov_p(first_off, [](double t) { return pareto_rest_cdf(t, 1800, 2.6); }) > kLeastP);
  CHECK(std::fabs(on_at_start - 0.25) < 4.5 * std::sqrt(0.25 * 0.75 / kTenants));
}

// Many sources with Pareto periods of index alpha add up to a load of Hurst parameter (3 - alpha)/2
// (Taqqu, Willinger and Sherman, CCR 27(2), 1997), of exponential ones to 1/2; scales are reached
// from above, and here begin at 20 periods. Over seeds the estimate varies by .01.
TEST_CASE("on/off tenants with Pareto periods add up to a load that stays bursty at long scales") {
  struct Case {
    double alpha, hurst;
  };
  for (const auto& [alpha, exact] : {Case{1.2, 0.9}, Case{1.4, 0.8}, Case{0, 0.5}}) {
    const LoadOptions options = pareto(10, 10, alpha, alpha);
    const EpochGrid grid{Duration::seconds(100), std::uint64_t{1} << 14};
    std::vector<double> sum(grid.count);
    for (std::uint32_t tenant = 0; tenant < 40; ++tenant) {
      const auto one = filled(options, grid, {4}, tenant);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
    }
    models::DyadicLoad scales(1, grid.epoch.ns(), false);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      scales.add(static_cast<std::int64_t>(i) * grid.epoch.ns(), sum[i]);
    }
    scales.finish(static_cast<std::int64_t>(grid.count) * grid.epoch.ns());
    const auto hurst = scales.hurst(2);
    REQUIRE(hurst);
    INFO("alpha " << alpha << ": Hurst " << hurst->value);
    CHECK(hurst->value == Approx(exact).margin(0.05));
  }
}

TEST_CASE("windows on weekdays open then, at times spread evenly about their start") {
  LoadOptions options;
  options.kind = LoadKind::kDailyWindow;
  options.start_is_random = false;
  options.start = Duration::hours(9);
  options.window = Duration::hours(2);
  options.jitter = Duration::hours(3);
  options.open_days = 0x1f;
  options.first_weekday = 2;  // Wednesday: days 3 and 4 are the weekend
  const EpochGrid grid{Duration::hours(1), 24 * 7 * 400};
  const auto pieces = pieces_of(options, grid, {6}, 0);
  REQUIRE(pieces.size() == 5 * 400);
  std::vector<double> offsets;
  for (const RatePiece& piece : pieces) {
    const std::int64_t day = piece.begin / (24 * kHourNs);
    const auto weekday = (day + 2) % 7;
    CHECK(weekday < 5);
    CHECK(piece.end - piece.begin == 2 * kHourNs);
    CHECK(piece.rate == Approx(12.0 * 7 / 5).epsilon(1e-12));
    offsets.push_back(static_cast<double>(piece.begin - day * 24 * kHourNs) / kHourNs);
  }
  CHECK(kolmogorov_p(offsets, [](double h) { return std::clamp((h - 6) / 6, 0.0, 1.0); }) >
        kLeastP);
}

TEST_CASE("a diurnal cosine is integrated over epochs as its closed form says") {
  LoadOptions options;
  options.kind = LoadKind::kDiurnal;
  options.amplitude = 0.8;
  options.peak = Duration::hours(20.5);
  options.phase = Duration::hours(7.3);
  options.weekend = 0.25;
  options.first_weekday = 4;
  // Local time in hours since the midnight before the run's start.
  const auto wave = [](long double h) {
    return h + 0.8L * 24 / (2 * static_cast<long double>(kPi)) *
                   std::sin(2 * static_cast<long double>(kPi) * (h - 20.5L) / 24);
  };
  for (const double epoch_h : {0.25, 1.0, 5.0, 30.0, 200.0}) {
    const EpochGrid grid{Duration::hours(epoch_h), static_cast<std::uint64_t>(2000 / epoch_h)};
    const auto load = filled(options, grid, {1}, 0);
    for (std::size_t i = 0; i < load.size(); ++i) {
      const long double begin = 7.3L + static_cast<long double>(i) * epoch_h;
      const long double end = begin + static_cast<long double>(epoch_h);
      long double sum = 0;
      for (long double at = begin; at < end - 1e-9L;) {
        const long double day = std::floor(at / 24 + 1e-12L);
        const long double stop = std::min(end, (day + 1) * 24);
        const bool weekend = (static_cast<int>(day) + 4) % 7 >= 5;
        sum += (wave(stop) - wave(at)) * (weekend ? 0.25L : 1.0L);
        at = stop;
      }
      const auto exact = static_cast<double>(sum / epoch_h / ((5 + 2 * 0.25L) / 7));
      INFO("epoch " << i << " of " << epoch_h << " h");
      REQUIRE(load[i] == Approx(exact).epsilon(1e-10).margin(1e-10));
    }
  }
}

TEST_CASE("a diurnal curve gives each hour its level over the mean of the day") {
  LoadOptions options;
  options.kind = LoadKind::kDiurnal;
  std::array<double, 24> levels{};
  double sum = 0;
  for (std::size_t h = 0; h < 24; ++h) {
    levels[h] = static_cast<double>(h * 7 % 24);
    sum += levels[h];
    options.curve.push_back({static_cast<double>(h), levels[h]});
  }
  const auto load = filled(options, {Duration::hours(1), 48}, {1}, 0);
  for (std::size_t i = 0; i < load.size(); ++i) {
    CHECK(load[i] == Approx(levels[i % 24] / (sum / 24)).epsilon(1e-12).margin(1e-15));
  }
  // A curve that begins later holds its last level until then.
  options.curve = {{6, 3}, {18, 1}};
  const auto day = filled(options, {Duration::hours(6), 4}, {1}, 0);
  CHECK(day == std::vector<double>{0.5, 1.5, 1.5, 0.5});
}

TEST_CASE("diurnal tenants of random phase are in phase with no hour, of one phase all are") {
  LoadOptions options;
  options.kind = LoadKind::kDiurnal;
  options.amplitude = 1;
  const EpochGrid grid{Duration::hours(1), 24};
  const auto alone = filled(options, grid, {1}, 0);
  CHECK(filled(options, grid, {1}, 1) == alone);
  CHECK(*std::max_element(alone.begin(), alone.end()) > 1.98);
  options.phase_is_random = true;
  std::vector<double> sum(24);
  constexpr std::uint32_t kTenants = 4000;
  for (std::uint32_t i = 0; i < kTenants; ++i) {
    const auto one = filled(options, grid, {1}, i);
    for (std::size_t h = 0; h < 24; ++h) sum[h] += one[h] / kTenants;
  }
  // Each has a variance of at most 1/2.
  for (const double value : sum) CHECK(std::fabs(value - 1) < 4.5 * std::sqrt(0.5 / kTenants));
}

TEST_CASE("an mmpp of two states is an on/off load with two rates") {
  // Rates r1, r2 with stays s1, s2: (r1 - r2)^2 times the variance of an on/off load of values 1
  // and 0.
  const LoadOptions options =
      mmpp({{3, Duration::seconds(900)}, {0.5, Duration::seconds(2700)}}, false);
  const double mean = (3 * 900 + 0.5 * 2700) / 3600;
  const double exact = 2.5 * 2.5 * models::on_off_epoch_variance(900, 2700, 1800) / (mean * mean);
  check_near(variance_of(options, {Duration::seconds(1800), 200}, 3000), exact);
}

TEST_CASE("an mmpp of n states with uniform jumps forgets at the rate n / (n - 1) a stay") {
  // All stays 1 h: the autocovariance is that of the rates times exp(-n t / (n - 1)), as that of an
  // on/off load with 1/on + 1/off = 4/3 per hour.
  const Duration stay = Duration::hours(1);
  const LoadOptions options = mmpp({{0, stay}, {1, stay}, {1, stay}, {6, stay}}, true);
  const double of_rates = (4 + 1 + 1 + 16) / 4.0 / 4;  // variance over the squared mean 2
  const double half = 2 * 3600 * 3.0 / 4;              // on = off
  const double exact = of_rates * 4 * models::on_off_epoch_variance(half, half, 3000);
  check_near(variance_of(options, {Duration::seconds(3000), 200}, 3000), exact);
}

TEST_CASE("an mmpp of three states in a cycle has its damped oscillation") {
  // Stays 1 h: the generator's eigenvalues are w - 1 with w^3 = 1, and the autocovariance of rates
  // (3, 0, 0) over their mean is 2 e^(-3t/2) cos(sqrt(3) t / 2).
  const Duration stay = Duration::hours(1);
  const LoadOptions options = mmpp({{3, stay}, {0, stay}, {0, stay}}, false);
  const double epoch_h = 1.5;
  // (2 / T^2) * integral of (T - t) C(t) over [0, T], by Simpson's rule.
  constexpr int kSteps = 2000;
  double integral = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = epoch_h * i / kSteps;
    const double weight = i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2;
    integral += weight * (epoch_h - t) * 2 * std::exp(-1.5 * t) * std::cos(std::sqrt(0.75) * t);
  }
  const double exact = 2 / (epoch_h * epoch_h) * integral * epoch_h / kSteps / 3;
  check_near(variance_of(options, {Duration::hours(epoch_h), 200}, 3000), exact);
}

TEST_CASE("the parts of a sum are independent and have their shares") {
  LoadOptions slots;
  slots.kind = LoadKind::kSlots;
  slots.duty = 0.25;
  LoadOptions sum;
  sum.kind = LoadKind::kSum;
  sum.parts = {{3, slots}, {1, slots}};
  const EpochGrid grid{Duration::hours(1), 200};
  // Each part has the variance (1 - p)/p = 3 at its own mean of 1.
  check_near(variance_of(sum, grid, 3000), 3 * (0.75 * 0.75 + 0.25 * 0.25));
  // A constant part carries its share at any time, a part of a stated phase the rest at its own.
  LoadOptions window;
  window.kind = LoadKind::kDailyWindow;
  window.start_is_random = false;
  window.start = Duration::hours(6);
  window.window = Duration::hours(6);
  sum.parts = {{1, LoadOptions{}}, {4, window}};
  CHECK(filled(sum, {Duration::hours(6), 4}, {1}, 0) ==
        std::vector<double>{0.2, 0.2 + 0.8 * 4, 0.2, 0.2});
}

TEST_CASE("a shifted trace plays what the unshifted one plays later") {
  models::DemandTrace trace;
  trace.loop = Duration::hours(11);
  trace.interval = Duration::seconds(5000);
  for (int i = 0; i < 12; ++i) {
    trace.points.push_back({Duration::seconds(3000.0 * i), static_cast<double>(i * i % 7)});
  }
  for (const bool is_series : {true, false}) {
    if (!is_series) trace.interval = Duration();
    const EpochGrid grid{Duration::seconds(1800), 300};
    std::vector<double> all(300), later(260);
    models::make_trace_load(trace, 2, grid)->fill(0, all);
    models::make_trace_load(trace, 2, grid, 40 * grid.epoch)->fill(0, later);
    CHECK(later == std::vector<double>(all.begin() + 40, all.end()));
  }
  CHECK_THROWS_AS(models::make_trace_load(trace, 1, {Duration::hours(1), 1}, Duration::seconds(-1)),
                  std::invalid_argument);
  CHECK_THROWS_AS(models::make_trace_load(trace, 1, {Duration::hours(1), 1}, models::kLongestRun),
                  std::invalid_argument);
}

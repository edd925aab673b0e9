// What independent tenants add up to, against exact distributions.

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/tenant/load_model.hpp"
#include "models/tenant/load_statistics.hpp"
#include "models/tenant/population.hpp"

namespace {

using namespace spindle;
using models::EpochGrid;
using models::LoadKind;
using models::LoadOptions;
using sim::Duration;

// Smallest k with P(Bin(n, p) <= k) >= share, by the recurrence of the probabilities.
unsigned binomial_quantile(unsigned n, double p, double share) {
  double log_probability = n * std::log1p(-p);
  double cumulative = std::exp(log_probability);
  unsigned k = 0;
  while (cumulative < share) {
    log_probability += std::log((n - k) * p / ((k + 1) * (1 - p)));
    ++k;
    cumulative += std::exp(log_probability);
  }
  return k;
}

// Load of `weights.size()` slot tenants, epoch by epoch.
std::vector<double> slots_load(const std::vector<double>& weights, double duty,
                               const EpochGrid& grid) {
  LoadOptions options;
  options.kind = LoadKind::kSlots;
  options.duty = duty;
  std::vector<std::unique_ptr<models::LoadModel>> tenants;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    tenants.push_back(models::make_load_model(options, grid, sim::Seed{1}, i));
  }
  std::vector<double> total(grid.count), window(4000);
  for (std::uint64_t first = 0; first < grid.count; first += window.size()) {
    const std::span part = std::span(window).first(std::min(window.size(), grid.count - first));
    for (std::size_t i = 0; i < tenants.size(); ++i) {
      tenants[i]->fill(first, part);
      for (std::size_t e = 0; e < part.size(); ++e) total[first + e] += weights[i] * part[e];
    }
  }
  return total;
}

// Limit 3 % of the exact quantile. A step of one tenant is 7.7 % of it for N = 100, where
// P(Bin <= 13) is 2.9 standard errors (of 1e6 epochs) above 0.9999 and P(Bin <= 14) 8.3: false
// alarm 0.2 % over seeds. For N = 1,000 and 10,000 the limit is 2 and 15 steps: 8 and more standard
// errors.
void check_peak(unsigned tenants, double published) {
  constexpr double kDuty = 1.0 / 24;
  const EpochGrid grid{Duration::hours(1), 1'000'000};
  const auto load = slots_load(std::vector<double>(tenants, 1.0), kDuty, grid);
  const models::LoadStatistics statistics = models::load_statistics(load);
  const double exact = binomial_quantile(tenants, kDuty, 0.9999) / (tenants * kDuty);
  INFO(tenants << " tenants: " << statistics.q9999_to_mean << ", exact " << exact);
  CHECK(exact == Approx(published).margin(0.005));
  CHECK(statistics.q9999_to_mean == Approx(exact).epsilon(0.03));
  // Mean 1 a tenant; standard error sqrt(23 / (N * 1e6)), limit 4.5 of them.
  CHECK(std::fabs(statistics.mean / tenants - 1) < 4.5 * std::sqrt(23.0 / (tenants * 1e6)));
}

}  // namespace

TEST_CASE("100 slot tenants of duty 1/24 peak at 3.12 times their mean") {
  check_peak(100, 3.12);
}
TEST_CASE("1,000 slot tenants of duty 1/24 peak at 1.61 times their mean", "[.large]") {
  check_peak(1000, 1.608);
}
TEST_CASE("10,000 slot tenants of duty 1/24 peak at 1.18 times their mean", "[.large]") {
  check_peak(10000, 1.183);
}

TEST_CASE("tenants of unequal size smooth like (sum w)^2 / sum w^2 equal ones") {
  // CoV^2 of the load is (1-p)/p * sum w^2 / (sum w)^2. Over 4e5 independent epochs its relative
  // standard error is below sqrt((kurtosis - 1) / 4e5) < 0.6 % (kurtosis < 15): 3 % is 5 of them.
  constexpr double kDuty = 0.25;
  const EpochGrid grid{Duration::hours(1), 400'000};
  for (const models::SizeOptions& size :
       {models::SizeOptions{}, models::SizeOptions{models::SizeKind::kZipf, 1, 0},
        models::SizeOptions{models::SizeKind::kLognormal, 0, 1.5},
        models::SizeOptions{models::SizeKind::kPareto, 1.2, 0}}) {
    const auto weights = models::draw_sizes(size, 60, sim::Seed{3}, 0);
    double squares = 0;
    for (const double w : weights) squares += w * w;
    const auto load = slots_load(weights, kDuty, grid);
    double sum = 0, deviations = 0;
    for (const double value : load) sum += value;
    const double mean = sum / static_cast<double>(load.size());
    for (const double value : load) deviations += (value - mean) * (value - mean);
    const double cov2 = deviations / static_cast<double>(load.size()) / (mean * mean);
    INFO("N_eff " << 1 / squares);
    CHECK(cov2 == Approx((1 - kDuty) / kDuty * squares).epsilon(0.03));
  }
}

TEST_CASE("on/off tenants averaged over an epoch have the exact variance") {
  // Variance about the known mean 1, estimated as the mean over independent tenants of each one's
  // mean square; the standard error is that of these means, and stays below 0.7 % of the value, so
  // that the limit of 3 % is more than 4 of them (false alarm below 6e-5 a case).
  struct Case {
    double on_s, off_s, epoch_s;
    std::uint32_t tenants;
    std::uint64_t epochs;
  };
  for (const Case& c : {Case{3600, 3600, 3600, 4000, 100},        // aT = 2
                        Case{600, 3000, 3600, 4000, 100},         // aT = 7.2
                        Case{60, 1380, 3600, 2000, 100},          // aT = 62.6
                        Case{14400, 72000, 3600, 20000, 100},     // aT = 0.3
                        Case{360000, 360000, 3600, 4000, 20}}) {  // aT = 0.02
    LoadOptions options;
    options.kind = LoadKind::kOnOff;
    options.mean_on = Duration::seconds(c.on_s);
    options.mean_off = Duration::seconds(c.off_s);
    const EpochGrid grid{Duration::seconds(c.epoch_s), c.epochs};
    double sum = 0, squares = 0, mean = 0;
    std::vector<double> load(c.epochs);
    for (std::uint32_t tenant = 0; tenant < c.tenants; ++tenant) {
      models::make_load_model(options, grid, sim::Seed{11}, tenant)->fill(0, load);
      double square = 0;
      for (const double value : load) {
        square += (value - 1) * (value - 1);
        mean += value;
      }
      square /= static_cast<double>(c.epochs);
      sum += square;
      squares += square * square;
    }
    const double measured = sum / c.tenants;
    const double error = std::sqrt((squares / c.tenants - measured * measured) / c.tenants);
    const double p = c.on_s / (c.on_s + c.off_s);
    const double exact = models::on_off_epoch_variance(c.on_s, c.off_s, c.epoch_s) / (p * p);
    INFO("on " << c.on_s << " off " << c.off_s << ": " << measured << " +- " << error << ", exact "
               << exact);
    CHECK(error < 0.007 * exact);
    CHECK(measured == Approx(exact).epsilon(0.03));
    mean /= static_cast<double>(c.tenants) * static_cast<double>(c.epochs);
    // All epochs of a tenant at most fully correlated: a bound on the mean's standard error.
    CHECK(std::fabs(mean - 1) < 4.5 * std::sqrt(exact / c.tenants));
  }
}

TEST_CASE("the on/off epoch variance is right from instantaneous to long epochs") {
  using models::on_off_epoch_variance;
  // p(1-p) = 1/4 and a = 2/h: the factor by its limits, by its definition, and its series.
  const auto factor = [](double x) { return on_off_epoch_variance(3600, 3600, x * 1800) * 4; };
  CHECK(factor(0) == 1);
  for (const double x : {1e-12, 1e-8, 1e-5}) CHECK(factor(x) == Approx(1 - x / 3).epsilon(1e-10));
  for (const double x : {0.5, 0.999999, 1.000001, 2.0, 30.0}) {
    const long double y = x;
    const long double defined = 2 * (std::exp(-y) - 1 + y) / (y * y);
    CHECK(factor(x) == Approx(static_cast<double>(defined)).epsilon(1e-13));
  }
  CHECK(factor(1e9) == Approx(2e-9).epsilon(1e-8));
  CHECK(on_off_epoch_variance(1, 23, 0) == Approx(23.0 / 576).epsilon(1e-14));
  CHECK_THROWS_AS(on_off_epoch_variance(0, 1, 1), std::invalid_argument);
}

// A 4-hour window over a whole day has the exact mean 1 and peaks at 24/4 = 6.
TEST_CASE("daily windows have mean 1 over whole days and peak at 24 h / window") {
  for (const double window_h : {0.5, 4.0, 7.0, 24.0}) {
    for (const double start_h : {0.0, 2.0, 21.5, 23.99}) {
      for (const double epoch_s : {3600.0, 900.0, 7200.0, 86400.0}) {
        LoadOptions options;
        options.kind = LoadKind::kDailyWindow;
        options.window = Duration::hours(window_h);
        options.start_is_random = false;
        options.start = Duration::hours(start_h);
        const EpochGrid grid{Duration::seconds(epoch_s),
                             static_cast<std::uint64_t>(5 * 86400 / epoch_s)};
        std::vector<double> load(grid.count);
        models::make_load_model(options, grid, sim::Seed{1}, 0)->fill(0, load);
        const auto statistics = models::load_statistics(load);
        INFO(window_h << " h from " << start_h << " h, epoch " << epoch_s << " s");
        CHECK(statistics.mean == Approx(1).epsilon(1e-12));
        CHECK(statistics.peak_to_mean <= 24 / window_h * (1 + 1e-12));
        // A window that holds a whole epoch reaches its full rate there.
        if (window_h * 3600 >= 2 * epoch_s) {
          CHECK(statistics.peak_to_mean == Approx(24 / window_h).epsilon(1e-12));
        }
      }
    }
  }
}

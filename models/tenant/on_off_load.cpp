// Alternating exponential on and off periods, stationary at time 0: on with probability
// on / (on + off), and, the exponential being memoryless, a full exponential until the first
// change.

#include <cmath>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace detail {
namespace {

class OnOffSource {
 public:
  OnOffSource(const LoadOptions& options, std::int64_t horizon, sim::RandomStream stream)
      : stream_(stream),
        mean_on_(static_cast<double>(options.mean_on.ns())),
        mean_off_(static_cast<double>(options.mean_off.ns())),
        horizon_(horizon) {
    const bool on_at_start = stream_.bernoulli(mean_on_ / (mean_on_ + mean_off_));
    const std::int64_t begin = on_at_start ? 0 : after(0, mean_off_);
    on_ = {begin, after(begin, mean_on_), 1};
  }
  [[nodiscard]] Interval current() const { return on_; }
  void advance() {
    const std::int64_t begin = after(on_.end, mean_off_);
    on_ = {begin, after(begin, mean_on_), 1};
  }

 private:
  // `start` + an exponential period; the horizon where it ends beyond (never overflows).
  std::int64_t after(std::int64_t start, double mean) {
    const double period = stream_.exponential() * mean + 0.5;
    const auto left = static_cast<double>(horizon_ - start);
    return period < left ? start + static_cast<std::int64_t>(period) : horizon_;
  }

  sim::RandomStream stream_;
  double mean_on_, mean_off_;  // ns
  std::int64_t horizon_;       // ns; no interval reaches further
  Interval on_;
};

}  // namespace

void check_on_off(const LoadOptions& options) {
  constexpr auto kShortest = sim::Duration::nanoseconds(1000);  // periods are rounded to 1 ns
  for (const sim::Duration mean : {options.mean_on, options.mean_off}) {
    if (mean < kShortest || mean > kLongestRun) {
      throw std::invalid_argument(
          "mean period of an on/off load is not in [1 us, 200 years] — use the load model "
          "'constant' for a tenant that is always on");
    }
  }
}

std::unique_ptr<LoadModel> make_on_off_load(const LoadOptions& options, const EpochGrid& grid,
                                            sim::Seed seed, std::uint32_t tenant) {
  check_on_off(options);
  // Just past the last window, so that an interval that starts here ends the last fill.
  const std::int64_t horizon = grid.epoch.ns() * static_cast<std::int64_t>(grid.count) + 1;
  const double on = options.mean_on.to_seconds();
  const double off = options.mean_off.to_seconds();
  return std::make_unique<IntervalLoad<OnOffSource>>(
      OnOffSource(options, horizon, sim::RandomStream(seed, 0, purpose::kTenantActivity, tenant)),
      on / (on + off), grid);
}

}  // namespace detail

double on_off_epoch_variance(double mean_on_s, double mean_off_s, double epoch_s) {
  if (!(mean_on_s > 0 && mean_off_s > 0 && epoch_s >= 0)) {
    throw std::invalid_argument("on/off periods and epoch must be positive");
  }
  const double p = mean_on_s / (mean_on_s + mean_off_s);
  const double x = (1 / mean_on_s + 1 / mean_off_s) * epoch_s;  // aT
  double factor = 0;
  if (x < 1) {
    // 2(e^{-x} - 1 + x)/x^2 cancels near 0; its series is sum over k of 2 (-x)^k / (k + 2)!.
    double term = 1;
    for (int k = 0; k < 20; ++k) {
      factor += term;
      term *= -x / (k + 3);
    }
  } else {
    factor = 2 * (sim::expm1(-x) + x) / x / x;
  }
  return p * (1 - p) * factor;
}

}  // namespace spindle::models

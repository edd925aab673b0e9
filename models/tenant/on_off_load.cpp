// Alternating on and off periods, stationary at time 0: on with probability on / (on + off), and
// until the first change what is left of a period that was met by chance: of the density
// P(period > t) / mean (Cox, Renewal Theory, 1962, section 5.4).

#include <cmath>
#include <string>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "models/tenant/interval_rows.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace detail {
namespace {

// Lengths of periods, in ns.
class PeriodLaw {
 public:
  // `alpha` 0: exponential; otherwise Pareto, P(period > t) = (least / t)^alpha from the least on,
  // whose mean is least * alpha / (alpha - 1).
  PeriodLaw(sim::Duration mean, double alpha)
      : mean_(static_cast<double>(mean.ns())), alpha_(alpha) {}

  // Of an exponential number of mean 1.
  [[nodiscard]] double at(double e) const {
    return alpha_ == 0 ? e * mean_ : least() * sim::exp(e / alpha_);
  }
  // What is left of a period under way. Exponential: all of one, as it forgets. Pareto: before the
  // least length the density is 1 / mean, which has the weight (alpha - 1) / alpha; then the chance
  // to be longer is (least / t)^(alpha - 1) / alpha.
  double draw_rest(sim::RandomStream& stream) const {
    if (alpha_ == 0) return at(stream.exponential());
    const double u = stream.uniform();
    if (u * alpha_ < alpha_ - 1) return u * mean_;
    return least() * sim::exp(-sim::log(alpha_ * (1 - u)) / (alpha_ - 1));
  }
  [[nodiscard]] double mean() const { return mean_; }

 private:
  [[nodiscard]] double least() const { return mean_ * ((alpha_ - 1) / alpha_); }

  double mean_;
  double alpha_;
};

class OnOffLaw {
 public:
  struct State {
    std::int64_t begin;
    std::int64_t end;
    std::uint64_t draws;
  };

  OnOffLaw(const LoadOptions& options, std::int64_t horizon, RowStreams streams)
      : streams_(streams),
        on_period_(options.mean_on, options.on_alpha),
        off_period_(options.mean_off, options.off_alpha),
        horizon_(horizon) {}

  [[nodiscard]] State first(std::size_t row) const {
    sim::RandomStream stream = streams_.of(row);
    const double mean_on = on_period_.mean();
    if (stream.bernoulli(mean_on / (mean_on + off_period_.mean()))) {
      return {0, after(0, on_period_.draw_rest(stream)), 2};
    }
    const std::int64_t begin = after(0, off_period_.draw_rest(stream));
    return {begin, after(begin, on_period_.at(stream.exponential())), 3};
  }
  static Interval current(const State& state) { return {state.begin, state.end, 1}; }
  void advance(std::span<State> states, std::size_t first_row, DueRows due) const {
    const auto drawn = streams_.exponentials<2>(states, first_row, due);
    for (std::size_t i = 0; i < due.size(); ++i) {
      State& state = states[due[i]];
      state.begin = after(state.end, off_period_.at(drawn[2 * i]));
      state.end = after(state.begin, on_period_.at(drawn[2 * i + 1]));
    }
  }

 private:
  [[nodiscard]] std::int64_t after(std::int64_t start, double period) const {
    return end_of_period(start, period, horizon_);
  }

  RowStreams streams_;
  PeriodLaw on_period_, off_period_;
  std::int64_t horizon_;  // ns; no interval reaches further
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
  for (const double alpha : {options.on_alpha, options.off_alpha}) {
    if (alpha == 0 || (alpha >= 1.01 && alpha <= 100)) continue;
    throw std::invalid_argument("tail index " + std::to_string(alpha) +
                                " of an on/off load (must be in [1.01, 100]: at 1 and below a mean "
                                "is infinite) — give e.g. 1.5");
  }
}

std::unique_ptr<LoadRows> make_on_off_loads(const LoadOptions& options, const EpochGrid& grid,
                                            sim::Seed seed, std::uint32_t first_tenant,
                                            std::uint32_t count) {
  check_on_off(options);
  // Just past the last window, so that an interval that starts here ends the last fill.
  const std::int64_t horizon = length_of(grid) + 1;
  const double on = options.mean_on.to_seconds();
  const double off = options.mean_off.to_seconds();
  return std::make_unique<IntervalRows<OnOffLaw>>(
      OnOffLaw(options, horizon, RowStreams(seed, purpose::kTenantActivity, first_tenant)), count,
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

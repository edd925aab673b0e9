// A rate that follows the time of day, 1 + A cos(2 pi (t - peak) / 24 h) or a curve of levels,
// times a factor on Saturdays and Sundays, over its mean in a week. The clock is the tenant's own:
// ahead of the run's by its phase. Integrals over epochs are exact.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "sim/special_functions.hpp"

namespace spindle::models::detail {
namespace {

constexpr std::int64_t kDay = sim::Duration::days(1).ns();
constexpr std::int64_t kHour = sim::Duration::hours(1).ns();
constexpr std::int64_t kMinute = kHour / 60;
constexpr double kPi = 0x1.921fb54442d18p+1;

// The course of one day, of mean 1.
class DayCurve {
 public:
  explicit DayCurve(const LoadOptions& options)
      : amplitude_(options.amplitude),
        peak_(static_cast<double>(options.peak.ns()) / static_cast<double>(kDay)) {
    for (const HourLevel& point : options.curve) {
      steps_.push_back(
          {static_cast<std::int64_t>(point.hour * static_cast<double>(kHour) + 0.5), point.level});
    }
    if (steps_.empty()) return;
    // Before the first hour the last one's level holds.
    if (steps_.front().begin > 0) steps_.insert(steps_.begin(), {0, steps_.back().level});
    steps_.push_back({kDay, 0});
    double sum = 0;
    for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
      sum += steps_[i].level * static_cast<double>(steps_[i + 1].begin - steps_[i].begin);
    }
    for (Step& step : steps_) step.level *= static_cast<double>(kDay) / sum;
  }

  // Over [from, to) of a day, in ns at mean rate. Epochs follow each other, so that the wave at
  // `from` is most often the last one computed: it is the same bits.
  [[nodiscard]] double integral(std::int64_t from, std::int64_t to) {
    if (steps_.empty()) {
      const double begin = from == known_at_ ? known_ : wave(from);
      known_at_ = to % kDay;
      known_ = wave(known_at_);
      return static_cast<double>(to - from) + (known_ - begin);
    }
    double sum = 0;
    for (auto step = first_after(from) - 1; step->begin < to; ++step) {
      const std::int64_t begin = std::max(from, step->begin);
      const std::int64_t end = std::min(to, (step + 1)->begin);
      sum += step->level * static_cast<double>(end - begin);
    }
    return sum;
  }

  // Where the rate next changes after `at`: cosines do so by the minute.
  [[nodiscard]] std::int64_t next_change(std::int64_t at) const {
    if (steps_.empty()) return (at / kMinute + 1) * kMinute;
    return first_after(at)->begin;
  }

 private:
  struct Step {
    std::int64_t begin;  // ns of the day
    double level;
  };

  // The first step that begins after `at`, a time of the day.
  [[nodiscard]] std::vector<Step>::const_iterator first_after(std::int64_t at) const {
    return std::upper_bound(steps_.begin(), steps_.end(), at,
                            [](std::int64_t time, const Step& step) { return time < step.begin; });
  }

  [[nodiscard]] double wave(std::int64_t at) const {
    const double day = static_cast<double>(at) / static_cast<double>(kDay);
    return amplitude_ * static_cast<double>(kDay) / (2 * kPi) * sim::sine_of_turn(day - peak_);
  }

  double amplitude_, peak_;
  std::int64_t known_at_ = -1;
  double known_ = 0;
  std::vector<Step> steps_;  // empty: a cosine; otherwise the last one begins at the day's end
};

class DiurnalLoad final : public LoadModel {
 public:
  DiurnalLoad(const LoadOptions& options, std::int64_t phase, const EpochGrid& grid)
      : curve_(options),
        weekend_(options.weekend),
        week_mean_((5 + 2 * options.weekend) / 7),
        first_weekday_(options.first_weekday),
        phase_(phase),
        epoch_(grid.epoch.ns()) {}

  void fill(std::uint64_t first, std::span<double> out) override {
    order_.take(first, out.size());
    for (double& value : out) {
      const auto begin = static_cast<std::int64_t>(first++) * epoch_;
      value = mean_over(begin, begin + epoch_);
    }
  }

  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    order_.take(first, epochs);
    const auto begin = static_cast<std::int64_t>(first) * epoch_;
    const std::int64_t end = begin + static_cast<std::int64_t>(epochs) * epoch_;
    // Pieces end with the epochs too, so that each epoch holds its own integral.
    for (std::int64_t from = begin, to = 0; from < end; from = to) {
      const std::int64_t local = from + phase_;
      const std::int64_t midnight = local / kDay * kDay;
      to = std::min({end, (from / epoch_ + 1) * epoch_,
                     midnight + curve_.next_change(local - midnight) - phase_});
      const double rate = mean_over(from, to);
      if (rate > 0) out.push_back({from, to, rate});
    }
  }

 private:
  // Of the load over [from, to) of the run, day by day of the tenant's clock.
  [[nodiscard]] double mean_over(std::int64_t from, std::int64_t to) {
    double sum = 0;
    std::int64_t at = from + phase_;
    const std::int64_t end = to + phase_;
    while (at < end) {
      const std::int64_t day = at / kDay;
      const std::int64_t stop = std::min(end, (day + 1) * kDay);
      const bool is_weekend = (day + first_weekday_) % 7 >= 5;
      const double amount = curve_.integral(at - day * kDay, stop - day * kDay);
      sum += std::max(0.0, amount) * (is_weekend ? weekend_ : 1);
      at = stop;
    }
    return sum / (static_cast<double>(to - from) * week_mean_);
  }

  DayCurve curve_;
  WindowOrder order_;
  double weekend_;
  double week_mean_;
  std::int64_t first_weekday_;
  std::int64_t phase_;  // ns
  std::int64_t epoch_;
};

void check_curve(const std::vector<HourLevel>& curve) {
  double last = -1, sum = 0;
  for (const HourLevel& point : curve) {
    if (!(point.hour > last && point.hour >= 0 && point.hour < 24)) {
      throw std::invalid_argument(
          "hours of a diurnal curve do not rise within [0, 24) — give [hour, level] from 0 to 23");
    }
    if (!(point.level >= 0 && point.level <= 1e9)) {
      throw std::invalid_argument(
          "level of a diurnal curve is not in [0, 1e9] — give it relative to the other hours");
    }
    last = point.hour;
    sum += point.level;
  }
  if (!curve.empty() && !(sum > 0)) {
    throw std::invalid_argument(
        "levels of a diurnal curve are all 0 (its mean cannot be 1) — give one above 0");
  }
}

void check_diurnal(const LoadOptions& options) {
  if (!(options.amplitude >= 0 && options.amplitude <= 1)) {
    throw std::invalid_argument("amplitude " + std::to_string(options.amplitude) +
                                " of a diurnal load (must be in [0, 1]: no load is negative) — "
                                "give e.g. 0.5");
  }
  for (const sim::Duration time : {options.peak, options.phase}) {
    if (time.ns() < 0 || time.ns() >= kDay) {
      throw std::invalid_argument(
          "peak or phase of a diurnal load is not in [0, 24 h) — give e.g. 14 h");
    }
  }
  if (!(options.weekend >= 0 && options.weekend <= 1e6) || options.first_weekday > 6) {
    throw std::invalid_argument(
        "weekend factor of a diurnal load is not in [0, 1e6], or the run's first day no day of the "
        "week — give e.g. 0.5");
  }
  check_curve(options.curve);
}

}  // namespace

std::unique_ptr<LoadModel> make_diurnal_load(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t tenant) {
  check_diurnal(options);
  std::int64_t phase = options.phase.ns();
  if (options.phase_is_random) {
    sim::RandomStream stream(seed, 0, purpose::kTenantPhase, tenant);
    phase = static_cast<std::int64_t>(stream.uniform() * static_cast<double>(kDay));
  }
  return std::make_unique<DiurnalLoad>(options, phase, grid);
}

}  // namespace spindle::models::detail

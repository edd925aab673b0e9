// A rate that follows the time of day, 1 + A cos(2 pi (t - peak) / 24 h) or a curve of levels,
// times a factor on Saturdays and Sundays, over its mean in a week. The clock is the tenant's own:
// ahead of the run's by its phase. Integrals over epochs are exact.
//
// A sine costs ten times what the rest of an epoch does. Epochs begin at the same angles for all
// tenants of a class, up to their phases, so that sines and cosines of these are tabled once a
// class and turned by each tenant's phase: sin(a + b) = sin a cos b + cos a sin b.

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
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

  [[nodiscard]] bool is_wave() const { return steps_.empty(); }

  // Over [from, to) of a day, in ns at mean rate.
  [[nodiscard]] double integral(std::int64_t from, std::int64_t to) const {
    if (is_wave()) return static_cast<double>(to - from) + (wave(to) - wave(from));
    double sum = 0;
    for (auto step = first_after(from) - 1; step->begin < to; ++step) {
      const std::int64_t begin = std::max(from, step->begin);
      const std::int64_t end = std::min(to, (step + 1)->begin);
      sum += step->level * static_cast<double>(end - begin);
    }
    return sum;
  }

  // How far the wave swings, in ns at mean rate, and where in a turn it is at `at` of the day.
  [[nodiscard]] double swing() const { return amplitude_ * static_cast<double>(kDay) / (2 * kPi); }
  [[nodiscard]] double turn_at(std::int64_t at) const {
    return static_cast<double>(at) / static_cast<double>(kDay) - peak_;
  }

  // Where the rate next changes after `at`: cosines do so by the minute.
  [[nodiscard]] std::int64_t next_change(std::int64_t at) const {
    if (is_wave()) return (at / kMinute + 1) * kMinute;
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
    return swing() * sim::sine_of_turn(turn_at(at));
  }

  double amplitude_, peak_;
  std::vector<Step> steps_;  // empty: a cosine; otherwise the last one begins at the day's end
};

// Sine and cosine of the angle that the day has turned at the begin of epoch 0, 1, ...
class EpochAngles {
 public:
  struct Angle {
    double sine, cosine;
  };

  explicit EpochAngles(const EpochGrid& grid) {
    // After so many epochs the clock shows the same time again.
    const std::int64_t period = kDay / std::gcd(kDay, grid.epoch.ns());
    const auto needed = std::min(static_cast<std::uint64_t>(period), grid.count + 1);
    if (needed > kMost) return;
    for (std::uint64_t i = 0; i < needed; ++i) {
      const std::int64_t at = static_cast<std::int64_t>(i) * grid.epoch.ns() % kDay;
      const double turn = static_cast<double>(at) / static_cast<double>(kDay);
      angles_.push_back({sim::sine_of_turn(turn), sim::sine_of_turn(turn + 0.25)});
    }
  }

  // Empty where there would be too many.
  [[nodiscard]] std::size_t size() const { return angles_.size(); }
  const Angle& operator[](std::size_t i) const { return angles_[i]; }

 private:
  static constexpr std::uint64_t kMost = 1U << 17U;  // 2 MiB: a day of seconds
  std::vector<Angle> angles_;
};

// What the tenants of a class have in common.
struct Week {
  Week(const LoadOptions& options, const EpochGrid& grid)
      : day(options),
        angles(grid),
        weekend(options.weekend),
        mean((5 + 2 * options.weekend) / 7),
        first_weekday(options.first_weekday),
        epoch(grid.epoch.ns()) {}

  [[nodiscard]] double factor_of(std::int64_t day_number) const {
    return (day_number + first_weekday) % 7 >= 5 ? weekend : 1;
  }
  // From this day on, how many have its factor.
  [[nodiscard]] std::int64_t days_alike(std::int64_t day_number) const {
    const std::int64_t weekday = (day_number + first_weekday) % 7;
    return (weekday < 5 ? 5 : 7) - weekday;
  }

  DayCurve day;
  EpochAngles angles;
  double weekend;
  double mean;
  std::int64_t first_weekday;
  std::int64_t epoch;  // ns
};

class DiurnalLoad final : public LoadModel {
 public:
  DiurnalLoad(std::shared_ptr<const Week> week, std::int64_t phase)
      : week_(std::move(week)), phase_(phase) {
    if (!week_->day.is_wave()) return;
    const double turn = week_->day.turn_at(phase);
    sine_ = week_->day.swing() * sim::sine_of_turn(turn);
    cosine_ = week_->day.swing() * sim::sine_of_turn(turn + 0.25);
  }

  void fill(std::uint64_t first, std::span<double> out) override {
    order_.take(first, out.size());
    if (week_->day.is_wave() && week_->angles.size() > 0) {
      fill_by_angles(first, out);
      return;
    }
    for (double& value : out) {
      const auto begin = static_cast<std::int64_t>(first++) * week_->epoch;
      value = mean_over(begin, begin + week_->epoch);
    }
  }

  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    order_.take(first, epochs);
    const std::int64_t epoch = week_->epoch;
    const auto begin = static_cast<std::int64_t>(first) * epoch;
    const std::int64_t end = begin + static_cast<std::int64_t>(epochs) * epoch;
    // Pieces end with the epochs too, so that each epoch holds its own integral.
    for (std::int64_t from = begin, to = 0; from < end; from = to) {
      const std::int64_t local = from + phase_;
      const std::int64_t midnight = local / kDay * kDay;
      to = std::min({end, (from / epoch + 1) * epoch,
                     midnight + week_->day.next_change(local - midnight) - phase_});
      const double rate = mean_over(from, to);
      if (rate > 0) out.push_back({from, to, rate});
    }
  }

 private:
  void fill_by_angles(std::uint64_t first, std::span<double> out) const {
    const Week& week = *week_;
    const auto length = static_cast<double>(week.epoch);
    const double per_mean = 1 / (length * week.mean);
    std::size_t angle = first % week.angles.size();
    double last = wave(week.angles[angle]);
    std::int64_t begin = static_cast<std::int64_t>(first) * week.epoch + phase_;
    std::int64_t change = begin;  // of the factor
    double scale = 0;             // until then
    for (double& value : out) {
      if (begin >= change) {
        const std::int64_t day = begin / kDay;
        change = (day + week.days_alike(day)) * kDay;
        scale = week.factor_of(day) * per_mean;
      }
      if (++angle == week.angles.size()) angle = 0;
      const double next = wave(week.angles[angle]);
      const std::int64_t end = begin + week.epoch;
      value = end <= change || week.weekend == 1 ? std::max(0.0, length + (next - last)) * scale
                                                 : mean_over(begin - phase_, end - phase_);
      last = next;
      begin = end;
    }
  }
  [[nodiscard]] double wave(const EpochAngles::Angle& angle) const {
    return angle.sine * cosine_ + angle.cosine * sine_;
  }

  // Of the load over [from, to) of the run, day by day of the tenant's clock.
  [[nodiscard]] double mean_over(std::int64_t from, std::int64_t to) const {
    double sum = 0;
    std::int64_t at = from + phase_;
    const std::int64_t end = to + phase_;
    while (at < end) {
      const std::int64_t day = at / kDay;
      const std::int64_t stop = std::min(end, (day + 1) * kDay);
      const double amount = week_->day.integral(at - day * kDay, stop - day * kDay);
      sum += std::max(0.0, amount) * week_->factor_of(day);
      at = stop;
    }
    return sum / (static_cast<double>(to - from) * week_->mean);
  }

  std::shared_ptr<const Week> week_;
  WindowOrder order_;
  std::int64_t phase_;  // ns
  // Of the phase, as long as the wave swings; unused where the day has a curve.
  double sine_ = 0;
  double cosine_ = 0;
};

class DiurnalFamily final : public LoadFamily {
 public:
  DiurnalFamily(const LoadOptions& options, const EpochGrid& grid, sim::Seed seed)
      : week_(std::make_shared<const Week>(options, grid)),
        phase_(options.phase.ns()),
        phase_is_random_(options.phase_is_random),
        seed_(seed) {}

  [[nodiscard]] std::unique_ptr<LoadModel> make(std::uint32_t tenant) const override {
    std::int64_t phase = phase_;
    if (phase_is_random_) {
      sim::RandomStream stream(seed_, 0, purpose::kTenantPhase, tenant);
      phase = static_cast<std::int64_t>(stream.uniform() * static_cast<double>(kDay));
    }
    return std::make_unique<DiurnalLoad>(week_, phase);
  }

 private:
  std::shared_ptr<const Week> week_;
  std::int64_t phase_;  // ns, where not random
  bool phase_is_random_;
  sim::Seed seed_;
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
  if (options.correlation != 0) {
    throw std::invalid_argument(
        "correlation of a diurnal load (its tenants share the time of day) — give them a common "
        "phase instead");
  }
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

std::unique_ptr<LoadFamily> make_diurnal_loads(const LoadOptions& options, const EpochGrid& grid,
                                               sim::Seed seed, std::uint32_t /*tenant_class*/) {
  check_diurnal(options);
  return std::make_unique<DiurnalFamily>(options, grid, seed);
}

}  // namespace spindle::models::detail

// A rate that follows the time of day, 1 + A cos(2 pi (t - peak) / 24 h) or a curve of levels,
// times a factor on Saturdays and Sundays, over its mean in a week. The clock is the tenant's own:
// ahead of the run's by its phase. Integrals over epochs are exact.
//
// A sine costs ten times what the rest of an epoch does. Epochs begin at the same angles for all
// tenants of a class, up to their phases, so that sines and cosines of these are tabled once a
// class and turned by each tenant's phase: sin(a + b) = sin a cos b + cos a sin b.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "models/tenant/load_kernel.hpp"
#include "sim/special_functions.hpp"

namespace spindle::models::detail {
namespace {

constexpr double kPi = 0x1.921fb54442d18p+1;

// The course of one day, of mean 1.
class DayCurve {
 public:
  explicit DayCurve(const LoadOptions& options)
      : amplitude_(options.amplitude),
        peak_(static_cast<double>(options.peak.ns()) / static_cast<double>(sim::kDay)) {
    for (const HourLevel& point : options.curve) {
      steps_.push_back(
          {static_cast<std::int64_t>(point.hour * static_cast<double>(sim::kHour) + 0.5),
           point.level});
    }
    if (steps_.empty()) {
      midnight_ = wave_at(0);
      next_midnight_ = wave_at(sim::kDay);
      return;
    }
    // Before the first hour the last one's level holds.
    if (steps_.front().begin > 0) steps_.insert(steps_.begin(), {0, steps_.back().level});
    steps_.push_back({sim::kDay, 0});
    double sum = 0;
    for (std::size_t i = 0; i + 1 < steps_.size(); ++i) {
      sum += steps_[i].level * static_cast<double>(steps_[i + 1].begin - steps_[i].begin);
    }
    for (Step& step : steps_) step.level *= static_cast<double>(sim::kDay) / sum;
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
  [[nodiscard]] double swing() const {
    return amplitude_ * static_cast<double>(sim::kDay) / (2 * kPi);
  }
  [[nodiscard]] double turn_at(std::int64_t at) const {
    return static_cast<double>(at) / static_cast<double>(sim::kDay) - peak_;
  }

  // Where the rate next changes after `at`: cosines do so by the minute.
  [[nodiscard]] std::int64_t next_change(std::int64_t at) const {
    if (is_wave()) return (at / sim::kMinute + 1) * sim::kMinute;
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

  // Midnights are where days are cut: their waves, which need not have the same bits, are kept.
  [[nodiscard]] double wave(std::int64_t at) const {
    return at == 0 ? midnight_ : at == sim::kDay ? next_midnight_ : wave_at(at);
  }
  [[nodiscard]] double wave_at(std::int64_t at) const {
    return swing() * sim::sine_of_turn(turn_at(at));
  }

  double amplitude_, peak_;
  double midnight_ = 0;
  double next_midnight_ = 0;
  std::vector<Step> steps_;  // empty: a cosine; otherwise the last one begins at the day's end
};

// Sine and cosine of the angle that the day has turned at the begin of epoch 0, 1, ...
class EpochAngles {
 public:
  explicit EpochAngles(const EpochGrid& grid) {
    // After so many epochs the clock shows the same time again.
    const std::int64_t period = sim::kDay / std::gcd(sim::kDay, grid.epoch.ns());
    const auto needed = std::min(static_cast<std::uint64_t>(period), grid.count + 1);
    if (needed > kMost) return;
    for (std::uint64_t i = 0; i < needed; ++i) {
      const std::int64_t at = static_cast<std::int64_t>(i) * grid.epoch.ns() % sim::kDay;
      const double turn = static_cast<double>(at) / static_cast<double>(sim::kDay);
      angles_.push_back({sim::sine_of_turn(turn), sim::sine_of_turn(turn + 0.25)});
    }
  }

  // Empty where there would be too many.
  [[nodiscard]] std::size_t size() const { return angles_.size(); }
  // From this epoch on, those of a block.
  [[nodiscard]] WaveEdges edges(std::uint64_t first_epoch) const {
    WaveEdges edges;
    std::size_t at = first_epoch % angles_.size();
    for (std::size_t j = 0; j <= LoadBlock::kEpochs; ++j) {
      edges.sine[j] = angles_[at].sine;
      edges.cosine[j] = angles_[at].cosine;
      if (++at == angles_.size()) at = 0;
    }
    return edges;
  }

 private:
  struct Angle {
    double sine, cosine;
  };
  static constexpr std::uint64_t kMost = 1U << 17U;  // 2 MiB: a day of seconds
  std::vector<Angle> angles_;
};

// Days of one factor.
struct Stretch {
  double factor;
  std::int64_t end;  // ns of the tenant's clock
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
  [[nodiscard]] Stretch stretch_of(std::int64_t day_number) const {
    if (weekend == 1) return {1, std::numeric_limits<std::int64_t>::max()};
    const std::int64_t weekday = (day_number + first_weekday) % 7;
    const std::int64_t days_alike = (weekday < 5 ? 5 : 7) - weekday;
    return {factor_of(day_number), (day_number + days_alike) * sim::kDay};
  }

  DayCurve day;
  EpochAngles angles;
  double weekend;
  double mean;
  std::int64_t first_weekday;
  std::int64_t epoch;  // ns
};

// What a tenant's clock is ahead by, and the sine and cosine of that as long as the wave swings;
// these are unused where the day has a curve.
struct Phase {
  std::int64_t ns;
  double sine;
  double cosine;
};

class DiurnalRows final : public LoadRows {
 public:
  DiurnalRows(std::shared_ptr<const Week> week, std::vector<Phase> phases)
      : LoadRows(phases.size()), week_(std::move(week)), phases_(std::move(phases)) {}

 private:
  void fill_block(const RowWindow& window, LoadBlock& out) override {
    if (week_->day.is_wave() && week_->angles.size() > 0) {
      fill_by_angles(window, out);
      return;
    }
    for (std::size_t i = 0; i < window.rows; ++i) {
      fill_by_days(phases_[window.first_row + i].ns, window, out.value[i]);
    }
  }

  void append_pieces(std::size_t row, std::uint64_t first, std::size_t epochs,
                     std::vector<RatePiece>& out) override {
    const std::int64_t phase = phases_[row].ns;
    const std::int64_t epoch = week_->epoch;
    const auto begin = static_cast<std::int64_t>(first) * epoch;
    const std::int64_t end = begin + static_cast<std::int64_t>(epochs) * epoch;
    // Pieces end with the epochs too, so that each epoch holds its own integral.
    for (std::int64_t from = begin, to = 0; from < end; from = to) {
      const std::int64_t local = from + phase;
      const std::int64_t midnight = local / sim::kDay * sim::kDay;
      to = std::min({end, (from / epoch + 1) * epoch,
                     midnight + week_->day.next_change(local - midnight) - phase});
      const double rate = mean_over(phase, from, to);
      if (rate > 0) out.push_back({from, to, rate});
    }
  }

  void fill_by_days(std::int64_t phase, const RowWindow& window, double* out) const {
    for (std::size_t j = 0; j < window.epochs; ++j) {
      const auto begin = static_cast<std::int64_t>(window.first_epoch + j) * week_->epoch;
      out[j] = mean_over(phase, begin, begin + week_->epoch);
    }
  }

  void fill_by_angles(const RowWindow& window, LoadBlock& out) const {
    const Week& week = *week_;
    const std::int64_t begin = static_cast<std::int64_t>(window.first_epoch) * week.epoch;
    const std::int64_t end = begin + static_cast<std::int64_t>(window.epochs) * week.epoch;
    const auto length = static_cast<double>(week.epoch);
    const double per_mean = 1 / (length * week.mean);
    // Clocks are ahead by less than a day: at the window's begin they show this day or the next.
    const std::int64_t day = begin / sim::kDay;
    const Stretch stretches[2] = {week.stretch_of(day), week.stretch_of(day + 1)};
    std::array<WaveRow, LoadBlock::kRows> rows;
    std::array<std::uint32_t, LoadBlock::kRows> changing;  // rows whose factor changes within
    std::size_t changes = 0;
    for (std::uint32_t i = 0; i < window.rows; ++i) {
      const Phase& phase = phases_[window.first_row + i];
      const Stretch& stretch = stretches[begin + phase.ns >= (day + 1) * sim::kDay ? 1 : 0];
      const bool is_alike = end + phase.ns <= stretch.end;
      rows[i] = {phase.sine, phase.cosine, is_alike ? stretch.factor * per_mean : 1};
      changing[changes] = i;
      changes += is_alike ? 0 : 1;
    }
    fill_waves(week.angles.edges(window.first_epoch), length, std::span(rows).first(window.rows),
               out);
    for (const std::uint32_t i : std::span(changing).first(changes)) {
      scale_by_days(phases_[window.first_row + i].ns, window, per_mean, out.value[i]);
    }
  }

  // Of one row, whose amounts `out` has; epochs that a change lies in are integrated anew.
  void scale_by_days(std::int64_t phase, const RowWindow& window, double per_mean,
                     double* out) const {
    std::int64_t begin = static_cast<std::int64_t>(window.first_epoch) * week_->epoch + phase;
    Stretch stretch = week_->stretch_of(begin / sim::kDay);
    for (std::size_t j = 0; j < window.epochs; ++j) {
      const std::int64_t end = begin + week_->epoch;
      if (begin >= stretch.end) stretch = week_->stretch_of(begin / sim::kDay);
      out[j] = end <= stretch.end ? out[j] * (stretch.factor * per_mean)
                                  : mean_over(phase, begin - phase, end - phase);
      begin = end;
    }
  }

  // Of the load over [from, to) of the run, day by day of the tenant's clock.
  [[nodiscard]] double mean_over(std::int64_t phase, std::int64_t from, std::int64_t to) const {
    double sum = 0;
    std::int64_t at = from + phase;
    const std::int64_t end = to + phase;
    while (at < end) {
      const std::int64_t day = at / sim::kDay;
      const std::int64_t stop = std::min(end, (day + 1) * sim::kDay);
      const double amount = week_->day.integral(at - day * sim::kDay, stop - day * sim::kDay);
      sum += std::max(0.0, amount) * week_->factor_of(day);
      at = stop;
    }
    return sum / (static_cast<double>(to - from) * week_->mean);
  }

  std::shared_ptr<const Week> week_;
  std::vector<Phase> phases_;
};

class DiurnalFamily final : public LoadFamily {
 public:
  DiurnalFamily(const LoadOptions& options, const EpochGrid& grid, sim::Seed seed)
      : week_(std::make_shared<const Week>(options, grid)),
        phase_(options.phase.ns()),
        phase_is_random_(options.phase_is_random),
        seed_(seed) {}

  [[nodiscard]] std::unique_ptr<LoadRows> make_rows(std::uint32_t first_tenant,
                                                    std::uint32_t count) const override {
    std::vector<Phase> phases;
    phases.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) phases.push_back(phase_of(first_tenant + i));
    return std::make_unique<DiurnalRows>(week_, std::move(phases));
  }

 private:
  [[nodiscard]] Phase phase_of(std::uint32_t tenant) const {
    Phase phase{phase_, 0, 0};
    if (phase_is_random_) {
      sim::RandomStream stream(seed_, 0, purpose::kTenantPhase, tenant);
      phase.ns = static_cast<std::int64_t>(stream.uniform() * static_cast<double>(sim::kDay));
    }
    if (week_->day.is_wave()) {
      const double turn = week_->day.turn_at(phase.ns);
      phase.sine = week_->day.swing() * sim::sine_of_turn(turn);
      phase.cosine = week_->day.swing() * sim::sine_of_turn(turn + 0.25);
    }
    return phase;
  }

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
    if (time.ns() < 0 || time.ns() >= sim::kDay) {
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

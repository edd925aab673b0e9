// On for `window` on some days of the week, from a time of day that may vary from day to day; time
// 0 of the run is midnight. A window that passes midnight is on at both ends of the day.

#include <bit>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "models/tenant/interval_rows.hpp"

namespace spindle::models::detail {
namespace {

// Windows of this many days before the run can reach into it.
constexpr std::int32_t kDaysBefore = 2;

class DailyLaw {
 public:
  struct State {
    std::int64_t begin;
    std::int64_t start;   // of the day, without jitter
    std::int32_t day;     // of the interval
    std::uint32_t draws;  // one a window, and none without jitter
  };

  DailyLaw(const LoadOptions& options, sim::Seed seed, std::uint32_t first_tenant)
      : phases_(seed, purpose::kTenantPhase, first_tenant),
        jitters_(seed, purpose::kTenantActivity, first_tenant),
        start_is_random_(options.start_is_random),
        start_(options.start.ns()),
        window_(options.window.ns()),
        jitter_(static_cast<double>(options.jitter.ns())),
        open_days_(options.open_days),
        first_weekday_(options.first_weekday) {}

  [[nodiscard]] State first(std::size_t row) const {
    State state{0, start_, -kDaysBefore, 0};
    if (start_is_random_) {
      sim::RandomStream stream = phases_.of(row);
      state.start = static_cast<std::int64_t>(stream.uniform() * static_cast<double>(sim::kDay));
    }
    double drawn = 0;
    if (jitter_ > 0) {
      drawn = jitters_.of(row).uniform();
      state.draws = 1;
    }
    open(state, drawn);
    return state;
  }
  [[nodiscard]] Interval current(const State& state) const {
    return {state.begin, state.begin + window_, 1};
  }
  void advance(std::span<State> states, std::size_t first_row, DueRows due) const {
    RowStreams::Numbers<1> drawn;
    if (jitter_ > 0) drawn = jitters_.uniforms<1>(states, first_row, due);
    for (std::size_t i = 0; i < due.size(); ++i) {
      State& state = states[due[i]];
      ++state.day;
      open(state, jitter_ > 0 ? drawn[i] : 0);
    }
  }

 private:
  // Goes to the next window, on `state.day` at the earliest; `drawn` is uniform on (0, 1).
  void open(State& state, double drawn) const {
    while (!is_open(state.day)) ++state.day;
    state.begin = state.day * sim::kDay + state.start;
    if (jitter_ > 0) state.begin += static_cast<std::int64_t>((2 * drawn - 1) * jitter_);
  }
  [[nodiscard]] bool is_open(std::int32_t day) const {
    // 7 keeps days before the run from being negative.
    const auto weekday = (static_cast<unsigned>(day + 7) + first_weekday_) % 7;
    return (open_days_ >> weekday & 1U) != 0;
  }

  RowStreams phases_, jitters_;
  bool start_is_random_;
  std::int64_t start_, window_;  // ns
  double jitter_;                // ns
  unsigned open_days_;
  unsigned first_weekday_;
};

void check_daily_window(const LoadOptions& options) {
  const std::int64_t window = options.window.ns();
  if (window <= 0 || window > sim::kDay) {
    throw std::invalid_argument(
        "window of a daily load is not in (0, 24 h] — give its length, e.g. 4 h");
  }
  const std::int64_t start = options.start.ns();
  if (!options.start_is_random && (start < 0 || start >= sim::kDay)) {
    throw std::invalid_argument(
        "start of a daily load is not in [0, 24 h) — give the time after midnight, e.g. 2 h");
  }
  if (options.jitter.ns() < 0 || options.jitter.ns() > (sim::kDay - window) / 2) {
    throw std::invalid_argument(
        "jitter of a daily load is below 0 or lets windows of neighbouring days overlap (window "
        "and twice the jitter are at most 24 h) — give e.g. 30 min");
  }
  if ((options.open_days & kEveryDay) == 0 || options.open_days > kEveryDay ||
      options.first_weekday > 6) {
    throw std::invalid_argument(
        "days of a daily load are none, or no days of the week — give e.g. weekdays");
  }
}

}  // namespace

std::unique_ptr<LoadRows> make_daily_window_loads(const LoadOptions& options, const EpochGrid& grid,
                                                  sim::Seed seed, std::uint32_t first_tenant,
                                                  std::uint32_t count) {
  check_daily_window(options);
  const double on_share =
      options.window.to_seconds() / sim::kSecondsPerDay * std::popcount(options.open_days) / 7;
  return std::make_unique<IntervalRows<DailyLaw>>(DailyLaw(options, seed, first_tenant), count,
                                                  on_share, grid);
}

}  // namespace spindle::models::detail

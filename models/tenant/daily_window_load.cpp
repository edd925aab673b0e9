// On for `window` on some days of the week, from a time of day that may vary from day to day; time
// 0 of the run is midnight. A window that passes midnight is on at both ends of the day.

#include <bit>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

constexpr std::int64_t kDay = sim::Duration::days(1).ns();
// Windows of this many days before the run can reach into it.
constexpr unsigned kDaysBefore = 2;

class DailySource {
 public:
  DailySource(const LoadOptions& options, std::int64_t start, sim::RandomStream stream)
      : stream_(stream),
        start_(start),
        window_(options.window.ns()),
        jitter_(static_cast<double>(options.jitter.ns())),
        open_days_(options.open_days),
        weekday_((options.first_weekday + 7 - kDaysBefore) % 7) {
    open_next();
  }
  [[nodiscard]] Interval current() const { return on_; }
  void advance() {
    step();
    open_next();
  }

 private:
  void step() {
    ++day_;
    weekday_ = (weekday_ + 1) % 7;
  }
  void open_next() {
    while ((open_days_ >> weekday_ & 1U) == 0) step();
    std::int64_t begin = day_ * kDay + start_;
    if (jitter_ > 0) begin += static_cast<std::int64_t>((2 * stream_.uniform() - 1) * jitter_);
    on_ = {begin, begin + window_, 1};
  }

  sim::RandomStream stream_;
  std::int64_t start_, window_;  // ns
  double jitter_;                // ns
  unsigned open_days_;
  unsigned weekday_;
  std::int64_t day_ = -std::int64_t{kDaysBefore};
  Interval on_;
};

void check_daily_window(const LoadOptions& options) {
  const std::int64_t window = options.window.ns();
  if (window <= 0 || window > kDay) {
    throw std::invalid_argument(
        "window of a daily load is not in (0, 24 h] — give its length, e.g. 4 h");
  }
  const std::int64_t start = options.start.ns();
  if (!options.start_is_random && (start < 0 || start >= kDay)) {
    throw std::invalid_argument(
        "start of a daily load is not in [0, 24 h) — give the time after midnight, e.g. 2 h");
  }
  if (options.jitter.ns() < 0 || options.jitter.ns() > (kDay - window) / 2) {
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

std::unique_ptr<LoadModel> make_daily_window_load(const LoadOptions& options, const EpochGrid& grid,
                                                  sim::Seed seed, std::uint32_t tenant) {
  check_daily_window(options);
  std::int64_t start = options.start.ns();
  if (options.start_is_random) {
    sim::RandomStream stream(seed, 0, purpose::kTenantPhase, tenant);
    start = static_cast<std::int64_t>(stream.uniform() * static_cast<double>(kDay));
  }
  const double on_share =
      options.window.to_seconds() / sim::kSecondsPerDay * std::popcount(options.open_days) / 7;
  return std::make_unique<IntervalLoad<DailySource>>(
      DailySource(options, start, sim::RandomStream(seed, 0, purpose::kTenantActivity, tenant)),
      on_share, grid);
}

}  // namespace spindle::models::detail

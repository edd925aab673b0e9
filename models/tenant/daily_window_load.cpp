// On for `window` each day, from a fixed time of day; time 0 of the run is midnight. A window that
// passes midnight is on at both ends of the day.

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

constexpr std::int64_t kDay = sim::Duration::days(1).ns();

class DailySource {
 public:
  DailySource(std::int64_t start, std::int64_t window)
      : on_(start + window > kDay ? Interval{start - kDay, start - kDay + window, 1}
                                  : Interval{start, start + window, 1}) {}
  [[nodiscard]] Interval current() const { return on_; }
  void advance() { on_ = {on_.begin + kDay, on_.end + kDay, 1}; }

 private:
  Interval on_;
};

}  // namespace

std::unique_ptr<LoadModel> make_daily_window_load(const LoadOptions& options, const EpochGrid& grid,
                                                  sim::Seed seed, std::uint32_t tenant) {
  const std::int64_t window = options.window.ns();
  if (window <= 0 || window > kDay) {
    throw std::invalid_argument(
        "window of a daily load is not in (0, 24 h] — give its length, e.g. 4 h");
  }
  std::int64_t start = options.start.ns();
  if (options.start_is_random) {
    sim::RandomStream stream(seed, 0, purpose::kTenantPhase, tenant);
    start = static_cast<std::int64_t>(stream.uniform() * static_cast<double>(kDay));
  } else if (start < 0 || start >= kDay) {
    throw std::invalid_argument(
        "start of a daily load is not in [0, 24 h) — give the time after midnight, e.g. 2 h");
  }
  const double on_share = static_cast<double>(window) / static_cast<double>(kDay);
  return std::make_unique<IntervalLoad<DailySource>>(DailySource(start, window), on_share, grid);
}

}  // namespace spindle::models::detail

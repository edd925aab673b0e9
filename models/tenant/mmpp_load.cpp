// A rate that jumps among states, each left after an exponential time: the rate of a
// Markov-modulated Poisson process. Stationary at time 0: both kinds of jumps visit all states
// equally often, so the share of time in a state goes as its mean stay, and, the exponential being
// memoryless, the first stay is a full one.

#include <cmath>
#include <utility>
#include <vector>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

struct Cycle {
  double stays_ns = 0;  // of all states
  double amount = 0;    // sum of rate * stay
};

Cycle cycle_of(const std::vector<RateState>& states) {
  Cycle cycle;
  for (const RateState& state : states) {
    const auto stay = static_cast<double>(state.mean_stay.ns());
    cycle.stays_ns += stay;
    cycle.amount += state.rate * stay;
  }
  return cycle;
}

class MmppSource {
 public:
  MmppSource(const LoadOptions& options, std::int64_t horizon, sim::RandomStream stream)
      : states_(options.states),
        is_uniform_(options.jumps_are_uniform),
        horizon_(horizon),
        stream_(stream) {
    double left = stream_.uniform() * cycle_of(states_).stays_ns;
    while (state_ + 1 < states_.size()) {
      left -= static_cast<double>(states_[state_].mean_stay.ns());
      if (left < 0) break;
      ++state_;
    }
    stay(0);
  }
  [[nodiscard]] Interval current() const { return now_; }
  void advance() {
    const auto others = static_cast<std::uint32_t>(states_.size() - 1);
    const std::size_t ahead = is_uniform_ ? 1 + stream_.below(others) : 1;
    state_ = (state_ + ahead) % states_.size();
    stay(now_.end);
  }

 private:
  void stay(std::int64_t begin) {
    const RateState& state = states_[state_];
    const double length = stream_.exponential() * static_cast<double>(state.mean_stay.ns());
    now_ = {begin, end_of_period(begin, length, horizon_), state.rate};
  }

  std::vector<RateState> states_;
  bool is_uniform_;
  std::int64_t horizon_;  // ns
  sim::RandomStream stream_;
  std::size_t state_ = 0;
  Interval now_;
};

void check_states(const LoadOptions& options) {
  if (options.states.size() < 2 || options.states.size() > 100) {
    throw std::invalid_argument("mmpp load has too few or too many states — give 2 to 100");
  }
  for (const RateState& state : options.states) {
    if (!(state.rate >= 0 && state.rate <= 1e9)) {
      throw std::invalid_argument(
          "rate of a state of an mmpp load is not in [0, 1e9] — give it relative to the others");
    }
    if (state.mean_stay < sim::Duration::nanoseconds(1000) || state.mean_stay > kLongestRun) {
      throw std::invalid_argument(
          "stay of a state of an mmpp load is not in [1 us, 200 years] — give e.g. 1 h");
    }
  }
  if (!(cycle_of(options.states).amount > 0)) {
    throw std::invalid_argument(
        "rates of an mmpp load are all 0 (its mean cannot be 1) — give one above 0");
  }
}

}  // namespace

std::unique_ptr<LoadModel> make_mmpp_load(const LoadOptions& options, const EpochGrid& grid,
                                          sim::Seed seed, std::uint32_t tenant) {
  check_states(options);
  const Cycle cycle = cycle_of(options.states);
  // Just past the last window, so that a stay that ends here ends the last fill.
  const std::int64_t horizon = length_of(grid) + 1;
  return std::make_unique<IntervalLoad<MmppSource>>(
      MmppSource(options, horizon, sim::RandomStream(seed, 0, purpose::kTenantActivity, tenant)),
      cycle.amount / cycle.stays_ns, grid);
}

}  // namespace spindle::models::detail

// A rate that jumps among states, each left after an exponential time: the rate of a
// Markov-modulated Poisson process. Stationary at time 0: both kinds of jumps visit all states
// equally often, so the share of time in a state goes as its mean stay, and, the exponential being
// memoryless, the first stay is a full one.

#include <cmath>
#include <utility>
#include <vector>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "models/tenant/interval_rows.hpp"

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

// The states, and how long a tenant stays in them.
class Stays {
 public:
  Stays(const LoadOptions& options, std::int64_t horizon)
      : states_(options.states), horizon_(horizon) {}

  [[nodiscard]] std::uint32_t states() const { return static_cast<std::uint32_t>(states_.size()); }
  [[nodiscard]] double rate(std::uint32_t state) const { return states_[state].rate; }
  // That of time 0.
  [[nodiscard]] std::uint32_t draw_first(sim::RandomStream& stream) const {
    double left = stream.uniform() * cycle_of(states_).stays_ns;
    std::uint32_t state = 0;
    while (state + 1 < states()) {
      left -= static_cast<double>(states_[state].mean_stay.ns());
      if (left < 0) break;
      ++state;
    }
    return state;
  }
  // Where a stay ends that begins at `begin`, by an exponential number of mean 1.
  [[nodiscard]] std::int64_t end(std::int64_t begin, std::uint32_t state, double e) const {
    return end_of_period(begin, e * static_cast<double>(states_[state].mean_stay.ns()), horizon_);
  }

 private:
  std::vector<RateState> states_;
  std::int64_t horizon_;  // ns
};

// Jumps to the next state in order: a number of the stream a stay.
class CyclicLaw {
 public:
  struct State {
    std::int64_t begin;
    std::int64_t end;
    std::uint64_t draws;
    std::uint32_t state;
  };

  CyclicLaw(const LoadOptions& options, std::int64_t horizon, RowStreams streams)
      : stays_(options, horizon), streams_(streams) {}

  [[nodiscard]] State first(std::size_t row) const {
    sim::RandomStream stream = streams_.of(row);
    const std::uint32_t state = stays_.draw_first(stream);
    return {0, stays_.end(0, state, stream.exponential()), 2, state};
  }
  [[nodiscard]] Interval current(const State& of) const {
    return {of.begin, of.end, stays_.rate(of.state)};
  }
  void advance(std::span<State> states, std::size_t first_row, DueRows due) const {
    const auto drawn = streams_.exponentials<1>(states, first_row, due);
    for (std::size_t i = 0; i < due.size(); ++i) {
      State& of = states[due[i]];
      of.state = of.state + 1 == stays_.states() ? 0 : of.state + 1;
      of.begin = of.end;
      of.end = stays_.end(of.begin, of.state, drawn[i]);
    }
  }

 private:
  Stays stays_;
  RowStreams streams_;
};

// Jumps to any other state alike. A jump takes one word of the stream, seldom more, so that where a
// stay's number lies depends on all before it.
class UniformLaw {
 public:
  struct State {
    std::int64_t begin;
    std::int64_t end;
    sim::RandomStream stream;
    std::uint32_t state;
  };

  UniformLaw(const LoadOptions& options, std::int64_t horizon, RowStreams streams)
      : stays_(options, horizon), streams_(streams) {}

  [[nodiscard]] State first(std::size_t row) const {
    State of{0, 0, streams_.of(row), 0};
    of.state = stays_.draw_first(of.stream);
    of.end = stays_.end(0, of.state, of.stream.exponential());
    return of;
  }
  [[nodiscard]] Interval current(const State& of) const {
    return {of.begin, of.end, stays_.rate(of.state)};
  }
  void advance(std::span<State> states, std::size_t /*first_row*/, DueRows due) const {
    for (const std::uint32_t row : due) {
      State& of = states[row];
      of.state = (of.state + 1 + of.stream.below(stays_.states() - 1)) % stays_.states();
      of.begin = of.end;
      of.end = stays_.end(of.begin, of.state, of.stream.exponential());
    }
  }

 private:
  Stays stays_;
  RowStreams streams_;
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

std::unique_ptr<LoadRows> make_mmpp_loads(const LoadOptions& options, const EpochGrid& grid,
                                          sim::Seed seed, std::uint32_t first_tenant,
                                          std::uint32_t count) {
  check_states(options);
  const Cycle cycle = cycle_of(options.states);
  const double mean = cycle.amount / cycle.stays_ns;
  // Just past the last window, so that a stay that ends here ends the last fill.
  const std::int64_t horizon = length_of(grid) + 1;
  const RowStreams streams(seed, purpose::kTenantActivity, first_tenant);
  if (options.jumps_are_uniform) {
    return std::make_unique<IntervalRows<UniformLaw>>(UniformLaw(options, horizon, streams), count,
                                                      mean, grid);
  }
  return std::make_unique<IntervalRows<CyclicLaw>>(CyclicLaw(options, horizon, streams), count,
                                                   mean, grid);
}

}  // namespace spindle::models::detail

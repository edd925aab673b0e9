// Tenants who are on and off in periods that a class has in common. Period k has a duty p_k, drawn
// once for all (models/tenant/shared_duty.hpp); in it each tenant is on with that probability,
// independently of the others and of the other periods. So a pair's correlation is that of the
// duty: Var p_k / (p (1 - p)), at every instant, and over epochs of every length.
//
// Slots: the periods are the slots. On/off: an exponential on/off process is one that at the
// instants of a Poisson process of rate 1/on + 1/off becomes on with probability
// p = on / (on + off), whatever it was; here those instants are common to the class. Alone, each
// tenant is the same as without correlation.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "models/tenant/interval_rows.hpp"
#include "models/tenant/shared_duty.hpp"
#include "sim/math.hpp"

namespace spindle::models::detail {
namespace {

// Period k ends at `end` and begins where k - 1 ends, the first at 0.
struct Period {
  std::int64_t end = 0;  // ns
  double hazard = 0;     // -log(1 - p_k); infinite where p_k is 1
};
using Course = std::vector<Period>;

// The chance to be off in periods i ... j is exp(-(hazard_i + ... + hazard_j)), so the next one in
// which a tenant is on is where the sum passes an exponential number: one draw per period on.
class CorrelatedLaw {
 public:
  struct State {
    std::int64_t begin;
    std::int64_t end;
    std::uint64_t draws;
    std::size_t next;  // period
  };

  CorrelatedLaw(std::shared_ptr<const Course> course, RowStreams streams)
      : course_(std::move(course)), streams_(streams) {}

  [[nodiscard]] State first(std::size_t row) const {
    State state{0, 0, 1, 0};
    turn_on(state, streams_.of(row).exponential());
    return state;
  }
  static Interval current(const State& state) { return {state.begin, state.end, 1}; }
  void advance(std::span<State> states, std::size_t first_row, DueRows due) const {
    const auto drawn = streams_.exponentials<1>(states, first_row, due);
    for (std::size_t i = 0; i < due.size(); ++i) turn_on(states[due[i]], drawn[i]);
  }

 private:
  // Off until the hazards passed come to `left`.
  void turn_on(State& state, double left) const {
    while (state.next < course_->size()) {
      const Period& period = (*course_)[state.next];
      const std::int64_t begin = state.next == 0 ? 0 : (*course_)[state.next - 1].end;
      ++state.next;
      if (left < period.hazard) {
        state.begin = begin;
        state.end = period.end;
        return;
      }
      left -= period.hazard;
    }
    state.begin = kNoInterval.begin;
    state.end = kNoInterval.end;
  }

  std::shared_ptr<const Course> course_;
  RowStreams streams_;
};

class CorrelatedLoads final : public LoadFamily {
 public:
  CorrelatedLoads(Course course, double duty, const EpochGrid& grid, sim::Seed seed)
      : course_(std::make_shared<const Course>(std::move(course))),
        duty_(duty),
        grid_(grid),
        seed_(seed) {}

  [[nodiscard]] std::unique_ptr<LoadRows> make_rows(std::uint32_t first_tenant,
                                                    std::uint32_t count) const override {
    return std::make_unique<IntervalRows<CorrelatedLaw>>(
        CorrelatedLaw(course_, RowStreams(seed_, purpose::kTenantActivity, first_tenant)), count,
        duty_, grid_);
  }

 private:
  std::shared_ptr<const Course> course_;
  double duty_;
  EpochGrid grid_;
  sim::Seed seed_;
};

[[noreturn]] void refuse_periods() {
  throw std::invalid_argument("correlated tenants have too many periods in the run (at most " +
                              std::to_string(kMostSharedPeriods) +
                              " are shared) — longer periods or a shorter run");
}

// Draws periods of some mean length, ns, until one ends at or after the run's end.
// `next_end(begin)`: > begin or, where lengths are rounded, equal.
template <class NextEnd>
Course draw_course(const SharedDuty& law, std::int64_t run, double mean_length,
                   sim::RandomStream& stream, NextEnd&& next_end) {
  constexpr auto kMost = static_cast<double>(kMostSharedPeriods);
  if (static_cast<double>(run) / mean_length > kMost) refuse_periods();
  Course course;
  std::int64_t begin = 0;
  while (begin < run) {
    if (course.size() == kMostSharedPeriods) refuse_periods();
    begin = next_end(begin);
    course.push_back({begin, -sim::log1p(-law.draw(stream))});
  }
  return course;
}

}  // namespace

std::unique_ptr<LoadFamily> correlate_slots(const LoadOptions& options, const EpochGrid& grid,
                                            sim::Seed seed, std::uint32_t tenant_class) {
  check_slots(options);
  const std::int64_t slot = options.slot.ns();
  sim::RandomStream stream(seed, 0, purpose::kClassActivity, tenant_class);
  // The last slot may reach beyond what int64 holds: no run does.
  Course course =
      draw_course(SharedDuty(options.duty, options.correlation), length_of(grid),
                  static_cast<double>(slot), stream, [slot](std::int64_t begin) {
                    return begin > kLongestRun.ns() - slot ? kLongestRun.ns() : begin + slot;
                  });
  return std::make_unique<CorrelatedLoads>(std::move(course), options.duty, grid, seed);
}

std::unique_ptr<LoadFamily> correlate_on_off(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t tenant_class) {
  check_on_off(options);
  if (options.on_alpha != 0 || options.off_alpha != 0) {
    throw std::invalid_argument(
        "correlation of Pareto on/off periods (only exponential ones have one) — leave the tail "
        "index out, or the correlation");
  }
  const auto on = static_cast<double>(options.mean_on.ns());
  const auto off = static_cast<double>(options.mean_off.ns());
  const double duty = on / (on + off);
  const double mean = on * (off / (on + off));  // 1 / (1/on + 1/off)
  const std::int64_t run = length_of(grid);
  sim::RandomStream stream(seed, 0, purpose::kClassActivity, tenant_class);
  Course course = draw_course(
      SharedDuty(duty, options.correlation), run, mean, stream,
      [&](std::int64_t begin) { return end_of_period(begin, stream.exponential() * mean, run); });
  return std::make_unique<CorrelatedLoads>(std::move(course), duty, grid, seed);
}

}  // namespace spindle::models::detail

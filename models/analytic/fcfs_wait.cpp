#include "models/analytic/fcfs_wait.hpp"

#include <algorithm>
#include <utility>

#include "sim/math.hpp"

namespace spindle::models {
namespace {

constexpr double kLatticeTail = 1e-9;     // where the lattice may end
constexpr std::size_t kLongestWait = 16;  // in longest services

// The residual service on the grid's points. Its density falls linearly over a cell, from P(S >
// start) to P(S > end) over E[S]; each point takes the part that linear interpolation gives it.
std::vector<double> residual(const CellDistribution& service) {
  const double scale = service.step_s() / service.mean_s();
  std::vector<double> mass(service.cells().size() + 1);
  double above = 1;
  for (std::size_t k = 0; k < service.cells().size(); ++k) {
    const double next = std::max(0.0, above - service.cells()[k]);
    mass[k] += scale * (above / 3 + next / 6);
    mass[k + 1] += scale * (above / 6 + next / 3);
    above = next;
  }
  return mass;
}

// Of the tail of P over its last `span` points.
double decay(const std::vector<double>& below, std::size_t span, double step_s) {
  const double last = 1 - below.back();
  const double before = 1 - below[below.size() - 1 - span];
  if (!(last > 0) || !(before > last)) return sim::kInfinity;
  return sim::log(before / last) / (static_cast<double>(span) * step_s);
}

}  // namespace

FcfsWait::FcfsWait(Rate arrivals, const CellDistribution& service)
    : step_s_(service.step_s()),
      load_(arrivals.per_second * service.mean_s()),
      mean_service_s_(service.mean_s()),
      mean_wait_s_(sim::kInfinity) {
  if (load_ >= 1) return;
  mean_wait_s_ = arrivals.per_second * service.second_moment_s2() / (2 * (1 - load_));
  find_waits(service);
  response_ = responses_of(service);
}

void FcfsWait::find_waits(const CellDistribution& service) {
  const std::vector<double> r = residual(service);
  const std::size_t longest = r.size() - 1;
  const double scale = load_ / (1 - load_ * r[0]);
  wait_mass_.push_back((1 - load_) / (1 - load_ * r[0]));
  // The point 0 stands for no wait at all and for waits of up to half a step.
  wait_.below.push_back(1 - load_);
  double sum = wait_mass_[0];
  while (1 - sum > kLatticeTail && wait_mass_.size() < kLongestWait * longest) {
    const std::size_t k = wait_mass_.size();
    double mass = 0;
    for (std::size_t j = 1; j <= std::min(k, longest); ++j) mass += r[j] * wait_mass_[k - j];
    mass *= scale;
    wait_mass_.push_back(mass);
    // The mass of a point lies to both sides of it.
    wait_.below.push_back(sum + 0.5 * mass);
    sum += mass;
  }
  wait_.decay_per_s = decay(wait_.below, std::min(longest, wait_.below.size() / 2), step_s_);
}

FcfsWait::Law FcfsWait::responses_of(const CellDistribution& service) const {
  const std::span<const double> cells = service.cells();
  Law response;
  response.below.push_back(0);
  double waits = 0;
  for (const double mass : wait_mass_) waits += mass;
  // Waits beyond their lattice, where there are any, have part in all later responses.
  const bool whole = 1 - waits <= kLatticeTail;
  const std::size_t end = whole ? wait_mass_.size() + cells.size() - 1 : wait_mass_.size();
  double sum = 0;
  for (std::size_t k = 0; k < end && 1 - sum > 10 * kLatticeTail; ++k) {
    const std::size_t first = k + 1 > wait_mass_.size() ? k + 1 - wait_mass_.size() : 0;
    double mass = 0;
    for (std::size_t j = first; j < std::min(k + 1, cells.size()); ++j) {
      mass += cells[j] * wait_mass_[k - j];
    }
    sum += mass;
    response.below.push_back(std::min(1.0, sum));
  }
  response.decay_per_s = wait_.decay_per_s;
  return response;
}

TimeLaw FcfsWait::on_grid(const Law& law, double later_s) const {
  std::vector<double> times(law.below.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    times[i] = later_s + static_cast<double>(i) * step_s_;
  }
  return {std::move(times), law.below, law.decay_per_s};
}

TimeLaw FcfsWait::wait_law() const {
  return on_grid(wait_, 0);
}
TimeLaw FcfsWait::response_law(const CellDistribution& service, double later_s) const {
  return on_grid(responses_of(service), later_s);
}

double FcfsWait::quantile(const Law& law, double p) const {
  if (load_ >= 1) return sim::kInfinity;
  const auto at = std::lower_bound(law.below.begin(), law.below.end(), p);
  if (at == law.below.begin()) return 0;
  const auto k = static_cast<double>(at - law.below.begin());
  if (at == law.below.end()) {
    const double excess = sim::log((1 - law.below.back()) / (1 - p));
    return (k - 1) * step_s_ + std::max(0.0, excess) / law.decay_per_s;
  }
  const double before = *(at - 1);
  return (k - 1 + (p - before) / (*at - before)) * step_s_;
}

double FcfsWait::wait_quantile_s(double p) const {
  return quantile(wait_, p);
}
double FcfsWait::response_quantile_s(double p) const {
  return quantile(response_, p);
}

}  // namespace spindle::models

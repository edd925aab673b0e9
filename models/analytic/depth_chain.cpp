#include "models/analytic/depth_chain.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "sim/math.hpp"

namespace spindle::models {
namespace {

constexpr double kTail = 1e-12;  // of arrivals in one service, and of numbers present
// A load at the last depth from here on counts as full: the levels grow as 1 / (1 - load).
constexpr double kFull = 0.9999;

// P(more than k arrivals during a service), k = 0, 1, ... until kTail. Services are taken at the
// middles of their cells.
std::vector<double> more_than(Rate arrivals, const CellDistribution& service) {
  std::vector<double> exactly;
  double middle = 0.5;
  for (const double cell : service.cells()) {
    const double mean = arrivals.per_second * middle * service.step_s();
    middle += 1;
    if (cell == 0) continue;
    double term = cell * sim::exp(-mean);
    for (std::size_t k = 0; term > kTail * cell || static_cast<double>(k) < mean; ++k) {
      if (k == exactly.size()) exactly.push_back(0);
      exactly[k] += term;
      term *= mean / static_cast<double>(k + 1);
    }
  }
  std::vector<double> more(exactly.size());
  double above = 0;
  for (std::size_t k = exactly.size(); k-- > 0;) {
    more[k] = above;
    above += exactly[k];
  }
  return more;
}

// What one service with n to choose from brings, between the depths that are known.
class Steps {
 public:
  Steps(Rate arrivals, std::span<const DepthService> services) : services_(services) {
    for (const DepthService& known : services) more_.push_back(more_than(arrivals, known.service));
  }
  [[nodiscard]] double more(std::size_t n, std::size_t k) const {
    return mixed(n, [&](std::size_t i) { return k < more_[i].size() ? more_[i][k] : 0.0; });
  }
  [[nodiscard]] double mean_s(std::size_t n) const {
    return mixed(n, [&](std::size_t i) { return services_[i].service.mean_s(); });
  }
  // The greatest number of arrivals in one service that counts.
  [[nodiscard]] std::size_t most() const {
    std::size_t most = 0;
    for (const auto& more : more_) most = std::max(most, more.size());
    return most;
  }

 private:
  template <class Value>
  [[nodiscard]] double mixed(std::size_t n, Value&& value) const {
    std::size_t i = 0;
    while (i + 1 < services_.size() && services_[i + 1].depth <= n) ++i;
    if (i + 1 == services_.size() || services_[i].depth >= n) return value(i);
    const double from = static_cast<double>(services_[i].depth);
    const double to = static_cast<double>(services_[i + 1].depth);
    const double share = (static_cast<double>(n) - from) / (to - from);
    return (1 - share) * value(i) + share * value(i + 1);
  }

  std::span<const DepthService> services_;
  std::vector<std::vector<double>> more_;
};

// P(n left behind), not scaled.
std::vector<double> left_behind(const Steps& steps) {
  const std::size_t most = steps.most();
  std::vector<double> law{1};
  double sum = 1;
  for (;;) {
    // Up over the cut between j and j + 1, from each level i: more than j - (i - 1) arrivals.
    const std::size_t j = law.size() - 1;
    double up = law[0] * steps.more(1, j);
    for (std::size_t i = j > most ? j - most : 1; i <= j; ++i) {
      up += law[i] * steps.more(i, j - i + 1);
    }
    const double next = up / (1 - steps.more(j + 1, 0));
    law.push_back(next);
    sum += next;
    if (next < kTail * sum) return law;
  }
}

}  // namespace

DepthLoad depth_chain(Rate arrivals, std::span<const DepthService> services) {
  if (services.empty() || services.front().depth != 1) {
    throw std::invalid_argument("services by depth must begin at depth 1");
  }
  for (std::size_t i = 1; i < services.size(); ++i) {
    if (services[i].depth <= services[i - 1].depth) {
      throw std::invalid_argument("depths of services must ascend");
    }
  }
  const double full = arrivals.per_second * services.back().service.mean_s();
  if (full >= kFull) {
    return {1, services.back().service.mean_s(), sim::kInfinity, sim::kInfinity};
  }
  if (arrivals.per_second == 0) return {0, services.front().service.mean_s(), 0, 0};

  const Steps steps(arrivals, services);
  const std::vector<double> law = left_behind(steps);
  double sum = 0;
  double number = 0;
  double service = 0;
  for (std::size_t n = 0; n < law.size(); ++n) {
    sum += law[n];
    number += static_cast<double>(n) * law[n];
    service += law[n] * steps.mean_s(std::max<std::size_t>(n, 1));
  }
  DepthLoad load;
  load.mean_service_s = service / sum;
  load.utilisation = arrivals.per_second * load.mean_service_s;
  load.mean_number = number / sum;
  load.mean_wait_s = load.mean_number / arrivals.per_second - load.mean_service_s;
  return load;
}

}  // namespace spindle::models

#include "models/analytic/markov.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "models/analytic/absorbing_chain.hpp"
#include "sim/math.hpp"
#include "sim/time.hpp"

namespace spindle::models {

namespace {

void check_group(std::uint32_t shards, std::uint32_t needed) {
  if (needed == 0 || needed > shards) {
    throw std::invalid_argument(
        fmt::format("{} of {} shards needed (it takes 1 to all of them) — check data and parity",
                    needed, shards));
  }
}

void check_rates(double lambda, double mu) {
  if (!(lambda >= 0 && mu >= 0 && std::isfinite(lambda) && std::isfinite(mu))) {
    throw std::invalid_argument(fmt::format(
        "failure rate {} and repair rate {} (both are finite and not negative) — check the units",
        lambda, mu));
  }
}

// Rate at which a group with `lost` shards gets one back.
double repair_rate(std::uint32_t lost, double mu, RepairMode mode) {
  if (lost == 0) return 0;
  return mode == RepairMode::kParallel ? lost * mu : mu;
}

}  // namespace

double mttdl(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
             RepairMode mode) {
  check_group(shards, needed);
  check_rates(lambda, mu);
  if (lambda == 0) return std::numeric_limits<double>::infinity();

  // State i: i shards lost, 0 <= i <= n - k; one more loss from the last state is absorbing.
  const Eigen::Index states = static_cast<Eigen::Index>(shards - needed) + 1;
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(states, states);
  Eigen::VectorXd absorption = Eigen::VectorXd::Zero(states);
  for (Eigen::Index i = 0; i < states; ++i) {
    const auto lost = static_cast<std::uint32_t>(i);
    const double failure = (shards - lost) * lambda;
    if (i + 1 < states) {
      rates(i, i + 1) = failure;
    } else {
      absorption(i) = failure;
    }
    if (i > 0) rates(i, i - 1) = repair_rate(lost, mu, mode);
  }
  return mean_absorption_time(std::move(rates), std::move(absorption));
}

double mttdl_by_recurrence(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                           RepairMode mode) {
  check_group(shards, needed);
  check_rates(lambda, mu);
  if (lambda == 0) return std::numeric_limits<double>::infinity();

  double total = 0;
  double passage = 0;  // mean time from i lost shards to i + 1
  for (std::uint32_t lost = 0; lost <= shards - needed; ++lost) {
    passage = (1.0 + repair_rate(lost, mu, mode) * passage) / ((shards - lost) * lambda);
    total += passage;
  }
  return total;
}

double annual_loss_probability(double mttdl_hours) {
  return -sim::expm1(-sim::kHoursPerYear / mttdl_hours);
}

double nines(double probability) {
  if (probability >= 1) return 0;
  return -sim::log(probability) / 2.302585092994045684;  // ln 10
}

double unreadable_probability(std::uint32_t shards, std::uint32_t needed, double u) {
  check_group(shards, needed);
  if (!(u >= 0 && u <= 1)) {
    throw std::invalid_argument(
        fmt::format("a shard is down with probability {} (outside [0, 1]) — check u", u));
  }
  // Binomial tail over the number of shards that are up, from none to needed - 1: every term is
  // positive and no complement is taken, so a tail of 1e-13 keeps its digits.
  double total = 0;
  double choose = 1;  // C(shards, up)
  for (std::uint32_t up = 0; up < needed; ++up) {
    double term = choose;
    for (std::uint32_t i = 0; i < up; ++i) term *= 1.0 - u;
    for (std::uint32_t i = up; i < shards; ++i) term *= u;
    total += term;
    choose *= static_cast<double>(shards - up) / (up + 1.0);
  }
  return total;
}

}  // namespace spindle::models

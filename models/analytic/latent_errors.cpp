#include "models/analytic/latent_errors.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "models/analytic/absorbing_chain.hpp"
#include "sim/math.hpp"

namespace spindle::models {

double LatentErrors::among(std::uint32_t shards) const {
  return share < 1 ? -sim::expm1(shards * sim::log1p(-share)) : 1.0;
}

void check_latent_errors(const LatentErrors& errors) {
  if (errors.share >= 0 && errors.share <= 1 && errors.rate >= 0 && std::isfinite(errors.rate)) {
    return;
  }
  throw std::invalid_argument(fmt::format(
      "a shard has an error with probability {}, and gets one at rate {} (in [0, 1], and not "
      "negative) — check the units",
      errors.share, errors.rate));
}

double mttdl(std::uint32_t shards, std::uint32_t needed, double lambda, double mu, RepairMode mode,
             const LatentErrors& errors) {
  check_latent_errors(errors);
  if (errors.share == 0 && errors.rate == 0) return mttdl(shards, needed, lambda, mu, mode);
  const double without = mttdl(shards, needed, lambda, mu, mode);  // checks what both are told
  if (lambda == 0 && shards > needed) return without;              // no shard is ever missing
  const Eigen::Index states = static_cast<Eigen::Index>(shards - needed) + 1;
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(states, states);
  Eigen::VectorXd absorption = Eigen::VectorXd::Zero(states);
  for (Eigen::Index i = 0; i < states; ++i) {
    const double left = shards - static_cast<double>(i);
    const double fatal = i + 2 == states ? errors.among(needed) : 0.0;
    if (i + 1 < states) {
      rates(i, i + 1) = left * lambda * (1 - fatal);
      absorption(i) = left * lambda * fatal;
    } else {
      absorption(i) = left * (lambda + errors.rate);
    }
    if (i == 0) continue;
    rates(i, i - 1) = mode == RepairMode::kParallel ? static_cast<double>(i) * mu : mu;
  }
  return mean_absorption_time(std::move(rates), std::move(absorption));
}

// Of those that lose their last spare shard, q are lost at once and a part of the others later, by
// an error or by one more failure.
double latent_loss_share(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                         RepairMode mode, const LatentErrors& errors) {
  check_latent_errors(errors);
  const std::uint32_t spares = shards - needed;
  if (lambda == 0 && (spares > 0 || errors.rate == 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double of_later = errors.rate / (lambda + errors.rate);
  if (spares == 0) return of_later;
  const double at_once = errors.among(needed);
  const double losing = needed * (lambda + errors.rate);
  const double repairing = mode == RepairMode::kParallel ? spares * mu : mu;
  const double later = (1 - at_once) * losing / (losing + repairing);
  return (at_once + later * of_later) / (at_once + later);
}

}  // namespace spindle::models

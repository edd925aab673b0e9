#include "models/failure/lifetime_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "sim/math.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr double kLeastShape = 0.1;
constexpr double kGreatestShape = 20;

bool is_amount(double value) {
  return value >= 0 && std::isfinite(value);
}

void check_steps(const std::vector<HazardStep>& steps) {
  if (steps.empty() || steps.front().from_s != 0) {
    throw std::invalid_argument(
        "failure: steps of the hazard do not begin at age 0 (a new drive's hazard is unknown) — "
        "let the first begin there");
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool is_later = i == 0 || steps[i].from_s > steps[i - 1].from_s;
    if (is_later && is_amount(steps[i].from_s) && is_amount(steps[i].times)) continue;
    throw std::invalid_argument(
        fmt::format("failure: step {} of the hazard, {} times the rate from {} s (ages rise, "
                    "hazards are not negative) — order the steps by age",
                    i, steps[i].times, steps[i].from_s));
  }
}

void check_batches(const std::vector<DriveBatch>& batches) {
  double shares = 0;
  for (const DriveBatch& batch : batches) {
    shares += batch.share;
    if (batch.share > 0 && shares <= 1 + 1e-12 && is_amount(batch.hazard) &&
        is_amount(batch.age_s)) {
      continue;
    }
    throw std::invalid_argument(fmt::format(
        "failure: a batch of share {}, hazard {} and age {} s (shares are above 0 and at most 1 "
        "together, the rest is not negative) — check the batches",
        batch.share, batch.hazard, batch.age_s));
  }
}

}  // namespace

void check(const LifetimeOptions& options) {
  if (options.kind == LifetimeKind::kWeibull &&
      !(options.shape >= kLeastShape && options.shape <= kGreatestShape &&
        is_amount(options.scale_s))) {
    throw std::invalid_argument(fmt::format(
        "failure: a Weibull law of shape {} and scale {} s (shapes are from {} to {}, the scale is "
        "not negative) — field data have shapes of 0.5 to 3",
        options.shape, options.scale_s, kLeastShape, kGreatestShape));
  }
  if (options.kind == LifetimeKind::kSteps) check_steps(options.steps);
  if (!is_amount(options.age_s)) {
    throw std::invalid_argument(
        fmt::format("failure: drives of age {} s at the start (an age is finite and not negative) "
                    "— 0 for new ones",
                    options.age_s));
  }
  check_batches(options.batches);
}

LifetimeLaw::LifetimeLaw(const LifetimeOptions& options, double failures_per_year)
    : kind_(options.kind),
      per_s_(failures_per_year / sim::kSecondsPerYear),
      shape_(options.shape),
      scale_s_(options.scale_s) {
  if (kind_ == LifetimeKind::kWeibull && scale_s_ == 0) {
    scale_s_ = failures_per_year > 0
                   ? sim::kSecondsPerYear * sim::pow(failures_per_year, -1 / shape_)
                   : kForever;
  }
  if (kind_ != LifetimeKind::kSteps) return;
  double before = 0;
  for (std::size_t i = 0; i < options.steps.size(); ++i) {
    const HazardStep& step = options.steps[i];
    if (i > 0) before += pieces_.back().per_s * (step.from_s - pieces_.back().from_s);
    pieces_.push_back({step.from_s, per_s_ * step.times, before});
  }
}

double LifetimeLaw::cumulative_hazard(double age_s) const {
  if (kind_ == LifetimeKind::kExponential) return per_s_ * age_s;
  if (kind_ == LifetimeKind::kWeibull) return sim::pow(age_s / scale_s_, shape_);
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), age_s,
                       [](double age, const Piece& piece) { return age < piece.from_s; });
  const Piece& piece = *std::prev(after);
  return piece.before + piece.per_s * (age_s - piece.from_s);
}

// The inverse of cumulative_hazard.
double LifetimeLaw::age_at(double hazard) const {
  if (kind_ == LifetimeKind::kWeibull) return scale_s_ * sim::pow(hazard, 1 / shape_);
  // Of pieces that begin at the same hazard the last one, past those without hazard.
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), hazard,
                       [](double value, const Piece& piece) { return value < piece.before; });
  const Piece& piece = *std::prev(after);
  if (piece.per_s == 0) return kForever;
  return piece.from_s + (hazard - piece.before) / piece.per_s;
}

double LifetimeLaw::remaining_s(double e, double age_s) const {
  // Without memory, whatever the age; the expression is also what fixes the bits of old runs.
  if (kind_ == LifetimeKind::kExponential) return per_s_ > 0 ? e / per_s_ : kForever;
  if (kind_ == LifetimeKind::kWeibull && scale_s_ == kForever) return kForever;
  // Differences of ages round below 0 where a lifetime is shorter than the age resolves.
  return std::max(0.0, age_at(cumulative_hazard(age_s) + e) - age_s);
}

}  // namespace spindle::models

#include "models/tenant/demand_columns.hpp"

#include <algorithm>
#include <cmath>

#include "models/tenant/power_integral.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

using detail::power_integral;

// An exponential column's weights grow by e^20 at most: floats hold e^88.
constexpr double kColumnTaus = 20;
// Births within this share of the power law's scale count as one cohort, but in a run there are
// about so many cohorts at most, unless they would then be wider than the scale.
constexpr double kCohortShare = 1.0 / 8;
constexpr double kMostCohorts = 512;
// Exponential draws beyond so many means: once in 1e17.
constexpr double kOldestMeans = 40;

// Mean of e^-x over [x, x + length].
double exponential_mean(double x, double length) {
  return length == 0 ? sim::exp(-x) : sim::exp(-x) * -sim::expm1(-length) / length;
}

// Mean over [age, age + length] of the law, ages in units of its scale.
double mean_law(const CoolingOptions& options, double age, double length) {
  if (options.kind == CoolingKind::kExponential) return exponential_mean(age, length);
  if (length == 0) return sim::exp(-options.exponent * sim::log1p(age));
  return power_integral(1 + age, length, options.exponent) / length;
}

// Integral over ages [from, from + length] of the law times (age - from) / length.
double rising_law(const CoolingOptions& options, double from, double length) {
  if (options.kind == CoolingKind::kExponential) {
    return sim::exp(-from) * (1 - sim::exp(-length) * (1 + length)) / length;
  }
  const double moment = power_integral(1 + from, length, options.exponent - 1);
  return (moment - (1 + from) * power_integral(1 + from, length, options.exponent)) / length;
}

// Mean rate, in the k-th epoch of `length` after that of their births, of data born evenly over an
// epoch: the law under a triangle of ages around k epochs. In the epoch of birth itself data lives
// for half of it on average, so the rate while it lives is twice the mean.
double birth_epoch_law(const CoolingOptions& options, double k, double length) {
  const double from = k * length;
  const double falling =
      mean_law(options, from, length) * length - rising_law(options, from, length);
  if (k == 0) return 2 * falling / length;
  return (falling + rising_law(options, from - length, length)) / length;
}

double log_oldest(const CoolingOptions& options) {
  const double oldest_s = options.ages == AgeLaw::kSteady ? kOldestMeans * options.mean_age_s
                                                          : options.oldest.to_seconds();
  return sim::log1p(oldest_s / options.scale.to_seconds());
}

double law_at(const CoolingOptions& options, double age) {
  if (options.kind == CoolingKind::kExponential) return sim::exp(-age);
  return sim::exp(-options.exponent * sim::log1p(age));
}

// Mean of the power law over exponential ages of mean m, in its scale: the integral over y = log(1
// + age) of (1/m) e^{-(e^y - 1)/m} e^{(1 - exponent) y}, by Simpson's rule from 0 to where either
// factor has fallen below e^-40. Both fall by e^0.02 or less a step: the error is below 1e-8.
double steady_power_law(double exponent, double m) {
  constexpr int kSteps = 2000;
  double most = sim::log1p(kOldestMeans * m);
  if (exponent > 1) most = std::min(most, kOldestMeans / (exponent - 1));
  const double step = most / kSteps;
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double y = step * i;
    const double weight = i == 0 || i == kSteps ? 1 : (i % 2 == 1 ? 4 : 2);
    sum += weight * sim::exp((1 - exponent) * y - sim::expm1(y) / m);
  }
  return sum * step / 3 / m;
}

// Mean of the law over the ages of the first data.
double mean_of_first(const CoolingOptions& options, double scale_s) {
  if (options.ages == AgeLaw::kUniform) {
    return mean_law(options, 0, options.oldest.to_seconds() / scale_s);
  }
  const double mean_age = options.mean_age_s / scale_s;
  if (options.kind == CoolingKind::kExponential) return 1 / (1 + mean_age);
  return steady_power_law(options.exponent, mean_age);
}

double scale_of(const CoolingOptions& options) {
  const bool is_exponential = options.kind == CoolingKind::kExponential;
  return (is_exponential ? options.tau : options.scale).to_seconds();
}

bool is_coarse(const CoolingOptions& options, const EpochGrid& grid) {
  return grid.epoch.to_seconds() > DemandColumns::kCoarseShare * scale_of(options);
}

// How many epochs of births are one cohort: whole ones, so that no epoch has births of two.
double epochs_of_cohort(const CoolingOptions& options, const EpochGrid& grid) {
  if (is_coarse(options, grid)) return 1;
  const double scale_s = scale_of(options);
  const double epoch_s = grid.epoch.to_seconds();
  const double run_s = epoch_s * static_cast<double>(grid.count);
  const double width_s =
      options.kind == CoolingKind::kExponential
          ? kColumnTaus * scale_s
          : std::max(kCohortShare * scale_s, std::min(scale_s, run_s / kMostCohorts));
  return std::ceil(width_s / epoch_s * (1 - 1e-12));
}

}  // namespace

DemandColumns::DemandColumns(const TenantPopulation& population)
    : population_(population), epoch_s_(population.grid().epoch.to_seconds()) {
  for (std::uint32_t c = 0; c < population_.classes().size(); ++c) make_law(c);
  const auto& tenants = population_.tenants();
  for (std::uint32_t tenant = 0; tenant < tenants.size(); ++tenant) {
    const Law& law = laws_[tenants[tenant].tenant_class];
    first_column_.push_back(columns());
    last_column_.push_back(columns());
    for (std::uint32_t age = 0; age < law.ages; ++age) add_column(tenant, law.first + age);
  }
}

std::uint32_t DemandColumns::first_columns(const CoolingOptions& cooling) {
  if (cooling.kind != CoolingKind::kPowerLaw) return 1;
  const double cohorts = std::ceil(log_oldest(cooling) / sim::log(kAgeRatio));
  return std::max(1U, static_cast<std::uint32_t>(cohorts));
}

double DemandColumns::born_columns(const CoolingOptions& cooling, const EpochGrid& grid) {
  if (cooling.kind == CoolingKind::kNone) return 0;
  return std::ceil(static_cast<double>(grid.count) / epochs_of_cohort(cooling, grid));
}

void DemandColumns::make_law(std::uint32_t tenant_class) {
  Law law;
  law.options = population_.classes()[tenant_class].cooling;
  if (law.options.kind != CoolingKind::kNone) check_cooling(law.options);
  law.first = cohorts();
  if (law.options.kind == CoolingKind::kPowerLaw) {
    law.ages = first_columns(law.options);
    law.log_age_width = log_oldest(law.options) / law.ages;
  }
  if (law.options.kind != CoolingKind::kNone) {
    law.scale_s = scale_of(law.options);
    law.newborn = 1 / mean_of_first(law.options, law.scale_s);
    law.is_coarse = is_coarse(law.options, population_.grid());
    const double epochs = std::min(epochs_of_cohort(law.options, population_.grid()), 1e9);
    law.width = static_cast<std::int64_t>(epochs) * population_.grid().epoch;
  }
  for (std::uint32_t i = 0; i < law.ages; ++i) {
    // The age in the middle of the cohort, by ratio. For the exponential law any age does.
    const double age_s = law.scale_s * sim::expm1(law.log_age_width * (i + 0.5));
    cohorts_.push_back({tenant_class, -age_s, age_s, 0, false});
  }
  laws_.push_back(std::move(law));
}

std::uint32_t DemandColumns::add_column(std::uint32_t tenant, std::uint32_t cohort) {
  tenant_of_.push_back(tenant);
  cohort_of_.push_back(cohort);
  return columns() - 1;
}

std::vector<DemandColumns::Place> DemandColumns::place_first(std::uint32_t tenant,
                                                             std::span<const float> weights) const {
  const Tenant& who = population_.tenants()[tenant];
  const Law& law = laws_[who.tenant_class];
  std::vector<Place> out(who.extents, {first_column_[tenant], 1.0F});
  if (!weights.empty()) {
    for (std::uint32_t e = 0; e < who.extents; ++e) out[e].weight = weights[e];
  }
  if (law.options.kind == CoolingKind::kNone) return out;
  if (law.ages == 1) return out;
  const auto ages = draw_ages(law.options, who.extents, population_.seed(),
                              static_cast<std::uint32_t>(who.first_extent));
  for (std::uint32_t e = 0; e < who.extents; ++e) {
    const double log_age = sim::log1p(ages[e] / law.scale_s);
    const auto cohort = static_cast<std::uint32_t>(log_age / law.log_age_width);
    out[e].column += std::min(cohort, law.ages - 1);
  }
  return out;
}

std::uint32_t DemandColumns::birth_cohort(std::uint32_t tenant_class, sim::Instant birth) {
  Law& law = laws_[tenant_class];
  const bool is_exponential = law.options.kind == CoolingKind::kExponential;
  const auto number = static_cast<std::size_t>(birth.ns() / law.width.ns());
  // Up to 20 tau an exponential class goes on with the reference that its first data has.
  if (is_exponential && !law.is_coarse && number == 0) return law.first;
  if (number >= law.births.size()) law.births.resize(number + 1, kNone);
  if (law.births[number] == kNone) {
    law.births[number] = cohorts();
    const double width_s = law.width.to_seconds();
    const double begin_s = static_cast<double>(number) * width_s;
    const double middle = is_exponential && !law.is_coarse ? 0 : width_s / 2;
    cohorts_.push_back({tenant_class, begin_s + middle, 0, begin_s, law.is_coarse});
  }
  return law.births[number];
}

DemandColumns::Place DemandColumns::place_new(std::uint32_t tenant, sim::Instant birth) {
  const std::uint32_t tenant_class = population_.tenants()[tenant].tenant_class;
  if (laws_[tenant_class].options.kind == CoolingKind::kNone) return {first_column_[tenant], 1.0F};
  const std::uint32_t cohort = birth_cohort(tenant_class, birth);
  if (cohort_of_[last_column_[tenant]] != cohort) last_column_[tenant] = add_column(tenant, cohort);
  const Law& law = laws_[tenant_class];
  const double age = (birth.to_seconds() - cohorts_[cohort].origin_s) / law.scale_s;
  const double weight = law.is_coarse ? law.newborn : law.newborn / law_at(law.options, age);
  return {last_column_[tenant], static_cast<float>(weight)};
}

double DemandColumns::mean_course(const Cohort& cohort, double from_s) const {
  const Law& law = laws_[cohort.tenant_class];
  const double length = epoch_s_ / law.scale_s;
  const double epochs_since = std::round((from_s - cohort.birth_s) / epoch_s_);
  if (epochs_since < 0) return 0;
  if (cohort.is_coarse) return birth_epoch_law(law.options, epochs_since, length);
  const double age = (from_s - cohort.origin_s) / law.scale_s;
  if (cohort.age_s == 0) return mean_law(law.options, age, length);
  return mean_law(law.options, age, length) / law_at(law.options, cohort.age_s / law.scale_s);
}

void DemandColumns::course_of_cohort(std::uint32_t cohort, std::uint64_t first_epoch,
                                     std::span<double> out) const {
  const Cohort& of = cohorts_[cohort];
  if (laws_[of.tenant_class].options.kind == CoolingKind::kNone) {
    std::fill(out.begin(), out.end(), 1.0);
    return;
  }
  for (std::size_t e = 0; e < out.size(); ++e) {
    out[e] = mean_course(of, epoch_s_ * static_cast<double>(first_epoch + e));
  }
}

double DemandColumns::course_at(std::uint32_t column, sim::Instant at) const {
  const Cohort& of = cohorts_[cohort_of_[column]];
  const Law& law = laws_[of.tenant_class];
  if (law.options.kind == CoolingKind::kNone) return 1;
  const double age = (at.to_seconds() - of.origin_s) / law.scale_s;
  return law_at(law.options, of.is_coarse ? std::max(age, 0.0) : age) /
         law_at(law.options, of.age_s / law.scale_s);
}

ExtentDemand first_demand(const DemandColumns& columns, const TenantPopulation& population,
                          std::span<const float> heat_weights) {
  ExtentDemand out;
  out.column.reserve(population.extents());
  out.weight.reserve(population.extents());
  for (std::uint32_t tenant = 0; tenant < population.tenants().size(); ++tenant) {
    const Tenant& who = population.tenants()[tenant];
    const auto weights =
        heat_weights.empty() ? heat_weights : heat_weights.subspan(who.first_extent, who.extents);
    for (const DemandColumns::Place& place : columns.place_first(tenant, weights)) {
      out.column.push_back(place.column);
      out.weight.push_back(place.weight);
    }
  }
  return out;
}

std::vector<double> column_weights(const DemandColumns& columns, const ExtentDemand& demand) {
  std::vector<double> out(columns.columns(), 0.0);
  for (std::size_t e = 0; e < demand.column.size(); ++e) {
    out[demand.column[e]] += static_cast<double>(demand.weight[e]);
  }
  return out;
}

}  // namespace spindle::models

#include "models/checkers/living_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/checkers/cooling_law.hpp"
#include "models/checkers/demand_checker.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::infinity();
constexpr double kSinglePrecision = 1e-5;

void report_violation(CheckReport& report, std::string line) {
  if (report.first.size() < CheckReport::kKept) report.first.push_back(std::move(line));
  ++report.violations;
}

}  // namespace

LivingDemand::LivingDemand(const FlowInputs& inputs, const PlacementResult& placement)
    : in_(inputs), demand_(inputs.population) {
  const TenantPopulation& population = in_.population;
  for (const TenantClass& c : population.classes()) {
    newborn_.push_back(1 / mean_law_of_first(c.cooling));
    has_power_law_ = has_power_law_ || c.cooling.kind == CoolingKind::kPowerLaw;
  }
  const auto& tenants = population.tenants();
  tenant_of_.reserve(population.extents());
  birth_s_.reserve(population.extents());
  for (std::uint32_t t = 0; t < tenants.size(); ++t) {
    const CoolingOptions& cooling = cooling_of(t);
    std::vector<double> ages(tenants[t].extents, 0.0);
    if (cooling.kind != CoolingKind::kNone) {
      ages = draw_ages(cooling, tenants[t].extents, population.seed(),
                       static_cast<std::uint32_t>(tenants[t].first_extent));
    }
    // The exponential law does not care which age is called 0: where all data is many time scales
    // old, that of the youngest keeps the sums from vanishing.
    if (cooling.kind == CoolingKind::kExponential && !ages.empty()) {
      const double youngest = *std::min_element(ages.begin(), ages.end());
      for (double& age : ages) age -= youngest;
    }
    double total = 0;
    double placed = 0;
    for (std::uint32_t i = 0; i < tenants[t].extents; ++i) {
      const auto extent = static_cast<std::uint32_t>(tenants[t].first_extent) + i;
      const double law = law_at_age(cooling, ages[i]);
      const bool is_placed = placement.drives_of(extent).front() != PlacementResult::kNoDrive;
      total += law;
      placed += is_placed ? law : 0;
      tenant_of_.push_back(t);
      // Just before the run, where all data of age 0 is old data.
      birth_s_.push_back(is_placed ? std::min(-ages[i], -1e-9) : kAbsent);
    }
    first_factor_.push_back(tenants[t].extents / total);
    sum_.push_back(placed * first_factor_.back());
  }
}

const CoolingOptions& LivingDemand::cooling_of(std::uint32_t tenant) const {
  const TenantPopulation& population = in_.population;
  return population.classes()[population.tenants()[tenant].tenant_class].cooling;
}

bool LivingDemand::is_computed(std::size_t epoch) const {
  return !has_power_law_ || epoch + 1 == window_.epochs;
}

// Epochs that are long against the law's time scale: all that is born in one counts as born evenly
// over it.
bool LivingDemand::is_coarse(std::uint32_t tenant) const {
  const CoolingOptions& cooling = cooling_of(tenant);
  if (cooling.kind == CoolingKind::kNone) return false;
  const sim::Duration scale =
      cooling.kind == CoolingKind::kExponential ? cooling.tau : cooling.scale;
  return in_.grid.epoch.to_seconds() > DemandColumns::kCoarseShare * scale.to_seconds();
}

// Whole epochs from that of the birth to `epoch` of the run.
double LivingDemand::epochs_since(double birth_s, double epoch) const {
  return epoch - std::floor(birth_s / in_.grid.epoch.to_seconds());
}

// Mean weight in an epoch of the window of an extent that lives all through it. Rates count as
// constant within an epoch, so the exponential law is meant of the whole epoch even where the
// extent is born in it; the power law has no past before birth.
double LivingDemand::weight_in(std::uint32_t tenant, double birth_s, std::size_t epoch) const {
  const CoolingOptions& cooling = cooling_of(tenant);
  const double length = in_.grid.epoch.to_seconds();
  const double from = length * static_cast<double>(window_.first_epoch + epoch) - birth_s;
  const double until = from + length;
  const double factor =
      birth_s < 0 ? first_factor_[tenant] : newborn_[in_.population.tenants()[tenant].tenant_class];
  if (birth_s >= 0 && is_coarse(tenant)) {
    const auto now = static_cast<double>(window_.first_epoch + epoch);
    return factor * evenly_born_law(cooling, epochs_since(birth_s, now), length);
  }
  if (cooling.kind != CoolingKind::kPowerLaw || from >= 0) {
    return factor * law_integral(cooling, from, until) / length;
  }
  return until <= 0 ? factor : factor * law_integral(cooling, 0, until) / until;
}

// Weight at the window's end, by an exponential law: of such a weight the next epoch's mean is the
// law's.
double LivingDemand::weight_at_end(std::uint32_t tenant, double birth_s) const {
  const CoolingOptions& cooling = cooling_of(tenant);
  const double end_s = window_.end.to_seconds();
  if (birth_s < 0) return first_factor_[tenant] * law_at_age(cooling, end_s - birth_s);
  const double newborn = newborn_[in_.population.tenants()[tenant].tenant_class];
  if (!is_coarse(tenant)) return newborn * law_at_age(cooling, end_s - birth_s);
  const double scales = in_.grid.epoch.to_seconds() / cooling.tau.to_seconds();
  const double k = epochs_since(birth_s, static_cast<double>(window_.first_epoch + window_.epochs));
  return newborn * sim::exp(-(k - 1) * scales) * -sim::expm1(-scales) / scales;
}

void LivingDemand::begin(const WindowDemand& window) {
  window_ = window;
  change_.assign(sum_.size(), 0.0);
  const std::size_t tenants = sum_.size();
  weights_.assign(tenants * kEpochsPerSweep, 0.0);
  const double length = in_.grid.epoch.to_seconds();
  for (std::uint32_t t = 0; t < tenants; ++t) {
    const CoolingOptions& cooling = cooling_of(t);
    if (cooling.kind == CoolingKind::kPowerLaw) continue;
    for (std::size_t e = 0; e < window_.epochs; ++e) {
      const double from = length * static_cast<double>(e);
      weights_[t * kEpochsPerSweep + e] =
          sum_[t] * law_integral(cooling, from, from + length) / length;
    }
  }
  if (!has_power_law_) return;
  const std::size_t last = window_.epochs - 1;
  for (std::uint32_t extent = 0; extent < tenant_of_.size(); ++extent) {
    const std::uint32_t t = tenant_of_[extent];
    if (birth_s_[extent] == kAbsent || cooling_of(t).kind != CoolingKind::kPowerLaw) continue;
    weights_[t * kEpochsPerSweep + last] += weight_in(t, birth_s_[extent], last);
  }
}

void LivingDemand::renewed(sim::Instant at, std::uint32_t extent) {
  const std::uint32_t t = tenant_of_[extent];
  const CoolingOptions& cooling = cooling_of(t);
  const double old_s = birth_s_[extent];
  const double now_s = at.to_seconds();
  const double start = (at - window_.start).to_seconds() / in_.grid.epoch.to_seconds();
  for (std::size_t e = 0; e < window_.epochs; ++e) {
    const double held = std::clamp(static_cast<double>(e + 1) - start, 0.0, 1.0);
    if (held == 0 || !is_computed(e)) continue;
    const double old = old_s == kAbsent ? 0 : weight_in(t, old_s, e);
    weights_[t * kEpochsPerSweep + e] += held * (weight_in(t, now_s, e) - old);
  }
  if (cooling.kind != CoolingKind::kPowerLaw) {
    if (old_s != kAbsent) change_[t] -= weight_at_end(t, old_s);
    change_[t] += weight_at_end(t, now_s);
  }
  birth_s_[extent] = now_s;
}

void LivingDemand::end(const DemandJournal& journal) {
  const std::size_t epochs = window_.epochs;
  const std::size_t first = least_.size();
  const bool is_readable = journal.most_unreadable() == 0;
  for (std::size_t e = 0; e < epochs; ++e) {
    least_.push_back(is_readable && is_computed(e) ? 0 : kNotChecked);
  }
  most_.insert(most_.end(), least_.end() - static_cast<std::ptrdiff_t>(epochs), least_.end());
  const std::size_t models = in_.topology.models().size();
  std::vector<double> reads(epochs);
  std::vector<double> writes(epochs);
  for (std::uint32_t t = 0; t < sum_.size(); ++t) {
    const Tenant& who = in_.population.tenants()[t];
    const bool updates =
        in_.population.classes()[who.tenant_class].writes_are == WriteKind::kUpdates;
    demand_.fill(t, t + 1, window_.first_epoch, epochs, reads, writes);
    for (std::size_t e = 0; e < epochs; ++e) {
      if (least_[first + e] == kNotChecked) continue;
      double least = kAbsent;
      double most = 0;
      for (std::size_t m = 0; m < models; ++m) {
        const std::size_t at = m * sum_.size() + t;
        const double heat =
            reads[e] * in_.costs.read[at] + (updates ? writes[e] * in_.costs.write[at] : 0.0);
        least = std::min(least, heat);
        most = std::max(most, heat);
      }
      const double share = weights_[t * kEpochsPerSweep + e] / who.extents;
      least_[first + e] += share * least;
      most_[first + e] += share * most;
    }
    const double length = static_cast<double>(epochs) * in_.grid.epoch.to_seconds();
    if (cooling_of(t).kind == CoolingKind::kPowerLaw) continue;
    sum_[t] = sum_[t] * law_at_age(cooling_of(t), length) + change_[t];
  }
}

CheckReport LivingDemand::check(const FleetSeries& series, double tolerance) const {
  CheckReport report;
  for (std::size_t e = 0; e < std::min(least_.size(), series.heat_sum.size()); ++e) {
    if (least_[e] == kNotChecked) continue;
    // Directed heat is added to the whole and taken off again: rounding is relative to the whole.
    const double rounding = 1e-12 * series.heat_sum[e] + 1e-200;
    const double demand = series.heat_sum[e] - series.directed_heat[e] - series.slow_heat[e];
    if (demand >= least_[e] * (1 - tolerance) - rounding &&
        demand <= most_[e] * (1 + tolerance) + rounding) {
      continue;
    }
    report_violation(report, fmt::format("epoch {}: the drives bear {} disk-seconds per second of "
                                         "demand, the tenants ask {} to {}",
                                         e, demand, least_[e], most_[e]));
  }
  return report;
}

CheckReport check_ledger(const HeatLedger& ledger, const FleetState& fleet,
                         const DemandColumns& columns, sim::Instant now) {
  const Topology& topology = fleet.topology();
  std::vector<double> held(columns.columns(), 0.0);
  std::vector<double> expected(columns.columns(), 0.0);
  std::vector<double> rack_held(topology.racks(), 0.0);
  std::vector<double> rack_expected(topology.racks(), 0.0);
  std::vector<double> course(columns.columns());
  for (std::uint32_t c = 0; c < columns.columns(); ++c) course[c] = columns.course_at(c, now);
  std::vector<double> rack_columns(columns.columns());
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    if (fleet.is_zone_lost(topology.zone_of_rack(rack))) continue;
    std::fill(rack_columns.begin(), rack_columns.end(), 0.0);
    ledger.add_weights(rack, rack_columns);
    for (std::uint32_t c = 0; c < columns.columns(); ++c) {
      held[c] += rack_columns[c];
      rack_held[rack] += rack_columns[c] * course[c];
    }
  }
  std::vector<std::uint8_t> can_read(topology.drives());
  for (std::uint32_t d = 0; d < topology.drives(); ++d) can_read[d] = fleet.can_read(d) ? 1 : 0;
  for (std::uint32_t extent = 0; extent < fleet.extents(); ++extent) {
    const auto entries = fleet.map().of(extent);
    std::uint32_t readable = 0;
    for (const std::uint32_t entry : entries) {
      readable += ShardMap::is_lost(entry) ? 0U : can_read[entry];
    }
    if (readable < fleet.needed() || entries.front() == PlacementResult::kNoDrive) continue;
    const std::uint32_t column = fleet.demand().column[extent];
    const double weight = static_cast<double>(fleet.demand().weight[extent]) * fleet.shards() /
                          readable / fleet.factor();
    for (const std::uint32_t entry : entries) {
      if (!fleet.is_present_entry(entry)) continue;
      expected[column] += weight;
      rack_expected[topology.rack_of(entry)] += weight * course[column];
    }
  }
  const double average = static_cast<double>(fleet.extents()) * fleet.shards() /
                         (columns.tenant_of(columns.columns() - 1) + 1.0);
  CheckReport report;
  for (std::uint32_t c = 0; c < columns.columns(); ++c) {
    const double off = std::fabs(held[c] - expected[c]) * course[c];
    if (off <= kSinglePrecision * std::max(expected[c] * course[c], average)) continue;
    report_violation(report, fmt::format("column {}: the ledger holds a weight of {}, the shards "
                                         "have {}",
                                         c, held[c], expected[c]));
  }
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const double off = std::fabs(rack_held[rack] - rack_expected[rack]);
    if (off <= kSinglePrecision * std::max(rack_expected[rack], average)) continue;
    report_violation(report, fmt::format("rack {}: the ledger holds a weight of {}, the shards "
                                         "have {}",
                                         rack, rack_held[rack], rack_expected[rack]));
  }
  return report;
}

}  // namespace spindle::models

#include "models/checkers/demand_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/checkers/cooling_law.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

// Disk-seconds per second, far below any demand: near the smallest doubles digits are lost.
constexpr double kNothing = 1e-200;
// Laws of single extents that a check may compute.
constexpr double kMostLaws = 2e7;

bool uses_power_law(const TenantPopulation& population, std::uint32_t tenant) {
  const TenantClass& c = population.classes()[population.tenants()[tenant].tenant_class];
  return c.cooling.kind == CoolingKind::kPowerLaw;
}

// Epochs in which the power law is computed, ascending, the first and the last among them.
std::vector<std::size_t> checked_epochs(const TenantPopulation& population, std::size_t epochs) {
  double laws = 0;
  for (std::uint32_t t = 0; t < population.tenants().size(); ++t) {
    laws += uses_power_law(population, t) ? population.tenants()[t].extents : 0;
  }
  const auto fit = static_cast<std::size_t>(std::min(kMostLaws / (laws + 1), 1e9));
  const std::size_t count = std::min(std::max<std::size_t>(fit, 2), epochs);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(count == epochs ? i : i * (epochs - 1) / (count - 1));
  }
  return out;
}

// Weight of a tenant's placed shards on each drive model, extent by extent times course(i), i from
// the tenant's first extent.
template <class Course>
std::vector<double> weight_by_model(const Topology& topology, const ExtentTable& extents,
                                    const PlacementResult& placement, std::uint32_t tenant,
                                    Course&& course) {
  std::vector<double> out(topology.models().size(), 0.0);
  const std::uint32_t first = extents.first_extent[tenant];
  for (std::uint32_t e = first; e < extents.first_extent[tenant + 1]; ++e) {
    const double weight =
        (extents.heat_weight.empty() ? 1.0 : static_cast<double>(extents.heat_weight[e])) *
        course(e - first);
    for (const std::uint32_t drive : placement.drives_of(e)) {
      if (drive == PlacementResult::kNoDrive) break;
      out[topology.model_of_rack(topology.rack_of(drive))] += weight;
    }
  }
  return out;
}

// The tenant's part of the fleet's heat, at listed epochs where it cools by the power law.
class TenantHeat {
 public:
  TenantHeat(const FlowInputs& inputs, const ExtentTable& extents, const PlacementResult& placement,
             std::span<const std::size_t> checked, std::vector<double>& expected)
      : in_(inputs),
        extents_(extents),
        placement_(placement),
        checked_(checked),
        expected_(expected) {}

  void add(std::uint32_t tenant, std::span<const double> reads, std::span<const double> writes) {
    const Tenant& who = in_.population.tenants()[tenant];
    const CoolingOptions& cooling = in_.population.classes()[who.tenant_class].cooling;
    const double epoch = in_.grid.epoch.to_seconds();
    if (uses_power_law(in_.population, tenant)) {
      const auto ages = draw_ages(cooling, who.extents, in_.population.seed(),
                                  static_cast<std::uint32_t>(who.first_extent));
      for (const std::size_t e : checked_) {
        const double from = epoch * static_cast<double>(e);
        add_epoch(tenant, e, reads[e], writes[e], 1,
                  weight_by_model(in_.topology, extents_, placement_, tenant, [&](std::uint32_t i) {
                    return law_integral(cooling, ages[i] + from, ages[i] + from + epoch) / epoch /
                           law_at_age(cooling, ages[i]);
                  }));
      }
      return;
    }
    const auto weights = weight_by_model(in_.topology, extents_, placement_, tenant,
                                         [](std::uint32_t) { return 1.0; });
    for (std::size_t e = 0; e < reads.size(); ++e) {
      const double from = epoch * static_cast<double>(e);
      const double course = law_integral(cooling, from, from + epoch) / epoch;
      add_epoch(tenant, e, reads[e], writes[e], course, weights);
    }
  }

 private:
  void add_epoch(std::uint32_t tenant, std::size_t epoch, double reads, double writes,
                 double course, const std::vector<double>& weights) {
    for (std::size_t m = 0; m < weights.size(); ++m) {
      const std::size_t at = m * extents_.tenants() + tenant;
      const double share = course * weights[m] / in_.total_weight[tenant];
      expected_[epoch] += share * (reads * in_.costs.read[at] + writes * in_.costs.write[at]);
    }
  }

  const FlowInputs& in_;
  const ExtentTable& extents_;
  const PlacementResult& placement_;
  std::span<const std::size_t> checked_;
  std::vector<double>& expected_;
};

}  // namespace

std::vector<double> expected_fleet_heat(const FlowInputs& inputs, const ExtentTable& extents,
                                        const PlacementResult& placement, std::size_t epochs) {
  const std::vector<std::size_t> checked = checked_epochs(inputs.population, epochs);
  DemandStream demand(inputs.population);
  std::vector<double> expected(epochs, 0.0);
  std::vector<double> reads(epochs);
  std::vector<double> writes(epochs);
  TenantHeat heat(inputs, extents, placement, checked, expected);
  for (std::uint32_t t = 0; t < extents.tenants(); ++t) {
    if (inputs.total_weight[t] <= 0) continue;
    demand.fill(t, t + 1, 0, epochs, reads, writes);
    heat.add(t, reads, writes);
  }
  if (checked.size() == epochs) return expected;
  std::vector<double> out(epochs, kNotChecked);
  for (const std::size_t e : checked) out[e] = expected[e];
  return out;
}

double fleet_heat_tolerance(const TenantPopulation& population) {
  constexpr double kRounding = 1e-9;
  constexpr double kSinglePrecision = 1e-5;
  double tolerance = kRounding;
  for (const TenantClass& c : population.classes()) {
    const bool is_even = c.popularity.kind == PopularityKind::kUniform;
    if (c.cooling.kind == CoolingKind::kNone && is_even) continue;
    tolerance = std::max(tolerance, kSinglePrecision);  // of the extents' weights
    if (c.cooling.kind != CoolingKind::kPowerLaw) continue;
    const double most = sim::expm1(c.cooling.exponent / 2 * sim::log(DemandColumns::kAgeRatio));
    tolerance = std::max(tolerance, kSinglePrecision + most);
  }
  return tolerance;
}

CheckReport check_fleet_heat(std::span<const double> expected, std::span<const double> simulated,
                             double tolerance) {
  CheckReport report;
  for (std::size_t e = 0; e < expected.size(); ++e) {
    if (expected[e] == kNotChecked) continue;
    if (std::fabs(expected[e] - simulated[e]) <= tolerance * expected[e] + kNothing) continue;
    if (report.first.size() < CheckReport::kKept) {
      report.first.push_back(
          fmt::format("epoch {}: the drives bear {} disk-seconds per second, "
                      "the tenants ask {}",
                      e, simulated[e], expected[e]));
    }
    ++report.violations;
  }
  return report;
}

}  // namespace spindle::models

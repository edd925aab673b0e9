#include "models/checkers/demand_checker.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spindle::models {
namespace {

// Disk-seconds per second, far below any demand: near the smallest doubles digits are lost.
constexpr double kNothing = 1e-200;

// Weight of each tenant's placed shards on each drive model: [model * tenants + tenant].
std::vector<double> weight_by_model(const Topology& topology, const ExtentTable& extents,
                                    const PlacementResult& placement) {
  const std::uint32_t tenants = extents.tenants();
  std::vector<double> out(topology.models().size() * tenants, 0.0);
  for (std::uint32_t t = 0; t < tenants; ++t) {
    for (std::uint32_t e = extents.first_extent[t]; e < extents.first_extent[t + 1]; ++e) {
      const double weight =
          extents.heat_weight.empty() ? 1.0 : static_cast<double>(extents.heat_weight[e]);
      for (const std::uint32_t drive : placement.drives_of(e)) {
        if (drive == PlacementResult::kNoDrive) break;
        out[topology.model_of_rack(topology.rack_of(drive)) * tenants + t] += weight;
      }
    }
  }
  return out;
}

}  // namespace

std::vector<double> expected_fleet_heat(const FlowInputs& inputs, const ExtentTable& extents,
                                        const PlacementResult& placement, std::size_t epochs) {
  const std::uint32_t tenants = extents.tenants();
  const auto weights = weight_by_model(inputs.topology, extents, placement);
  DemandStream demand(inputs.population);
  std::vector<double> expected(epochs, 0.0);
  std::vector<double> reads(epochs);
  std::vector<double> writes(epochs);
  for (std::uint32_t t = 0; t < tenants; ++t) {
    if (inputs.total_weight[t] <= 0) continue;
    demand.fill(t, t + 1, 0, epochs, reads, writes);
    for (std::size_t m = 0; m < inputs.topology.models().size(); ++m) {
      const std::size_t at = m * tenants + t;
      const double share = weights[at] / inputs.total_weight[t];
      for (std::size_t e = 0; e < epochs; ++e) {
        expected[e] +=
            share * (reads[e] * inputs.costs.read[at] + writes[e] * inputs.costs.write[at]);
      }
    }
  }
  return expected;
}

CheckReport check_fleet_heat(std::span<const double> expected, std::span<const double> simulated,
                             double tolerance) {
  CheckReport report;
  for (std::size_t e = 0; e < expected.size(); ++e) {
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

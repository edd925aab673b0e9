#include "models/ledger/tenant_rows.hpp"

#include <algorithm>

namespace spindle::models {
namespace {

// A drive that holds less of the tenant's than this share stands for others; one with fewer of its
// shards than this part of what another has is too small a sample of them.
constexpr double kLeastShare = 0.5;
constexpr double kLeastOfMost = 0.5;

struct Found {
  std::uint32_t number;
  double shards;  // of the tenant
  double share;   // of all that the drive holds
};

}  // namespace

TenantRows::TenantRows(const MixInputs& inputs, const MixSample& sample)
    : tenants_(inputs.population.tenants().size()) {
  const Topology& topology = inputs.topology;
  const auto models = static_cast<std::uint32_t>(topology.models().size());
  const std::uint32_t per_extent = inputs.placement.shards_per_extent;
  std::vector<std::vector<Row>> rows(models * tenants_);
  std::vector<double> mine(topology.drives(), 0.0);
  std::vector<std::uint32_t> drives;
  for (std::uint32_t t = 0; t < tenants_; ++t) {
    drives.clear();
    for (std::uint32_t e = inputs.extents.first_extent[t]; e < inputs.extents.first_extent[t + 1];
         ++e) {
      for (const std::uint32_t drive : inputs.placement.drives_of(e).first(per_extent)) {
        if (drive == PlacementResult::kNoDrive) continue;
        if (mine[drive] == 0) drives.push_back(drive);
        mine[drive] += 1;
      }
    }
    std::sort(drives.begin(), drives.end());
    const std::uint32_t of_class = inputs.population.tenants()[t].tenant_class;
    for (std::uint32_t model = 0; model < models; ++model) {
      std::vector<Found> found;
      double best = 0;
      double most = 0;
      for (const std::uint32_t drive : drives) {
        if (topology.model_of_rack(topology.rack_of(drive)) != model) continue;
        const std::uint32_t number = sample.row_of(drive);
        double all = 0;
        for (std::uint32_t c = 0; c < sample.classes(); ++c) {
          all += static_cast<double>(sample.shards(model, c, number));
        }
        found.push_back({number, mine[drive], mine[drive] / all});
        best = std::max(best, found.back().share);
        most = std::max(most, mine[drive]);
      }
      double up_to = 0;
      for (const Found& of : found) {
        if (of.share < std::min(best, kLeastShare) || of.shards < kLeastOfMost * most) continue;
        up_to += of.shards;
        const float shards = sample.shards(model, of_class, of.number);
        const float demand = sample.demand(model)[of.number * sample.classes() + of_class];
        rows[model * tenants_ + t].push_back(
            {static_cast<std::uint16_t>(of.number), demand / shards, static_cast<float>(up_to)});
      }
    }
    for (const std::uint32_t drive : drives) mine[drive] = 0;
  }
  first_.push_back(0);
  for (const auto& of : rows) {
    rows_.insert(rows_.end(), of.begin(), of.end());
    first_.push_back(rows_.size());
  }
}

const TenantRows::Row* TenantRows::at(std::uint32_t model, std::uint32_t tenant, double u) const {
  const auto all = of(model, tenant);
  if (all.empty()) return nullptr;
  const auto shards = static_cast<float>(u * static_cast<double>(all.back().up_to));
  const auto found = std::upper_bound(all.begin(), all.end(), shards,
                                      [](float x, const Row& row) { return x < row.up_to; });
  return found == all.end() ? &all.back() : &*found;
}

}  // namespace spindle::models

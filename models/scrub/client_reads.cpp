#include "models/scrub/client_reads.hpp"

#include <algorithm>

namespace spindle::models {

ClientReads::ClientReads(const TenantPopulation& population, const ExtentTable& extents,
                         std::uint32_t shards, std::uint32_t needed, std::uint64_t extent_bytes)
    : extents_(extents) {
  for (std::uint32_t t = 0; t < extents.tenants(); ++t) {
    const Tenant& tenant = population.tenants()[t];
    double weight = extents.first_extent[t + 1] - extents.first_extent[t];
    if (!extents.heat_weight.empty()) {
      weight = 0;
      for (std::uint32_t e = extents.first_extent[t]; e < extents.first_extent[t + 1]; ++e) {
        weight += static_cast<double>(extents.heat_weight[e]);
      }
    }

    const double of_shards = static_cast<double>(needed) / shards;
    of_weight_one_.push_back(weight > 0 ? tenant.read_bytes_per_s / weight /
                                              static_cast<double>(extent_bytes) * of_shards
                                        : 0.0);
  }
}

double ClientReads::per_s(std::uint32_t extent) const {
  const auto after =
      std::upper_bound(extents_.first_extent.begin(), extents_.first_extent.end(), extent);
  const auto tenant = static_cast<std::size_t>(after - extents_.first_extent.begin()) - 1;
  const double weight =
      extents_.heat_weight.empty() ? 1.0 : static_cast<double>(extents_.heat_weight[extent]);
  return of_weight_one_[tenant] * weight;
}

}  // namespace spindle::models

#include "models/ledger/tenant_courses.hpp"

#include <array>

namespace spindle::models {

void TenantCourses::set(const MixSample& sample, std::span<const std::uint32_t> class_of_tenant,
                        std::uint32_t model) {
  tenants_.clear();
  std::vector<std::array<double, kLedgerEpochs>> sums(sample.classes());
  std::vector<double> all(sample.classes());
  for (std::uint32_t t = 0; t < class_of_tenant.size(); ++t) {
    tenants_.push_back(sample.course_of(model, t));
    const double demand = sample.mean_demand_of(t);
    const std::uint32_t c = class_of_tenant[t];
    all[c] += demand;
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      sums[c][e] += demand * static_cast<double>(tenants_[t][e]);
    }
  }
  means_.assign(sample.classes(), {});
  for (std::size_t c = 0; c < means_.size(); ++c) {
    for (std::size_t e = 0; e < kLedgerEpochs && all[c] > 0; ++e) {
      means_[c][e] = static_cast<float>(sums[c][e] / all[c]);
    }
  }
}

}  // namespace spindle::models

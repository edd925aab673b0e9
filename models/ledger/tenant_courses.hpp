#pragma once
// How what tenants ask goes up and down in a window: demand in each epoch / its mean, of every
// tenant, and of all of a class together.

#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/mix_sample.hpp"

namespace spindle::models {

class TenantCourses {
 public:
  // On drives of one model, in the window that `sample` has drawn. O(tenants).
  void set(const MixSample& sample, std::span<const std::uint32_t> class_of_tenant,
           std::uint32_t model);

  [[nodiscard]] const LedgerCourse& of(std::uint32_t tenant) const { return tenants_[tenant]; }
  [[nodiscard]] const LedgerCourse& mean(std::uint32_t tenant_class) const {
    return means_[tenant_class];
  }

 private:
  std::vector<LedgerCourse> tenants_;
  std::vector<LedgerCourse> means_;  // by class
};

}  // namespace spindle::models

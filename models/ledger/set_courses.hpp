#pragma once
// How what each set of drives is asked for goes up and down: by whose data it holds.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/mix_sample.hpp"
#include "models/ledger/tenant_courses.hpp"

namespace spindle::models {

// Of each set, whose data it is asked for most: so many tenants, by their shares of its demand. The
// rest is known by class, and is as the mean of the class's tenants.
class SetShares {
 public:
  static constexpr std::size_t kTenants = 8;
  static constexpr std::uint32_t kNobody = 0xffffffffU;
  struct Share {
    std::uint32_t tenant = kNobody;
    float part = 0;
  };

  // `class_of_tenant` must outlive it.
  SetShares(std::uint32_t sets, std::uint32_t classes,
            std::span<const std::uint32_t> class_of_tenant)
      : classes_(classes),
        class_of_tenant_(class_of_tenant),
        of_(sets),
        others_(std::size_t{sets} * classes) {}
  // A part of the set's demand, from now on, is this tenant's and has just come.
  void add(std::uint32_t set, std::uint32_t tenant, float part);
  [[nodiscard]] std::span<const Share> of(std::uint32_t set) const { return of_[set]; }
  // By class: the part of all others.
  [[nodiscard]] std::span<const float> others(std::uint32_t set) const {
    return std::span(others_).subspan(std::size_t{set} * classes_, classes_);
  }
  [[nodiscard]] std::span<const std::uint32_t> class_of_tenant() const { return class_of_tenant_; }
  [[nodiscard]] std::uint32_t class_of(std::uint32_t tenant) const {
    return class_of_tenant_[tenant];
  }
  [[nodiscard]] std::uint32_t classes() const { return classes_; }
  [[nodiscard]] std::uint32_t sets() const { return static_cast<std::uint32_t>(of_.size()); }

 private:
  std::uint32_t classes_;
  std::span<const std::uint32_t> class_of_tenant_;
  std::vector<std::array<Share, kTenants>> of_;
  std::vector<float> others_;  // [set * classes + class]
};

// Of one window: demand in each epoch / mean demand, of each set and class whose tenants have
// courses of their own.
class SetCourses {
 public:
  // Of every model of drives. `sample` has drawn the window. O(sets * tenants of each).
  void set(const MixSample& sample, const SetShares& shares, std::uint32_t models,
           unsigned threads);

  // [(row * varying classes + k) * kLedgerEpochs + e]: row 0 is the mean of all tenants, row 1 +
  // set a set.
  [[nodiscard]] const float* rows(std::uint32_t model) const { return rows_[model].data(); }

 private:
  void set_row(const MixSample& sample, const SetShares& shares, std::uint32_t set,
               float* row) const;

  TenantCourses courses_;                     // of the model in hand
  std::vector<sim::HugeVector<float>> rows_;  // by model
};

}  // namespace spindle::models

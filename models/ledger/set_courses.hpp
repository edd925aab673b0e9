#pragma once
// How what each set of drives is asked for goes up and down: by whose data it holds.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/mix_sample.hpp"

namespace spindle::models {

// Of each set, whose data it is asked for most: so many tenants, by their shares of its demand. The
// rest came as new data, and is as the mean of all tenants who write such.
class SetShares {
 public:
  static constexpr std::size_t kTenants = 8;
  static constexpr std::uint32_t kNobody = 0xffffffffU;
  struct Share {
    std::uint32_t tenant = kNobody;
    float part = 0;
  };

  explicit SetShares(std::uint32_t sets) : of_(sets) {}
  // A part of the set's demand, from now on, is this tenant's and has just come.
  void add(std::uint32_t set, std::uint32_t tenant, float part);
  [[nodiscard]] std::span<const Share> of(std::uint32_t set) const { return of_[set]; }
  [[nodiscard]] std::uint32_t sets() const { return static_cast<std::uint32_t>(of_.size()); }

 private:
  std::vector<std::array<Share, kTenants>> of_;
};

// Of one window: demand in each epoch / mean demand, of each set and class whose tenants have
// courses of their own.
class SetCourses {
 public:
  struct Inputs {
    const MixSample& sample;  // has drawn the window
    std::span<const std::uint32_t> class_of_tenant;
    std::span<const double> newcomers;  // by class: what its new data is asked for, if any
  };
  // Of every model of drives. O(sets * tenants of each).
  void set(const Inputs& inputs, const SetShares& shares, std::uint32_t models, unsigned threads);

  // [(row * varying classes + k) * kLedgerEpochs + e]: row 0 is the mean of all tenants, row 1 +
  // set a set.
  [[nodiscard]] const float* rows(std::uint32_t model) const { return rows_[model].data(); }

 private:
  void set_tenants(const Inputs& inputs, std::uint32_t model);
  void set_row(const Inputs& inputs, std::span<const SetShares::Share> shares, float* row) const;

  std::vector<LedgerCourse> tenants_;         // of the model in hand
  std::vector<LedgerCourse> means_;           // by class, likewise
  std::vector<double> part_;                  // by class, of what is new
  std::vector<sim::HugeVector<float>> rows_;  // by model
};

}  // namespace spindle::models

#pragma once
// Which drives of a sample stand for each tenant: those that hold its data above all.

#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/mix_sample.hpp"

namespace spindle::models {

class TenantRows {
 public:
  struct Row {
    std::uint16_t number = 0;  // of the sample drive, within its model
    float each = 0;            // mean demand of one of its shards of the tenant's class
    float up_to = 0;           // shards of the tenant on this drive and those before it
  };

  // `sample` is made of `inputs`. O(shards of the sample).
  TenantRows(const MixInputs& inputs, const MixSample& sample);

  // By number; empty where the model has none.
  [[nodiscard]] std::span<const Row> of(std::uint32_t model, std::uint32_t tenant) const {
    const std::size_t at = std::size_t{model} * tenants_ + tenant;
    return std::span(rows_).subspan(first_[at], first_[at + 1] - first_[at]);
  }
  // The row in which a share 0 <= u < 1 of the tenant's shards ends; null where there is none.
  [[nodiscard]] const Row* at(std::uint32_t model, std::uint32_t tenant, double u) const;

 private:
  std::size_t tenants_;
  std::vector<std::size_t> first_;  // [model * tenants + tenant], and the number of all
  std::vector<Row> rows_;
};

}  // namespace spindle::models

#include "models/ledger/arriving_heat.hpp"

#include "sim/math.hpp"

namespace spindle::models {

ArrivingHeat::ArrivingHeat(const LedgerOptions& options, double epoch_s, std::uint32_t models,
                           std::span<const double> demand, const MixSample& sample)
    : options_(options),
      epoch_s_(epoch_s),
      demand_(demand),
      sample_(sample),
      writing_(models),
      arriving_(models) {
  clear();
}

void ArrivingHeat::clear() {
  for (auto* of : {&writing_, &arriving_}) {
    for (auto& rows : *of) rows.assign(kLedgerEpochs, 0.0F);
  }
}

std::uint32_t ArrivingHeat::add_row() {
  const auto row = static_cast<std::uint32_t>(writing_.front().size() / kLedgerEpochs);
  for (auto* of : {&writing_, &arriving_}) {
    for (auto& rows : *of) rows.resize(rows.size() + kLedgerEpochs, 0.0F);
  }
  return row;
}

void ArrivingHeat::note(std::uint32_t row, std::size_t epoch, std::uint32_t tenant,
                        std::uint32_t tenant_class, double shards) {
  const LedgerAgeing& ageing = options_.ageing[tenant_class];
  const auto demand = static_cast<float>(shards * ageing.newborn * demand_[tenant_class]);
  const std::size_t first = std::size_t{row} * kLedgerEpochs;
  for (std::uint32_t model = 0; model < writing_.size(); ++model) {
    writing_[model][first + epoch] +=
        static_cast<float>(shards * ageing.write_seconds[model] / epoch_s_);
    const LedgerCourse course = sample_.course_of(model, tenant);
    for (std::size_t e = epoch; e < kLedgerEpochs; ++e) {
      const auto age_s = static_cast<double>(e - epoch) * epoch_s_;
      const auto left = static_cast<float>(sim::exp(-ageing.cool_per_s * age_s));
      arriving_[model][first + e] += (e == epoch ? 0.5F : left) * demand * course[e];
    }
  }
}

}  // namespace spindle::models

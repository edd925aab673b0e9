#include "models/ledger/extent_writers.hpp"

#include <algorithm>
#include <cmath>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

// Extents of a tenant in one epoch; the rest waits for the next.
constexpr double kMostAtOnce = 0x1p31;

}  // namespace

// Tenants are in the midst of an extent when the run begins (Turnover).
ExtentWriters::ExtentWriters(const ExtentWriterInputs& inputs) : in_(inputs) {
  for (std::uint32_t t = 0; t < in_.class_of_tenant.size(); ++t) {
    sim::RandomStream random(in_.options.seed, 0, purpose::kWritePhase, t);
    begun_.push_back(random.uniform());
  }
}

void ExtentWriters::write(std::size_t epochs) {
  for (auto& of_epoch : arrivals_) of_epoch.clear();
  for (std::uint32_t t = 0; t < begun_.size(); ++t) {
    const double each = in_.options.ageing[in_.class_of_tenant[t]].shards_per_write / in_.shards;
    if (!(each > 0)) continue;
    for (std::size_t e = 0; e < epochs; ++e) {
      const double rate = in_.sample.writes_of(t, e) * in_.sample_scale * each;
      const double all = begun_[t] + rate * in_.epoch_s;
      const double complete = std::min(std::floor(all), kMostAtOnce);
      if (complete > 0) {
        arrivals_[e].push_back({t, static_cast<std::uint32_t>(complete),
                                std::max(0.0, 1 - begun_[t]) / rate, 1 / rate});
      }
      begun_[t] = all - complete;
    }
  }
}

}  // namespace spindle::models

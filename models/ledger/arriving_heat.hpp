#pragma once
// What new data takes of the drives it comes to, in the window in which it comes: the time of
// writing it in the epoch in which an extent is complete, and what it is asked for from then on, in
// that epoch half of the time.

#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_options.hpp"
#include "models/ledger/mix_sample.hpp"

namespace spindle::models {

class ArrivingHeat {
 public:
  // `demand`: by class, mean of a shard at time 0. Everything must outlive it.
  ArrivingHeat(const LedgerOptions& options, double epoch_s, std::uint32_t models,
               std::span<const double> demand, const MixSample& sample);

  // No rows but the first, which is zero.
  void clear();
  [[nodiscard]] std::uint32_t add_row();
  // So many shards of a tenant of that class are complete in the epoch; the sample has drawn the
  // window.
  void note(std::uint32_t row, std::size_t epoch, std::uint32_t tenant, std::uint32_t tenant_class,
            double shards);

  // By drive model, rows of kLedgerEpochs: part of a drive's time that writing takes, and that what
  // was written is asked for.
  [[nodiscard]] std::span<const float> writing(std::uint32_t model) const {
    return writing_[model];
  }
  [[nodiscard]] std::span<const float> arriving(std::uint32_t model) const {
    return arriving_[model];
  }

 private:
  const LedgerOptions& options_;
  double epoch_s_;
  std::span<const double> demand_;
  const MixSample& sample_;
  std::vector<std::vector<float>> writing_;   // by model
  std::vector<std::vector<float>> arriving_;  // by model
};

}  // namespace spindle::models

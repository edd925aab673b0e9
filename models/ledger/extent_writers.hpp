#pragma once
// Extents that tenants of a fleet of ledgers complete, epoch by epoch: at the times at which their
// bytes are, as models/turnover/turnover.hpp has them.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_options.hpp"
#include "models/ledger/mix_sample.hpp"
#include "models/placement/set_buckets.hpp"

namespace spindle::models {

struct ExtentWriterInputs {
  const LedgerOptions& options;
  double epoch_s = 0;
  std::uint32_t shards = 1;  // of an extent
  std::span<const std::uint32_t> class_of_tenant;
  const MixSample& sample;
  double sample_scale = 1;  // data of the fleet / data of the sample
};

class ExtentWriters {
 public:
  // Everything must outlive it.
  explicit ExtentWriters(const ExtentWriterInputs& inputs);

  // The sample has drawn the window; windows come in order. O(tenants * epochs).
  void write(std::size_t epochs);
  // By tenant, times in seconds from the epoch's start: extents may be taken off.
  [[nodiscard]] std::vector<TenantArrivals>& of(std::size_t epoch) { return arrivals_[epoch]; }

 private:
  const ExtentWriterInputs in_;
  std::vector<double> begun_;  // by tenant: of the extent that is being written
  std::array<std::vector<TenantArrivals>, kLedgerEpochs> arrivals_;
};

}  // namespace spindle::models

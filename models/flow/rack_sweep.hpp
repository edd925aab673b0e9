#pragma once
// Sweeps one rack's drives over a window of epochs.

#include <cstdint>
#include <span>
#include <vector>

#include "models/flow/heat_kernel.hpp"
#include "models/flow/heat_matrix.hpp"
#include "sim/log_histogram.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

// What one shard of weight 1 of each tenant asks of a drive model, in disk-seconds per second, for
// a window of consecutive epochs: sweeps of kEpochsPerSweep epochs, tenants within a sweep.
class RateWindow {
 public:
  RateWindow(std::uint32_t drive_models, std::uint32_t tenants, std::size_t max_epochs);

  void begin(std::uint64_t first_epoch, std::size_t epochs);
  // Writes the tenant's rates for one drive model; `rates` has one value per epoch of the window.
  void set(std::uint32_t drive_model, std::uint32_t tenant, std::span<const double> rates);

  [[nodiscard]] std::uint64_t first_epoch() const { return first_epoch_; }
  [[nodiscard]] std::size_t epochs() const { return epochs_; }
  [[nodiscard]] std::size_t sweeps() const {
    return (epochs_ + kEpochsPerSweep - 1) / kEpochsPerSweep;
  }
  [[nodiscard]] std::size_t epochs_in_sweep(std::size_t sweep) const {
    return sweep + 1 < sweeps() ? kEpochsPerSweep : epochs_ - sweep * kEpochsPerSweep;
  }
  // kEpochsPerSweep values, aligned to 64 bytes; epochs past the window are 0.
  [[nodiscard]] const double* rates(std::uint32_t drive_model, std::size_t sweep,
                                    std::uint32_t tenant) const {
    return lines_[line(drive_model, sweep, tenant)].value;
  }
  // False where the tenant is silent in all epochs of the sweep.
  [[nodiscard]] bool active(std::uint32_t drive_model, std::size_t sweep,
                            std::uint32_t tenant) const {
    return active_[line(drive_model, sweep, tenant)] != 0;
  }

 private:
  struct alignas(64) Line {
    double value[kEpochsPerSweep];
  };
  [[nodiscard]] std::size_t line(std::uint32_t drive_model, std::size_t sweep,
                                 std::uint32_t tenant) const {
    return (static_cast<std::size_t>(drive_model) * max_sweeps_ + sweep) * tenants_ + tenant;
  }

  std::uint32_t tenants_;
  std::size_t max_sweeps_;
  std::uint64_t first_epoch_ = 0;
  std::size_t epochs_ = 0;
  std::vector<Line> lines_;
  std::vector<std::uint8_t> active_;
};

// Pooled over one rack's drives and all epochs so far.
struct RackTotals {
  sim::Moments heat;
  bool melted = false;
  sim::LogHistogram histogram;
};

// One rack's values for each epoch of a window.
struct RackEpochs {
  std::vector<double> heat_sum;
  std::vector<double> heat_max;
  std::vector<std::uint32_t> hot_drives;
};

// Where the per-drive summaries of one rack live: slices of the fleet's arrays.
struct RackDrives {
  std::span<double> heat_sum;
  std::span<double> heat_max;
};

void sweep_rack(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                RackTotals& totals, RackEpochs& epochs, RackDrives drives);

// The heat of every drive of one rack in one epoch of the window.
void rack_heat_at(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                  std::size_t epoch_in_window, std::span<double> out);

}  // namespace spindle::models

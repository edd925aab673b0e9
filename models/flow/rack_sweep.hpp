#pragma once
// Sweeps one rack's drives over a window of epochs.

#include <cstdint>
#include <span>
#include <vector>

#include "models/flow/flow_result.hpp"
#include "models/flow/heat_kernel.hpp"
#include "models/flow/heat_matrix.hpp"
#include "models/flow/load_record.hpp"
#include "models/flow/rack_presence.hpp"
#include "models/state/directed_load.hpp"
#include "sim/log_histogram.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

// What one shard of weight 1 of each column asks of a drive model, in disk-seconds per second, for
// a window of consecutive epochs: sweeps of kEpochsPerSweep epochs, columns within a sweep.
class RateWindow {
 public:
  RateWindow(std::uint32_t drive_models, std::size_t max_epochs);

  // The next window, of so many columns.
  void begin(std::uint64_t first_epoch, std::size_t epochs, std::uint32_t columns);
  // Writes the column's rates for one drive model; `rates` has one value per epoch of the window.
  void set(std::uint32_t drive_model, std::uint32_t column, std::span<const double> rates);

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
                                    std::uint32_t column) const {
    return lines_[line(drive_model, sweep, column)].value;
  }
  // The same for all columns.
  [[nodiscard]] const RateLine* lines(std::uint32_t drive_model, std::size_t sweep) const {
    return &lines_[line(drive_model, sweep, 0)];
  }
  // False where the column is silent in all epochs of the sweep.
  [[nodiscard]] bool active(std::uint32_t drive_model, std::size_t sweep,
                            std::uint32_t column) const {
    return active_[line(drive_model, sweep, column)] != 0;
  }

 private:
  [[nodiscard]] std::size_t line(std::uint32_t drive_model, std::size_t sweep,
                                 std::uint32_t column) const {
    return (static_cast<std::size_t>(drive_model) * max_sweeps_ + sweep) * columns_ + column;
  }

  std::uint32_t drive_models_;
  std::size_t max_sweeps_;
  std::uint32_t columns_ = 0;
  std::uint64_t first_epoch_ = 0;
  std::size_t epochs_ = 0;
  std::vector<RateLine> lines_;
  std::vector<std::uint8_t> active_;
};

// What a living fleet adds to a rack's matrix in a window of one sweep.
struct RackLife {
  std::span<const DemandShift> pending;
  std::span<const DemandShift> shifts;
  const RackPresence* presence = nullptr;
  const DirectedLoad* directed = nullptr;
  std::uint32_t first_drive = 0;         // of the rack
  std::span<const SlowDrive> slow = {};  // its drives that are, ascending
};

// Times on end that a rack's mean heat is above kMeltdownHeat.
class MeltdownWatch {
 public:
  void add(std::uint64_t epoch, bool melts) {
    if (!melts) {
      now_ = {};
      return;
    }
    if (now_.epochs == 0) now_.first_epoch = epoch;
    ++now_.epochs;
    if (now_.epochs > longest_.epochs) longest_ = now_;
  }
  [[nodiscard]] const Meltdown& longest() const { return longest_; }

 private:
  Meltdown now_;
  Meltdown longest_;
};

// Epochs on end that make a meltdown: an hour, or all of a shorter run.
std::uint64_t meltdown_epochs(const EpochGrid& grid);

// Pooled over one rack's drives and all epochs so far in which the rack is there.
struct RackTotals {
  sim::Moments heat;
  MeltdownWatch meltdown;
  sim::LogHistogram histogram;
  double slow_max = -1;  // largest heat of a drive in an epoch of which it is slow for a part
};

// One rack's values for each epoch of a window.
struct RackEpochs {
  explicit RackEpochs(std::size_t epochs)
      : heat_sum(epochs),
        directed_sum(epochs),
        slow_sum(epochs),
        heat_max(epochs),
        hot_drives(epochs),
        is_up(epochs, 1) {}
  std::vector<double> heat_sum;
  std::vector<double> directed_sum;
  std::vector<double> slow_sum;  // what drives bear more of demand because they are slow
  std::vector<double> heat_max;
  std::vector<std::uint32_t> hot_drives;
  std::vector<std::uint8_t> is_up;  // for any part of the epoch
};

// Where the per-drive summaries of one rack live: slices of the fleet's arrays.
struct RackDrives {
  std::span<double> heat_sum;
  std::span<double> heat_max;
  // Mean over the window of what is not directed, of a fleet that lives; empty: nobody asks.
  std::span<double> client_heat = {};
};

// `life` is null for a fleet that stands still, `loads` where nobody asks for latencies.
void sweep_rack(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                const RackLife* life, RackTotals& totals, RackEpochs& epochs, RackDrives drives,
                LoadRecord* loads);

// Adds to out[drive in rack] its heat in each epoch of the window times that epoch's share.
void add_rack_heat(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                   const RackLife* life, std::span<const double> shares, std::span<double> out);

// The heat of every drive of one rack in one epoch of the window.
void rack_heat_at(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                  const RackLife* life, std::size_t epoch_in_window, std::span<double> out);

}  // namespace spindle::models

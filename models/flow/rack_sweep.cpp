#include "models/flow/rack_sweep.hpp"

#include <algorithm>

#include "models/flow/flow_result.hpp"

namespace spindle::models {

RateWindow::RateWindow(std::uint32_t drive_models, std::uint32_t tenants, std::size_t max_epochs)
    : tenants_(tenants), max_sweeps_((max_epochs + kEpochsPerSweep - 1) / kEpochsPerSweep) {
  const std::size_t lines = drive_models * max_sweeps_ * tenants_;
  lines_.resize(lines);
  active_.resize(lines);
}

void RateWindow::begin(std::uint64_t first_epoch, std::size_t epochs) {
  first_epoch_ = first_epoch;
  epochs_ = epochs;
}

void RateWindow::set(std::uint32_t drive_model, std::uint32_t tenant,
                     std::span<const double> rates) {
  for (std::size_t sweep = 0; sweep < sweeps(); ++sweep) {
    const std::size_t at = line(drive_model, sweep, tenant);
    const std::size_t count = epochs_in_sweep(sweep);
    bool any = false;
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
      const double rate = j < count ? rates[sweep * kEpochsPerSweep + j] : 0.0;
      lines_[at].value[j] = rate;
      any = any || rate != 0.0;
    }
    active_[at] = any ? 1 : 0;
  }
}

namespace {

struct alignas(64) DriveLine {
  double heat[kEpochsPerSweep];
};

// Heat of each drive of the rack in each epoch of one sweep.
void sum_tenants(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                 std::size_t sweep, std::vector<DriveLine>& drives) {
  std::fill(drives.begin(), drives.end(), DriveLine{});
  const std::span<const HeatEntry> entries(heat.entries);
  for (const TenantSlice& slice : heat.slices) {
    if (!window.active(drive_model, sweep, slice.tenant)) continue;
    add_tenant_heat(entries.subspan(slice.first, slice.last - slice.first),
                    window.rates(drive_model, sweep, slice.tenant), drives.front().heat);
  }
}

void summarise_epoch(const std::vector<DriveLine>& lines, std::size_t j, std::size_t epoch,
                     RackTotals& totals, RackEpochs& epochs, RackDrives drives) {
  double sum = 0;
  double min = lines.front().heat[j];
  double max = 0;
  std::uint32_t hot = 0;
  for (std::size_t d = 0; d < lines.size(); ++d) {
    const double heat = lines[d].heat[j];
    sum += heat;
    min = std::min(min, heat);
    max = std::max(max, heat);
    hot += heat > kHotHeat ? 1U : 0U;
    drives.heat_sum[d] += heat;
    drives.heat_max[d] = std::max(drives.heat_max[d], heat);
    totals.histogram.add(heat);
  }
  // Deviations from the epoch's own mean: sums of squares would cancel where all drives are alike.
  const double mean = sum / static_cast<double>(lines.size());
  double squares = 0;
  for (const DriveLine& line : lines) squares += (line.heat[j] - mean) * (line.heat[j] - mean);
  totals.heat.merge({lines.size(), mean, squares, min, max});
  epochs.heat_sum[epoch] = sum;
  epochs.heat_max[epoch] = max;
  epochs.hot_drives[epoch] = hot;
  totals.melted = totals.melted || sum > kMeltdownHeat * static_cast<double>(lines.size());
}

}  // namespace

void sweep_rack(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                RackTotals& totals, RackEpochs& epochs, RackDrives drives) {
  std::vector<DriveLine> lines(drives.heat_sum.size());
  for (std::size_t sweep = 0; sweep < window.sweeps(); ++sweep) {
    sum_tenants(heat, drive_model, window, sweep, lines);
    for (std::size_t j = 0; j < window.epochs_in_sweep(sweep); ++j) {
      summarise_epoch(lines, j, sweep * kEpochsPerSweep + j, totals, epochs, drives);
    }
  }
}

void rack_heat_at(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                  std::size_t epoch_in_window, std::span<double> out) {
  std::vector<DriveLine> lines(out.size());
  sum_tenants(heat, drive_model, window, epoch_in_window / kEpochsPerSweep, lines);
  for (std::size_t d = 0; d < out.size(); ++d) {
    out[d] = lines[d].heat[epoch_in_window % kEpochsPerSweep];
  }
}

}  // namespace spindle::models

#include "models/flow/rack_sweep.hpp"

#include <algorithm>

namespace spindle::models {

RateWindow::RateWindow(std::uint32_t drive_models, std::size_t max_epochs)
    : drive_models_(drive_models),
      max_sweeps_((max_epochs + kEpochsPerSweep - 1) / kEpochsPerSweep) {}

void RateWindow::begin(std::uint64_t first_epoch, std::size_t epochs, std::uint32_t columns) {
  first_epoch_ = first_epoch;
  epochs_ = epochs;
  if (columns == columns_) return;
  columns_ = columns;
  lines_.resize(drive_models_ * max_sweeps_ * columns_);
  active_.resize(lines_.size());
}

void RateWindow::set(std::uint32_t drive_model, std::uint32_t column,
                     std::span<const double> rates) {
  for (std::size_t sweep = 0; sweep < sweeps(); ++sweep) {
    const std::size_t at = line(drive_model, sweep, column);
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

// Heat of each drive of the rack in each epoch of one sweep, as the matrix says.
void sum_columns(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                 std::size_t sweep, std::vector<RateLine>& drives) {
  std::fill(drives.begin(), drives.end(), RateLine{});
  const std::span<const HeatEntry> entries(heat.entries);
  for (const ColumnSlice& slice : heat.slices) {
    if (!window.active(drive_model, sweep, slice.column)) continue;
    add_column_heat(entries.subspan(slice.first, slice.last - slice.first),
                    window.rates(drive_model, sweep, slice.column), drives.front().value);
  }
}

void scale_epochs(const RackPresence& presence, std::vector<RateLine>& drives) {
  for (RateLine& drive : drives) {
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) drive.value[j] *= presence.share(j);
  }
}

// Shifts in a window in which the rack or the factor steps: each with its own integral.
void add_shifts_between_steps(const RackLife& life, const RateLine* rates,
                              std::vector<RateLine>& drives) {
  double from = -1;
  RateLine share{};
  for (const DemandShift& shift : life.shifts) {
    if (double{shift.from} != from) {  // an outage shifts much at one moment
      from = double{shift.from};
      share = life.presence->shares_from(from);
    }
    const double* rate = rates[shift.column].value;
    double* sum = drives[shift.drive_in_rack].value;
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
      sum[j] += double{shift.weight} * share.value[j] * rate[j];
    }
  }
}

// The same for a fleet that lives, without the directed load. One sweep.
void sum_demand(const RackHeat& heat, const RackLife& life, std::uint32_t drive_model,
                const RateWindow& window, std::vector<RateLine>& drives) {
  if (life.presence->is_absent()) {
    std::fill(drives.begin(), drives.end(), RateLine{});
    return;
  }
  sum_columns(heat, drive_model, window, 0, drives);
  const RateLine* rates = window.lines(drive_model, 0);
  add_shift_heat(life.pending, rates, drives.front().value);
  if (life.presence->is_steady()) {
    add_shift_heat(life.shifts, rates, drives.front().value);
    if (life.presence->share(0) != 1) scale_epochs(*life.presence, drives);
  } else {
    scale_epochs(*life.presence, drives);
    add_shifts_between_steps(life, rates, drives);
  }
  // A drive that all its data left bears what rounding left of it: next to nothing, but not less.
  for (RateLine& drive : drives) {
    for (double& value : drive.value) value = std::max(value, 0.0);
  }
}

// Transfers told before their rack went down are not made while it is: nothing in it works.
double directed_at(const RackLife& life, std::size_t drive, std::size_t epoch) {
  if (!life.presence->is_up(epoch)) return 0;
  return life.directed->of(life.first_drive + static_cast<std::uint32_t>(drive))[epoch];
}

void sum_heat(const RackHeat& heat, const RackLife* life, std::uint32_t drive_model,
              const RateWindow& window, std::size_t sweep, std::vector<RateLine>& drives) {
  if (life == nullptr) {
    sum_columns(heat, drive_model, window, sweep, drives);
    return;
  }
  sum_demand(heat, *life, drive_model, window, drives);
  for (std::size_t d = 0; d < drives.size(); ++d) {
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
      drives[d].value[j] += directed_at(*life, d, j);
    }
  }
}

void summarise_life(const RackLife& life, std::size_t count, std::size_t drives,
                    RackEpochs& epochs) {
  for (std::size_t j = 0; j < count; ++j) {
    double sum = 0;
    for (std::size_t d = 0; d < drives; ++d) sum += directed_at(life, d, j);
    epochs.directed_sum[j] = sum;
    epochs.is_up[j] = life.presence->is_up(j) ? 1 : 0;
  }
}

void summarise_epoch(const std::vector<RateLine>& lines, std::size_t j, std::size_t epoch,
                     std::uint64_t run_epoch, RackTotals& totals, RackEpochs& epochs,
                     RackDrives drives) {
  const bool is_up = epochs.is_up[epoch] != 0;
  double sum = 0;
  double min = lines.front().value[j];
  double max = 0;
  std::uint32_t hot = 0;
  for (std::size_t d = 0; d < lines.size(); ++d) {
    const double heat = lines[d].value[j];
    sum += heat;
    min = std::min(min, heat);
    max = std::max(max, heat);
    hot += heat > kHotHeat ? 1U : 0U;
    drives.heat_sum[d] += heat;
    drives.heat_max[d] = std::max(drives.heat_max[d], heat);
    if (is_up) totals.histogram.add(heat);
  }
  // Deviations from the epoch's own mean: sums of squares would cancel where all drives are alike.
  const double mean = sum / static_cast<double>(lines.size());
  double squares = 0;
  for (const RateLine& line : lines) squares += (line.value[j] - mean) * (line.value[j] - mean);
  if (is_up) totals.heat.merge({lines.size(), mean, squares, min, max});
  epochs.heat_sum[epoch] = sum;
  epochs.heat_max[epoch] = max;
  epochs.hot_drives[epoch] = hot;
  totals.meltdown.add(run_epoch, sum > kMeltdownHeat * static_cast<double>(lines.size()));
}

void record_loads(const std::vector<RateLine>& lines, const RackLife* life, std::size_t j,
                  std::size_t epoch, std::uint32_t drive_model, LoadRecord& loads) {
  const auto heat_of = [&](std::size_t d) { return lines[d].value[j]; };
  if (life == nullptr) {
    loads.add_rack(epoch, drive_model, lines.size(), heat_of, heat_of);
    return;
  }
  // Repairs, moves and first writes load the drive, and are no tenant's request.
  loads.add_rack(epoch, drive_model, lines.size(), heat_of, [&](std::size_t d) {
    return std::max(0.0, lines[d].value[j] - directed_at(*life, d, j));
  });
}

}  // namespace

void sweep_rack(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                const RackLife* life, RackTotals& totals, RackEpochs& epochs, RackDrives drives,
                LoadRecord* loads) {
  std::vector<RateLine> lines(drives.heat_sum.size());
  if (life != nullptr) summarise_life(*life, window.epochs(), lines.size(), epochs);
  for (std::size_t sweep = 0; sweep < window.sweeps(); ++sweep) {
    sum_heat(heat, life, drive_model, window, sweep, lines);
    for (std::size_t j = 0; j < window.epochs_in_sweep(sweep); ++j) {
      const std::size_t epoch = sweep * kEpochsPerSweep + j;
      summarise_epoch(lines, j, epoch, window.first_epoch() + epoch, totals, epochs, drives);
      if (loads != nullptr) record_loads(lines, life, j, epoch, drive_model, *loads);
    }
  }
}

void add_rack_heat(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                   const RackLife* life, std::span<const double> shares, std::span<double> out) {
  std::vector<RateLine> lines(out.size());
  for (std::size_t sweep = 0; sweep < window.sweeps(); ++sweep) {
    const auto of_sweep = shares.subspan(sweep * kEpochsPerSweep, window.epochs_in_sweep(sweep));
    if (std::all_of(of_sweep.begin(), of_sweep.end(), [](double share) { return share == 0; })) {
      continue;
    }
    sum_heat(heat, life, drive_model, window, sweep, lines);
    for (std::size_t d = 0; d < out.size(); ++d) {
      for (std::size_t j = 0; j < of_sweep.size(); ++j) out[d] += of_sweep[j] * lines[d].value[j];
    }
  }
}

void rack_heat_at(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                  const RackLife* life, std::size_t epoch_in_window, std::span<double> out) {
  std::vector<RateLine> lines(out.size());
  sum_heat(heat, life, drive_model, window, epoch_in_window / kEpochsPerSweep, lines);
  for (std::size_t d = 0; d < out.size(); ++d) {
    out[d] = lines[d].value[epoch_in_window % kEpochsPerSweep];
  }
}

}  // namespace spindle::models

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

// What slow drives bear more than drives at their best would, which `drives` holds: of what counts
// all through the window (`steady`, by slow drive) and of its shifts.
void sum_slowness(const RackLife& life, const RateLine* rates, const std::vector<RateLine>& steady,
                  const std::vector<RateLine>& drives, std::vector<RateLine>& out) {
  for (std::size_t i = 0; i < life.slow.size(); ++i) {
    const SlowDrive& slow = life.slow[i];
    double* sum = out[i].value;
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
      sum[j] = steady[i].value[j] * slow.presence.share(j);
    }
    for (const DemandShift& shift : life.shifts) {
      if (shift.drive_in_rack != slow.drive_in_rack) continue;
      const RateLine share = slow.presence.shares_from(double{shift.from});
      const double* rate = rates[shift.column].value;
      for (std::size_t j = 0; j < kEpochsPerSweep; ++j) {
        sum[j] += double{shift.weight} * share.value[j] * rate[j];
      }
    }
    const double* healthy = drives[slow.drive_in_rack].value;
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) sum[j] = std::max(0.0, sum[j] - healthy[j]);
  }
}

std::vector<RateLine> lines_of_slow(const RackLife& life, const std::vector<RateLine>& drives) {
  std::vector<RateLine> out;
  for (const SlowDrive& slow : life.slow) out.push_back(drives[slow.drive_in_rack]);
  return out;
}

// The same for a fleet that lives, without the directed load: `slowness`, by slow drive, is what
// comes on top. One sweep.
void sum_demand(const RackHeat& heat, const RackLife& life, std::uint32_t drive_model,
                const RateWindow& window, std::vector<RateLine>& drives,
                std::vector<RateLine>& slowness) {
  slowness.assign(life.slow.size(), RateLine{});
  if (life.presence->is_absent()) {
    std::fill(drives.begin(), drives.end(), RateLine{});
    return;
  }
  sum_columns(heat, drive_model, window, 0, drives);
  const RateLine* rates = window.lines(drive_model, 0);
  add_shift_heat(life.pending, rates, drives.front().value);
  const std::vector<RateLine> steady = lines_of_slow(life, drives);
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
  sum_slowness(life, rates, steady, drives, slowness);
}

// Transfers told before their rack went down are not made while it is: nothing in it works.
double directed_at(const RackLife& life, std::size_t drive, std::size_t epoch) {
  if (!life.presence->is_up(epoch)) return 0;
  return life.directed->of(life.first_drive + static_cast<std::uint32_t>(drive))[epoch];
}

void sum_heat(const RackHeat& heat, const RackLife* life, std::uint32_t drive_model,
              const RateWindow& window, std::size_t sweep, std::vector<RateLine>& drives,
              std::vector<RateLine>& slowness) {
  if (life == nullptr) {
    sum_columns(heat, drive_model, window, sweep, drives);
    return;
  }
  sum_demand(heat, *life, drive_model, window, drives, slowness);
  for (std::size_t i = 0; i < slowness.size(); ++i) {
    double* sum = drives[life->slow[i].drive_in_rack].value;
    for (std::size_t j = 0; j < kEpochsPerSweep; ++j) sum[j] += slowness[i].value[j];
  }
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

void summarise_slow(const RackLife& life, std::size_t count, const std::vector<RateLine>& lines,
                    const std::vector<RateLine>& slowness, RackTotals& totals, RackEpochs& epochs) {
  for (std::size_t j = 0; j < count; ++j) {
    double sum = 0;
    for (std::size_t i = 0; i < slowness.size(); ++i) {
      sum += slowness[i].value[j];
      if (slowness[i].value[j] == 0) continue;
      totals.slow_max = std::max(totals.slow_max, lines[life.slow[i].drive_in_rack].value[j]);
    }
    epochs.slow_sum[j] = sum;
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

// A rack with slow drives: while a drive is slow it is one of another model (LoadRecord), and what
// it bears then is told apart from what it bears at its best.
void record_slow_loads(const std::vector<RateLine>& lines, const std::vector<RateLine>& slowness,
                       const RackLife& life, std::size_t j, std::size_t epoch,
                       std::uint32_t drive_model, LoadRecord& loads) {
  std::vector<double> heat(lines.size());
  std::vector<double> demand(lines.size());
  for (std::size_t d = 0; d < lines.size(); ++d) {
    heat[d] = lines[d].value[j];
    demand[d] = std::max(0.0, heat[d] - directed_at(life, d, j));
  }
  std::vector<double> slow_heat;
  std::vector<double> slow_demand;
  for (std::size_t i = 0; i < slowness.size(); ++i) {
    const double more = slowness[i].value[j];
    if (more == 0) continue;
    const std::uint32_t d = life.slow[i].drive_in_rack;
    const double times = life.slow[i].times;
    const double directed = heat[d] - demand[d];
    const double healthy = std::max(0.0, demand[d] - more);
    const double while_slow = std::min(healthy, more / (times - 1));
    slow_heat.push_back(directed + times * healthy);
    slow_demand.push_back(times * while_slow);
    demand[d] = healthy - while_slow;
    // Slow all through the epoch, but for rounding: its best is met by none, and counts as none.
    heat[d] = demand[d] > 1e-9 * healthy ? directed + healthy : 0;
  }
  const auto at = [](const std::vector<double>& values) {
    return [&values](std::size_t d) { return values[d]; };
  };
  loads.add_rack(epoch, drive_model, heat.size(), at(heat), at(demand));
  loads.add_rack(epoch, loads.slow_model(drive_model), slow_heat.size(), at(slow_heat),
                 at(slow_demand));
}

void record_loads(const std::vector<RateLine>& lines, const std::vector<RateLine>& slowness,
                  const RackLife* life, std::size_t j, std::size_t epoch, std::uint32_t drive_model,
                  LoadRecord& loads) {
  const auto heat_of = [&](std::size_t d) { return lines[d].value[j]; };
  if (life == nullptr) {
    loads.add_rack(epoch, drive_model, lines.size(), heat_of, heat_of);
    return;
  }
  if (!slowness.empty()) {
    record_slow_loads(lines, slowness, *life, j, epoch, drive_model, loads);
    return;
  }
  // Repairs, moves and first writes load the drive, and are no tenant's request.
  loads.add_rack(epoch, drive_model, lines.size(), heat_of, [&](std::size_t d) {
    return std::max(0.0, lines[d].value[j] - directed_at(*life, d, j));
  });
}

// One sweep is a window of a fleet that lives.
void add_client_heat(const std::vector<RateLine>& lines, const RackLife& life, std::size_t epochs,
                     std::span<double> out) {
  for (std::size_t d = 0; d < out.size(); ++d) {
    double sum = 0;
    for (std::size_t j = 0; j < epochs; ++j) sum += lines[d].value[j] - directed_at(life, d, j);
    out[d] = std::max(0.0, sum / static_cast<double>(epochs));
  }
}

}  // namespace

std::uint64_t meltdown_epochs(const EpochGrid& grid) {
  const std::int64_t hour = sim::Duration::hours(1).ns();
  const auto of_hour = static_cast<std::uint64_t>((hour - 1) / grid.epoch.ns() + 1);
  return std::max<std::uint64_t>(1, std::min(of_hour, grid.count));
}

void sweep_rack(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                const RackLife* life, RackTotals& totals, RackEpochs& epochs, RackDrives drives,
                LoadRecord* loads) {
  std::vector<RateLine> lines(drives.heat_sum.size());
  std::vector<RateLine> slowness;
  if (life != nullptr) summarise_life(*life, window.epochs(), lines.size(), epochs);
  for (std::size_t sweep = 0; sweep < window.sweeps(); ++sweep) {
    sum_heat(heat, life, drive_model, window, sweep, lines, slowness);
    if (life != nullptr) {
      summarise_slow(*life, window.epochs(), lines, slowness, totals, epochs);
    }
    if (!drives.client_heat.empty()) {
      add_client_heat(lines, *life, window.epochs(), drives.client_heat);
    }
    for (std::size_t j = 0; j < window.epochs_in_sweep(sweep); ++j) {
      const std::size_t epoch = sweep * kEpochsPerSweep + j;
      summarise_epoch(lines, j, epoch, window.first_epoch() + epoch, totals, epochs, drives);
      if (loads != nullptr) record_loads(lines, slowness, life, j, epoch, drive_model, *loads);
    }
  }
}

void add_rack_heat(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                   const RackLife* life, std::span<const double> shares, std::span<double> out) {
  std::vector<RateLine> lines(out.size());
  std::vector<RateLine> slowness;
  for (std::size_t sweep = 0; sweep < window.sweeps(); ++sweep) {
    const auto of_sweep = shares.subspan(sweep * kEpochsPerSweep, window.epochs_in_sweep(sweep));
    if (std::all_of(of_sweep.begin(), of_sweep.end(), [](double share) { return share == 0; })) {
      continue;
    }
    sum_heat(heat, life, drive_model, window, sweep, lines, slowness);
    for (std::size_t d = 0; d < out.size(); ++d) {
      for (std::size_t j = 0; j < of_sweep.size(); ++j) out[d] += of_sweep[j] * lines[d].value[j];
    }
  }
}

void rack_heat_at(const RackHeat& heat, std::uint32_t drive_model, const RateWindow& window,
                  const RackLife* life, std::size_t epoch_in_window, std::span<double> out) {
  std::vector<RateLine> lines(out.size());
  std::vector<RateLine> slowness;
  sum_heat(heat, life, drive_model, window, epoch_in_window / kEpochsPerSweep, lines, slowness);
  for (std::size_t d = 0; d < out.size(); ++d) {
    out[d] = lines[d].value[epoch_in_window % kEpochsPerSweep];
  }
}

}  // namespace spindle::models

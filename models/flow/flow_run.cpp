#include "models/flow/flow_run.hpp"

#include <algorithm>
#include <limits>

#include "models/flow/flow_windows.hpp"
#include "models/flow/rack_sweep.hpp"
#include "sim/engine.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

class FlowRun {
 public:
  explicit FlowRun(const FlowInputs& inputs)
      : in_(inputs),
        racks_(inputs.topology.racks()),
        windows_(in_),
        rates_(static_cast<std::uint32_t>(inputs.topology.models().size()), windows_.most_epochs()),
        rack_totals_(racks_),
        rack_epochs_(racks_, RackEpochs(windows_.most_epochs())) {
    const std::uint32_t drives = in_.topology.drives();
    result_.drive_heat_sum.assign(drives, 0.0);
    result_.drive_heat_max.assign(drives, 0.0);
    result_.peak_heat.assign(drives, 0.0);
    result_.peak_racks.assign(racks_, 1);
    if (in_.dynamics == nullptr) return;
    result_.series.rack_heat.reserve(in_.grid.count * racks_);
    if (in_.dynamics->swept) client_heat_.resize(drives);
  }

  // Sweeps the next window and says how long it is. Precondition: epochs are left.
  sim::Duration advance() {
    windows_.begin_next();
    const std::size_t epochs = windows_.epochs();
    windows_.demand().set_rates(rates_);
    if (in_.loads != nullptr) in_.loads->begin(epochs);
    sweep_racks();
    reduce_racks(epochs);
    windows_.demand().append_to(result_.series, in_.dynamics == nullptr
                                                    ? std::span<const ColumnChange>()
                                                    : in_.dynamics->journal.column_changes());
    if (in_.loads != nullptr) in_.loads->end();
    windows_.end();
    if (!client_heat_.empty()) in_.dynamics->swept(client_heat_);
    result_.epochs += epochs;
    return static_cast<std::int64_t>(epochs) * in_.grid.epoch;
  }

  [[nodiscard]] double share_done() const {
    return static_cast<double>(result_.epochs) / static_cast<double>(in_.grid.count);
  }

  FlowResult finish() {
    if (in_.loads != nullptr) in_.loads->finish();
    const std::uint64_t least = meltdown_epochs(in_.grid);
    for (std::uint32_t rack = 0; rack < racks_; ++rack) {
      const RackTotals& totals = rack_totals_[rack];
      result_.heat.merge(totals.heat);
      result_.histogram.merge(totals.histogram);
      result_.slow_heat_max = std::max(result_.slow_heat_max, totals.slow_max);
      Meltdown meltdown = totals.meltdown.longest();
      if (meltdown.epochs < least) continue;
      meltdown.rack = rack;
      result_.meltdowns.push_back(meltdown);
    }
    return std::move(result_);
  }

 private:
  void sweep_racks() {
    sim::for_each_index(in_.threads, racks_, [&](std::size_t r) {
      const auto rack = static_cast<std::uint32_t>(r);
      const DriveRange range = in_.topology.drives_of_rack(rack);
      sweep_rack(
          in_.matrix.rack(rack), in_.topology.model_of_rack(rack), rates_, windows_.life_of(rack),
          rack_totals_[r], rack_epochs_[r],
          {std::span(result_.drive_heat_sum).subspan(range.first, range.size()),
           std::span(result_.drive_heat_max).subspan(range.first, range.size()),
           client_heat_.empty() ? std::span<double>()
                                : std::span(client_heat_).subspan(range.first, range.size())},
          in_.loads);
    });
  }

  // Racks are added in their order, so the sums do not depend on threads.
  void reduce_racks(std::size_t epochs) {
    std::size_t record = epochs;  // epoch of the window that beats the peak so far
    for (std::size_t e = 0; e < epochs; ++e) {
      double sum = 0;
      double max = 0;
      std::uint32_t hot = 0;
      for (const RackEpochs& rack : rack_epochs_) {
        sum += rack.heat_sum[e];
        max = std::max(max, rack.heat_max[e]);
        hot += rack.hot_drives[e];
      }
      result_.series.heat_sum.push_back(sum);
      result_.series.heat_max.push_back(max);
      result_.series.hot_drives.push_back(hot);
      if (in_.dynamics != nullptr) append_life(e);
      if (sum > peak_sum_) {
        peak_sum_ = sum;
        record = e;
      }
    }
    if (record < epochs) {
      result_.peak_epoch = rates_.first_epoch() + record;
      snapshot_peak(record);
    }
  }

  void append_life(std::size_t epoch) {
    double directed = 0;
    double slow = 0;
    std::uint32_t drives = 0;
    for (std::uint32_t rack = 0; rack < racks_; ++rack) {
      const RackEpochs& of = rack_epochs_[rack];
      const std::uint32_t size = in_.topology.drives_of_rack(rack).size();
      directed += of.directed_sum[epoch];
      slow += of.slow_sum[epoch];
      const bool is_up = of.is_up[epoch] != 0;
      drives += is_up ? size : 0;
      result_.series.rack_heat.push_back(is_up ? static_cast<float>(of.heat_sum[epoch] / size)
                                               : std::numeric_limits<float>::quiet_NaN());
    }
    result_.series.directed_heat.push_back(directed);
    result_.series.slow_heat.push_back(slow);
    result_.series.drives.push_back(drives);
  }

  void snapshot_peak(std::size_t epoch_in_window) {
    sim::for_each_index(in_.threads, racks_, [&](std::size_t r) {
      const auto rack = static_cast<std::uint32_t>(r);
      const DriveRange range = in_.topology.drives_of_rack(rack);
      rack_heat_at(in_.matrix.rack(rack), in_.topology.model_of_rack(rack), rates_,
                   windows_.life_of(rack), epoch_in_window,
                   std::span(result_.peak_heat).subspan(range.first, range.size()));
      result_.peak_racks[r] = rack_epochs_[r].is_up[epoch_in_window];
    });
  }

  const FlowInputs in_;
  std::uint32_t racks_;
  FlowWindows windows_;
  RateWindow rates_;
  std::vector<RackTotals> rack_totals_;
  std::vector<RackEpochs> rack_epochs_;
  FlowResult result_;
  std::vector<double> client_heat_;  // per drive, of the window; empty: nobody asks
  double peak_sum_ = -1;
};

}  // namespace

FlowResult run_flow(const FlowInputs& inputs, const std::function<bool(double)>& progress) {
  FlowRun run(inputs);
  sim::Engine engine;
  sim::EventType<sim::NoPayload> window;
  window =
      engine.on<sim::NoPayload>([&](sim::Engine& clock, const sim::Event& event, sim::NoPayload) {
        const sim::Duration swept = run.advance();
        const bool go_on = !progress || progress(run.share_done());
        if (go_on) clock.schedule_after(swept, window, event.cell, event.entity);
      });
  engine.schedule_at(sim::Instant(), window, sim::CellId(), sim::EntityId());
  engine.run_until(sim::Instant() +
                   static_cast<std::int64_t>(inputs.grid.count) * inputs.grid.epoch);
  return run.finish();
}

double flow_memory_bytes(std::uint32_t drive_models, std::uint32_t tenants, std::uint32_t racks,
                         std::uint32_t columns) {
  // A tenant's generators, for one or two shapes; a rack's histogram of some eight octaves.
  constexpr double kGenerators = 400;
  constexpr double kRackTotals = 5000;
  const auto window = static_cast<double>(window_epochs(columns));
  constexpr double kRate = 8 + 8.0 / 64;  // and whether a sweep has any
  const double per_tenant = window * 2 * 8 + kGenerators;
  const double per_column = window * drive_models * kRate;
  const double per_rack = window * (2 * 8 + 4) + kRackTotals;
  return tenants * per_tenant + columns * per_column + racks * per_rack;
}

}  // namespace spindle::models

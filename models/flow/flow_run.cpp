#include "models/flow/flow_run.hpp"

#include <algorithm>

#include "models/flow/rack_sweep.hpp"
#include "sim/engine.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Tenants are handed to threads in blocks of this many.
constexpr std::uint32_t kTenantBlock = 64;
// Bounds of a window: about 32 MiB of rates a drive model, whole sweeps.
constexpr std::size_t kMaxWindow = 256;
constexpr std::size_t kRatesPerWindow = std::size_t{1} << 22;

std::size_t window_epochs(std::uint32_t tenants) {
  const std::size_t fit = kRatesPerWindow / std::max<std::size_t>(tenants, 1);
  return std::clamp(fit / kEpochsPerSweep * kEpochsPerSweep, kEpochsPerSweep, kMaxWindow);
}

class FlowRun {
 public:
  explicit FlowRun(const FlowInputs& inputs)
      : in_(inputs),
        tenants_(static_cast<std::uint32_t>(inputs.population.tenants().size())),
        models_(static_cast<std::uint32_t>(inputs.topology.models().size())),
        window_(window_epochs(tenants_)),
        demand_(inputs.population),
        rates_(models_, tenants_, window_),
        reads_(tenants_ * window_),
        writes_(tenants_ * window_),
        rack_totals_(inputs.topology.racks()),
        rack_epochs_(inputs.topology.racks()) {
    const std::uint32_t drives = in_.topology.drives();
    result_.drive_heat_sum.assign(drives, 0.0);
    result_.drive_heat_max.assign(drives, 0.0);
    result_.peak_heat.assign(drives, 0.0);
    for (RackEpochs& epochs : rack_epochs_) {
      epochs.heat_sum.resize(window_);
      epochs.heat_max.resize(window_);
      epochs.hot_drives.resize(window_);
    }
  }

  // Sweeps the next window and says how long it is. Precondition: epochs are left.
  sim::Duration advance() {
    const std::uint64_t first = result_.epochs;
    const auto epochs =
        static_cast<std::size_t>(std::min<std::uint64_t>(window_, in_.grid.count - first));
    rates_.begin(first, epochs);
    draw_demand(first, epochs);
    append_fleet_demand(epochs);
    sweep_racks();
    reduce_racks(epochs);
    result_.epochs += epochs;
    return static_cast<std::int64_t>(epochs) * in_.grid.epoch;
  }

  [[nodiscard]] double share_done() const {
    return static_cast<double>(result_.epochs) / static_cast<double>(in_.grid.count);
  }

  FlowResult finish() {
    for (const RackTotals& rack : rack_totals_) {
      result_.heat.merge(rack.heat);
      result_.rack_melted.push_back(rack.melted ? 1 : 0);
      result_.histogram.merge(rack.histogram);
    }
    return std::move(result_);
  }

 private:
  std::span<double> row(std::vector<double>& table, std::uint32_t tenant, std::size_t epochs) {
    return std::span(table).subspan(tenant * window_, epochs);
  }

  void draw_demand(std::uint64_t first, std::size_t epochs) {
    const std::size_t blocks = (tenants_ + kTenantBlock - 1) / kTenantBlock;
    sim::for_each_index(in_.threads, blocks, [&](std::size_t block) {
      std::vector<double> rate(epochs);
      const auto begin = static_cast<std::uint32_t>(block * kTenantBlock);
      const std::uint32_t end = std::min(begin + kTenantBlock, tenants_);
      for (std::uint32_t tenant = begin; tenant < end; ++tenant) {
        const auto reads = row(reads_, tenant, epochs);
        const auto writes = row(writes_, tenant, epochs);
        demand_.fill(tenant, tenant + 1, first, epochs, reads, writes);
        set_disk_time(tenant, reads, writes, rate);
      }
    });
  }

  // Requests per second -> disk-seconds per second asked of one shard of weight 1.
  void set_disk_time(std::uint32_t tenant, std::span<const double> reads,
                     std::span<const double> writes, std::vector<double>& rate) {
    const double weight = in_.total_weight[tenant];
    for (std::uint32_t model = 0; model < models_; ++model) {
      const std::size_t at = static_cast<std::size_t>(model) * tenants_ + tenant;
      const double read_cost = weight > 0 ? in_.costs.read[at] / weight : 0.0;
      const double write_cost = weight > 0 ? in_.costs.write[at] / weight : 0.0;
      for (std::size_t e = 0; e < rate.size(); ++e) {
        rate[e] = reads[e] * read_cost + writes[e] * write_cost;
      }
      rates_.set(model, tenant, rate);
    }
  }

  [[nodiscard]] double mean_cost(const std::vector<double>& costs, std::uint32_t tenant) const {
    double sum = 0;
    for (std::uint32_t model = 0; model < models_; ++model) {
      sum += in_.capacity_share[model] * costs[static_cast<std::size_t>(model) * tenants_ + tenant];
    }
    return sum;
  }

  // Tenants are added in their order, so the sums do not depend on threads.
  void append_fleet_demand(std::size_t epochs) {
    FleetSeries& series = result_.series;
    const std::size_t begin = series.requests_per_s.size();
    series.requests_per_s.resize(begin + epochs, 0.0);
    series.read_bytes_per_s.resize(begin + epochs, 0.0);
    series.write_bytes_per_s.resize(begin + epochs, 0.0);
    series.disk_time.resize(begin + epochs, 0.0);
    for (std::uint32_t tenant = 0; tenant < tenants_; ++tenant) {
      const auto reads = row(reads_, tenant, epochs);
      const auto writes = row(writes_, tenant, epochs);
      const double object = in_.population.tenants()[tenant].object_size.to_double();
      const double read_cost = mean_cost(in_.costs.read, tenant);
      const double write_cost = mean_cost(in_.costs.write, tenant);
      for (std::size_t e = 0; e < epochs; ++e) {
        series.disk_time[begin + e] += reads[e] * read_cost + writes[e] * write_cost;
        series.requests_per_s[begin + e] += reads[e] + writes[e];
        series.read_bytes_per_s[begin + e] += reads[e] * object;
        series.write_bytes_per_s[begin + e] += writes[e] * object;
      }
    }
  }

  void sweep_racks() {
    sim::for_each_index(in_.threads, in_.topology.racks(), [&](std::size_t r) {
      const auto rack = static_cast<std::uint32_t>(r);
      const DriveRange range = in_.topology.drives_of_rack(rack);
      sweep_rack(in_.matrix.rack(rack), in_.topology.model_of_rack(rack), rates_, rack_totals_[r],
                 rack_epochs_[r],
                 {std::span(result_.drive_heat_sum).subspan(range.first, range.size()),
                  std::span(result_.drive_heat_max).subspan(range.first, range.size())});
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

  void snapshot_peak(std::size_t epoch_in_window) {
    for (std::uint32_t rack = 0; rack < in_.topology.racks(); ++rack) {
      const DriveRange range = in_.topology.drives_of_rack(rack);
      rack_heat_at(in_.matrix.rack(rack), in_.topology.model_of_rack(rack), rates_, epoch_in_window,
                   std::span(result_.peak_heat).subspan(range.first, range.size()));
    }
  }

  const FlowInputs in_;
  std::uint32_t tenants_;
  std::uint32_t models_;
  std::size_t window_;
  DemandStream demand_;
  RateWindow rates_;
  std::vector<double> reads_;  // requests/s: [tenant * window + epoch]
  std::vector<double> writes_;
  std::vector<RackTotals> rack_totals_;
  std::vector<RackEpochs> rack_epochs_;
  FlowResult result_;
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

double flow_memory_bytes(std::uint32_t drive_models, std::uint32_t tenants, std::uint32_t racks) {
  // A tenant's generators, for one or two shapes; a rack's histogram of some eight octaves.
  constexpr double kGenerators = 400;
  constexpr double kRackTotals = 5000;
  const auto window = static_cast<double>(window_epochs(tenants));
  constexpr double kRate = 8 + 8.0 / 64;  // and whether a sweep has any
  const double per_tenant = window * (2 * 8 + drive_models * kRate) + kGenerators;
  const double per_rack = window * (2 * 8 + 4) + kRackTotals;
  return tenants * per_tenant + racks * per_rack;
}

}  // namespace spindle::models

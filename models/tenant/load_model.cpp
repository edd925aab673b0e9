#include "models/tenant/load_model.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "models/tenant/interval_load.hpp"
#include "models/tenant/trace_load.hpp"

namespace spindle::models {
namespace {

constexpr std::array kLoads{
    LoadEntry{LoadKind::kConstant, "constant", "the mean rate all the time",
              detail::make_constant_loads},
    LoadEntry{LoadKind::kSlots, "slots",
              "on, independently, in each whole slot with one probability",
              detail::make_slots_loads, detail::correlate_slots},
    LoadEntry{LoadKind::kOnOff, "on_off", "alternating on and off periods, exponential or Pareto",
              detail::make_on_off_loads, detail::correlate_on_off},
    LoadEntry{LoadKind::kDailyWindow, "daily_window", "on for a window on some days",
              detail::make_daily_window_loads},
    LoadEntry{LoadKind::kSeries, "series", "a rate series read from a file", nullptr},
    LoadEntry{LoadKind::kJobs, "jobs", "a job trace read from a file", nullptr},
    LoadEntry{LoadKind::kDiurnal, "diurnal", "follows the time of day and the weekend", nullptr,
              detail::make_diurnal_loads},
    LoadEntry{LoadKind::kMmpp, "mmpp", "the rate jumps among states, as a Markov chain",
              detail::make_mmpp_loads},
    LoadEntry{LoadKind::kSum, "sum", "several loads added up", nullptr, detail::add_up_loads},
    LoadEntry{LoadKind::kCascade, "cascade",
              "cut again and again by given shares, in an order drawn at random",
              detail::make_cascade_loads},
    LoadEntry{LoadKind::kBModel, "b_model", "halved again and again into shares b and 1 - b",
              detail::make_cascade_loads},
};

// Tenants that have nothing in common.
class IndependentLoads final : public LoadFamily {
 public:
  IndependentLoads(const LoadEntry& entry, LoadOptions options, const EpochGrid& grid,
                   sim::Seed seed)
      : entry_(entry), options_(std::move(options)), grid_(grid), seed_(seed) {}

  [[nodiscard]] std::unique_ptr<LoadRows> make_rows(std::uint32_t first_tenant,
                                                    std::uint32_t count) const override {
    return entry_.make(options_, grid_, seed_, first_tenant, count);
  }

 private:
  const LoadEntry& entry_;
  LoadOptions options_;
  EpochGrid grid_;
  sim::Seed seed_;
};

const LoadEntry& generated_entry(LoadKind kind) {
  for (const LoadEntry& entry : kLoads) {
    if (entry.kind == kind && !entry.plays_trace()) return entry;
  }
  throw std::invalid_argument("load needs a trace (series and jobs play a file) — read one first");
}

}  // namespace

namespace detail {

void append_epoch_pieces(std::uint64_t first, std::span<const double> means, sim::Duration epoch,
                         std::vector<RatePiece>& out) {
  auto begin = static_cast<std::int64_t>(first) * epoch.ns();
  for (const double mean : means) {
    const std::int64_t end = begin + epoch.ns();
    if (mean > 0) out.push_back({begin, end, mean});
    begin = end;
  }
}

void check_grid(const EpochGrid& grid) {
  const std::int64_t epoch = grid.epoch.ns();
  if (epoch <= 0 || grid.count > static_cast<std::uint64_t>(kLongestRun.ns() / epoch)) {
    throw std::invalid_argument(
        "epochs of a load do not fit (each longer than 0, all together at most 200 years) — "
        "choose fewer or shorter epochs");
  }
}

}  // namespace detail

std::unique_ptr<LoadModel> LoadFamily::make(std::uint32_t tenant) const {
  return as_load(make_rows(tenant, 1));
}

std::span<const LoadEntry> load_registry() {
  return kLoads;
}

std::unique_ptr<LoadFamily> make_load_family(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t tenant_class) {
  detail::check_grid(grid);
  const LoadEntry& entry = generated_entry(options.kind);
  if (options.correlation == 0 && entry.make != nullptr) {
    return std::make_unique<IndependentLoads>(entry, options, grid, seed);
  }
  if (!(options.correlation >= 0 && options.correlation <= 1)) {
    throw std::invalid_argument("correlation " + std::to_string(options.correlation) +
                                " of a load (must be in [0, 1]) — give 0 for tenants that are "
                                "independent");
  }
  if (entry.family == nullptr) {
    throw std::invalid_argument("correlation of the load model '" + std::string(entry.name) +
                                "' (only slots and on_off have one) — give its tenants a common "
                                "phase or trace instead");
  }
  return entry.family(options, grid, seed, tenant_class);
}

std::unique_ptr<LoadModel> make_load_model(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t tenant) {
  return make_load_family(options, grid, seed, 0)->make(tenant);
}

std::unique_ptr<LoadModel> make_trace_load(const DemandTrace& trace, double scale,
                                           const EpochGrid& grid, sim::Duration shift) {
  detail::check_grid(grid);
  detail::check_trace(trace, scale, grid, shift);
  if (trace.interval.ns() > 0) return detail::make_series_load(trace, scale, grid, shift);
  return detail::make_jobs_load(trace, scale, grid, shift);
}

}  // namespace spindle::models

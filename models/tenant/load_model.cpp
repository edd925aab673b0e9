#include "models/tenant/load_model.hpp"

#include <array>
#include <stdexcept>

#include "models/tenant/interval_load.hpp"
#include "models/tenant/trace_load.hpp"

namespace spindle::models {
namespace {

constexpr std::array kLoads{
    LoadEntry{LoadKind::kConstant, "constant", "the mean rate all the time",
              detail::make_constant_load},
    LoadEntry{LoadKind::kSlots, "slots",
              "on, independently, in each whole slot with one probability",
              detail::make_slots_load},
    LoadEntry{LoadKind::kOnOff, "on_off", "alternating exponential on and off periods",
              detail::make_on_off_load},
    LoadEntry{LoadKind::kDailyWindow, "daily_window", "on for the same hours of every day",
              detail::make_daily_window_load},
    LoadEntry{LoadKind::kSeries, "series", "a rate series read from a file", nullptr},
    LoadEntry{LoadKind::kJobs, "jobs", "a job trace read from a file", nullptr},
    LoadEntry{LoadKind::kCascade, "cascade",
              "cut again and again by given shares, in an order drawn at random",
              detail::make_cascade_load},
    LoadEntry{LoadKind::kBModel, "b_model", "halved again and again into shares b and 1 - b",
              detail::make_cascade_load},
};

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

std::span<const LoadEntry> load_registry() {
  return kLoads;
}

std::unique_ptr<LoadModel> make_load_model(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t tenant) {
  detail::check_grid(grid);
  for (const LoadEntry& entry : kLoads) {
    if (entry.kind == options.kind && entry.make != nullptr) {
      return entry.make(options, grid, seed, tenant);
    }
  }
  throw std::invalid_argument("load needs a trace (series and jobs play a file) — read one first");
}

std::unique_ptr<LoadModel> make_trace_load(const DemandTrace& trace, double scale,
                                           const EpochGrid& grid) {
  detail::check_grid(grid);
  detail::check_trace(trace, scale, grid);
  if (trace.interval.ns() > 0) return detail::make_series_load(trace, scale, grid);
  return detail::make_jobs_load(trace, scale, grid);
}

}  // namespace spindle::models

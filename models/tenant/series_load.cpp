// A rate series: each sample's amount is spread evenly over its interval, and each epoch gets the
// share of the interval that overlaps it.

#include "models/tenant/trace_load.hpp"

namespace spindle::models::detail {
namespace {

struct SeriesShape {
  static void add(const Part& part, std::int64_t first_epoch, std::span<CompensatedSum> sums) {
    for_each_epoch(part.from, part.to, part.epoch,
                   [&](std::int64_t epoch, std::int64_t from, std::int64_t to) {
                     const double share =
                         static_cast<double>(to - from) / static_cast<double>(part.interval);
                     sums[static_cast<std::size_t>(epoch - first_epoch)].add(part.amount * share);
                   });
  }
};

}  // namespace

std::unique_ptr<LoadModel> make_series_load(const DemandTrace& trace, double scale,
                                            const EpochGrid& grid, sim::Duration shift) {
  return std::make_unique<TraceLoad<SeriesShape>>(trace, scale, grid, shift);
}

}  // namespace spindle::models::detail

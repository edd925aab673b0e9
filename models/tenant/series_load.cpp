// A rate series: each sample's amount is spread evenly over its interval, and each epoch gets the
// share of the interval that overlaps it.

#include "models/tenant/trace_load.hpp"

namespace spindle::models::detail {
namespace {

struct SeriesShape {
  static void add(const Part& part, std::int64_t first_epoch, std::span<CompensatedSum> sums) {
    std::int64_t from = part.from;
    std::int64_t epoch = from / part.epoch;
    while (from < part.to) {
      const std::int64_t stop = std::min((epoch + 1) * part.epoch, part.to);
      const double share = static_cast<double>(stop - from) / static_cast<double>(part.interval);
      sums[static_cast<std::size_t>(epoch - first_epoch)].add(part.amount * share);
      from = stop;
      ++epoch;
    }
  }
};

}  // namespace

std::unique_ptr<LoadModel> make_series_load(const DemandTrace& trace, double scale,
                                            const EpochGrid& grid, sim::Duration shift) {
  return std::make_unique<TraceLoad<SeriesShape>>(trace, scale, grid, shift);
}

}  // namespace spindle::models::detail

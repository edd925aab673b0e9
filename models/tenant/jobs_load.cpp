// A job trace: each job's whole amount falls on the epoch that holds its instant.

#include "models/tenant/trace_load.hpp"

namespace spindle::models::detail {
namespace {

struct JobsShape {
  static void add(const Part& part, std::int64_t first_epoch, std::span<CompensatedSum> sums) {
    sums[static_cast<std::size_t>(part.from / part.epoch - first_epoch)].add(part.amount);
  }
};

}  // namespace

std::unique_ptr<LoadModel> make_jobs_load(const DemandTrace& trace, double scale,
                                          const EpochGrid& grid, sim::Duration shift) {
  return std::make_unique<TraceLoad<JobsShape>>(trace, scale, grid, shift);
}

}  // namespace spindle::models::detail

#include "models/drive/depth_table.hpp"

#include <stdexcept>

namespace spindle::models {
namespace {

constexpr std::size_t kDepthCellsPerTurn = 64;

// 1, 2, 3, 4, 6, 8, 12, ...: half octaves, and the greatest itself.
std::vector<std::size_t> depths_up_to(std::size_t greatest) {
  std::vector<std::size_t> depths;
  for (std::size_t power = 1; power < greatest; power *= 2) {
    depths.push_back(power);
    if (power > 1 && power + power / 2 < greatest) depths.push_back(power + power / 2);
  }
  depths.push_back(greatest);
  return depths;
}

// Counts of service times by cells, once the first requests have left.
struct ServiceCount {
  double completion_s;
  double step_s;
  std::uint64_t to_skip;
  bool waits_for_sectors;  // before it seeks: part of what a request takes of the drive
  std::vector<double> cells{};
  sim::Instant before{};

  void operator()(const ServedRequest& served) {
    double service_s = served.seek_s + served.rotation_s + served.transfer_s + completion_s;
    // Without decoding the drive never rests.
    if (waits_for_sectors) service_s = (served.finish - before).to_seconds();
    before = served.finish;
    if (to_skip > 0) {
      --to_skip;
      return;
    }
    const auto cell = static_cast<std::size_t>(service_s / step_s);
    if (cell >= cells.size()) cells.resize(cell + 1);
    cells[cell] += 1;
  }
};

}  // namespace

DepthTable::DepthTable(const MechanicalDrive& drive, std::span<const RequestKind> mix,
                       const DepthTableOptions& options) {
  if (options.requests == 0) throw std::invalid_argument("a depth table needs requests");
  // Decoding hides behind the arm's work. Were it kept, a depth of n would leave n - 1 to choose
  // from, because the request that replaces a served one is not decoded yet.
  MechanicalSpec spec = drive.spec();
  spec.read_overhead_s = 0;
  spec.write_overhead_s = 0;
  const MechanicalDrive ready(std::move(spec));
  const RequestMix requests(ready, mix, options.sectors);
  for (const std::size_t depth : depths_up_to(options.depth)) {
    // A greedy scheduler leaves awkward requests behind: it takes many services per place until
    // they are as many as they will stay.
    const std::uint64_t settling = 20 * depth;
    MixedRequests source(requests, options.requests + settling, {0}, options.seed, depth);
    ServiceCount count{ready.spec().completion_s, ready.revolution_s() / kDepthCellsPerTurn,
                       settling, ready.spec().read_on != ReadOn::kNot};
    run_closed(ready, {options.scheduler, depth, options.patience}, source, count);
    services_.push_back({depth, CellDistribution(count.step_s, std::move(count.cells))});
  }
}

}  // namespace spindle::models

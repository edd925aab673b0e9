// Cells: the fleet is cut once into cells of about z drives, an equal part of them in every zone,
// and an extent draws its candidates from one cell. What one extent meets is small and known, at
// the price of cells that differ: between them the spread is that of one random choice.
//
// A cell takes its drives from the racks that have most left, so that an extent finds its racks
// there. Cells are drawn with probability proportional to capacity, among those that have room.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "models/placement/sampled_policy.hpp"
#include "models/placement/set_partition.hpp"
#include "models/purposes.hpp"

namespace spindle::models {
namespace {

std::uint32_t ceiling(std::uint32_t a, std::uint32_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

class CellPolicy final : public PlacementPolicy {
 public:
  CellPolicy(Chooser chooser, std::uint32_t drives_per_cell, const PolicyContext& context)
      : chooser_(chooser), sampler_(context) {
    const Topology& topology = context.topology;
    if (drives_per_cell < context.shards || drives_per_cell > topology.drives()) {
      throw std::invalid_argument(
          fmt::format("placement: a cell of {} drives (it holds the {} shards of an extent on "
                      "distinct drives, of {} in the fleet) — state a size between the two",
                      drives_per_cell, context.shards, topology.drives()));
    }
    cut(std::max(1U, static_cast<std::uint32_t>(
                         std::lround(static_cast<double>(topology.drives()) / drives_per_cell))),
        context);
    check_cells(drives_per_cell, context);
    weigh();
  }

  [[nodiscard]] std::unique_ptr<State> make_state() const override {
    return std::make_unique<Cells>(cells_);
  }

  bool place(const ExtentRequest& request, const FleetView& view, State& state,
             sim::RandomStream& random, std::span<std::uint32_t> out) const override {
    auto& mine = static_cast<Cells&>(state);
    while (!mine.open.empty()) {
      const std::uint32_t i = random.below(static_cast<std::uint32_t>(mine.open.size()));
      const std::uint32_t cell = mine.open[i];
      if (accept_[cell] < kAlways && random.next_u32() >= accept_[cell]) continue;
      if (sampler_.place(request, view, chooser_, mine.pools[cell], mine.scratch, random, out)) {
        return true;
      }
      mine.open[i] = mine.open.back();  // drives only fill: it has no room from now on
      mine.open.pop_back();
    }
    return false;
  }

 private:
  static constexpr std::uint64_t kAlways = std::uint64_t{1} << 32;

  struct Cells final : State {
    explicit Cells(const std::vector<std::vector<DrivePool>>& cells)
        : pools(cells), open(cells.size()) {
      std::iota(open.begin(), open.end(), 0U);
    }
    std::vector<std::vector<DrivePool>> pools;  // by cell and zone
    std::vector<std::uint32_t> open;            // cells not found full so far
    SpreadSampler::Scratch scratch;
  };

  // Every zone into as many parts, which differ by one drive at most.
  void cut(std::uint32_t count, const PolicyContext& context) {
    const Topology& topology = context.topology;
    sim::RandomStream random(context.seed, 0, purpose::kPlacementSets, 0);
    cells_.resize(count);
    for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
      const std::uint64_t drives = topology.drives_of_zone(zone).size();
      const auto largest = ceiling(static_cast<std::uint32_t>(drives), count);
      ZoneStock stock(topology, zone,
                      std::max(1U, ceiling(largest, topology.racks_of_zone(zone).size())), {},
                      random);
      for (std::uint64_t cell = 0; cell < count; ++cell) {
        const auto size =
            static_cast<std::uint32_t>((cell + 1) * drives / count - cell * drives / count);
        std::vector<std::uint32_t> part;
        stock.take(size, 0, random, part);
        std::sort(part.begin(), part.end());
        cells_[cell].emplace_back(std::move(part));
      }
    }
  }

  void check_cells(std::uint32_t drives_per_cell, const PolicyContext& context) const {
    std::vector<std::uint32_t> counts(context.topology.zones());
    for (const std::vector<DrivePool>& cell : cells_) {
      if (sampler_.can_hold(cell)) continue;
      throw std::invalid_argument(fmt::format(
          "placement: a cell of {} drives has no room for an extent's {} shards under "
          "the spread rule (it has {} in {} zones) — larger cells",
          drives_per_cell, context.shards,
          std::accumulate(
              cell.begin(), cell.end(), 0U,
              [](std::uint32_t sum, const DrivePool& pool) { return sum + pool.size(); }),
          context.topology.zones()));
    }
  }

  void weigh() {
    std::vector<double> bytes;
    for (const std::vector<DrivePool>& cell : cells_) {
      double sum = 0;
      for (const DrivePool& pool : cell) {
        for (std::uint32_t i = 0; i < pool.size(); ++i) {
          sum += sampler_.topology().capacity_of(pool[i]).to_double();
        }
      }
      bytes.push_back(sum);
    }
    const double largest = *std::max_element(bytes.begin(), bytes.end());
    for (const double of_cell : bytes) {
      accept_.push_back(static_cast<std::uint64_t>(std::ceil(of_cell / largest * 0x1p32)));
    }
  }

  Chooser chooser_;
  SpreadSampler sampler_;
  std::vector<std::vector<DrivePool>> cells_;  // by cell and zone
  std::vector<std::uint64_t> accept_;          // capacity / largest, in units of 2^-32
};

}  // namespace

std::unique_ptr<PlacementPolicy> make_sampled(const Chooser& chooser,
                                              const PlacementOptions& options,
                                              const PolicyContext& context) {
  if (options.cell > 0) return std::make_unique<CellPolicy>(chooser, options.cell, context);
  return std::make_unique<SampledPolicy>(chooser, context);
}

}  // namespace spindle::models

#include "models/zoom/tenant_courses.hpp"

#include <algorithm>

#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Epochs before the zoom are gone through so many at a time, tenants handed to threads likewise.
constexpr std::uint64_t kEpochs = 4096;
constexpr std::uint32_t kTenants = 64;

bool is_constant(std::span<const RatePiece> load, const EpochGrid& grid) {
  return load.empty() || (load.size() == 1 && load[0].end - load[0].begin == grid.epoch.ns());
}

// Over the epoch.
double mean_rate(std::span<const RatePiece> load, const EpochGrid& grid) {
  double sum = 0;
  for (const RatePiece& piece : load) {
    sum += piece.rate * static_cast<double>(piece.end - piece.begin);
  }
  return sum / static_cast<double>(grid.epoch.ns());
}

}  // namespace

TenantCourses::TenantCourses(const TenantPopulation& population, std::span<const ZoomPiece> zoom,
                             unsigned threads)
    : tenants_(population.tenants().size()) {
  sim::for_each_index(threads, (tenants_.size() + kTenants - 1) / kTenants, [&](std::size_t block) {
    const auto first = static_cast<std::uint32_t>(block * kTenants);
    const auto last =
        static_cast<std::uint32_t>(std::min<std::size_t>(first + kTenants, tenants_.size()));
    for (std::uint32_t tenant = first; tenant < last; ++tenant) draw(population, zoom, tenant);
  });
}

void TenantCourses::draw(const TenantPopulation& population, std::span<const ZoomPiece> zoom,
                         std::uint32_t tenant) {
  const EpochGrid& grid = population.grid();
  Courses& courses = tenants_[tenant];
  TenantDemand demand(population, tenant);
  const std::uint64_t first_epoch = zoom.front().epoch;
  std::vector<double> unused(2 * std::min(kEpochs, first_epoch));
  for (std::uint64_t epoch = 0; epoch < first_epoch; epoch += kEpochs) {
    const std::size_t count = std::min(kEpochs, first_epoch - epoch);
    demand.fill(epoch, std::span(unused).first(count), std::span(unused).subspan(count, count));
  }
  std::vector<RatePiece> sides[2];
  for (std::size_t number = 0; number < zoom.size(); ++number) {
    const ZoomPiece& piece = zoom[number];
    for (auto& side : sides) side.clear();
    demand.pieces(piece.epoch, 1, sides[0], sides[1]);
    for (std::size_t side = 0; side < 2; ++side) {
      if (is_constant(sides[side], grid)) continue;
      const double mean = mean_rate(sides[side], grid);
      const std::size_t first = courses.pieces.size();
      for (const RatePiece& part : sides[side]) {
        const std::int64_t begin = std::max(part.begin, piece.start.ns());
        const std::int64_t end = std::min(part.end, (piece.start + piece.length).ns());
        if (begin < end) courses.pieces.push_back({begin, end, part.rate / mean});
      }
      courses.varying.push_back({2 * number + side, first, courses.pieces.size()});
    }
  }
}

TenantCourse TenantCourses::of(std::uint32_t tenant, std::size_t piece, bool is_write) const {
  const Courses& courses = tenants_[tenant];
  const std::size_t key = 2 * piece + (is_write ? 1 : 0);
  const auto at =
      std::lower_bound(courses.varying.begin(), courses.varying.end(), key,
                       [](const Varying& row, std::size_t number) { return row.key < number; });
  if (at == courses.varying.end() || at->key != key) return {};
  return {false, std::span(courses.pieces).subspan(at->first, at->last - at->first)};
}

}  // namespace spindle::models

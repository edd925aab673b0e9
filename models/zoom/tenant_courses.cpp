#include "models/zoom/tenant_courses.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Epochs before the zoom are gone through so many at a time, tenants handed to threads likewise.
constexpr std::uint64_t kEpochs = 4096;
constexpr std::uint32_t kTenants = 64;

// The load of one side before what multiplies the class, in any unit; null where it has none.
std::unique_ptr<LoadModel> load_of(const TenantPopulation& population, std::uint32_t tenant,
                                   bool is_write) {
  const TenantClass& c = population.classes()[population.tenants()[tenant].tenant_class];
  if (!plays_trace(c)) {
    return population.loads(population.tenants()[tenant].tenant_class)->make(tenant);
  }
  const std::optional<DemandTrace>& trace = is_write ? c.write_trace : c.read_trace;
  if (!trace) return nullptr;
  return make_trace_load(*trace, 1, population.grid(),
                         trace_shift_of(c, population.seed(), tenant));
}

void skip(LoadModel& load, std::uint64_t epochs) {
  std::vector<double> unused(std::min(kEpochs, epochs));
  for (std::uint64_t epoch = 0; epoch < epochs; epoch += kEpochs) {
    load.fill(epoch, std::span(unused).first(std::min(kEpochs, epochs - epoch)));
  }
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
  const Tenant& row = population.tenants()[tenant];
  std::unique_ptr<LoadModel> loads[2];
  for (std::size_t side = 0; side < 2; ++side) {
    if ((side == 0 ? row.read_bytes_per_s : row.write_bytes_per_s) == 0) continue;
    loads[side] = load_of(population, tenant, side == 1);
    if (loads[side]) skip(*loads[side], zoom.front().epoch);
  }
  for (std::size_t number = 0; number < zoom.size(); ++number) {
    for (std::size_t side = 0; side < 2; ++side) {
      if (!loads[side]) continue;
      const DemandCourse& of_class = side == 0 ? population.read_course(row.tenant_class)
                                               : population.write_course(row.tenant_class);
      draw_piece(*loads[side], of_class, zoom[number], 2 * number + side, population.grid(),
                 tenants_[tenant]);
    }
  }
}

void TenantCourses::draw_piece(LoadModel& load, const DemandCourse& of_class,
                               const ZoomPiece& piece, std::size_t key, const EpochGrid& grid,
                               Courses& out) {
  std::vector<RatePiece> parts;
  load.pieces(piece.epoch, 1, parts);
  const bool is_whole = parts.size() == 1 && parts[0].end - parts[0].begin == grid.epoch.ns();
  if (parts.empty() || (is_whole && of_class.run_of(piece.epoch).is_constant)) return;
  double sum = 0;
  for (const RatePiece& part : parts) {
    sum += part.rate * of_class.mean(part.begin, part.end) *
           static_cast<double>(part.end - part.begin);
  }
  if (sum == 0) return;
  const double mean = sum / static_cast<double>(grid.epoch.ns());
  const std::size_t first = out.pieces.size();
  for (const RatePiece& part : parts) {
    const std::int64_t begin = std::max(part.begin, piece.start.ns());
    const std::int64_t end = std::min(part.end, (piece.start + piece.length).ns());
    if (begin < end) out.pieces.push_back({begin, end, part.rate / mean});
  }
  out.varying.push_back({key, first, out.pieces.size()});
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

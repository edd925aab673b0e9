#include "models/tenant/demand.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "models/purposes.hpp"
#include "models/tenant/interval_load.hpp"
#include "models/tenant/load_kernel.hpp"

namespace spindle::models {
namespace {

// Of reads that reach the fleet, while the cache is full.
double miss_ratio(const TenantClass& c) {
  return 1 - c.cache.hit_ratio;
}

void check(const TenantClass& c) {
  const std::string who = "tenant class '" + c.name + "': ";
  const bool has_trace = c.read_trace.has_value() || c.write_trace.has_value();
  if (plays_trace(c) != has_trace) {
    throw std::invalid_argument(who +
                                "load model and trace do not go together (series and jobs "
                                "play a trace, the others none) — give one of them");
  }
  const bool has_loop = !(c.read_trace && c.read_trace->loop.ns() == 0) &&
                        !(c.write_trace && c.write_trace->loop.ns() == 0);
  if (c.trace_shift_is_random && !(has_trace && has_loop)) {
    throw std::invalid_argument(who +
                                "random shift of a trace that is not repeated (it is drawn over "
                                "the loop) — give the trace a loop");
  }
  for (const double rate : {c.read_bytes_per_s, c.write_bytes_per_s}) {
    if (!(std::isfinite(rate) && rate >= 0)) {
      throw std::invalid_argument(who + "demand is not a number >= 0 — give bytes per time");
    }
  }
  const bool has_demand = has_trace || c.read_bytes_per_s > 0 || c.write_bytes_per_s > 0;
  if (has_demand && c.object_size.value == 0) {
    throw std::invalid_argument(who +
                                "object size is 0 (demand in requests has no meaning) — "
                                "give it, e.g. 1 MB");
  }
}

// Of the pieces from the first one on; a side that asks nothing has none.
void scale(std::vector<RatePiece>& pieces, std::size_t first, double factor) {
  if (factor == 0) pieces.resize(first);
  for (std::size_t i = first; i < pieces.size(); ++i) pieces[i].rate *= factor;
}

// Mean over the run of what the trace asks for, in amounts per second.
double mean_rate(const std::optional<DemandTrace>& trace, double scale, const EpochGrid& grid,
                 sim::Duration shift) {
  if (!trace || grid.count == 0) return 0;
  const EpochGrid whole{static_cast<std::int64_t>(grid.count) * grid.epoch, 1};
  double rate = 0;
  make_trace_load(*trace, scale, whole, shift)->fill(0, std::span(&rate, 1));
  return rate;
}

std::uint64_t count_extents(const std::vector<TenantClass>& classes, Bytes extent) {
  if (extent.value == 0) throw std::invalid_argument("extent size is 0 — give e.g. 1 GB");
  double bytes = 0;
  for (const TenantClass& c : classes) bytes += c.data.to_double();
  const double extents = std::floor(bytes / extent.to_double() + 0.5);
  constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
  if (extents > kMost) {
    throw std::invalid_argument(
        "data of all tenants fill more than 2^32 - 1 extents — choose a "
        "larger extent");
  }
  return static_cast<std::uint64_t>(extents);
}

// The side's loads of a class that plays a trace, in bytes per second; null where it has none.
std::unique_ptr<LoadRows> trace_rows(const TenantPopulation& population, const TenantClass& c,
                                     const std::optional<DemandTrace>& trace, double share,
                                     std::uint32_t first_tenant, std::uint32_t last_tenant) {
  if (!trace) return nullptr;
  std::vector<std::unique_ptr<LoadModel>> loads;
  for (std::uint32_t tenant = first_tenant; tenant < last_tenant; ++tenant) {
    loads.push_back(make_trace_load(*trace, c.trace_scale / c.count * share, population.grid(),
                                    trace_shift_of(c, population.seed(), tenant)));
  }
  return as_rows(std::move(loads));
}

}  // namespace

std::uint64_t objects_of(const Tenant& tenant, const TenantClass& of) {
  if (of.popularity.objects > 0) return of.popularity.objects;
  return std::max<std::uint64_t>(
      1, tenant.data.value / std::max<std::uint64_t>(1, of.object_size.value));
}

bool is_one_course(const TenantClass& of) {
  return !plays_trace(of) && of.cache.flushes.empty();
}

sim::Duration trace_shift_of(const TenantClass& c, sim::Seed seed, std::uint32_t tenant) {
  if (!c.trace_shift_is_random) return c.trace_shift;
  const DemandTrace& trace = c.read_trace ? *c.read_trace : *c.write_trace;
  sim::RandomStream stream(seed, 0, purpose::kTenantPhase, tenant);
  return sim::Duration::nanoseconds(
      static_cast<std::int64_t>(stream.uniform() * static_cast<double>(trace.loop.ns())));
}

TenantPopulation::TenantPopulation(std::vector<TenantClass> classes, Bytes extent, sim::Seed seed,
                                   const EpochGrid& grid)
    : classes_(std::move(classes)), extent_(extent), seed_(seed), grid_(grid) {
  detail::check_grid(grid_);
  std::vector<double> shares;
  for (std::size_t index = 0; index < classes_.size(); ++index) {
    const TenantClass& c = classes_[index];
    check(c);
    read_courses_.emplace_back(c.events, c.cache, grid_);
    write_courses_.emplace_back(c.events, CacheOptions{}, grid_);
    loads_.push_back(
        plays_trace(c) ? nullptr
                       : make_load_family(c.load, grid_, seed_, static_cast<std::uint32_t>(index)));
    const auto first = static_cast<std::uint32_t>(tenants_.size());
    if (c.count > std::numeric_limits<std::uint32_t>::max() - first) {
      throw std::invalid_argument("more than 2^32 - 1 tenants — model fewer, larger ones");
    }
    Tenant tenant;
    tenant.tenant_class = static_cast<std::uint32_t>(index);
    tenant.bytes_per_read = request_size(c, false).mean_bytes;
    tenant.bytes_per_write = request_size(c, true).mean_bytes;
    tenants_.resize(tenants_.size() + c.count, tenant);
    for (const double size : draw_sizes(c.size, c.count, seed_, first)) {
      shares.push_back(size * c.data.to_double());
    }
  }
  if (tenants_.empty()) throw std::invalid_argument("no tenants — give at least one class");
  place_extents(shares);
  share_demand();
}

void TenantPopulation::place_extents(const std::vector<double>& shares) {
  extents_ = count_extents(classes_, extent_);
  if (extents_ < tenants_.size()) {
    throw std::invalid_argument(
        std::to_string(extents_) + " extents for " + std::to_string(tenants_.size()) +
        " tenants (each needs one to bear its demand) — choose a smaller extent or fewer tenants");
  }
  const std::vector<std::uint32_t> extents = apportion(shares, extents_);
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < tenants_.size(); ++i) {
    tenants_[i].extents = extents[i];
    tenants_[i].first_extent = next;
    tenants_[i].data = extents[i] * extent_;
    next += extents[i];
  }
}

void TenantPopulation::share_demand() {
  auto tenant = tenants_.begin();
  for (const TenantClass& c : classes_) {
    const auto end = tenant + c.count;
    if (plays_trace(c)) {
      const double scale = c.trace_scale / c.count;
      for (const auto first = tenant; tenant != end; ++tenant) {
        if (tenant != first && !c.trace_shift_is_random) {
          tenant->read_bytes_per_s = first->read_bytes_per_s;
          tenant->write_bytes_per_s = first->write_bytes_per_s;
          continue;
        }
        const auto number = static_cast<std::uint32_t>(tenant - tenants_.begin());
        const sim::Duration shift = trace_shift_of(c, seed_, number);
        tenant->read_bytes_per_s = mean_rate(c.read_trace, scale * miss_ratio(c), grid_, shift);
        tenant->write_bytes_per_s = mean_rate(c.write_trace, scale, grid_, shift);
      }
      continue;
    }
    std::uint64_t extents = 0;
    for (auto it = tenant; it != end; ++it) extents += it->extents;
    for (; tenant != end; ++tenant) {
      const double share = static_cast<double>(tenant->extents) / static_cast<double>(extents);
      tenant->read_bytes_per_s = c.read_bytes_per_s * share * miss_ratio(c);
      tenant->write_bytes_per_s = c.write_bytes_per_s * share;
    }
  }
}

DemandStream::DemandStream(const TenantPopulation& population)
    : DemandStream(population, 0, static_cast<std::uint32_t>(population.tenants().size())) {}

DemandStream::DemandStream(const TenantPopulation& population, std::uint32_t first_tenant,
                           std::uint32_t last_tenant)
    : first_tenant_(first_tenant) {
  const std::vector<Tenant>& tenants = population.tenants();
  reads_per_s_.reserve(last_tenant - first_tenant);
  writes_per_s_.reserve(last_tenant - first_tenant);
  for (std::uint32_t first = first_tenant; first < last_tenant;) {
    const std::uint32_t tenant_class = tenants[first].tenant_class;
    std::uint32_t last = first + 1;
    while (last < last_tenant && tenants[last].tenant_class == tenant_class) ++last;
    add_group(population, tenant_class, first, last);
    first = last;
  }
}

void DemandStream::add_group(const TenantPopulation& population, std::uint32_t tenant_class,
                             std::uint32_t first_tenant, std::uint32_t last_tenant) {
  const TenantClass& c = population.classes()[tenant_class];
  for (std::uint32_t i = first_tenant; i < last_tenant; ++i) {
    // The load of a trace is in bytes per second, any other is a multiple of the tenant's mean.
    const Tenant& tenant = population.tenants()[i];
    const auto per_byte = [](double bytes) { return bytes > 0 ? 1 / bytes : 0; };
    const double reads_per_byte = per_byte(tenant.bytes_per_read);
    const double writes_per_byte = per_byte(tenant.bytes_per_write);
    const bool is_trace = plays_trace(c);
    reads_per_s_.push_back(is_trace ? (c.read_trace ? reads_per_byte : 0)
                                    : tenant.read_bytes_per_s * reads_per_byte);
    writes_per_s_.push_back(is_trace ? (c.write_trace ? writes_per_byte : 0)
                                     : tenant.write_bytes_per_s * writes_per_byte);
  }
  const auto times = [&](std::unique_ptr<LoadRows> rows, const DemandCourse& course) {
    if (rows == nullptr || course.is_one()) return rows;
    return make_course_rows(std::move(rows), course, population.grid());
  };
  const auto rows_of = [&](const std::optional<DemandTrace>& trace, double share) {
    if (plays_trace(c)) return trace_rows(population, c, trace, share, first_tenant, last_tenant);
    return population.loads(tenant_class)->make_rows(first_tenant, last_tenant - first_tenant);
  };
  Group group{first_tenant, last_tenant, nullptr, nullptr};
  group.reads = times(rows_of(c.read_trace, miss_ratio(c)), population.read_course(tenant_class));
  // The same draws once more, where only reads surge.
  if (!is_one_course(c)) {
    group.writes = times(rows_of(c.write_trace, 1), population.write_course(tenant_class));
  }
  groups_.push_back(std::move(group));
}

DemandStream::Group& DemandStream::group_of(std::uint32_t tenant) {
  return *std::upper_bound(
      groups_.begin(), groups_.end(), tenant,
      [](std::uint32_t number, const Group& group) { return number < group.last_tenant; });
}

void DemandStream::fill_block(Group& group, const RowWindow& window, std::size_t stride,
                              double* reads, double* writes) {
  LoadBlock block;
  const std::size_t first = group.first_tenant - first_tenant_ + window.first_row;
  const auto write = [&](const std::vector<double>& per_s, double* out) {
    detail::write_scaled(block, std::span(per_s).subspan(first, window.rows), window.epochs, stride,
                         out);
  };
  const auto write_none = [&](double* out) {
    for (std::size_t i = 0; i < window.rows; ++i) std::fill_n(out + i * stride, window.epochs, 0.0);
  };
  if (group.reads != nullptr) {
    group.reads->fill(window, block);
    write(reads_per_s_, reads);
  } else {
    write_none(reads);
  }
  if (group.writes != nullptr) group.writes->fill(window, block);
  if (group.reads != nullptr || group.writes != nullptr) {
    write(writes_per_s_, writes);
  } else {
    write_none(writes);
  }
}

void DemandStream::fill(std::uint32_t first_tenant, std::uint32_t last_tenant,
                        std::uint64_t first_epoch, std::size_t epochs, std::span<double> reads,
                        std::span<double> writes) {
  fill_rows(first_tenant, last_tenant, first_epoch, epochs, epochs, reads, writes);
}

void DemandStream::fill_rows(std::uint32_t first_tenant, std::uint32_t last_tenant,
                             std::uint64_t first_epoch, std::size_t epochs, std::size_t stride,
                             std::span<double> reads, std::span<double> writes) {
  if (first_tenant < first_tenant_ || first_tenant > last_tenant ||
      last_tenant - first_tenant_ > reads_per_s_.size() || epochs > stride ||
      reads.size() != (last_tenant - first_tenant) * stride || writes.size() != reads.size()) {
    throw std::invalid_argument("demand window: arrays do not hold [tenant][epoch] of the range");
  }
  for (std::uint32_t tenant = first_tenant; tenant < last_tenant;) {
    Group& group = group_of(tenant);
    const std::size_t rows =
        std::min<std::size_t>(LoadBlock::kRows, std::min(last_tenant, group.last_tenant) - tenant);
    for (std::size_t done = 0; done < epochs;) {
      const std::size_t count = std::min(LoadBlock::kEpochs, epochs - done);
      const std::size_t at = (tenant - first_tenant) * stride + done;
      fill_block(group, {tenant - group.first_tenant, rows, first_epoch + done, count}, stride,
                 reads.data() + at, writes.data() + at);
      done += count;
    }
    tenant += static_cast<std::uint32_t>(rows);
  }
}

void DemandStream::pieces(std::uint32_t tenant, std::uint64_t first_epoch, std::size_t epochs,
                          std::vector<RatePiece>& reads, std::vector<RatePiece>& writes) {
  Group& group = group_of(tenant);
  const std::size_t row = tenant - group.first_tenant;
  const std::size_t first_read = reads.size();
  const std::size_t first_write = writes.size();
  if (group.reads != nullptr) group.reads->pieces(row, first_epoch, epochs, reads);
  if (group.writes != nullptr) {
    group.writes->pieces(row, first_epoch, epochs, writes);
  } else {
    writes.insert(writes.end(), reads.begin() + static_cast<std::ptrdiff_t>(first_read),
                  reads.end());
  }
  scale(reads, first_read, reads_per_s_[tenant - first_tenant_]);
  scale(writes, first_write, writes_per_s_[tenant - first_tenant_]);
}

}  // namespace spindle::models

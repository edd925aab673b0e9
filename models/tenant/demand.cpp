#include "models/tenant/demand.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "models/tenant/interval_load.hpp"

namespace spindle::models {
namespace {

bool plays_trace(const TenantClass& c) {
  return c.load.kind == LoadKind::kSeries || c.load.kind == LoadKind::kJobs;
}

void check(const TenantClass& c) {
  const std::string who = "tenant class '" + c.name + "': ";
  const bool has_trace = c.read_trace.has_value() || c.write_trace.has_value();
  if (plays_trace(c) != has_trace) {
    throw std::invalid_argument(who +
                                "load model and trace do not go together (series and jobs "
                                "play a trace, the others none) — give one of them");
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

// Mean over the run of what the trace asks for, in amounts per second.
double mean_rate(const std::optional<DemandTrace>& trace, double scale, const EpochGrid& grid) {
  if (!trace || grid.count == 0) return 0;
  const EpochGrid whole{static_cast<std::int64_t>(grid.count) * grid.epoch, 1};
  double rate = 0;
  make_trace_load(*trace, scale, whole)->fill(0, std::span(&rate, 1));
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

}  // namespace

TenantPopulation::TenantPopulation(std::vector<TenantClass> classes, Bytes extent, sim::Seed seed,
                                   const EpochGrid& grid)
    : classes_(std::move(classes)), extent_(extent), seed_(seed), grid_(grid) {
  detail::check_grid(grid_);
  std::vector<double> shares;
  for (std::size_t index = 0; index < classes_.size(); ++index) {
    const TenantClass& c = classes_[index];
    check(c);
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
      const double reads = mean_rate(c.read_trace, scale, grid_);
      const double writes = mean_rate(c.write_trace, scale, grid_);
      for (; tenant != end; ++tenant) {
        tenant->read_bytes_per_s = reads;
        tenant->write_bytes_per_s = writes;
      }
      continue;
    }
    std::uint64_t extents = 0;
    for (auto it = tenant; it != end; ++it) extents += it->extents;
    for (; tenant != end; ++tenant) {
      const double share = static_cast<double>(tenant->extents) / static_cast<double>(extents);
      tenant->read_bytes_per_s = c.read_bytes_per_s * share;
      tenant->write_bytes_per_s = c.write_bytes_per_s * share;
    }
  }
}

DemandStream::DemandStream(const TenantPopulation& population) {
  const std::vector<Tenant>& tenants = population.tenants();
  generators_.resize(tenants.size());
  for (std::uint32_t i = 0; i < tenants.size(); ++i) {
    const TenantClass& c = population.classes()[tenants[i].tenant_class];
    const auto per_byte = [](double bytes) { return bytes > 0 ? 1 / bytes : 0; };
    const double reads_per_byte = per_byte(tenants[i].bytes_per_read);
    const double writes_per_byte = per_byte(tenants[i].bytes_per_write);
    Generator& generator = generators_[i];
    if (plays_trace(c)) {
      // A side without a trace stays at 0 by its rate; its shape is never asked for.
      const double scale = c.trace_scale / c.count;
      if (c.read_trace) {
        generator.read_shape = make_trace_load(*c.read_trace, scale, population.grid());
        generator.reads_per_s = reads_per_byte;
      }
      if (c.write_trace) {
        generator.write_shape = make_trace_load(*c.write_trace, scale, population.grid());
        generator.writes_per_s = writes_per_byte;
      }
      continue;
    }
    generator.read_shape = make_load_model(c.load, population.grid(), population.seed(), i);
    generator.reads_per_s = tenants[i].read_bytes_per_s * reads_per_byte;
    generator.writes_per_s = tenants[i].write_bytes_per_s * writes_per_byte;
  }
}

void DemandStream::fill(std::uint32_t first_tenant, std::uint32_t last_tenant,
                        std::uint64_t first_epoch, std::size_t epochs, std::span<double> reads,
                        std::span<double> writes) {
  if (first_tenant > last_tenant || last_tenant > generators_.size() ||
      reads.size() != (last_tenant - first_tenant) * epochs || writes.size() != reads.size()) {
    throw std::invalid_argument("demand window: arrays do not hold [tenant][epoch] of the range");
  }
  for (std::uint32_t tenant = first_tenant; tenant < last_tenant; ++tenant) {
    Generator& generator = generators_[tenant];
    const std::size_t row = (tenant - first_tenant) * epochs;
    const std::span<double> read = reads.subspan(row, epochs);
    const std::span<double> write = writes.subspan(row, epochs);
    if (generator.read_shape) {
      generator.read_shape->fill(first_epoch, read);
    } else {
      std::fill(read.begin(), read.end(), 0.0);
    }
    if (generator.write_shape) {
      generator.write_shape->fill(first_epoch, write);
    } else {
      std::copy(read.begin(), read.end(), write.begin());
    }
    for (double& value : read) value *= generator.reads_per_s;
    for (double& value : write) value *= generator.writes_per_s;
  }
}

}  // namespace spindle::models

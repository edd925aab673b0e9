#include "models/mechanical/request_processes.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "models/purposes.hpp"

namespace spindle::models {

RequestProcesses::RequestProcesses(const RequestWorld& world, std::uint16_t group,
                                   std::uint32_t first_tenant, std::uint32_t last_tenant)
    : world_(world),
      group_(group),
      first_tenant_(first_tenant),
      open_(std::max(world.read_parts, world.placement.shards_per_extent)) {
  const sim::Seed seed = world.population.seed();
  for (std::uint32_t tenant = first_tenant; tenant < last_tenant; ++tenant) {
    for (const bool is_write : {false, true}) {
      const Tenant& row = world.population.tenants()[tenant];
      // A side that never asks needs no state; the others' streams do not depend on it.
      if ((is_write ? row.write_bytes_per_s : row.read_bytes_per_s) <= 0) continue;
      const std::uint64_t entity = std::uint64_t{tenant} * 2 + (is_write ? 1 : 0);
      processes_.push_back({.when = PoissonProcess({seed, 0, purpose::kRequestArrival, entity}),
                            .what = {seed, 0, purpose::kRequestTarget, entity},
                            .extents = extents_of(row),
                            .tenant = tenant,
                            .is_write = is_write});
    }
  }
}

std::optional<sim::Discrete> RequestProcesses::extents_of(const Tenant& tenant) const {
  const PopularityOptions& popularity = world_.population.classes()[tenant.tenant_class].popularity;
  if (popularity.kind == PopularityKind::kUniform) return std::nullopt;
  const auto weights = world_.heat_weight.subspan(tenant.first_extent, tenant.extents);
  return sim::Discrete(std::vector<double>(weights.begin(), weights.end()));
}

void RequestProcesses::begin_epoch(sim::Instant start, sim::Duration length,
                                   std::span<const double> reads, std::span<const double> writes) {
  epoch_start_ = start;
  epoch_length_ = length;
  for (Process& process : processes_) {
    const std::size_t row = process.tenant - first_tenant_;
    process.when.begin_epoch(process.is_write ? writes[row] : reads[row]);
  }
}

std::span<const RequestPart> RequestProcesses::draw_until(sim::Instant end) {
  parts_.clear();
  const double length_s = epoch_length_.to_seconds();
  const sim::Instant last = epoch_start_ + (epoch_length_ - sim::Duration::nanoseconds(1));
  for (Process& process : processes_) {
    while (process.when.comes_within(length_s)) {
      const sim::Instant arrival = process.when.next(epoch_start_, last);
      if (arrival >= end) break;
      add_request(process, arrival);
      process.when.pop();
    }
  }
  return parts_;
}

void RequestProcesses::end_epoch() {
  const double length_s = epoch_length_.to_seconds();
  for (Process& process : processes_) process.when.end_epoch(length_s);
}

void RequestProcesses::add_request(Process& process, sim::Instant arrival) {
  const Tenant& tenant = world_.population.tenants()[process.tenant];
  const std::uint32_t number =
      process.extents ? process.extents->draw(process.what) : process.what.below(tenant.extents);
  const auto extent = static_cast<std::uint32_t>(tenant.first_extent) + number;
  const std::span<const std::uint32_t> drives = world_.placement.drives_of(extent);
  const auto n = static_cast<std::uint32_t>(drives.size());
  const std::uint32_t parts = process.is_write ? n : world_.read_parts;
  std::array<std::uint8_t, kMaxShards> order;
  std::iota(order.begin(), order.begin() + n, std::uint8_t{0});
  const std::size_t stratum =
      world_.places.draw_stratum(tenant.tenant_class, process.is_write, process.what);
  const bool is_placed = drives.front() != PlacementResult::kNoDrive;
  const std::uint32_t slot = is_placed ? open_.add({.arrival = arrival,
                                                    .tenant_class = tenant.tenant_class,
                                                    .is_write = process.is_write,
                                                    .parts = static_cast<std::uint8_t>(parts),
                                                    .needed = static_cast<std::uint8_t>(
                                                        process.is_write ? n : world_.read_needed)})
                                       : 0;
  for (std::uint32_t i = 0; i < parts; ++i) {
    // The draws of an extent that lies nowhere are made too: later requests stay as they are.
    if (parts < n) std::swap(order[i], order[i + process.what.below(n - i)]);
    const std::uint64_t where = process.what.next_u64();
    if (!is_placed) continue;
    const std::uint32_t drive = drives[order[i]];
    const RequestPlaces& places = world_.places.at(tenant.tenant_class, process.is_write, stratum,
                                                   world_.model_of_drive[drive]);
    parts_.push_back({.arrival = arrival,
                      .sector = sim::scaled(where, places.places) * places.step,
                      .sectors = static_cast<std::uint32_t>(places.sectors),
                      .drive = drive,
                      .request = slot,
                      .group = group_,
                      .is_write = process.is_write});
  }
  if (!is_placed) open_.add_without_place();
}

}  // namespace spindle::models

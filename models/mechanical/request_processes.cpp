#include "models/mechanical/request_processes.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kNoTenant = 0xffffffffU;

}  // namespace

RequestProcesses::RequestProcesses(const RequestWorld& world, std::uint16_t group,
                                   std::uint32_t first_tenant, std::uint32_t last_tenant)
    : world_(world),
      group_(group),
      open_(std::max(world.read_parts, world.placement.shards_per_extent)) {
  const sim::Seed seed = world.population.seed();
  const sim::RandomBatch arrivals(seed, 0, purpose::kRequestArrival);
  for (std::uint32_t tenant = first_tenant; tenant < last_tenant; ++tenant) {
    for (const bool is_write : {false, true}) {
      const Tenant& row = world.population.tenants()[tenant];
      // A side that never asks needs no state; the others' streams do not depend on it.
      if ((is_write ? row.write_bytes_per_s : row.read_bytes_per_s) <= 0) continue;
      const std::uint64_t entity = std::uint64_t{tenant} * 2 + (is_write ? 1 : 0);
      processes_.push_back({.when = {arrivals, entity, world.population.grid().epoch,
                                     world.population.classes()[row.tenant_class].arrivals},
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

void RequestProcesses::begin_epoch(std::uint64_t epoch, DemandStream& demand) {
  epoch_start_ = sim::Instant() + static_cast<std::int64_t>(epoch) * world_.population.grid().epoch;
  pieces_.clear();
  std::uint32_t tenant = kNoTenant;
  for (Process& process : processes_) {
    if (process.tenant != tenant) {
      tenant = process.tenant;
      reads_.clear();
      writes_.clear();
      demand.pieces(tenant, epoch, 1, reads_, writes_);
    }
    const std::vector<RatePiece>& side = process.is_write ? writes_ : reads_;
    process.first_piece = pieces_.size();
    pieces_.insert(pieces_.end(), side.begin(), side.end());
    process.last_piece = pieces_.size();
  }
  for (Process& process : processes_) {
    const std::span<const RatePiece> all(pieces_);
    process.when.begin(all.subspan(process.first_piece, process.last_piece - process.first_piece),
                       1);
  }
}

void RequestProcesses::add_expected_parts(std::span<double> slices) const {
  const double length =
      world_.population.grid().epoch.to_seconds() / static_cast<double>(slices.size());
  for (const Process& process : processes_) {
    const double parts = process.is_write ? world_.placement.shards_per_extent : world_.read_parts;
    for (std::size_t i = process.first_piece; i < process.last_piece; ++i) {
      const auto at = [&](std::int64_t ns) {
        return (sim::Instant::from_ns(ns) - epoch_start_).to_seconds() / length;
      };
      const double begin = at(pieces_[i].begin);
      const double end = at(pieces_[i].end);
      const double parts_per_slice = pieces_[i].rate * parts * length;
      for (auto slice = static_cast<std::size_t>(begin); slice < slices.size(); ++slice) {
        const auto from = static_cast<double>(slice);
        if (from >= end) break;
        slices[slice] += parts_per_slice * (std::min(end, from + 1) - std::max(begin, from));
      }
    }
  }
}

std::span<const RequestPart> RequestProcesses::draw_until(sim::Instant end) {
  parts_.clear();
  for (Process& process : processes_) {
    arrivals_.clear();
    process.when.append_until(end, arrivals_);
    for (const sim::Instant arrival : arrivals_) add_request(process, arrival);
  }
  return parts_;
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

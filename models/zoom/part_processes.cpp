#include "models/zoom/part_processes.hpp"

#include <utility>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

// The rates of a load over the zoom: `within` where it has any of the piece, else the piece's mean.
std::vector<RatePiece> rates_of(std::span<const ZoomPiece> zoom, const std::vector<double>& means,
                                const std::vector<RatePiece>& within) {
  std::vector<RatePiece> rates;
  auto at = within.begin();
  for (std::size_t i = 0; i < zoom.size(); ++i) {
    const std::int64_t begin = zoom[i].start.ns();
    const std::int64_t end = begin + zoom[i].length.ns();
    const auto first = at;
    while (at != within.end() && at->begin < end) ++at;
    if (first != at) {
      rates.insert(rates.end(), first, at);
    } else if (means[i] > 0) {
      rates.push_back({begin, end, means[i]});
    }
  }
  return rates;
}

}  // namespace

PartProcesses::PartProcesses(const ZoomWorld& world, std::span<const ZoomPiece> zoom,
                             std::span<const DriveLoad> loads)
    : places_(world.places), drives_(static_cast<std::uint32_t>(loads.size())) {
  for (std::uint32_t i = 0; i < drives_; ++i) add_drive(world, zoom, loads[i], i);
  for (Process& process : processes_) process.when.begin(process.rates, 1);
}

void PartProcesses::add_drive(const ZoomWorld& world, std::span<const ZoomPiece> zoom,
                              const DriveLoad& load, std::uint32_t number) {
  const std::uint32_t model = world.topology.model_of_rack(world.topology.rack_of(load.drive));
  const sim::RandomBatch arrivals(world.seed, 0, purpose::kZoomArrival);
  for (const ClassLoad& row : load.classes) {
    for (const bool is_write : {false, true}) {
      std::vector<RatePiece> rates = is_write ? rates_of(zoom, row.write_parts, row.writes_within)
                                              : rates_of(zoom, row.read_parts, row.reads_within);
      // A side that never asks needs no state; the others' streams do not depend on it.
      if (rates.empty()) continue;
      const std::uint64_t kind =
          std::uint64_t{world.topology.slot_of(load.drive)} * world.classes + row.tenant_class;
      const std::uint64_t entity = kind * 2 + (is_write ? 1 : 0);
      processes_.push_back({.when = {arrivals, entity, world.epoch},
                            .where = {world.seed, 0, purpose::kZoomPlace, entity},
                            .drive = number,
                            .tenant_class = row.tenant_class,
                            .is_write = is_write,
                            .model = model,
                            .rates = std::move(rates)});
    }
  }
}

void PartProcesses::draw_until(sim::Instant end, std::vector<ArrivedPart>& parts,
                               std::vector<std::uint32_t>& ends) {
  auto process = processes_.begin();
  for (std::uint32_t drive = 0; drive < drives_; ++drive) {
    for (; process != processes_.end() && process->drive == drive; ++process) {
      arrivals_.clear();
      process->when.append_until(end, arrivals_);
      for (const sim::Instant arrival : arrivals_) {
        const std::size_t stratum =
            places_.draw_stratum(process->tenant_class, process->is_write, process->where);
        const RequestPlaces& places =
            places_.at(process->tenant_class, process->is_write, stratum, process->model);
        parts.push_back(
            {{.arrival = arrival,
              .sector = sim::scaled(process->where.next_u64(), places.places) * places.step,
              .sectors = static_cast<std::uint32_t>(places.sectors),
              .drive = drive,
              .is_write = process->is_write},
             process->tenant_class});
      }
    }
    ends.push_back(static_cast<std::uint32_t>(parts.size()));
  }
}

}  // namespace spindle::models

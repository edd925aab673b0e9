#include "models/zoom/part_processes.hpp"

#include <algorithm>

#include "models/purposes.hpp"

namespace spindle::models {

PartProcesses::PartProcesses(const ZoomWorld& world, std::span<const DriveLoad> loads)
    : places_(world.places), drives_(static_cast<std::uint32_t>(loads.size())) {
  for (std::uint32_t i = 0; i < drives_; ++i) add_drive(world, loads[i], i);
}

void PartProcesses::add_drive(const ZoomWorld& world, const DriveLoad& load, std::uint32_t number) {
  const std::uint32_t model = world.topology.model_of_rack(world.topology.rack_of(load.drive));
  for (const ClassLoad& row : load.classes) {
    for (const bool is_write : {false, true}) {
      const std::vector<double>& rates = is_write ? row.write_parts : row.read_parts;
      // A side that never asks needs no state; the others' streams do not depend on it.
      if (std::all_of(rates.begin(), rates.end(), [](double rate) { return rate == 0; })) continue;
      const std::uint64_t kind =
          std::uint64_t{world.topology.slot_of(load.drive)} * world.classes + row.tenant_class;
      const std::uint64_t entity = kind * 2 + (is_write ? 1 : 0);
      processes_.push_back({.when = PoissonProcess({world.seed, 0, purpose::kZoomArrival, entity}),
                            .where = {world.seed, 0, purpose::kZoomPlace, entity},
                            .drive = number,
                            .tenant_class = row.tenant_class,
                            .is_write = is_write,
                            .rates = &rates,
                            .model = model});
    }
  }
}

void PartProcesses::begin_piece(const ZoomPiece& piece, std::size_t number) {
  piece_ = piece;
  for (Process& process : processes_) process.when.begin_epoch((*process.rates)[number]);
}

void PartProcesses::draw_until(sim::Instant end, std::vector<ArrivedPart>& parts,
                               std::vector<std::uint32_t>& ends) {
  const double length_s = piece_.length.to_seconds();
  const sim::Instant last = piece_.start + (piece_.length - sim::Duration::nanoseconds(1));
  auto process = processes_.begin();
  for (std::uint32_t drive = 0; drive < drives_; ++drive) {
    for (; process != processes_.end() && process->drive == drive; ++process) {
      while (process->when.comes_within(length_s)) {
        const sim::Instant arrival = process->when.next(piece_.start, last);
        if (arrival >= end) break;
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
        process->when.pop();
      }
    }
    ends.push_back(static_cast<std::uint32_t>(parts.size()));
  }
}

void PartProcesses::end_piece() {
  const double length_s = piece_.length.to_seconds();
  for (Process& process : processes_) process.when.end_epoch(length_s);
}

}  // namespace spindle::models

#pragma once
// Parts of requests that arrive at chosen drives of a flow run: one Poisson process for each drive,
// class of tenants and side, at the rate that the flow run gave it in each epoch. Together they
// are what an independent choice of shards by many tenants makes of the drive's arrivals.
//
// A part begins where models/mechanical/request_processes.hpp lets it begin. Streams are keyed by
// the drive's slot, class and side: a drive's parts depend on its load alone. Cost: about 30 ns a
// part.

#include <cstdint>
#include <span>
#include <vector>

#include "models/mechanical/drive_block.hpp"
#include "models/mechanical/place_table.hpp"
#include "models/mechanical/poisson_process.hpp"
#include "models/zoom/drive_loads.hpp"
#include "models/zoom/zoom_window.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

// What all processes of a zoom share.
struct ZoomWorld {
  const Topology& topology;
  PlaceTable places;
  std::uint32_t classes = 1;
  sim::Seed seed;
};

struct ArrivedPart {
  RequestPart part;  // its `request` and `group` are not set; `drive` counts from the first load
  std::uint32_t tenant_class = 0;
};

class PartProcesses {
 public:
  // Both must outlive it.
  PartProcesses(const ZoomWorld& world, std::span<const DriveLoad> loads);

  // Pieces follow each other; windows lie within the piece, and the last ends with it.
  void begin_piece(const ZoomPiece& piece, std::size_t number);
  // Appends the parts that arrive before `end`, drive by drive, and to `ends` where those of each
  // drive end.
  void draw_until(sim::Instant end, std::vector<ArrivedPart>& parts,
                  std::vector<std::uint32_t>& ends);
  void end_piece();

 private:
  struct Process {
    PoissonProcess when;
    sim::RandomStream where;
    std::uint32_t drive;  // from the first load
    std::uint32_t tenant_class;
    bool is_write;
    const std::vector<double>* rates;  // by piece
    std::uint32_t model;               // of the drive
  };

  void add_drive(const ZoomWorld& world, const DriveLoad& load, std::uint32_t number);

  const PlaceTable& places_;
  std::vector<Process> processes_;  // drive by drive
  std::uint32_t drives_;
  ZoomPiece piece_;
};

}  // namespace spindle::models

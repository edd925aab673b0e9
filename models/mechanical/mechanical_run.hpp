#pragma once
// The mechanical fidelity: every request of the tenants at every drive, with a head, an angle and a
// queue.
//
// Tenants do not wait for answers (an open loop), so drives affect each other only through the
// requests that they share: a window draws all arrivals, serves each drive on its own, and joins
// the parts. It is exact, and needs no events between drives. Nothing fails, lands, moves or cools:
// the fleet stays as it is placed. All drives are idle at time 0, their arms outermost.
//
// Results are equal in every bit for any number of threads and any length of windows. Cost: about
// 0.2 us a part on one core. Memory: mechanical_memory_bytes().

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/mechanical/busy_record.hpp"
#include "models/mechanical/drive_block.hpp"
#include "models/mechanical/latency.hpp"
#include "models/placement/placer.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/demand.hpp"

namespace spindle::models {

inline constexpr std::uint64_t kMostWaitingParts = 10'000'000;

struct MechanicalInputs {
  const Topology& topology;
  const PlacementResult& placement;
  const TenantPopulation& population;
  const Scheme& scheme;
  std::vector<MechanicalModel> models;  // one a model of the topology
  // Shards that a read asks, scheme.needed() ... scheme.shards(); the first needed() of them answer
  // it, and the others are served all the same.
  std::uint32_t read_parts = 1;
  EpochGrid grid;
  // Of the fleet, an entry an epoch, in any unit: BusyRecord keeps the epoch of the greatest.
  std::vector<double> demand = {};
  // Of every extent (ExtentTable::heat_weight); empty where no class has a popularity.
  std::span<const float> heat_weight = {};
  unsigned threads = 1;
  sim::Duration window;  // 0: as suits the load
  // Parts that may wait at drives, all together: more end the run.
  std::uint64_t most_waiting = kMostWaitingParts;
};

struct MechanicalResult {
  std::uint64_t epochs = 0;           // whole; fewer than asked for where it was interrupted
  std::vector<ClassLatency> latency;  // per class of tenants: requests answered
  LatencySummary waits;               // per part: from decoded to the arm's start
  LatencySummary services;            // per part: from there to its end
  BusyRecord busy;
  // arrivals = answered + open + without_place; `open` ones have a part that waits or whose service
  // was not begun by the run's end.
  std::uint64_t arrivals = 0;
  std::uint64_t answered = 0;
  std::uint64_t open = 0;
  std::uint64_t without_place = 0;  // for extents that found no legal drives
  std::uint64_t parts_waiting = 0;

  // Of everything above, as 16 hexadecimal digits.
  [[nodiscard]] std::string digest() const;
};

// `progress` is called with the share of time done; returning false ends the run after the window
// in hand. Throws std::invalid_argument where a part does not fit on a drive, a model is missing,
// read_parts is out of range or the window is negative; std::runtime_error where more than
// most_waiting parts wait.
MechanicalResult run_mechanical(const MechanicalInputs& inputs,
                                const std::function<bool(double)>& progress = {});

// What the memory of a run goes by.
struct MechanicalSize {
  std::uint32_t drives = 0;
  std::uint32_t drive_models = 1;
  std::uint32_t tenants = 0;
  std::size_t depth = 1;
  std::uint32_t shards = 1;  // of an extent
  // The most that tenants ask of the drives in an epoch.
  double requests_per_s = 0;
  double parts_per_s = 0;
  sim::Duration epoch;
  double waiting = 0;  // the most parts that wait
};

// Bytes that run_mechanical() holds at its peak beside its inputs, roughly: up to half as much
// again as it turns out to be.
double mechanical_memory_bytes(const MechanicalSize& size);

}  // namespace spindle::models

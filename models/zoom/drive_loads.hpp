#pragma once
// What a flow run gave its drives in a few epochs, told after it: their mean heat, and of chosen
// drives the parts of requests of each class of tenants that fall on them.
//
// The run is gone through once more up to the window, from the same inputs: tenants draw, the fleet
// lives, but no heat is summed outside of the window. The numbers are those of the run's sweep
// (matrix, shifts, presence, courses), so a drive's heat is the sum over its parts of rate times
// service, plus the disk time that repair, moves and first writes put on it.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/flow/flow_run.hpp"
#include "models/zoom/zoom_window.hpp"

namespace spindle::models {

// Of one class at one drive, a second.
struct ClassLoad {
  std::uint32_t tenant_class = 0;
  // One entry a piece of the window: the mean over its epoch.
  std::vector<double> read_parts;
  std::vector<double> write_parts;
  // Where loads of tenants change within an epoch: the rates within the piece, in order of time.
  // Pieces of the window without any have their mean all through.
  std::vector<RatePiece> reads_within;
  std::vector<RatePiece> writes_within;
};

struct DriveLoad {
  std::uint32_t drive = 0;
  std::vector<ClassLoad> classes;  // ascending; those with data on the drive
  double heat = 0;                 // mean over the window, as the flow run sums it
  double directed = 0;             // of it, disk time of repair, moves and first writes
};

// Parts that a read and a write take.
struct FanOuts {
  std::uint32_t read = 1;
  std::uint32_t write = 1;
};

// Mean heat of every drive over the window. The inputs are at time 0 and used up where the fleet
// lives. `progress` as in run_flow(): false ends it, and what is returned is of no use. Cost: the
// tenants' draws and the fleet's events up to the window's end, and a sweep of its epochs. Throws
// what pieces_of() throws.
std::vector<double> replay_heat(const FlowInputs& inputs, const ZoomWindow& window,
                                const std::function<bool(double)>& progress = {});

// The loads of the drives named, in their order; the rest as replay_heat(). Memory: 16 B a drive,
// class on it and epoch of the window, 24 B a change of its rate within epochs, and that of
// TenantCourses.
std::vector<DriveLoad> replay_loads(const FlowInputs& inputs, const ZoomWindow& window,
                                    const FanOuts& fan_outs, std::span<const std::uint32_t> drives,
                                    const std::function<bool(double)>& progress = {});

}  // namespace spindle::models

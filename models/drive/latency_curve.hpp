#pragma once
// DriveLatency at 100 loads, interpolated: for sweeps that ask for many drives and epochs.
//
// Waits and responses grow as 1 / (1 - f) with the share f of capacity, so what is interpolated
// linearly is (1 - f) times each; within .5 % of DriveLatency up to f = .99 (p99.9 below f =
// .01: 1.5 %). Beyond, waits go on as 1 / (1 - f), within 5 % at .995. Cost: 100 questions of
// DriveLatency to build, about 20 ns a question, 5 kB.

#include <array>

#include "models/drive/drive_latency.hpp"

namespace spindle::models {

class LatencyCurve {
 public:
  explicit LatencyCurve(const DriveLatency& exact);

  // Precondition: arrivals >= 0. Infinite from the capacity on.
  [[nodiscard]] LatencyAtLoad at(Rate arrivals) const;

 private:
  std::array<LatencyAtLoad, 100> points_;  // at f = 0, .01, ...; times (1 - f), not utilisation
  Rate capacity_;
};

}  // namespace spindle::models

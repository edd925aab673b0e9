#pragma once
// Service of a mechanical drive against the number of requests it can choose from.
//
// Measured on the mechanics themselves: for each depth a closed loop of random requests that are
// ready at once, so that the scheduler always has exactly that many. Seeded, so the same on every
// machine and for any number of threads. Service is what holds the arm: seek, rotation, transfer,
// completion. With 30,000 requests a depth, means have a standard error of .15 to .25 %.
//
// Built once a drive, mix and scheduler, then immutable and safe to share. Cost: 2 to 15 ms a depth
// of up to 64, 13 of them up to 64.

#include <cstdint>
#include <span>
#include <vector>

#include "models/analytic/depth_chain.hpp"
#include "models/drive/drive_run.hpp"
#include "models/drive/request_mix.hpp"

namespace spindle::models {

struct DepthTableOptions {
  Scheduler scheduler = Scheduler::kSptf;
  std::size_t depth = 32;  // that the drive holds; more wait outside, in order of arrival
  sim::Duration patience = sim::Duration::seconds(5);  // of sptf
  std::uint64_t requests = 30'000;                     // measured at each depth
  std::uint64_t sectors = kAllSectors;                 // that hold data, the first of the drive
  sim::Seed seed;
};

class DepthTable {
 public:
  // Throws std::invalid_argument as RequestMix and RequestQueue do, and without requests.
  DepthTable(const MechanicalDrive& drive, std::span<const RequestKind> mix,
             const DepthTableOptions& options);

  // By depth, ascending from 1 to the drive's: 1, 2, 3, 4, 6, 8, 12, 16, ...
  [[nodiscard]] std::span<const DepthService> services() const { return services_; }
  // The most that the drive serves, with its queue full.
  [[nodiscard]] Rate capacity() const { return {1 / services_.back().service.mean_s()}; }
  // Under Poisson arrivals; the wait is from decoded to the arm's start.
  [[nodiscard]] DepthLoad at(Rate arrivals) const { return depth_chain(arrivals, services_); }

 private:
  std::vector<DepthService> services_;
};

}  // namespace spindle::models

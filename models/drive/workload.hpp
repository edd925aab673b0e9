#pragma once
// Synthetic requests for one drive: random or sequential, with or without Poisson arrivals.
//
// Random requests begin at multiples of 4,096 bytes (at any sector, where sectors do not divide
// that), uniform over the drive. Sequential ones follow each other from the first sector on, and
// from the last place for one to the first again; with two arms, from the first of each, in turns.
// `log` is a log-structured store on a full drive: appends are sequential writes over the oldest
// data, reads go anywhere; which segments are clean is not its business. What request k is depends
// on seed and k alone. Usable as a source of models/drive/drive_run.hpp. Cost: 10 to 20 ns.

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/drive/request_mix.hpp"
#include "models/drive/request_queue.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

enum class WorkloadKind : std::uint8_t { kRandomRead, kRandomWrite, kSequential, kMixed, kLog };
std::optional<WorkloadKind> find_workload(std::string_view name);

struct WorkloadOptions {
  WorkloadKind kind = WorkloadKind::kRandomRead;
  std::uint64_t size_bytes = 4096;  // rounded up to whole sectors
  std::uint64_t requests = 100'000;
  double read_share = 0.7;    // of kMixed, random reads and writes, and of kLog
  double arrivals_per_s = 0;  // 0: arrivals are left to the closed loop
  sim::Seed seed;
};

class Workload {
 public:
  // Throws std::invalid_argument where a request is empty or larger than what an arm of the drive
  // has, or a rate or share is out of range.
  Workload(const MechanicalDrive& drive, const WorkloadOptions& options);

  bool operator()(DriveRequest& request);
  [[nodiscard]] std::uint64_t sectors() const { return places_.sectors; }  // of a request

 private:
  std::uint64_t anywhere();
  std::uint64_t next_in_sequence();

  WorkloadOptions options_;
  std::uint64_t arms_;
  std::uint64_t arm_sectors_;
  RequestPlaces places_;  // on each arm
  std::uint64_t issued_ = 0;
  std::uint64_t in_sequence_ = 0;
  sim::RandomStream where_;
  sim::RandomStream when_;
  double clock_s_ = 0;
};

}  // namespace spindle::models

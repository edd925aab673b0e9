#pragma once
// Random requests of several sizes to one drive: the mix that service tables and waits are for.
//
// Each request is of one kind, drawn by weight, and begins anywhere on the drive where it fits, at
// multiples of 4,096 bytes (at any sector, where sectors do not divide that), uniform.

#include <cstdint>
#include <span>
#include <vector>

#include "models/drive/mechanics.hpp"
#include "models/drive/request_queue.hpp"
#include "models/units.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct RequestKind {
  double weight = 1;                // share of requests, relative to the others'
  std::uint64_t size_bytes = 4096;  // rounded up to whole sectors
  bool is_write = false;
};

// Where requests of one size can begin: at 0, step, ... (places - 1) step sectors.
struct RequestPlaces {
  std::uint64_t sectors = 0;  // of one request
  std::uint64_t step = 1;
  std::uint64_t places = 0;
};
// On that many sectors. Throws std::invalid_argument where a request is empty or larger.
RequestPlaces places_within(std::uint64_t sectors, std::uint32_t sector_bytes,
                            std::uint64_t size_bytes);

inline constexpr std::uint64_t kAllSectors = UINT64_MAX;

// A mix checked against a drive.
class RequestMix {
 public:
  // Requests lie within the first `sectors` of the drive: those that hold data. Throws
  // std::invalid_argument where there is no kind, a weight is not above 0 and finite, or a request
  // does not fit.
  RequestMix(const MechanicalDrive& drive, std::span<const RequestKind> kinds,
             std::uint64_t sectors = kAllSectors);

  [[nodiscard]] std::size_t size() const { return kinds_.size(); }
  [[nodiscard]] double share(std::size_t kind) const { return kinds_[kind].share; }
  [[nodiscard]] bool is_write(std::size_t kind) const { return kinds_[kind].is_write; }
  // The first kind whose requests are as long and of the same side. Precondition: one is.
  [[nodiscard]] std::size_t kind_of(const DriveRequest& request) const;
  // The kind at a uniform number in [0, 1), and a request of a kind at a uniform 64-bit number.
  [[nodiscard]] std::size_t kind_at(double uniform) const;
  [[nodiscard]] DriveRequest request(std::size_t kind, std::uint64_t uniform) const;

 private:
  struct Kind {
    RequestPlaces places;
    double share;
    double up_to;  // sum of shares with this one's
    bool is_write;
  };
  std::vector<Kind> kinds_;
};

// A source of models/drive/drive_run.hpp. What request k is depends on seed, entity and k alone.
class MixedRequests {
 public:
  // Poisson at `arrivals`; 0 leaves arrivals to the closed loop. Keeps a reference to the mix.
  MixedRequests(const RequestMix& mix, std::uint64_t requests, Rate arrivals, sim::Seed seed,
                std::uint64_t entity = 0);

  bool operator()(DriveRequest& request);

 private:
  const RequestMix& mix_;
  std::uint64_t left_;
  Rate arrivals_;
  sim::RandomStream where_;
  sim::RandomStream when_;
  double clock_s_ = 0;
};

}  // namespace spindle::models

#pragma once
// What a shard's drive is chosen by: one small function a metric, so that the loop over candidates
// is compiled for each and calls nothing through a pointer.
//
// Each gives the load that a drive would have *with* the shard in question, but for the bytes where
// all capacities are equal: the order is the same, and integers are cheaper.

#include <cstdint>
#include <span>

#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct NoLoad {};

struct UsedBytes {
  std::span<const std::uint64_t> used;
  std::uint64_t operator()(std::uint32_t drive, std::uint32_t /*rack*/) const {
    return used[drive];
  }
};

struct FillFraction {
  std::span<const std::uint64_t> used;
  std::span<const double> per_byte;  // per rack: 1 / capacity of its drives
  std::uint64_t shard_bytes;
  double operator()(std::uint32_t drive, std::uint32_t rack) const {
    return static_cast<double>(used[drive] + shard_bytes) * per_byte[rack];
  }
};

struct ExpectedHeat {  // as this drive's model would bear the shard
  std::span<const double> heat;
  std::span<const double> shard_heat;  // per model; empty where no heat is placed
  const Topology& topology;
  double operator()(std::uint32_t drive, std::uint32_t rack) const {
    return heat[drive] + (shard_heat.empty() ? 0.0 : shard_heat[topology.model_of_rack(rack)]);
  }
};

struct BlendedLoad {
  FillFraction fill;
  ExpectedHeat heat;
  double per_fill;  // weight of fill / the fleet's mean fill
  double per_heat;
  double operator()(std::uint32_t drive, std::uint32_t rack) const {
    return per_fill * fill(drive, rack) + per_heat * heat(drive, rack);
  }
};

// A reading that is off by a normal error relative to the load itself, another one each time.
template <class Load>
struct Noisy {
  Load load;
  sim::RandomStream& random;
  double sd;
  double operator()(std::uint32_t drive, std::uint32_t rack) const {
    return static_cast<double>(load(drive, rack)) * (1 + sd * random.normal());
  }
};

}  // namespace spindle::models

#pragma once
// Failures that bring others: a branching process within racks.
//
// Every failure, of whatever generation, is followed by a Poisson number of further ones on two
// time scales: of mean `in_node` on another drive of its node, of mean `in_rack` on another drive
// anywhere in its rack, each after an exponential delay (Hawkes 1971; Hawkes & Oakes 1974 for the
// branching). With m followers of a failure on average, m < 1, a primary rate of (1 - m) times the
// drives' own keeps the annual failure rate, and all failures that follow from each other fall into
// one rack. Closed forms, derivation and sources: docs/theory/failure.md.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "models/fleet/topology.hpp"
#include "models/purposes.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

// Means of the followers of one failure.
struct ClusterScale {
  double in_node = 0;
  double in_rack = 0;
  double mean_delay_s = 1;
};

inline constexpr std::size_t kClusterScales = 2;

struct ClusterLaw {
  std::uint32_t drives_per_node = 0;  // 0: no clusters
  std::array<ClusterScale, kClusterScales> scales = {};

  [[nodiscard]] bool is_on() const { return drives_per_node > 0; }
  // m: followers of a failure, on average.
  [[nodiscard]] double followers() const;
};

// Most followers of a failure on average: clusters are then 20 failures long.
inline constexpr double kMostFollowers = 0.95;

// Throws std::invalid_argument: a node of one drive, means that are negative or of more than
// kMostFollowers together, a delay that is not positive and finite.
void check(const ClusterLaw& law);

// Nodes are consecutive drives of a rack, as even in size as the numbers allow.
std::uint32_t nodes_of_rack(DriveRange rack, std::uint32_t drives_per_node);
DriveRange node_of(DriveRange rack, std::uint32_t drives_per_node, std::uint32_t drive);

// Expected numbers.
struct InDomains {
  double node = 0;
  double rack = 0;  // the node included
};

// Failures that one failure finds in its node and rack within `window_s` after it, beyond those of
// chance (rate of the domain times window): exact for racks of `nodes_per_rack` equal nodes whose
// drives are replaced at once. Cost: 4 exponentials.
InDomains excess_failures(const ClusterLaw& law, double nodes_per_rack, double window_s);
// Variance over mean of the number of failures in a long time: 1 / (1 - m)^2.
double dispersion_limit(const ClusterLaw& law);

// What a law is to reach: excess_failures() in two windows.
struct ClusterTargets {
  std::array<double, kClusterScales> window_s = {};      // rising
  std::array<double, kClusterScales> mean_delay_s = {};  // rising
  std::array<InDomains, kClusterScales> excess = {};
};

// Of a fleet, on average.
struct ClusterFleet {
  std::uint32_t drives_per_node = 12;
  double drives_per_rack = 0;
  double failures_per_year = 0;  // of a drive
};

enum class ClusterPreset {
  kAlibabaRatios,  // another failure is 62 (node), 13 (rack) times as frequent as by chance within
                   // 30 min, 2.8 and 1.5 times within 30 d, whatever the fleet
  kAlibabaShares,  // after 9.0 % (node), 14 % (rack) of failures another one within 30 min, 19 %
                   // and 50 % within 30 d, less what chance has in that fleet
};
ClusterTargets targets_of(ClusterPreset preset, const ClusterFleet& fleet);

// The law that reaches the targets. Throws std::invalid_argument where there is none: a node's
// targets above its rack's, no rise between the windows, more than kMostFollowers.
// Cost: some thousand evaluations of excess_failures.
ClusterLaw calibrate(const ClusterTargets& targets, const ClusterFleet& fleet);

// The followers of failure number `draw` of `drive` (of `slot`, its number in streams), a pure
// function of (seed, replication, slot, draw). Calls fn(target drive, delay in s) for each; there
// are none where the node or rack has no other drive.
class FollowerDraws {
 public:
  FollowerDraws(const Topology& topology, const ClusterLaw& law, sim::Seed seed,
                std::uint32_t replication);

  template <class Fn>
  void for_each(std::uint32_t drive, std::uint64_t draw, Fn&& fn) const {
    const DriveRange rack = topology_.drives_of_rack(topology_.rack_of(drive));
    sim::RandomStream random(seed_, replication_, purpose::kFollower, topology_.slot_of(drive));
    std::uint64_t block = kBlocksPerFailure * draw;
    const std::uint64_t last = block + kBlocksPerFailure;
    // A Poisson process over the concatenated means: where a point falls says which kind it is.
    double point = 0;
    for (; block < last; block += kBlocksPerFollower) {
      random.skip_to(sim::RandomStream::kWordsPerBlock * block);
      point += random.exponential();
      std::size_t kind = 0;
      while (kind < ends_.size() && point >= ends_[kind]) ++kind;
      if (kind == ends_.size()) return;
      const double delay_s = random.exponential() * law_.scales[kind / 2].mean_delay_s;
      const DriveRange domain = kind % 2 == 0 ? node_of(rack, law_.drives_per_node, drive) : rack;
      if (domain.size() < 2) continue;
      const std::uint32_t other = domain.first + random.below(domain.size() - 1);
      fn(other < drive ? other : other + 1, delay_s);
    }
  }

 private:
  static constexpr std::uint64_t kBlocksPerFollower = 2;
  // P(64 followers or more) < 1e-90 at kMostFollowers.
  static constexpr std::uint64_t kBlocksPerFailure = 64 * kBlocksPerFollower;

  const Topology& topology_;
  ClusterLaw law_;
  sim::Seed seed_;
  std::uint32_t replication_;
  std::array<double, 2 * kClusterScales> ends_{};  // node and rack of each scale, cumulative means
};

}  // namespace spindle::models

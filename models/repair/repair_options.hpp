#pragma once
// How lost shards come back.

#include <cstdint>

#include "models/fleet/network_limits.hpp"
#include "models/units.hpp"
#include "sim/time.hpp"

namespace spindle::models {

enum class RepairLaw {
  kExponential,  // each by itself, in an exponential time: the law of the Markov chain
  kBandwidth,    // declustered: transfers queue for the bandwidth that each drive gives to repair
};

// What is done about shards whose zone is lost for good, where the rule has no place for all shards
// of an extent in what is left. Where it has, they are rebuilt under the rule either way.
enum class AfterZoneLoss {
  kWait,   // they stay missing
  kRelax,  // the zone limit is raised to the lowest that what is left can hold
};

// Whose turn it is where repair is bounded.
enum class RebuildOrder { kMostExposedFirst, kFirstComeFirstServed };

struct RepairOptions {
  sim::Duration detect;                           // from a failure to the start of its rebuild
  sim::Duration mttr = sim::Duration::hours(24);  // kExponential: mean from failure to restored
  RepairLaw law = RepairLaw::kExponential;
  double bytes_per_s = 0;       // kBandwidth: of each drive, for reads and writes of repair; 0:
                                // nothing is ever rebuilt
  Bytes io = Bytes{4'000'000};  // one read or write of a repair or a move, for its disk time
  AfterZoneLoss after_zone_loss = AfterZoneLoss::kWait;
  // Of kBandwidth. Nothing of an extent is rebuilt before it lacks start_at shards (lazy repair);
  // then all that it lacks is.
  RebuildOrder order = RebuildOrder::kFirstComeFirstServed;
  std::uint32_t start_at = 1;
  NetworkLimits network = {};
  // Of kBandwidth: clients go first, and repair gets max(least_share, 1 - the heat that they ask of
  // the drive) of its bandwidth; 0 < least_share <= 1.
  bool yields_to_clients = false;
  double least_share = 0.1;
};

}  // namespace spindle::models

#pragma once
// What happens to a fleet of ledgers in a run.

#include <cstdint>
#include <optional>
#include <vector>

#include "models/failure/failure_process.hpp"
#include "models/failure/outage.hpp"
#include "models/ledger/ledger_lifecycle.hpp"
#include "models/migration/drain_options.hpp"
#include "models/migration/landing_options.hpp"
#include "models/migration/rebalance_options.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/repair/repair_options.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// How a class's data ages and is renewed. Cooling is exponential, or none.
struct LedgerAgeing {
  double cool_per_s = 0;  // demand on data falls by e in 1 / cool_per_s
  // Demand of a shard as it is born / of the class's mean shard at time 0.
  double newborn = 1;
  // Shards that one written object makes, each in the place of an old one; 0: writes are updates.
  double shards_per_write = 0;
  std::vector<double> write_seconds;  // by drive model: of writing a whole shard, new
  // Root mean square / mean of the demand of the class's shards.
  double unevenness = 1;
  // The class's shards at time 0 by ascending demand, in parts of equal number: demand of each
  // part / demand of all. What is moved first where the coolest goes first.
  std::vector<double> demand_by_coolness;
  std::optional<LedgerLifecycle> lifecycle;  // none: data stays in the fleet's scheme
};

// New data of a window: shards written, and those of them that were not deleted for others.
struct BornShards {
  double written = 0;
  double left = 0;
};

// Who takes what comes: new data and what repair rebuilds.
enum class LedgerPreference {
  kEven,      // every drive alike
  kEmptier,   // the emptier of `choices`, with probability 1 - mixed
  kEmptiest,  // the emptiest of all, until they are as full as the next
  kHolder,    // drives by what they hold of the class: subsets of drives that are planned
  kSets,      // new data: sets of drives (ledger_sets.hpp); else drives that have room, alike
};

struct LedgerOptions {
  std::vector<LedgerAgeing> ageing;  // one a class
  LedgerPreference preference = LedgerPreference::kEven;
  unsigned choices = 1;
  double mixed = 0;
  SpreadRule spread;
  std::uint32_t shards = 1;  // of an extent
  std::uint32_t needed = 1;
  // Drives that hold the other shards of what a drive holds, and rebuild it: 0: any of the fleet.
  std::uint32_t sources = 0;
  std::vector<Landing> landings;  // by time
  std::vector<Drain> drains;      // by time; they leave racks in every zone
  std::vector<Outage> outages;    // of zones alone, by time
  FailureOptions failure;         // drives fail one by one
  RepairOptions repair;
  std::optional<RebalanceOptions> rebalance;
  std::vector<double> read_seconds;   // by drive model: of a whole shard, by repairs and moves
  std::vector<double> write_seconds;  // likewise
  sim::Seed seed;
};

}  // namespace spindle::models

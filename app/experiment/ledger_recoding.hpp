#pragma once
// What it takes a fleet of ledgers to store a class's older data by another scheme.

#include <optional>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "models/fleet/topology.hpp"
#include "models/ledger/ledger_lifecycle.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {

// Of an extent of the scenario, in whole bytes.
double shard_bytes(const Scenario& scenario, const models::Scheme& scheme);

// Disk time of reading, and of writing, a whole shard in steps of repair.io, by drive model.
struct WholeShardSeconds {
  std::vector<double> read;
  std::vector<double> write;
};
WholeShardSeconds whole_shard_seconds(const Scenario& scenario, const models::Scheme& scheme,
                                      const models::Topology& topology);

// Empty where the class keeps its scheme.
std::optional<models::LedgerLifecycle> ledger_lifecycle(const Scenario& scenario,
                                                        const TenantSpec& tenant,
                                                        const models::Topology& topology);

}  // namespace spindle::app

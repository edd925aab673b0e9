#pragma once
// The small fleet, placed extent by extent, from which the drives of a fleet of ledgers take what
// they hold (models/ledger/mix_sample.hpp), and the options of its run.

#include <memory>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "app/world/world.hpp"
#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/ledger_options.hpp"
#include "models/placement/placer.hpp"

namespace spindle::app {

// A scenario's fleet made smaller, and its data and demand with it: shards a drive, tenants and
// loads stay as they are.
struct LedgerSample {
  Scenario scenario;
  std::unique_ptr<World> world;
  models::PlacementResult placement;
  double scale = 1;  // data of the fleet / data of the sample
};

struct LedgerSamples {
  // Drives whose mix of tenants the ledger's drives have: whole ones (parts 1), or ones that hold
  // half as much, placed at random, of which two make one (parts 2).
  LedgerSample mix;
  unsigned parts = 1;
  // As the policy places: as many shards a drive as in the fleet. The same as `mix` where parts is
  // 1, and then empty.
  std::unique_ptr<LedgerSample> whole;

  [[nodiscard]] const LedgerSample& placed() const { return whole ? *whole : mix; }
  // Shards on drives of placed(), where drives do not take them from their parts; else empty.
  [[nodiscard]] std::vector<float> fills(const Scenario& scenario) const;
};

// Throws WorldError: a fleet that no sample of at most 65,534 drives stands for.
LedgerSamples make_ledger_samples(const Scenario& scenario);

models::LedgerOptions ledger_options(const Scenario& scenario, const LedgerSample& sample,
                                     const models::Topology& topology);
// What all drives hold together at time 0, by class.
std::vector<models::LedgerClass> ledger_classes(const Scenario& scenario,
                                                const LedgerSample& sample);

}  // namespace spindle::app

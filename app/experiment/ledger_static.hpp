#pragma once
// The sets of drives of static placement, for a fleet of ledgers.

#include <memory>

#include "app/experiment/ledger_sample.hpp"
#include "models/ledger/ledger_sets.hpp"

namespace spindle::app {

class LedgerStatic {
 public:
  // Everything must outlive it. `inputs`: those of the sample `mix`.
  LedgerStatic(const Scenario& scenario, const LedgerSample& sample,
               const models::Topology& topology, const models::MixInputs& inputs,
               const models::MixSample& mix, const models::LedgerOptions& options);

  models::LedgerSets& sets() { return sets_; }

 private:
  models::Topology base_;
  models::TenantRows rows_;
  models::LedgerSets sets_;
};

// Null where placement is another.
std::unique_ptr<LedgerStatic> make_ledger_static(const Scenario& scenario,
                                                 const LedgerSample& sample,
                                                 const models::Topology& topology,
                                                 const models::MixInputs& inputs,
                                                 const models::MixSample& mix,
                                                 const models::LedgerOptions& options);

}  // namespace spindle::app

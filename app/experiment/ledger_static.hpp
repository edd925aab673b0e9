#pragma once
// What a fleet of ledgers follows tenant by tenant: the sets of drives of static placement, and
// drives that are refilled under `least_loaded`.

#include <memory>

#include "app/experiment/ledger_sample.hpp"
#include "models/ledger/ledger_sets.hpp"
#include "models/ledger/refilled_drives.hpp"

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

// Rows that the sample keeps for drives that are refilled; 0: none are.
std::uint32_t refilled_rows(const models::LedgerOptions& options, const LedgerSample& sample);

// Null where none are. `mix` has rows for them.
std::unique_ptr<models::RefilledDrives> make_refilled_drives(const Scenario& scenario,
                                                             const LedgerSample& sample,
                                                             const models::Topology& topology,
                                                             const models::LedgerOptions& options,
                                                             models::MixSample& mix);

}  // namespace spindle::app

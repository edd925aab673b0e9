#pragma once
// What a run of ledgers comes to: metrics, and the record of what happened.

#include "app/experiment/experiment.hpp"
#include "app/experiment/ledger_sample.hpp"
#include "models/ledger/ledger_run.hpp"

namespace spindle::app {

struct LedgerRunView {
  const Scenario& scenario;
  const LedgerSamples& samples;
  const models::Topology& topology;
  const models::LedgerFleet& fleet;
  const models::LedgerPlan& plan;
  const models::LedgerResult& result;
  unsigned threads = 1;
  const models::LedgerSets* sets = nullptr;  // of static placement
};

TimelineRecord ledger_record(const LedgerRunView& run);
// `record`: null where nothing was played. Collective over the ranks of the fleet.
Metrics ledger_metrics(const LedgerRunView& run, const TimelineRecord* record);

}  // namespace spindle::app

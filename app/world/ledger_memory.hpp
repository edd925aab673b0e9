#pragma once
// What a fleet of ledgers takes of memory.

#include "app/scenario/scenario.hpp"

namespace spindle::app {

// A fleet of ledgers: a row a drive and what metrics sort, of a rank's drives; the sample that
// stands for all, and what every rank knows of each drive, failure and rack. Bytes, traces left
// out.
double ledger_bytes(const Scenario& scenario, unsigned ranks);

}  // namespace spindle::app

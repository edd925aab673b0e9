#pragma once
// Watches a fleet of ledgers from outside: what its drives hold, what waits to be rebuilt and what
// found no room is, class by class, what there should be; no drive is above its capacity, and
// nothing is where no drive is.

#include "models/checkers/placement_checker.hpp"
#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {

// Ledgers are kept in single precision and change every window.
inline constexpr double kLedgerTolerance = 1e-4;

// Collective over the ranks of the fleet.
CheckReport check_ledger_fleet(const LedgerFleet& fleet, const LedgerPlan& plan, unsigned threads);

}  // namespace spindle::models

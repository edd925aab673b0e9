#pragma once
// What ranks tell each other in a window: of each rack what the plan and the series add up, and of
// each drive that fails what it held.

#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_failures.hpp"
#include "models/ledger/ledger_flows.hpp"
#include "models/ledger/ledger_heat.hpp"
#include "models/ledger/ledger_share.hpp"
#include "sim/log_histogram.hpp"

namespace spindle::models {

struct RackReports {
  std::span<RackTally> tallies;   // by rack
  std::span<RackHeatSums> sums;   // by rack, of the first `epochs` epochs
  std::span<std::uint32_t> bins;  // counts, added up over ranks; may be empty
  std::size_t epochs = 0;
  std::size_t classes = 0;
};
// Of this rank's racks the entries are there; those of all others are filled in. Collective.
void exchange_reports(LedgerShare& share, const RackReports& reports);

// Adds all ranks' counts of heat to a histogram; `mine`: kHeatBuckets. Collective.
void add_heat_counts(LedgerShare& share, std::span<const std::uint64_t> mine,
                     sim::LogHistogram& out);

// By change: the tally of its drive, which the drive's owner has; all others are filled in.
// Collective.
void exchange_tallies(LedgerShare& share, const Topology& topology,
                      std::span<const DriveChange> changes, std::size_t classes,
                      std::span<RackTally> tallies);

}  // namespace spindle::models

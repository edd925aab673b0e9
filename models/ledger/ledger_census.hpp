#pragma once
// What the drives of a fleet of ledgers come to at the end of a run, over all ranks: no rank has
// the drives of another, and figures are those of one process, bit for bit.

#include <cstdint>
#include <span>

#include "models/ledger/ledger_fleet.hpp"
#include "models/placement/skew.hpp"
#include "sim/digest.hpp"

namespace spindle::models {

// Whole bytes on a drive of this rank.
std::uint64_t used_bytes(const LedgerFleet& fleet, std::uint32_t drive);

// Calls fn(fill) for each of these drives, of this rank's, that is there, in their order.
template <class Fn>
void for_each_fill(const LedgerFleet& fleet, DriveRange drives, Fn&& fn) {
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    if (!fleet.is_there(drive)) continue;
    fn(static_cast<double>(used_bytes(fleet, drive)) /
       fleet.topology().capacity_of(drive).to_double());
  }
}

// As capacity_skew(), over drives that are there; undefined (NaN) where there are none. Collective.
CapacitySkew ledger_skew(const LedgerFleet& fleet, unsigned threads);

// Heat of drives in one epoch; undefined (NaN) where there are no drives.
struct HeatCensus {
  double drives = 0;
  double sum = 0;
  double hot = 0;  // drives above kHotHeat
  double p50 = 0;  // quantiles as quantile() has them
  double p99 = 0;
  double p99_9 = 0;
  double max = 0;
};
// `heat`: of this rank's drives; below 0: not there. Collective.
HeatCensus heat_census(LedgerShare& share, std::span<const float> heat);

// The largest value of any rank; NaN where none has any. Collective.
double largest_of_ranks(LedgerShare& share, std::span<const float> values);

// Adds a digest of each rack: of what its drives hold, and of their `heat_sum` and `heat_max`,
// drives in their order. Before it the digests of all ranks must be equal. Collective.
void digest_drives(const LedgerFleet& fleet, std::span<const float> heat_sum,
                   std::span<const float> heat_max, unsigned threads, sim::Digest& digest);

}  // namespace spindle::models

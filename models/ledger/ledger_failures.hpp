#pragma once
// Drives of a ledger that fail and are replaced: those of the explicit form, one by one, by window.

#include <cstdint>
#include <span>
#include <vector>

#include "models/failure/failure_process.hpp"
#include "models/fleet/topology.hpp"
#include "models/ledger/ledger_share.hpp"

namespace spindle::models {

struct DriveChange {
  sim::Instant at;
  std::uint32_t drive = 0;
  std::uint32_t life = 0;  // number of the drive that fails, or that takes its place
  bool fails = false;      // else: a new drive is there
};

class LedgerFailures {
 public:
  // Draws all failures of base drives before the horizon; those of drives that land begin with
  // their landing (add_racks). Every rank knows all of them. `topology` must outlive it. Collective
  // over the ranks of the share.
  LedgerFailures(const Topology& topology, const FailureOptions& options, sim::Seed seed,
                 LedgerShare& share, unsigned threads);

  // The drives of these racks are in service from `start` on.
  void add_racks(DriveRange racks, sim::Instant start);
  // Changes before `end` that were not taken yet, by time and drive; valid until the next call.
  std::span<const DriveChange> take_until(sim::Instant end);

 private:
  void changes_of(std::uint32_t rack, sim::Instant start, std::vector<DriveChange>& out) const;

  const Topology& topology_;
  FailureOptions options_;
  FailureProcess process_;
  std::vector<DriveChange> changes_;  // by time and drive, from taken_ on
  std::size_t taken_ = 0;
};

}  // namespace spindle::models

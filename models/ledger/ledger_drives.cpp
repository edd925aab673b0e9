// Drives that come and go: their owner changes their rows, and all ranks hear what they held.

#include <algorithm>

#include "models/ledger/ledger_exchange.hpp"
#include "models/ledger/ledger_plan.hpp"

namespace spindle::models {

// Those of the racks' that are this rank's.
DriveRange LedgerPlan::own_drives(DriveRange racks) const {
  const DriveRange all = drives_of(fleet_.topology(), racks);
  const DriveRange mine = fleet_.share().drives();
  const std::uint32_t first = std::max(all.first, mine.first);
  return {first, std::max(first, std::min(all.last, mine.last))};
}

void LedgerPlan::remove_drive(std::uint32_t drive) {
  for (LedgerFleet::Holding& of : fleet_.held(drive)) of = {};
  fleet_.mix(drive) = {};
}

RackTally LedgerPlan::tally_of(std::uint32_t drive) const {
  const std::vector<ClassFlow> none(classes_.size());
  RackFlowInputs in;
  in.classes = none;
  in.preference = &preference_;
  in.rebalance = options_.rebalance ? &rebalance_ : nullptr;
  return tally_rack(in, std::span(&fleet_.mix(drive), 1), fleet_.held(drive), {});
}

// What the drive takes with it, or brings; nothing is present where there was no drive to fail.
RackTally LedgerPlan::change_drive(const DriveChange& change) {
  if (!change.fails) {
    fleet_.mix(change.drive) = fleet_.draw_mix(change.drive, change.life);
    return tally_of(change.drive);
  }
  RackTally tally = tally_of(change.drive);
  remove_drive(change.drive);
  return tally;
}

void LedgerPlan::change_drives() {
  const auto group_of = [&](const DriveChange& change) -> RackGroup& {
    return groups_[group_of_[fleet_.topology().rack_of(change.drive)]];
  };
  std::vector<DriveChange> changes;
  changes_.clear();
  for (const DriveChange& change : failures_.take_until(end_)) {
    const RackGroup& group = group_of(change);
    if (group.is_there && !group.is_lost) changes.push_back(change);
  }
  std::vector<RackTally> tallies(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (fleet_.share().owns(changes[i].drive)) tallies[i] = change_drive(changes[i]);
  }
  exchange_tallies(fleet_.share(), fleet_.topology(), changes, classes_.size(), tallies);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (tallies[i].present == 0) continue;
    RackGroup& group = group_of(changes[i]);
    group.add(tallies[i], changes[i].fails ? -1 : 1);
    changes_.push_back(changes[i]);
    if (!changes[i].fails) continue;
    const std::span<const LedgerClass> held = tallies[i].held;
    repair_.lose(changes[i].at, group.zone, held, 1, least_rebuild_s(shards_of(held), 1));
    ++totals_.drive_failures;
  }
}

}  // namespace spindle::models

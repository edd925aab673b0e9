#include "models/checkers/ledger_checker.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spindle::models {
namespace {

// Share of a class's shards that may be there too many, until less new data comes.
constexpr double kMostOwed = 0.01;

std::string not_conserved(const char* what, std::uint32_t tenant_class, double wanted,
                          double found) {
  return std::string("ledger: class ") + std::to_string(tenant_class) + " should have " +
         std::to_string(wanted) + " " + what + ", and has " + std::to_string(found);
}

void note(CheckReport& report, std::string line) {
  if (report.violations++ < CheckReport::kKept) report.first.push_back(std::move(line));
}

bool differs(double wanted, double found) {
  return std::abs(found - wanted) > kLedgerTolerance * std::max(1.0, std::abs(wanted));
}

// Of one rack's drives, of which `held` gets the sum by class.
void check_rack(const LedgerFleet& fleet, std::uint32_t rack, std::span<LedgerClass> held,
                CheckReport& report) {
  const DriveRange drives = fleet.topology().drives_of_rack(rack);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    const auto row = fleet.held(drive);
    for (std::uint32_t c = 0; c < fleet.classes(); ++c) {
      held[c].shards += static_cast<double>(row[c].shards);
      held[c].demand += static_cast<double>(row[c].demand);
    }
    const double shards = fleet.shards_on(drive);
    if (shards > fleet.room_of(drive) * (1 + kLedgerTolerance)) {
      note(report, "ledger: drive " + std::to_string(drive) + " is above its capacity");
    }
    if (shards > 0 && fleet.mix(drive).first == LedgerFleet::kAbsent) {
      note(report, "ledger: data where no drive is, at drive " + std::to_string(drive));
    }
  }
}

// Of this rank's drives; `held` gets the sum over all ranks', rack by rack.
CheckReport check_drives(const LedgerFleet& fleet, std::span<LedgerClass> held, unsigned threads) {
  const std::size_t racks = fleet.share().racks().size();
  std::vector<LedgerClass> of_racks(racks * held.size());
  std::vector<CheckReport> reports(racks);
  fleet.share().each_rack(threads, [&](std::size_t i, std::uint32_t rack) {
    check_rack(fleet, rack, std::span(of_racks).subspan(i * held.size(), held.size()), reports[i]);
  });
  const auto all = fleet.share().gather(std::span<const LedgerClass>(of_racks));
  for (std::size_t at = 0; at < all.size(); ++at) {
    held[at % held.size()].shards += all[at].shards;
    held[at % held.size()].demand += all[at].demand;
  }
  CheckReport mine;
  for (CheckReport& report : reports) {
    mine.violations += report.violations;
    for (std::string& line : report.first) {
      if (mine.first.size() < CheckReport::kKept) mine.first.push_back(std::move(line));
    }
  }
  return mine;
}

// What all ranks found, in the order of their drives.
CheckReport of_all_ranks(LedgerShare& share, const CheckReport& mine) {
  if (share.ranks() == 1) return mine;
  std::string lines;
  for (const std::string& line : mine.first) lines += line + '\n';
  CheckReport report;
  for (const std::uint64_t found : share.gather(std::span(&mine.violations, 1))) {
    report.violations += found;
  }
  std::string line;
  for (const char letter : share.gather(std::span<const char>(lines))) {
    if (letter != '\n') {
      line += letter;
    } else if (report.first.size() < CheckReport::kKept) {
      report.first.push_back(std::exchange(line, {}));
    }
  }
  return report;
}

}  // namespace

CheckReport check_ledger_fleet(const LedgerFleet& fleet, const LedgerPlan& plan, unsigned threads) {
  std::vector<LedgerClass> held(fleet.classes());
  const CheckReport of_drives = check_drives(fleet, held, threads);
  CheckReport report = of_all_ranks(fleet.share(), of_drives);
  for (std::uint32_t c = 0; c < fleet.classes(); ++c) {
    const LedgerClass waiting = plan.repair().waiting_of(c);
    const LedgerClass& adrift = plan.adrift(c);
    const LedgerClass& wanted = plan.wanted(c);
    // Noise alone is owed: a few times its deviation, and of small fleets a part of all.
    const double owed = 10 * std::sqrt(wanted.shards) + kMostOwed * wanted.shards;
    if (adrift.shards < -owed) {
      note(report, "ledger: class " + std::to_string(c) + " has " + std::to_string(-adrift.shards) +
                       " shards more than there should be");
    }
    const double shards = held[c].shards + waiting.shards + adrift.shards;
    const double demand = held[c].demand + waiting.demand + adrift.demand;
    if (differs(wanted.shards, shards)) {
      note(report, not_conserved("shards", c, wanted.shards, shards));
    }
    // Demand is small against 1 where fleets are small: as a share of itself.
    if (std::abs(demand - wanted.demand) > kLedgerTolerance * wanted.demand + 1e-12) {
      note(report, not_conserved("demand", c, wanted.demand, demand));
    }
  }
  return report;
}

}  // namespace spindle::models

#include "models/ledger/drive_sets.hpp"

#include <algorithm>
#include <utility>

#include "models/placement/set_partition.hpp"
#include "models/placement/translate.hpp"
#include "models/purposes.hpp"
#include "sim/parallel.hpp"
#include "sim/prefetch.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kSetsAtOnce = 4096;
// Sets whose drives lie anywhere: their rows are fetched so many ahead.
constexpr std::uint32_t kFetchedAhead = 8;

// Every drive's row, of all ranks; absent drives' shards are below 0.
std::vector<LedgerFleet::Holding> rows_of_all(const LedgerFleet& fleet) {
  const DriveRange mine = fleet.share().drives();
  const std::uint32_t classes = fleet.classes();
  std::vector<LedgerFleet::Holding> rows(std::size_t{mine.size()} * classes);
  for (std::uint32_t drive = mine.first; drive < mine.last; ++drive) {
    const auto held = fleet.held(drive);
    const auto row = std::span(rows).subspan(std::size_t{drive - mine.first} * classes, classes);
    std::copy(held.begin(), held.end(), row.begin());
    if (!fleet.is_there(drive)) row.front().shards = -1;
  }
  if (fleet.share().ranks() == 1) return rows;
  return fleet.share().gather(std::span<const LedgerFleet::Holding>(rows));
}

}  // namespace

DriveSets::DriveSets(const PolicyContext& context, const Topology& topology)
    : shards_(context.shards), set_of_(topology.drives(), SetFlow::kNoSet) {
  sim::RandomStream random(context.seed, 0, purpose::kPlacementSets, 0);
  drives_ = cut_into_sets(context, random);
  const std::vector<std::uint32_t> number = full_numbers(context.topology, topology);
  for (std::size_t i = 0; i < drives_.size(); ++i) {
    drives_[i] = number[drives_[i]];
    set_of_[drives_[i]] = static_cast<std::uint32_t>(i / shards_);
  }
}

SetCensus count_sets(const DriveSets& sets, const LedgerFleet& fleet,
                     std::span<const std::uint8_t> takes, unsigned threads) {
  const std::vector<LedgerFleet::Holding> rows = rows_of_all(fleet);
  const std::uint32_t classes = fleet.classes();
  SetCensus out;
  out.held.resize(std::size_t{sets.sets()} * classes);
  out.fullest.resize(sets.sets());
  out.open.resize(sets.sets());
  const auto count = [&](std::uint32_t set) {
    bool is_open = true;
    for (const std::uint32_t drive : sets.drives_of(set)) {
      const LedgerFleet::Holding* row = &rows[std::size_t{drive} * classes];
      if (row->shards < 0) {
        is_open = false;
        continue;
      }
      is_open = is_open && takes[fleet.topology().rack_of(drive)] != 0;
      float all = 0;
      for (std::uint32_t c = 0; c < classes; ++c) {
        LedgerClass& held = out.held[std::size_t{set} * classes + c];
        held.shards += static_cast<double>(row[c].shards) / sets.shards();
        held.demand += static_cast<double>(row[c].demand) / sets.shards();
        all += row[c].shards;
      }
      out.fullest[set] = std::max(out.fullest[set], all);
    }
    out.open[set] = is_open ? 1 : 0;
  };
  const auto fetch = [&](std::uint32_t set) {
    if (set >= sets.sets()) return;
    for (const std::uint32_t drive : sets.drives_of(set)) {
      sim::prefetch_line(&rows[std::size_t{drive} * classes]);
    }
  };
  sim::for_each_index(threads, (sets.sets() + kSetsAtOnce - 1) / kSetsAtOnce, [&](std::size_t i) {
    const auto first = static_cast<std::uint32_t>(i * kSetsAtOnce);
    for (std::uint32_t set = first; set < std::min(first + kSetsAtOnce, sets.sets()); ++set) {
      fetch(set + kFetchedAhead);
      count(set);
    }
  });
  return out;
}

}  // namespace spindle::models

#include "models/ledger/ledger_failures.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace spindle::models {
namespace {

bool is_earlier(const DriveChange& a, const DriveChange& b) {
  return std::tie(a.at, a.drive, a.life) < std::tie(b.at, b.drive, b.life);
}

}  // namespace

LedgerFailures::LedgerFailures(const Topology& topology, const FailureOptions& options,
                               sim::Seed seed, LedgerShare& share, unsigned threads)
    : topology_(topology), options_(options), process_(topology, options, seed, 0) {
  std::vector<std::vector<DriveChange>> of_rack(share.racks().size());
  share.each_rack(threads, [&](std::size_t i, std::uint32_t rack) {
    if (!topology.is_landing_rack(rack)) changes_of(rack, sim::Instant(), of_rack[i]);
  });
  std::vector<DriveChange> mine;
  for (const auto& rack : of_rack) mine.insert(mine.end(), rack.begin(), rack.end());
  changes_ = share.gather(std::span<const DriveChange>(mine));
  std::sort(changes_.begin(), changes_.end(), is_earlier);
}

void LedgerFailures::changes_of(std::uint32_t rack, sim::Instant start,
                                std::vector<DriveChange>& out) const {
  const DriveRange range = topology_.drives_of_rack(rack);
  for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
    sim::Instant since = start;
    for (std::uint32_t life = 0;; ++life) {
      const sim::Instant at = process_.failure(drive, life, since);
      if (at == sim::Instant::never()) break;
      out.push_back({at, drive, life, true});
      since = at + options_.replace;
      if (since >= sim::Instant() + options_.horizon) break;
      out.push_back({since, drive, life + 1, false});
    }
  }
}

void LedgerFailures::add_racks(DriveRange racks, sim::Instant start) {
  std::vector<DriveChange> added;
  for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) {
    changes_of(rack, start, added);
  }
  std::sort(added.begin(), added.end(), is_earlier);
  std::vector<DriveChange> merged;
  merged.reserve(changes_.size() - taken_ + added.size());
  std::merge(changes_.begin() + static_cast<std::ptrdiff_t>(taken_), changes_.end(), added.begin(),
             added.end(), std::back_inserter(merged), is_earlier);
  changes_ = std::move(merged);
  taken_ = 0;
}

std::span<const DriveChange> LedgerFailures::take_until(sim::Instant end) {
  const std::size_t first = taken_;
  while (taken_ < changes_.size() && changes_[taken_].at < end) ++taken_;
  return std::span(changes_).subspan(first, taken_ - first);
}

}  // namespace spindle::models

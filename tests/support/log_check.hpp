#pragma once
// Conservation in a log of segments, recounted from outside: no counter of the log is believed.

#include <fmt/format.h>

#include <string>
#include <vector>

#include "models/store/segment_log.hpp"

namespace spindle::test {

// What is wrong, a line each: every block of clients is in one slot, where it was written last;
// the live blocks of segments are those; what lives stays as much; and so many segments were filled
// as were cleaned, free ones and those of the start counted in.
inline std::vector<std::string> faults_of(const models::SegmentLog& log, std::uint32_t live) {
  std::vector<std::string> out;
  std::vector<std::uint32_t> count(log.segments());
  std::vector<std::uint8_t> taken(log.owners().size());
  if (log.places().size() != live) out.push_back("blocks came or went");
  for (std::uint32_t block = 0; block < log.places().size(); ++block) {
    const std::uint32_t slot = log.places()[block];
    if (slot >= taken.size() || log.owners()[slot] != block || taken[slot]++ != 0) {
      out.push_back(fmt::format("block {} is not where it was written", block));
      continue;
    }
    ++count[slot / log.blocks()];
  }
  std::uint32_t empty = 0;
  for (std::uint32_t segment = 0; segment < log.segments(); ++segment) {
    empty += count[segment] == 0 ? 1U : 0U;
    if (count[segment] != log.live_of(segment)) {
      out.push_back(fmt::format("segment {} has {} live blocks, not {}", segment, count[segment],
                                log.live_of(segment)));
    }
  }
  if (empty < log.free_segments()) out.push_back("a free segment holds blocks");
  // Slots that were filled: all that is not free, but for what is open, and what was cleaned.
  const auto size = std::uint64_t{log.blocks()};
  const std::uint64_t filled = live + log.counts().user + log.counts().copied;
  const std::uint64_t closed = (log.segments() - log.free_segments() + log.counts().cleaned) * size;
  if (filled > closed || filled + 2 * size < closed) {
    out.push_back(fmt::format("{} blocks written into {} slots", filled, closed));
  }
  return out;
}

}  // namespace spindle::test

#pragma once
// Weighted rendezvous hashing: every extent ranks all drives of a zone by their straws, and takes
// the first that may hold its shards (Thaler and Ravishankar 1998; weights by -ln(u)/w).
//
// A drive that comes or goes changes no other drive's place in the ranking, so only its own shards
// move: the least that any map can move. The price is a straw for every drive of the zone.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/placement/crush/straw_kernel.hpp"

namespace spindle::models::crush {

class DriveRanking {
 public:
  // The best drive of a rack that is still to be looked at.
  struct Candidate {
    double length = 0;
    std::uint32_t drive = 0;
    std::uint32_t rack = 0;
  };

  // Drives weigh by capacity. Keeps a reference to `topology`.
  explicit DriveRanking(const Topology& topology);

  // Fills what is kNoItem in `out` with the highest-ranked drives of `zone` that are not in it, for
  // which `has_room(drive)` holds, at most `max_per_rack` (0: any number) of out's in a rack; calls
  // `take(drive)` for each, after which has_room may hold for fewer. False where no such set
  // exists; out is then unspecified. `scratch` is reused between calls. Cost: a quarter of a
  // nanosecond a drive of the zone with AVX-512, 10 ns a rack; a rack whose best drive is refused
  // costs 2 ns a drive of it more.
  template <class HasRoom, class Take>
  bool fill(std::uint32_t zone, std::uint64_t extent, std::uint32_t max_per_rack, HasRoom has_room,
            Take take, std::vector<Candidate>& scratch, std::span<std::uint32_t> out) const;

 private:
  // The best of a rack among the drives for which `is_legal` holds; false where none does.
  template <class IsLegal>
  bool best_legal(StrawKey key, IsLegal is_legal, Candidate& candidate) const;
  [[nodiscard]] double length_of(std::uint32_t straw, std::uint32_t rack) const {
    return straw_length(straw, per_weight_[topology_.model_of_rack(rack)]);
  }

  const Topology& topology_;
  std::vector<std::uint32_t> keys_;  // per drive, kStrawPadding more at the end
  std::vector<double> per_weight_;   // per drive model
};

template <class IsLegal>
bool DriveRanking::best_legal(StrawKey key, IsLegal is_legal, Candidate& candidate) const {
  const DriveRange drives = topology_.drives_of_rack(candidate.rack);
  bool is_found = false;
  std::uint32_t best = 0;
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    const std::uint32_t drawn = straw(key, keys_[drive]);
    if ((is_found && drawn <= best) || !is_legal(drive)) continue;
    is_found = true;
    best = drawn;
    candidate.drive = drive;
  }
  if (is_found) candidate.length = length_of(best, candidate.rack);
  return is_found;
}

template <class HasRoom, class Take>
bool DriveRanking::fill(std::uint32_t zone, std::uint64_t extent, std::uint32_t max_per_rack,
                        HasRoom has_room, Take take, std::vector<Candidate>& scratch,
                        std::span<std::uint32_t> out) const {
  const StrawKey key = straw_key(extent, 0, Level::kDrive);
  const auto is_legal = [&](std::uint32_t drive) {
    return std::find(out.begin(), out.end(), drive) == out.end() && has_room(drive);
  };
  const auto in_rack = [&](std::uint32_t rack) {
    return static_cast<std::uint32_t>(std::count_if(
        out.begin(), out.end(),
        [&](std::uint32_t drive) { return drive != kNoItem && topology_.rack_of(drive) == rack; }));
  };
  scratch.clear();
  const DriveRange racks = topology_.racks_of_zone(zone);
  for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) {
    const DriveRange drives = topology_.drives_of_rack(rack);
    if (max_per_rack != 0 && in_rack(rack) >= max_per_rack) continue;
    const BestStraw best = best_straw(&keys_[drives.first], drives.size(), key);
    scratch.push_back({length_of(best.straw, rack), drives.first + best.index, rack});
  }
  for (std::uint32_t& drive : out) {
    while (drive == kNoItem) {
      if (scratch.empty()) return false;
      const auto top = std::max_element(
          scratch.begin(), scratch.end(),
          [](const Candidate& a, const Candidate& b) { return a.length < b.length; });
      if (is_legal(top->drive)) {
        drive = top->drive;
        take(drive);
      }
      const bool may_give_more = max_per_rack == 0 || in_rack(top->rack) < max_per_rack;
      if (may_give_more && best_legal(key, is_legal, *top)) continue;
      *top = scratch.back();
      scratch.pop_back();
    }
  }
  return true;
}

}  // namespace spindle::models::crush

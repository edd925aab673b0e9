#pragma once
// The fleet that bulk placement sees: zones of racks of drives as arithmetic, no table a drive.
//
// Drives are numbered zone by zone and rack by rack. Zone z holds drives [floor(z N / Z),
// floor((z + 1) N / Z)), and place x of a zone of n drives stands in its rack floor(x R / n): sizes
// differ by one drive at most.

#include <cstdint>
#include <span>
#include <vector>

namespace spindle::models {

struct BulkZone {
  std::uint32_t first = 0;        // drive
  std::uint32_t drives = 0;       // all of the zone
  std::uint32_t open = 0;         // the first of them, that may be chosen now
  std::uint64_t rack_factor = 0;  // racks / drives, in units of 2^-63, rounded up

  // Rounding up adds less than drives / 2^63 to a multiple of 1 / drives: the floor is exact.
  [[nodiscard]] std::uint32_t rack_of(std::uint32_t place) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint32_t>((static_cast<Wide>(place) * rack_factor) >> 63U);
  }
};

// Classes of drives follow each other by place in a zone: class c ends at the floor of drives *
// (the shares up to c) / (all shares). Shares are positive; the last end is `drives`.
std::vector<std::uint32_t> class_ends(std::span<const double> shares, std::uint32_t drives);

class BulkFleet {
 public:
  // Precondition: 0 < zones <= drives, and 0 < racks_per_zone <= the drives of a zone. The last
  // floor(empty_share * drives of the zone) places of each zone are closed until open_all().
  BulkFleet(std::uint32_t drives, std::uint32_t zones, std::uint32_t racks_per_zone,
            double empty_share);

  [[nodiscard]] std::span<const BulkZone> zones() const { return zones_; }
  [[nodiscard]] std::uint32_t drives() const { return drives_; }
  [[nodiscard]] std::uint32_t open_drives() const;
  void open_all();

 private:
  std::uint32_t drives_;
  std::vector<BulkZone> zones_;
};

}  // namespace spindle::models

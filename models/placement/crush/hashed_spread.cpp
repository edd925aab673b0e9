#include "models/placement/crush/hashed_spread.hpp"

namespace spindle::models::crush {

HashedSpread::HashedSpread(const PolicyContext& context) : sampler_(context) {
  for (std::uint32_t zone = 0; zone < context.topology.zones(); ++zone) {
    zone_limits_.push_back(zone_limit(context.spread, context.topology, zone));
  }
}

void HashedSpread::draw_counts(sim::RandomStream& random,
                               std::vector<std::uint32_t>& counts) const {
  counts.resize(zone_limits_.size());
  if (rule().zones == ZoneDraw::kEven) {
    draw_zone_counts(sampler_.shards(), random, counts);
  } else {
    draw_any_zone_counts(sampler_.shards(), zone_limits_, random, counts);  // feasible: as built
  }
}

void HashedSpread::measure_rooms(const ExtentRequest& request, const FleetView& view,
                                 std::vector<std::uint32_t>& rooms) const {
  const Topology& topology = sampler_.topology();
  rooms.assign(topology.zones(), 0);
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    const std::uint32_t enough = std::min(sampler_.shards(), zone_limits_[zone]);
    const DriveRange racks = topology.racks_of_zone(zone);
    for (std::uint32_t rack = racks.first; rack < racks.last && rooms[zone] < enough; ++rack) {
      const DriveRange drives = topology.drives_of_rack(rack);
      std::uint32_t in_rack = rule().max_per_rack == 0 ? enough : rule().max_per_rack;
      for (std::uint32_t drive = drives.first; drive < drives.last && in_rack > 0; ++drive) {
        if (!has_room(view, drive, request.shard_bytes)) continue;
        --in_rack;
        ++rooms[zone];
      }
    }
    rooms[zone] = std::min(rooms[zone], enough);
  }
}

}  // namespace spindle::models::crush

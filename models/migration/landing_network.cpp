#include "models/migration/landing_network.hpp"

#include <algorithm>

namespace spindle::models {

double landing_rate(const Topology& topology, const Landing& landing, const NetworkLimits& limits) {
  if (!(limits.rack_uplink > 0)) return landing.bytes_per_s;
  const double drives = topology.drives_of_rack(topology.landing_rack(0, 0)).size();
  const double donors = topology.base_racks() / topology.zones();
  const double takers = landing.racks_per_zone;
  // Cut off the takers or the donors, by their uplinks; or the drives, by their rate.
  const double uplinks = limits.rack_uplink * std::min(takers, donors);
  return std::min(landing.bytes_per_s, uplinks / (takers * drives));
}

}  // namespace spindle::models

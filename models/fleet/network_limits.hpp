#pragma once

namespace spindle::models {

// What links let through in each direction, bytes/s; 0: no limit.
struct NetworkLimits {
  double rack_uplink = 0;  // of each rack
  double zone_link = 0;    // of each zone, to all others together
};

}  // namespace spindle::models

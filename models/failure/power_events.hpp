#pragma once
// Power events: a zone or rack goes dark for a time, and some of its drives do not come back.
//
// Events of a domain are a Poisson process, their lengths exponential; when the power returns each
// of the domain's drives is dead with the stated probability, on its own. While it is dark the
// domain is down as in any outage (outage.hpp). A pure function of (seed, replication, row, domain)
// and, of the drives that die, of their slot and the event's number.

#include <cstdint>
#include <span>
#include <vector>

#include "models/failure/outage.hpp"

namespace spindle::models {

struct PowerEvents {
  DomainKind kind = DomainKind::kRack;
  double per_year = 0;  // of each domain; >= 0
  sim::Duration lasts;  // mean; >= 0
  double dies = 0;      // probability that a drive does not come back, 0 … 1
};

struct PowerEvent {
  Outage outage;
  double dies = 0;
};

// All events before `horizon` by time, kind and domain, base racks alone. Throws
// std::invalid_argument: a rate or length that is negative or not finite, a share outside 0 to 1,
// more than 1e7 events on average.
std::vector<PowerEvent> draw_power_events(const Topology& topology,
                                          std::span<const PowerEvents> rows, sim::Seed seed,
                                          std::uint32_t replication, sim::Duration horizon);

// draw_outages() with the outages of the events among them, in its order.
std::vector<Outage> draw_outages(const Topology& topology, const OutageOptions& options,
                                 std::span<const PowerEvents> power, sim::Seed seed,
                                 std::uint32_t replication, sim::Duration horizon);

}  // namespace spindle::models

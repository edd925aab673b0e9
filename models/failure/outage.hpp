#pragma once
// Outages of racks and zones: scripted ones, and random ones drawn for each domain.
//
// A domain that is down for a time keeps its data: nothing is rebuilt, reads go elsewhere. A domain
// that is lost for good takes its data along; a lost rack is replaced by an empty one as drives
// are, a lost zone never is. Random outages of a domain are a pure function of (seed, replication,
// kind, domain): exponential times at `per_year` each, exponential lengths of mean `lasts`.

#include <cstdint>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

enum class DomainKind { kZone, kRack };

// How many the fleet has.
[[nodiscard]] inline std::uint32_t domains(const Topology& topology, DomainKind kind) {
  return kind == DomainKind::kZone ? topology.zones() : topology.racks();
}

struct Outage {
  DomainKind kind = DomainKind::kZone;
  std::uint32_t domain = 0;  // number of the zone or rack, from 0
  sim::Instant at;
  bool is_permanent = false;
  sim::Duration lasts;  // transient ones
};

struct RandomOutages {
  DomainKind kind = DomainKind::kZone;
  double per_year = 0;  // of each domain
  bool is_permanent = false;
  sim::Duration lasts;  // mean length of transient ones
};

struct OutageOptions {
  std::vector<Outage> scripted;
  std::vector<RandomOutages> random;
};

// All outages before `horizon` by time, kind and domain. An outage within another of the same
// domain is kept: who plays them counts. After a permanent loss of a zone its later random outages
// are dropped. Throws std::invalid_argument: a domain that the fleet has not, a rate or a length
// that is negative or not finite.
std::vector<Outage> draw_outages(const Topology& topology, const OutageOptions& options,
                                 sim::Seed seed, std::uint32_t replication, sim::Duration horizon);

}  // namespace spindle::models

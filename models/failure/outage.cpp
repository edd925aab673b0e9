#include "models/failure/outage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

// More would fill memory before anything runs.
constexpr double kMostOutages = 1e7;

const char* name_of(DomainKind kind) {
  return kind == DomainKind::kZone ? "zone" : "rack";
}

void check(const Topology& topology, const Outage& outage) {
  const std::uint32_t known = domains(topology, outage.kind);
  if (outage.domain >= known) {
    throw std::invalid_argument(
        fmt::format("failure: an outage of {} {} (the fleet has {}, numbered from 0) — name one of "
                    "them",
                    name_of(outage.kind), outage.domain, known));
  }
  if (outage.lasts < sim::Duration() || outage.at < sim::Instant()) {
    throw std::invalid_argument(fmt::format(
        "failure: an outage of {} {} at {} s for {} s (time does not go back) — 0 or "
        "more",
        name_of(outage.kind), outage.domain, outage.at.to_seconds(), outage.lasts.to_seconds()));
  }
}

void check(const Topology& topology, const RandomOutages& random, sim::Duration horizon) {
  if (!(random.per_year >= 0 && std::isfinite(random.per_year)) || random.lasts < sim::Duration()) {
    throw std::invalid_argument(fmt::format(
        "failure: {} outages {} times a year for {} s (both are finite and not negative) — check "
        "the units",
        name_of(random.kind), random.per_year, random.lasts.to_seconds()));
  }
  const double expected = random.per_year * domains(topology, random.kind) * horizon.to_seconds() /
                          sim::kSecondsPerYear;
  if (expected > kMostOutages) {
    throw std::invalid_argument(
        fmt::format("failure: {:.3g} {} outages in the run (at most {:.0e} are kept in memory) — a "
                    "lower rate or a shorter run",
                    expected, name_of(random.kind), kMostOutages));
  }
}

sim::Purpose purpose_of(const RandomOutages& random) {
  if (random.kind == DomainKind::kZone) {
    return random.is_permanent ? purpose::kZoneLoss : purpose::kZoneOutage;
  }
  return random.is_permanent ? purpose::kRackLoss : purpose::kRackOutage;
}

// A Poisson process; a zone is lost once.
void draw(const RandomOutages& random, std::uint32_t domain, sim::RandomStream stream,
          sim::Duration horizon, std::vector<Outage>& out) {
  const double per_s = random.per_year / sim::kSecondsPerYear;
  const double end_s = horizon.to_seconds();
  double at_s = 0;
  while (per_s > 0) {
    at_s += stream.exponential() / per_s;
    // Drawn in any case, so that the times do not depend on the kind.
    const double lasts_s = stream.exponential() * random.lasts.to_seconds();
    if (at_s >= end_s) return;  // compared before conversion: far ends overflow nanoseconds
    Outage outage{random.kind,
                  domain,
                  sim::Instant() + sim::Duration::seconds(at_s),
                  random.is_permanent,
                  {}};
    if (!random.is_permanent) outage.lasts = sim::Duration::seconds(std::min(lasts_s, end_s));
    out.push_back(outage);
    if (random.is_permanent && random.kind == DomainKind::kZone) return;
  }
}

}  // namespace

std::vector<Outage> draw_outages(const Topology& topology, const OutageOptions& options,
                                 sim::Seed seed, std::uint32_t replication, sim::Duration horizon) {
  std::vector<Outage> out;
  const sim::Instant end = sim::Instant() + horizon;
  for (const Outage& outage : options.scripted) {
    check(topology, outage);
    if (outage.at < end) out.push_back(outage);
  }
  const auto scripted = static_cast<std::ptrdiff_t>(out.size());
  // Rows that share a purpose so far: each has streams of its own.
  std::array<std::uint64_t, 4> rows{};
  for (const RandomOutages& random : options.random) {
    check(topology, random, horizon);
    const sim::Purpose purpose = purpose_of(random);
    const std::uint64_t row = rows[purpose.value - purpose::kZoneOutage.value]++;
    for (std::uint32_t domain = 0; domain < domains(topology, random.kind); ++domain) {
      // Keyed by what no landing changes, as drives are.
      const std::uint32_t slot =
          random.kind == DomainKind::kRack ? topology.slot_of_rack(domain) : domain;
      draw(random, domain, sim::RandomStream(seed, replication, purpose, (row << 32) | slot),
           horizon, out);
    }
  }
  std::vector<sim::Instant> lost(topology.zones(), sim::Instant::never());
  for (const Outage& outage : out) {
    if (outage.kind != DomainKind::kZone || !outage.is_permanent) continue;
    lost[outage.domain] = std::min(lost[outage.domain], outage.at);
  }
  out.erase(std::remove_if(out.begin() + scripted, out.end(),
                           [&](const Outage& outage) {
                             return outage.kind == DomainKind::kZone &&
                                    outage.at > lost[outage.domain];
                           }),
            out.end());
  std::stable_sort(out.begin(), out.end(), [](const Outage& a, const Outage& b) {
    if (a.at != b.at) return a.at < b.at;
    if (a.kind != b.kind) return a.kind < b.kind;
    return a.domain < b.domain;
  });
  return out;
}

}  // namespace spindle::models

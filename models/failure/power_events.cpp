#include "models/failure/power_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

// More would fill memory before anything runs.
constexpr double kMostEvents = 1e7;

void check(const Topology& topology, const PowerEvents& row, sim::Duration horizon) {
  const bool is_rate = row.per_year >= 0 && std::isfinite(row.per_year);
  if (!is_rate || row.lasts < sim::Duration() || !(row.dies >= 0 && row.dies <= 1)) {
    throw std::invalid_argument(fmt::format(
        "failure: power events {} times a year for {} s, of which a drive dies with probability {} "
        "(none is negative, a probability at most 1) — check the units",
        row.per_year, row.lasts.to_seconds(), row.dies));
  }
  const double expected =
      row.per_year * domains(topology, row.kind) * horizon.to_seconds() / sim::kSecondsPerYear;
  if (expected > kMostEvents) {
    throw std::invalid_argument(
        fmt::format("failure: {:.3g} power events in the run (at most {:.0e} are kept in memory) — "
                    "a lower rate or a shorter run",
                    expected, kMostEvents));
  }
}

bool is_earlier(const Outage& a, const Outage& b) {
  if (a.at != b.at) return a.at < b.at;
  if (a.kind != b.kind) return a.kind < b.kind;
  return a.domain < b.domain;
}

}  // namespace

std::vector<PowerEvent> draw_power_events(const Topology& topology,
                                          std::span<const PowerEvents> rows, sim::Seed seed,
                                          std::uint32_t replication, sim::Duration horizon) {
  std::vector<PowerEvent> out;
  const double end_s = horizon.to_seconds();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const PowerEvents& events = rows[row];
    check(topology, events, horizon);
    const bool is_rack = events.kind == DomainKind::kRack;
    const double per_s = events.per_year / sim::kSecondsPerYear;
    for (std::uint32_t domain = 0; domain < domains(topology, events.kind); ++domain) {
      if (is_rack && topology.is_landing_rack(domain)) continue;
      const std::uint64_t slot = is_rack ? topology.slot_of_rack(domain) : domain;
      sim::RandomStream random(seed, replication, purpose::kPowerEvent, (row << 32U) | slot);
      double at_s = 0;
      while (per_s > 0) {
        at_s += random.exponential() / per_s;
        const double lasts_s = random.exponential() * events.lasts.to_seconds();
        if (at_s >= end_s) break;  // compared before conversion: far ends overflow nanoseconds
        out.push_back({{.kind = events.kind,
                        .domain = domain,
                        .at = sim::Instant() + sim::Duration::seconds(at_s),
                        .is_permanent = false,
                        .lasts = sim::Duration::seconds(std::min(lasts_s, end_s))},
                       events.dies});
      }
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const PowerEvent& a, const PowerEvent& b) {
    return is_earlier(a.outage, b.outage);
  });
  return out;
}

std::vector<Outage> draw_outages(const Topology& topology, const OutageOptions& options,
                                 std::span<const PowerEvents> power, sim::Seed seed,
                                 std::uint32_t replication, sim::Duration horizon) {
  std::vector<Outage> out = draw_outages(topology, options, seed, replication, horizon);
  const auto before = static_cast<std::ptrdiff_t>(out.size());
  for (const PowerEvent& event : draw_power_events(topology, power, seed, replication, horizon)) {
    out.push_back(event.outage);
  }
  std::inplace_merge(out.begin(), out.begin() + before, out.end(), is_earlier);
  return out;
}

}  // namespace spindle::models

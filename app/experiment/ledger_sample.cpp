#include "app/experiment/ledger_sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "app/experiment/ledger_recoding.hpp"
#include "app/text/wording.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/demand_columns.hpp"

namespace spindle::app {
namespace {

// Sample drives: so many that moments of what they hold are known to 1 %, and that their heat in a
// window stays in cache. More where tenants are many or subsets of drives narrow.
constexpr double kSampleDrives = 16'384;
constexpr double kMostSampleDrives = 65'534;
constexpr std::uint32_t kSampleRacksPerZone = 40;
// Extents that a tenant has in the sample on average, at least.
constexpr double kExtentsPerTenant = 8;
// Drives in a tenant's subset in the sample, in shards of an extent, at least.
constexpr double kSubsetExtents = 4;
// Sets of drives, of static placement, that each tenant has in the sample, at least.
constexpr double kSetsPerTenant = 1;
// Parts of a class's data by coolness.
constexpr std::size_t kCoolnessParts = 64;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whose data is where does not depend on whose it is.
bool is_blind_to_tenants(const models::PlacementOptions& placement) {
  return placement.cell == 0 &&
         is_one_of(placement.policy, {"random", "crush", "rendezvous", "d_choices", "one_plus_beta",
                                      "k_of_d", "least_loaded", "round_robin"});
}

bool is_blind_to_fill(const models::PlacementOptions& placement) {
  return is_one_of(placement.policy, {"random", "crush", "rendezvous"});
}

double tenants_of(const Scenario& scenario) {
  double sum = 0;
  for (const TenantSpec& spec : scenario.tenants) sum += spec.options.count;
  return sum;
}

// Of the fleet at time 0.
double mean_fill(const Scenario& scenario) {
  const double stored = scenario.data.all() * models::Scheme(scenario.redundancy).overhead();
  return stored /
         (scenario.fleet.drives * scenario.fleet.models.front().model.capacity.to_double());
}

// Drives of a sample that holds as many shards a drive as the fleet, or half as many.
double sample_drives(const Scenario& scenario, unsigned parts) {
  const models::Scheme scheme(scenario.redundancy);
  const double drives = scenario.fleet.drives;
  const double extents = scenario.data.all() / scenario.data.extent.to_double() / parts;
  double wanted =
      std::max(kSampleDrives, drives / extents * kExtentsPerTenant * tenants_of(scenario));
  if (scenario.placement.policy == "shuffle_shard") {
    wanted = std::max(wanted, kSubsetExtents * scheme.shards() * drives / scenario.placement.width);
  }
  if (scenario.placement.policy == "static") {
    // Every tenant has a set that is not full, and needs one of its own to stand for it.
    const double sets =
        kSetsPerTenant * tenants_of(scenario) / (1 - std::min(0.9, mean_fill(scenario)));
    wanted = std::max(wanted, std::min(kMostSampleDrives, sets * scheme.shards()));
  }
  if (std::min(wanted, drives) > kMostSampleDrives) {
    throw WorldError({fmt::format(
        "{}: tenants, or their subsets, are so many and small that a sample would take {} drives "
        "(at most {}) — fewer tenants, smaller extents{}",
        scenario.name, grouped(static_cast<std::uint64_t>(std::min(wanted, 1e18))),
        grouped(static_cast<std::uint64_t>(kMostSampleDrives)),
        scenario.placement.policy == "shuffle_shard" ? " or a greater placement.width" : "")});
  }
  return std::min(wanted, drives);
}

std::uint32_t scaled_width(std::uint32_t width, double share) {
  return static_cast<std::uint32_t>(std::lround(width * share));
}

LedgerSample make_sample(const Scenario& scenario, unsigned parts, bool at_random) {
  LedgerSample out{scenario, nullptr, {}, 1};
  Scenario& small = out.scenario;
  const double drives = std::floor(sample_drives(scenario, parts));
  small.fleet.drives = static_cast<std::uint32_t>(drives);
  const std::uint32_t shards = models::Scheme(scenario.redundancy).shards();
  small.fleet.racks_per_zone =
      std::min(scenario.fleet.racks_per_zone, std::max(kSampleRacksPerZone, shards));
  small.fleet.landing_racks_per_zone = 0;
  small.landings.clear();
  small.drains.clear();
  small.outages.scripted.clear();
  const double of_drives = drives / scenario.fleet.drives;
  const double share = of_drives / parts;
  out.scale = 1 / share;
  const auto data = [&](models::Bytes all) {
    return models::Bytes{static_cast<std::uint64_t>(all.to_double() * scenario.data.times * share)};
  };
  small.data = {data(scenario.data.logical), scenario.data.extent, 1};
  for (TenantSpec& tenant : small.tenants) {
    tenant.options.data = data(tenant.options.data);
    tenant.options.read_bytes_per_s *= share;
    tenant.options.write_bytes_per_s *= share;
    tenant.options.trace_scale *= share;
  }
  if (at_random) small.placement = {};
  // Half a drive's data lies on a drive's log as the whole does.
  if (small.store && !small.store->fullness) small.store->fullness = mean_fill(scenario);
  if (small.placement.policy == "shuffle_shard") {
    small.placement.width = scaled_width(small.placement.width, of_drives);
  }
  if (small.placement.cell > 0) {
    small.placement.cell = std::min<std::uint32_t>(small.placement.cell, small.fleet.drives);
  }
  out.world = build_world(small);
  out.placement = models::place_all(out.world->policy, small.placement, out.world->extents);
  return out;
}

// The first tenant of a class that has data in the sample stands for all: what it says here is the
// class's. The smallest tenants of a large fleet may have none.
std::uint32_t first_tenant(const World& world, std::uint32_t tenant_class) {
  const auto& tenants = world.population.tenants();
  std::uint32_t first = 0;
  while (tenants[first].tenant_class != tenant_class) ++first;
  for (std::uint32_t t = first; t < tenants.size(); ++t) {
    if (tenants[t].tenant_class == tenant_class && tenants[t].extents > 0) return t;
  }
  return first;
}

std::vector<double> coolness(const World& world, std::uint32_t tenant_class) {
  if (world.extents.heat_weight.empty()) return {};
  std::vector<double> weights;
  for (const models::Tenant& tenant : world.population.tenants()) {
    if (tenant.tenant_class != tenant_class) continue;
    for (std::uint64_t e = tenant.first_extent; e < tenant.first_extent + tenant.extents; ++e) {
      weights.push_back(static_cast<double>(world.extents.heat_weight[e]));
    }
  }
  std::sort(weights.begin(), weights.end());
  std::vector<double> parts(kCoolnessParts);
  double all = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    parts[i * kCoolnessParts / weights.size()] += weights[i];
    all += weights[i];
  }
  for (double& part : parts) part = all > 0 ? part / all : 1.0 / kCoolnessParts;
  return parts;
}

models::LedgerAgeing ageing_of(const LedgerSample& sample, models::DemandColumns& columns,
                               std::uint32_t tenant_class) {
  const World& world = *sample.world;
  const models::TenantClass& of = world.population.classes()[tenant_class];
  const std::uint32_t t = first_tenant(world, tenant_class);
  const models::Tenant& tenant = world.population.tenants()[t];
  models::LedgerAgeing out;
  if (of.cooling.kind == models::CoolingKind::kExponential) {
    out.cool_per_s = 1 / of.cooling.tau.to_seconds();
  }
  out.newborn = static_cast<double>(columns.place_new(t, sim::Instant()).weight);
  out.demand_by_coolness = coolness(world, tenant_class);
  double squares = 0;
  for (const double part : out.demand_by_coolness) squares += part * part;
  if (squares > 0) out.unevenness = std::sqrt(squares * kCoolnessParts);
  if (of.writes_are != models::WriteKind::kNewData || tenant.bytes_per_write <= 0) return out;
  const double extent = sample.scenario.data.extent.to_double();
  const std::size_t tenants = world.population.tenants().size();
  out.shards_per_write = tenant.bytes_per_write / extent * world.scheme.shards();
  for (std::size_t model = 0; model < world.topology.models().size(); ++model) {
    out.write_seconds.push_back(extent / tenant.bytes_per_write *
                                world.costs.write[model * tenants + t] / world.scheme.shards());
  }
  return out;
}

void set_preference(const models::PlacementOptions& placement, std::uint32_t shards,
                    models::LedgerOptions& out) {
  const std::string& policy = placement.policy;
  if (policy == "static") {
    out.preference = models::LedgerPreference::kSets;
  } else if (policy == "shuffle_shard") {
    out.preference = models::LedgerPreference::kHolder;
  } else if (policy == "least_loaded") {
    out.preference = models::LedgerPreference::kEmptiest;
  } else if (policy != "round_robin" && !is_blind_to_fill(placement)) {
    out.preference = models::LedgerPreference::kEmptier;
    out.choices = placement.choices;  // drives, or a copyset's sets
    if (policy == "k_of_d") {
      const std::uint32_t drawn = placement.candidates == 0 ? 2 * shards : placement.candidates;
      out.choices = std::max(1U, drawn / shards);
    }
    if (policy == "one_plus_beta") {
      out.choices = 2;
      out.mixed = 1 - placement.beta;
    }
    if (out.choices == 1) out.preference = models::LedgerPreference::kEven;
  }
}

// Where zones' turns are of equal length, and divide evenly, the same drives come together in each.
bool takes_turns_in_sets(const Scenario& scenario, std::uint32_t shards) {
  const std::uint32_t zones = scenario.fleet.zones;
  if (scenario.placement.policy != "round_robin" || shards % zones != 0) return false;
  return scenario.fleet.drives % zones == 0 &&
         scenario.fleet.drives / zones % (shards / zones) == 0;
}

// Drives that share extents with one: of its set, of those that it is scattered over, of its cell.
std::uint32_t rebuild_sources(const Scenario& scenario, std::uint32_t shards) {
  const models::PlacementOptions& placement = scenario.placement;
  if (placement.policy == "static" || takes_turns_in_sets(scenario, shards)) return shards - 1;
  if (placement.policy == "copyset") return std::max(placement.scatter_width, shards - 1);
  return placement.cell > 0 ? placement.cell - 1 : 0;
}

}  // namespace

LedgerSamples make_ledger_samples(const Scenario& scenario) {
  if (!is_blind_to_tenants(scenario.placement))
    return {make_sample(scenario, 1, false), 1, nullptr};
  return {make_sample(scenario, 2, true), 2,
          std::make_unique<LedgerSample>(make_sample(scenario, 1, false))};
}

std::vector<float> LedgerSamples::fills(const Scenario& scenario) const {
  if (parts == 1 || is_blind_to_fill(scenario.placement)) return {};
  std::vector<float> out;
  const double shard = shard_bytes(scenario, models::Scheme(scenario.redundancy));
  for (const std::uint64_t bytes : whole->placement.used_bytes) {
    out.push_back(static_cast<float>(std::round(static_cast<double>(bytes) / shard)));
  }
  return out;
}

std::vector<models::LedgerClass> ledger_classes(const Scenario& scenario,
                                                const LedgerSample& sample) {
  const World& world = *sample.world;
  const models::Scheme scheme(scenario.redundancy);
  std::vector<models::LedgerClass> out;
  for (const TenantSpec& spec : scenario.tenants) {
    const double extents =
        spec.options.data.to_double() * scenario.data.times / scenario.data.extent.to_double();
    out.push_back({extents * scheme.shards(), 0});
  }
  for (std::uint32_t t = 0; t < world.population.tenants().size(); ++t) {
    const models::Tenant& tenant = world.population.tenants()[t];
    const bool updates =
        world.population.classes()[tenant.tenant_class].writes_are == models::WriteKind::kUpdates;
    out[tenant.tenant_class].demand +=
        sample.scale * (tenant.reads_per_s() * world.costs.read[t] +
                        (updates ? tenant.writes_per_s() * world.costs.write[t] : 0.0));
  }
  return out;
}

models::LedgerOptions ledger_options(const Scenario& scenario, const LedgerSample& sample,
                                     const models::Topology& topology) {
  const World& world = *sample.world;
  models::LedgerOptions out;
  models::DemandColumns columns(world.population);
  for (std::uint32_t c = 0; c < scenario.tenants.size(); ++c) {
    out.ageing.push_back(ageing_of(sample, columns, c));
    out.ageing.back().lifecycle = ledger_lifecycle(scenario, scenario.tenants[c], topology);
  }
  out.spread = scenario.spread;
  out.shards = world.scheme.shards();
  out.needed = world.scheme.needed();
  set_preference(scenario.placement, out.shards, out);
  out.sources = rebuild_sources(scenario, out.shards);
  out.landings = scenario.landings;
  out.drains = scenario.drains;
  out.outages = scenario.outages.scripted;
  out.failure = failure_options(scenario, topology);
  if (!scenario.has_timeline()) out.failure.horizon = sim::Duration::nanoseconds(1);
  out.repair = scenario.repair;
  out.rebalance = scenario.rebalance;
  WholeShardSeconds seconds = whole_shard_seconds(scenario, world.scheme, topology);
  out.read_seconds = std::move(seconds.read);
  out.write_seconds = std::move(seconds.write);
  out.seed = sim::Seed{scenario.seed};
  return out;
}

}  // namespace spindle::app

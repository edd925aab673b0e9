#include "app/experiment/loss_in_run.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "models/analytic/first_passage.hpp"
#include "models/analytic/markov.hpp"
#include "models/analytic/scheme_chain.hpp"

namespace spindle::app {
namespace {

// A zone or rack that is lost at a stated time.
struct Blow {
  const models::Outage* outage = nullptr;
  bool is_rebuilt = false;
};

std::vector<Blow> blows_of(const Scenario& scenario, const models::OutageOptions& outages,
                           const World& world, bool is_repaired) {
  std::vector<Blow> out;
  std::uint32_t left = world.base.zones();
  std::uint32_t limit = scenario.spread.max_per_zone;
  const std::uint32_t shards = world.scheme.shards();
  for (const models::Outage& outage : outages.scripted) {
    if (!outage.is_permanent) continue;
    if (outage.kind == models::DomainKind::kRack) {
      out.push_back({&outage, is_repaired});
      continue;
    }
    --left;
    bool has_room = left > 0 && (limit == 0 || std::uint64_t{limit} * left >= shards);
    if (!has_room && left > 0 && scenario.repair.after_zone_loss == models::AfterZoneLoss::kRelax) {
      limit = (shards + left - 1) / left;
      has_room = true;
    }
    out.push_back({&outage, has_room && is_repaired});
  }
  return out;
}

// How many extents have how many shards in each of what is lost, in its order.
using ShardCounts = std::map<std::vector<std::uint32_t>, std::uint64_t>;

ShardCounts count_shards_in(const std::vector<Blow>& blows, const World& world,
                            const models::PlacementResult& placement) {
  ShardCounts out;
  std::vector<std::uint32_t> held(blows.size());
  for (std::uint32_t e = 0; e < world.extents.extents(); ++e) {
    const auto drives = placement.drives_of(e);
    if (drives.front() == models::PlacementResult::kNoDrive) continue;
    std::fill(held.begin(), held.end(), 0U);
    for (const std::uint32_t drive : drives) {
      for (std::size_t i = 0; i < blows.size(); ++i) {
        const models::Outage& outage = *blows[i].outage;
        const bool is_zone = outage.kind == models::DomainKind::kZone;
        const std::uint32_t domain =
            is_zone ? world.base.zone_of(drive) : world.base.rack_of(drive);
        held[i] += domain == outage.domain ? 1U : 0U;
      }
    }
    ++out[held];
  }
  return out;
}

enum class Course { kChain, kAllIsLost, kUnknown };

Course course_of(const std::vector<Blow>& blows, const World& world) {
  const auto zones = std::count_if(blows.begin(), blows.end(), [](const Blow& blow) {
    return blow.outage->kind == models::DomainKind::kZone;
  });
  if (zones == world.base.zones()) return Course::kAllIsLost;
  const bool has_racks = static_cast<std::size_t>(zones) < blows.size();
  const bool is_any_rebuilt =
      std::any_of(blows.begin(), blows.end(), [](const Blow& blow) { return blow.is_rebuilt; });
  // A rack's shards can be among those of its zone: together they are no separate domains.
  const bool is_known = blows.size() < 2 || !(has_racks || is_any_rebuilt);
  return is_known ? Course::kChain : Course::kUnknown;
}

bool is_what_direct_plays(const Scenario& scenario, const models::OutageOptions& outages,
                          const std::vector<Blow>& blows) {
  const bool zones_are_lost_alone =
      std::all_of(outages.scripted.begin(), outages.scripted.end(), [](const auto& outage) {
        return outage.is_permanent && outage.kind == models::DomainKind::kZone;
      });
  if (!zones_are_lost_alone || !outages.random.empty() || !scenario.failure.is_as_in_chain()) {
    return false;
  }
  if (scenario.scrub && scenario.scrub->errors_per_year > 0) return false;
  if (scenario.repair.law == models::RepairLaw::kBandwidth) {
    return scenario.repair.bytes_per_s == 0;
  }
  // A shard that was lost by itself before its zone was waits, and takes the place of the next one
  // that fails elsewhere, at once: the chain takes it for missing.
  return std::none_of(blows.begin(), blows.end(), [](const Blow& blow) {
    return !blow.is_rebuilt && blow.outage->at > sim::Instant();
  });
}

bool is_placement_known(const Scenario& scenario) {
  return std::none_of(scenario.outages.scripted.begin(), scenario.outages.scripted.end(),
                      [&](const models::Outage& outage) {
                        const bool is_rack_lost =
                            outage.is_permanent && outage.kind == models::DomainKind::kRack;
                        return is_rack_lost && !scenario.landings.empty() &&
                               scenario.landings.front().at < outage.at;  // by time
                      });
}

double mean_loss(const Scenario& scenario, const World& world, const Durability& durability,
                 const std::vector<Blow>& blows, const ShardCounts& counts) {
  if (world.scheme.kind() == models::SchemeKind::kLocal) {  // no events stand beside it
    return models::loss_probability(world.scheme, 0, durability.failures_per_hour,
                                    durability.repairs_per_hour,
                                    scenario.run.duration.to_seconds() / sim::kSecondsPerHour);
  }
  double sum = 0;
  double extents = 0;
  for (const auto& [held, count] : counts) {
    std::vector<models::DomainLoss> losses;
    for (std::size_t i = 0; i < blows.size(); ++i) {
      const double at = (blows[i].outage->at - sim::Instant()).to_seconds() / sim::kSecondsPerHour;
      losses.push_back({held[i], at, blows[i].is_rebuilt});
    }
    const double run_hours = scenario.run.duration.to_seconds() / sim::kSecondsPerHour;
    sum += static_cast<double>(count) *
           models::loss_probability(world.scheme.shards(), world.scheme.needed(),
                                    durability.failures_per_hour, durability.repairs_per_hour,
                                    models::RepairMode::kParallel, run_hours, losses,
                                    durability.errors);
    extents += static_cast<double>(count);
  }
  return extents > 0 ? sum / extents : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

models::OutageOptions base_outages(const Scenario& scenario, const World& world) {
  models::OutageOptions out = scenario.outages;
  std::erase_if(out.scripted, [&](const models::Outage& outage) {
    return outage.kind == models::DomainKind::kRack &&
           world.topology.is_landing_rack(outage.domain);
  });
  for (models::Outage& outage : out.scripted) {
    if (outage.kind != models::DomainKind::kRack) continue;
    outage.domain = world.topology.slot_of_rack(outage.domain);
  }
  return out;
}

bool has_random_losses(const Scenario& scenario) {
  const auto& random = scenario.outages.random;
  return std::any_of(random.begin(), random.end(),
                     [](const auto& outages) { return outages.is_permanent; });
}

LossInRun analytic_loss_in_run(const Scenario& scenario, const World& world,
                               const models::PlacementResult& placement,
                               const Durability& durability) {
  const models::OutageOptions outages = base_outages(scenario, world);
  const auto blows = blows_of(scenario, outages, world, durability.repairs_per_hour > 0);
  const ShardCounts counts = count_shards_in(blows, world, placement);
  LossInRun out;
  out.is_placement_known = is_placement_known(scenario);
  if (!out.is_placement_known || has_random_losses(scenario)) {
    out.probability = std::numeric_limits<double>::quiet_NaN();
    return out;
  }
  switch (course_of(blows, world)) {
    case Course::kChain:
      out.probability = rounded_to_12_digits(mean_loss(scenario, world, durability, blows, counts));
      break;
    case Course::kAllIsLost:
      out.probability = 1;
      break;
    case Course::kUnknown:
      out.probability = std::numeric_limits<double>::quiet_NaN();
      return out;
  }
  out.is_what_direct_plays = is_what_direct_plays(scenario, outages, blows);
  return out;
}

}  // namespace spindle::app

#include "models/timeline/timeline.hpp"

#include <algorithm>
#include <utility>

#include "models/migration/landing_network.hpp"

namespace spindle::models {
namespace {

std::vector<std::uint32_t> tenants_with_new_data(const TenantPopulation& population) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t tenant = 0; tenant < population.tenants().size(); ++tenant) {
    const Tenant& one = population.tenants()[tenant];
    const TenantClass& of = population.classes()[one.tenant_class];
    if (of.writes_are == WriteKind::kNewData) out.push_back(tenant);
  }
  return out;
}

// Disk time of writing one shard of a whole extent: [model * tenants + tenant].
std::vector<double> write_seconds(const TimelineInputs& in) {
  std::vector<double> out(in.costs.write.size(), 0.0);
  const auto& tenants = in.population.tenants();
  const std::uint32_t shards = in.placement.shards_per_extent;
  for (std::size_t at = 0; at < out.size(); ++at) {
    const double object = tenants[at % tenants.size()].bytes_per_write;
    if (object <= 0) continue;
    out[at] = static_cast<double>(in.extent_bytes) / object * in.costs.write[at] / shards;
  }
  return out;
}

// Of the capacity of the drives that are present.
double used_share(const FleetState& state) {
  double used = 0;
  double capacity = 0;
  for (std::uint32_t drive = 0; drive < state.topology().drives(); ++drive) {
    if (!state.is_present(drive)) continue;
    used += static_cast<double>(state.used_bytes()[drive]);
    capacity += state.topology().capacity_of(drive).to_double();
  }
  return capacity > 0 ? used / capacity : 0.0;
}

}  // namespace

Timeline::Timeline(const TimelineInputs& inputs, DemandColumns& columns, ExtentDemand demand)
    : in_(inputs),
      columns_(columns),
      index_(inputs.placement, inputs.topology.drives()),
      journal_(inputs.topology.racks(), inputs.grid.epoch),
      directed_(inputs.topology.drives(), inputs.grid.epoch),
      state_(inputs.topology, inputs.extents.shard_bytes, inputs.needed, inputs.placement, index_,
             &journal_, std::move(demand)) {
  make_landings();
  const sim::Seed seed = in_.context.seed;
  repair_inputs_.emplace(RepairInputs{in_.topology, in_.context.spread, in_.needed,
                                      in_.extents.shard_bytes, in_.placement, index_, in_.repair,
                                      in_.failure, seed, in_.outages});
  repair_ = std::make_unique<Repair>(
      *repair_inputs_, 0, engine_, state_,
      draw_outages(in_.topology, in_.outages, in_.failure.power, seed, 0, in_.failure.horizon),
      &directed_);
  make_turnover();
  make_scrub();
}

void Timeline::make_landings() {
  LandingInputs inputs;
  inputs.landings = in_.landings;
  for (Landing& landing : inputs.landings) {
    landing.bytes_per_s = landing_rate(in_.topology, landing, in_.repair.network);
  }
  inputs.spread = in_.context.spread;
  inputs.io = in_.repair.io;
  inputs.epoch = in_.grid.epoch;
  inputs.horizon = sim::Instant() + in_.failure.horizon;
  inputs.seed = in_.context.seed;
  inputs.column_heat = [this](sim::Instant at) { return column_heat(at); };
  inputs.on_landed = [this](sim::Instant, std::uint32_t drive) { repair_->put_in_service(drive); };
  landings_ = std::make_unique<LandingRun>(std::move(inputs), engine_, state_, &directed_);
}

void Timeline::make_turnover() {
  TurnoverInputs inputs;
  inputs.tenants = tenants_with_new_data(in_.population);
  if (inputs.tenants.empty()) return;
  inputs.extent_bytes = in_.extent_bytes;
  inputs.seed = in_.context.seed;
  inputs.place_new = [this](std::uint32_t tenant, sim::Instant birth) {
    return columns_.place_new(tenant, birth);
  };
  inputs.before_renewal = [this](sim::Instant at, std::uint32_t extent) {
    repair_->forget(extent);
    if (in_.on_renewed) in_.on_renewed(at, extent);
  };
  inputs.write_seconds = write_seconds(in_);
  placer_ = std::make_unique<NewDataPlacer>(
      in_.context, in_.policy, in_.extents, std::move(in_.expected_heat), state_,
      &landings_->landed(), placed_upon(in_.landings, state_.topology()));
  turnover_ = std::make_unique<Turnover>(std::move(inputs), in_.extents, engine_, state_, *placer_,
                                         &directed_);
  written_.resize(in_.population.tenants().size());
}

void Timeline::make_scrub() {
  if (!in_.scrub) return;
  ScrubInputs inputs{state_.topology(), *in_.scrub, in_.context.seed, {}};
  if (in_.scrub->reads_find) {
    client_reads_.emplace(in_.population, in_.extents, state_.shards(), in_.needed,
                          in_.extent_bytes);
    const double fill = used_share(state_);
    inputs.reads_per_s = [this, fill](sim::RandomStream& random) {
      if (random.uniform() >= fill) return 0.0;
      return client_reads_->per_s(random.below(state_.extents()));
    };
  }
  scrub_ = std::make_unique<ScrubRun>(inputs, state_);
}

void Timeline::end_scrub_epoch(sim::Instant end) {
  const auto failures = repair_->failures();
  std::vector<std::uint32_t> failed;
  for (; failures_seen_ < failures.size(); ++failures_seen_) {
    failed.push_back(failures[failures_seen_].slot);
  }
  scrub_->end_epoch(end, failed);
}

// Long-run disk time per second of a shard of weight 1 on the fleet's first drive model: what moves
// is ordered by it, and a tenant's order is the same on every model.
std::vector<double> Timeline::column_heat(sim::Instant at) const {
  std::vector<double> out(columns_.columns());
  const auto& tenants = in_.population.tenants();
  for (std::uint32_t column = 0; column < out.size(); ++column) {
    const std::uint32_t number = columns_.tenant_of(column);
    const Tenant& tenant = tenants[number];
    const bool is_new =
        in_.population.classes()[tenant.tenant_class].writes_are == WriteKind::kNewData;
    const double writes = is_new ? 0 : tenant.writes_per_s() * in_.costs.write[number];
    const double heat = (tenant.reads_per_s() * in_.costs.read[number] + writes) /
                        (static_cast<double>(tenant.extents) * state_.shards());
    out[column] = heat * columns_.course_at(column, at);
  }
  return out;
}

void Timeline::advance(const WindowDemand& window) {
  if (turnover_) tell_writes(window);
  for (std::size_t e = 1; e <= window.epochs; ++e) {
    const sim::Instant end = window.start + static_cast<std::int64_t>(e) * in_.grid.epoch;
    if (scrub_) {
      const sim::Instant start = window.start + static_cast<std::int64_t>(e - 1) * in_.grid.epoch;
      scrub_->begin_epoch(start, end, directed_);
    }
    engine_.run_until(end);
    repair_->observe();
    // After a zone's loss the rule may be relaxed: new data that kept the old one had no place.
    if (placer_) placer_->plan_anew(repair_->spread());
    record_states();
    if (scrub_) end_scrub_epoch(end);
  }
}

void Timeline::tell_writes(const WindowDemand& window) {
  const auto& tenants = in_.population.tenants();
  for (std::size_t e = 0; e < window.epochs; ++e) {
    for (std::uint32_t tenant = 0; tenant < tenants.size(); ++tenant) {
      written_[tenant] = window.writes_per_s(tenant)[e] * tenants[tenant].bytes_per_write;
    }
    turnover_->write(window.start + static_cast<std::int64_t>(e) * in_.grid.epoch, in_.grid.epoch,
                     written_);
  }
}

void Timeline::record_states() {
  std::uint32_t down = 0;
  for (std::uint32_t rack = 0; rack < in_.topology.racks(); ++rack) {
    if (state_.is_rack_absent(rack)) continue;
    const DriveRange drives = in_.topology.drives_of_rack(rack);
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      down += state_.can_read(drive) ? 0U : 1U;
    }
  }
  states_.under_protected.push_back(state_.under_protected());
  states_.exposed.push_back(state_.exposed());
  states_.unreadable.push_back(state_.unreadable());
  states_.drives_down.push_back(down);
}

std::optional<TurnoverCounts> Timeline::turnover() const {
  if (!turnover_) return std::nullopt;
  return turnover_->counts();
}

}  // namespace spindle::models

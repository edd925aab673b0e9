#pragma once
// A small fleet to which everything happens, at random moments, and the heat of its drives by
// direct summation over shards and time.

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "app/world/world.hpp"
#include "models/checkers/living_checker.hpp"
#include "models/flow/flow_run.hpp"
#include "sim/math.hpp"
#include "tests/support/small_worlds.hpp"

namespace spindle::test {

inline app::Scenario living_scenario() {
  app::Scenario scenario = plain_world(60, 1, 400);
  scenario.run = {sim::Duration::hours(37), sim::Duration::hours(1)};
  scenario.fleet.zones = 3;
  scenario.fleet.racks_per_zone = 10;
  scenario.redundancy = {models::SchemeKind::kErasure, 3, 5, 4};
  scenario.spread = {3, 1};
  auto& first = scenario.tenants[0].options;
  first.count = 4;
  first.data = models::Bytes{300'000'000};
  first.write_bytes_per_s = 1e7;
  first.load.kind = models::LoadKind::kOnOff;
  app::TenantSpec second = scenario.tenants[0];
  first.cooling.kind = models::CoolingKind::kExponential;
  first.cooling.tau = sim::Duration::hours(20);
  first.cooling.oldest = sim::Duration::hours(30);
  first.writes_are = models::WriteKind::kNewData;
  second.options.count = 3;
  second.options.data = models::Bytes{100'000'000};
  second.options.load.kind = models::LoadKind::kConstant;
  scenario.tenants.push_back(second);
  return scenario;
}

struct LivingOptions {
  bool has_outages = true;  // and failures
  bool loses_zone = false;
  bool has_fault = false;  // a shift that nothing caused
  bool has_slow_drives = false;
  unsigned threads = 1;
  std::uint64_t seed = 5;
};

class LivingWorld {
 public:
  LivingWorld(const app::Scenario& scenario, LivingOptions options)
      : options_(options),
        world_(app::build_world(scenario)),
        placement_(models::place_all(world_->policy, scenario.placement, world_->extents)),
        index_(placement_, world_->topology.drives()),
        columns_(world_->population),
        first_(models::first_demand(columns_, world_->population, world_->extents.heat_weight)),
        column_weight_(models::column_weights(columns_, first_)),
        matrix_(world_->topology, world_->extents, placement_, first_),
        ledger_(matrix_),
        journal_(world_->topology.racks(), world_->grid.epoch),
        directed_(world_->topology.drives(), world_->grid.epoch),
        fleet_(world_->topology, world_->extents.shard_bytes, world_->scheme.needed(), placement_,
               index_, &journal_, first_),
        random_({options.seed}, 0, {0}, 0),
        birth_s_(world_->extents.extents(), -1.0),
        outages_(world_->topology.racks(), 0),
        pace_(world_->topology.drives(), 1.0),
        heat(world_->topology.drives(), std::vector<double>(world_->grid.count)),
        directed_heat(heat) {
    read_rates();
  }

  models::FlowResult run() {
    models::FlowInputs inputs{world_->topology,     matrix_,
                              world_->population,   world_->costs,
                              world_->total_weight, world_->capacity_share,
                              world_->grid,         options_.threads};
    inputs.columns = &columns_;
    inputs.column_weight = &column_weight_;
    models::LivingDemand expected(inputs, placement_);
    models::FlowDynamics dynamics{ledger_, journal_, directed_,
                                  [&](const models::WindowDemand& window) {
                                    if (window.first_epoch > 0) check_last_window();
                                    expected.begin(window);
                                    live_through(window, expected);
                                    expected.end(journal_);
                                  }};
    inputs.dynamics = &dynamics;
    const models::FlowResult result = models::run_flow(inputs);
    check_last_window();
    const auto report = expected.check(result.series, 1e-5);
    demand_violations = report.violations;
    checked_epochs = static_cast<std::size_t>(std::count_if(
        expected.least().begin(), expected.least().end(), [](double value) { return value >= 0; }));
    return result;
  }

  [[nodiscard]] const app::World& world() const { return *world_; }

 private:
  using Instant = sim::Instant;

  void read_rates() {
    const std::size_t epochs = world_->grid.count;
    const auto& tenants = world_->population.tenants();
    models::DemandStream demand(world_->population);
    for (std::uint32_t t = 0; t < tenants.size(); ++t) {
      std::vector<double> reads(epochs);
      std::vector<double> writes(epochs);
      demand.fill(t, t + 1, 0, epochs, reads, writes);
      const bool updates = world_->population.classes()[tenants[t].tenant_class].writes_are ==
                           models::WriteKind::kUpdates;
      for (std::size_t e = 0; e < epochs; ++e) {
        reads[e] =
            reads[e] * world_->costs.read[t] + (updates ? writes[e] * world_->costs.write[t] : 0.0);
        reads[e] /= world_->total_weight[t];
      }
      rates_.push_back(reads);
      for (std::uint32_t i = 0; i < tenants[t].extents; ++i) tenant_of_.push_back(t);
    }
  }

  // Weight of an extent in an epoch by the law: rates are constant within an epoch.
  [[nodiscard]] double weight(std::uint32_t extent, std::size_t epoch) const {
    const auto& who = world_->population.tenants()[tenant_of_[extent]];
    const auto& cooling = world_->population.classes()[who.tenant_class].cooling;
    if (cooling.kind == models::CoolingKind::kNone) return 1;
    const double alpha = world_->grid.epoch.to_seconds() / cooling.tau.to_seconds();
    const double mean = -sim::expm1(-alpha) / alpha;
    const double at = static_cast<double>(epoch) * alpha;
    if (birth_s_[extent] < 0) {
      return double{world_->extents.heat_weight[extent]} * sim::exp(-at) * mean;
    }
    const double oldest = cooling.oldest.to_seconds() / cooling.tau.to_seconds();
    return oldest / -sim::expm1(-oldest) *
           sim::exp(birth_s_[extent] / cooling.tau.to_seconds() - at) * mean;
  }

  // Adds what every shard bears from the last event to now.
  void integrate(Instant now) {
    const double epoch = world_->grid.epoch.to_seconds();
    const double until = now.to_seconds() / epoch;
    for (double from = last_; from < until;) {
      const auto e = static_cast<std::size_t>(from);
      const double end = std::min(until, static_cast<double>(e + 1));
      for (std::uint32_t x = 0; x < fleet_.extents(); ++x) {
        const double readable = fleet_.readable(x);
        if (readable < fleet_.needed()) continue;
        const double each = weight(x, e) * rates_[tenant_of_[x]][e] * fleet_.shards() / readable;
        for (const std::uint32_t entry : fleet_.map().of(x)) {
          if (models::ShardMap::is_lost(entry) || !fleet_.can_read(entry)) continue;
          heat[entry][e] += each * (end - from) * pace_[entry];
        }
      }
      from = end;
    }
    last_ = until;
  }

  [[nodiscard]] bool holds(std::uint32_t extent, std::uint32_t drive) const {
    const auto entries = fleet_.map().of(extent);
    return std::find(entries.begin(), entries.end(), drive) != entries.end();
  }
  std::uint32_t any_drive() { return random_.below(world_->topology.drives()); }
  std::uint32_t any_extent() { return random_.below(fleet_.extents()); }

  void fail(Instant now, std::uint32_t drive) {
    if (!fleet_.is_present(drive)) return;
    for (const std::uint32_t shard : fleet_.begin_failure(drive)) {
      fleet_.mark_lost(now, shard, static_cast<std::uint32_t>(lost_.size()));
      lost_.push_back(shard);
    }
    fleet_.end_failure(drive);
    failed_.push_back(drive);
  }

  void move(Instant now, std::uint32_t shard, std::uint32_t drive) {
    const std::uint32_t extent = shard / fleet_.shards();
    const std::uint32_t from = fleet_.map().entry(shard);
    if (!fleet_.can_read(drive) || !fleet_.is_present_entry(from) || holds(extent, drive)) return;
    fleet_.move(now, shard, drive);
  }

  void repair(Instant now) {
    for (int i = 0; i < 20 && !lost_.empty(); ++i) {
      const std::uint32_t drive = any_drive();
      if (!fleet_.can_read(drive) || holds(lost_.back() / fleet_.shards(), drive)) continue;
      fleet_.put(now, lost_.back(), drive);
      lost_.pop_back();
    }
    for (const std::uint32_t drive : failed_) fleet_.replace(drive);
    failed_.clear();
  }

  void renew(Instant now, std::uint32_t extent, models::LivingDemand& expected) {
    for (const std::uint32_t entry : fleet_.map().of(extent)) {
      if (!fleet_.is_present_entry(entry)) return;
    }
    std::vector<std::uint32_t> drives;
    for (int i = 0; drives.size() < fleet_.shards() && i < 1000; ++i) {
      const std::uint32_t drive = any_drive();
      const bool is_new = std::find(drives.begin(), drives.end(), drive) == drives.end();
      if (fleet_.can_read(drive) && is_new) drives.push_back(drive);
    }
    if (drives.size() < fleet_.shards()) return;
    const auto place = columns_.place_new(tenant_of_[extent], now);
    fleet_.renew(now, extent, drives, place.column, place.weight);
    expected.renewed(now, extent);
    birth_s_[extent] = now.to_seconds();
  }

  void toggle_rack(Instant now, std::uint32_t rack) {
    if (outages_[rack] == 0) {
      fleet_.begin_rack_outage(now, rack);
    } else {
      fleet_.end_rack_outage(now, rack);
    }
    outages_[rack] ^= 1U;
  }

  void toggle_zone(Instant now) {
    if (zone_is_down_) {
      fleet_.end_zone_outage(now, 1);
    } else {
      fleet_.begin_zone_outage(now, 1);
    }
    zone_is_down_ = !zone_is_down_;
  }

  void toggle_pace(Instant now, std::uint32_t drive) {
    pace_[drive] = pace_[drive] == 1 ? 3.5 : 1;
    fleet_.set_pace(now, drive, pace_[drive]);
  }

  void direct(Instant now) {
    const std::uint32_t drive = any_drive();
    const auto delay = sim::Duration::hours(random_.uniform() * 3);
    const auto length = sim::Duration::hours(random_.uniform() * 20);
    directed_.add(drive, now + delay, now + delay + length, 0.25F);
    const double epoch = world_->grid.epoch.to_seconds();
    const double from = (now + delay).to_seconds() / epoch;
    const double until = from + length.to_seconds() / epoch;
    for (std::size_t e = 0; e < world_->grid.count; ++e) {
      const auto begin = static_cast<double>(e);
      directed_heat[drive][e] +=
          0.25 * std::max(0.0, std::min(until, begin + 1) - std::max(from, begin));
    }
  }

  void happen(Instant now, models::LivingDemand& expected) {
    const std::uint32_t what = random_.below(options_.has_outages ? 100 : 80);
    if (what < 40) {
      move(now, any_extent() * fleet_.shards() + random_.below(fleet_.shards()), any_drive());
    } else if (what < 70) {
      renew(now, any_extent(), expected);
    } else if (what < 80) {
      direct(now);
    } else if (what < 85) {
      fail(now, any_drive());
    } else if (what < 91) {
      repair(now);
    } else if (what < 98) {
      toggle_rack(now, random_.below(world_->topology.racks()));
    } else {
      toggle_zone(now);
    }
  }

  void live_through(const models::WindowDemand& window, models::LivingDemand& expected) {
    constexpr int kEvents = 120;
    const sim::Duration length = window.end - window.start;
    for (int i = 0; i < kEvents; ++i) {
      const double share = (i + random_.uniform()) / kEvents;
      const Instant now = window.start + sim::Duration::seconds(share * length.to_seconds());
      integrate(now);
      happen(now, expected);
      if (options_.has_slow_drives && i % 3 == 0) toggle_pace(now, any_drive());
      if (options_.loses_zone && window.first_epoch == 16 && i == 50) fleet_.lose_zone(now, 2);
    }
    integrate(window.end);
    if (options_.has_fault && window.first_epoch == 16) {
      journal_.shift(window.start, 3, 0, 1, 40);
    }
    // Tiny fleets never have enough pending to be merged by themselves.
    for (std::uint32_t rack = 0; rack < world_->topology.racks(); rack += 2) ledger_.merge(rack);
    now_ = window.end;
  }

  void check_last_window() {
    ledger_violations += models::check_ledger(ledger_, fleet_, columns_, now_).violations;
  }

  LivingOptions options_;
  std::unique_ptr<app::World> world_;
  models::PlacementResult placement_;
  models::ShardIndex index_;
  models::DemandColumns columns_;
  models::ExtentDemand first_;
  std::vector<double> column_weight_;
  models::HeatMatrix matrix_;
  models::HeatLedger ledger_;
  models::DemandJournal journal_;
  models::DirectedLoad directed_;
  models::FleetState fleet_;
  sim::RandomStream random_;
  std::vector<std::uint32_t> tenant_of_;    // per extent
  std::vector<std::vector<double>> rates_;  // per tenant: of one shard of weight 1
  std::vector<double> birth_s_;             // per extent; below 0: before the run
  std::vector<std::uint32_t> lost_;
  std::vector<std::uint32_t> failed_;
  std::vector<std::uint8_t> outages_;
  std::vector<double> pace_;  // per drive
  bool zone_is_down_ = false;
  double last_ = 0;  // epochs
  Instant now_;

 public:
  std::vector<std::vector<double>> heat;  // by direct summation: [drive][epoch]
  std::vector<std::vector<double>> directed_heat;
  std::uint64_t demand_violations = 0;
  std::uint64_t ledger_violations = 0;
  std::size_t checked_epochs = 0;
};

}  // namespace spindle::test

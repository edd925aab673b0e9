#include "app/scenario/build.hpp"

#include <algorithm>
#include <system_error>

#include "app/scenario/failure_build.hpp"
#include "app/scenario/fields.hpp"
#include "app/scenario/lifecycle_fields.hpp"
#include "app/scenario/load_build.hpp"
#include "app/scenario/load_fields.hpp"
#include "app/scenario/margin_text.hpp"
#include "app/scenario/mechanical_checks.hpp"
#include "app/scenario/placement_fields.hpp"
#include "app/scenario/rebalance_fields.hpp"
#include "app/scenario/redundancy.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/scenario/scrub_fields.hpp"
#include "app/scenario/size_fields.hpp"
#include "app/scenario/store_fields.hpp"
#include "app/scenario/threshold_text.hpp"
#include "app/scenario/timeline_fields.hpp"
#include "app/scenario/units.hpp"
#include "models/drive/drive_model.hpp"

namespace spindle::app {
namespace {

std::uint32_t small(const ResolvedView& view, std::string_view path) {
  return static_cast<std::uint32_t>(view.whole(path).value());
}

models::FleetOptions build_fleet(const ResolvedView& view) {
  models::FleetOptions fleet{.zones = small(view, "fleet.zones"),
                             .racks_per_zone = small(view, "fleet.racks_per_zone"),
                             .drives = small(view, "fleet.drives"),
                             .models = {}};
  for (std::size_t i = 0; i < view.size("fleet.models"); ++i) {
    const ResolvedView row = view.element("fleet.models", i);
    models::DriveShare drive{*models::find_drive_preset(row.text("model").value()),
                             row.number("share").value()};
    drive.model.capacity = row.bytes("capacity").value();
    drive.model.annual_failure_rate = row.failure_rate("afr").value();
    fleet.models.push_back(std::move(drive));
  }
  return fleet;
}

// A name that ends in .json is a file's; all others are presets'.
std::vector<MechanicsSource> build_mechanics(const ResolvedView& view,
                                             const std::filesystem::path& folder) {
  std::vector<MechanicsSource> out;
  for (std::size_t i = 0; i < view.size("fleet.models"); ++i) {
    const ResolvedView row = view.element("fleet.models", i);
    MechanicsSource source;
    source.is_named = row.at("mechanics") != nullptr;
    const std::string name = mechanics_of(row);
    if (names_drive_file(name)) {
      source.file = (folder / name).lexically_normal();
    } else {
      source.preset = name;
    }
    if (const auto word = row.text("scheduler")) {
      source.scheduler = models::find_scheduler(*word).value();
    }
    source.depth = row.whole("depth").value_or(source.depth);
    source.patience = row.duration("patience").value_or(source.patience);
    out.push_back(std::move(source));
  }
  return out;
}

std::optional<ZoomOptions> build_zoom(const ResolvedView& view) {
  if (view.at("zoom") == nullptr) return std::nullopt;
  ZoomOptions zoom;
  zoom.drives = view.text("zoom.drives") == "hottest" ? models::ZoomDrives::kHottest
                                                      : models::ZoomDrives::kRandom;
  zoom.count = small(view, "zoom.count");
  zoom.from = view.duration("zoom.from");
  zoom.duration = view.duration("zoom.duration").value_or(view.duration("run.epoch").value());
  return zoom;
}

models::SizeOptions build_size(const ResolvedView& view) {
  models::SizeOptions size;
  const std::string word = view.text("distribution").value();
  if (word == "zipf") {
    size.kind = models::SizeKind::kZipf;
    size.exponent = view.number("exponent").value();
  } else if (word == "lognormal") {
    size.kind = models::SizeKind::kLognormal;
    size.sigma = view.number("sigma").value();
  } else if (word == "pareto") {
    size.kind = models::SizeKind::kPareto;
    size.exponent = view.number("alpha").value();
  }
  return size;
}

models::CoolingOptions build_cooling(const ResolvedView& view) {
  models::CoolingOptions cooling;
  const std::string word = view.text("model").value();
  if (word == "none") return cooling;
  if (view.text("ages") == "steady") cooling.ages = models::AgeLaw::kSteady;
  cooling.oldest = view.duration("oldest").value();
  if (word == "exponential") {
    cooling.kind = models::CoolingKind::kExponential;
    cooling.tau = view.duration("tau").value();
  } else {
    cooling.kind = models::CoolingKind::kPowerLaw;
    cooling.exponent = view.number("exponent").value();
    cooling.scale = view.duration("scale").value();
  }
  return cooling;
}

void build_durability(const ResolvedView& view, Scenario& scenario) {
  const auto estimator = view.text("durability.estimator");
  if (estimator == "direct") scenario.durability.estimator = DurabilityEstimator::kDirect;
  if (estimator == "conditional") {
    scenario.durability.estimator = DurabilityEstimator::kConditional;
  }
  if (const auto replications = view.whole("durability.replications")) {
    scenario.durability.replications = static_cast<std::uint32_t>(*replications);
  }
  scenario.failure = build_failure(view);
}

models::RepairOptions build_repair(const ResolvedView& view) {
  models::RepairOptions repair;
  repair.detect = view.duration("failure.detect").value_or(repair.detect);
  repair.mttr = view.duration("repair.mttr").value();
  if (const auto bandwidth = view.byte_rate("repair.bandwidth")) {
    repair.law = models::RepairLaw::kBandwidth;
    repair.bytes_per_s = *bandwidth;
  }
  if (view.text("repair.order") == "most_exposed_first") {
    repair.order = models::RebuildOrder::kMostExposedFirst;
  }
  repair.start_at = small(view, "repair.start_at");
  repair.yields_to_clients = view.text("repair.yields") == "to_clients";
  repair.least_share = view.number("repair.least_share").value();
  repair.network = {view.byte_rate("fleet.network.rack_uplink").value_or(0),
                    view.byte_rate("fleet.network.zone_link").value_or(0)};
  repair.io = view.bytes("repair.io").value();
  if (view.text("repair.after_zone_loss") == "relax") {
    repair.after_zone_loss = models::AfterZoneLoss::kRelax;
  }
  return repair;
}

std::vector<models::RandomOutages> build_random_outages(const ResolvedView& view) {
  std::vector<models::RandomOutages> out;
  for (std::size_t i = 0; i < view.size("failure.outages"); ++i) {
    const ResolvedView row = view.element("failure.outages", i);
    const bool forever = row.text("lasts") == "forever";
    out.push_back({.kind = row.text("domain") == "zone" ? models::DomainKind::kZone
                                                        : models::DomainKind::kRack,
                   .per_year = row.failure_rate("rate").value(),
                   .is_permanent = forever,
                   .lasts = forever ? sim::Duration() : row.duration("lasts").value()});
  }
  return out;
}

DataOptions build_data(const ResolvedView& view) {
  DataOptions out;
  out.extent = view.bytes("data.extent").value();
  if (const auto exact = view.bytes("data.logical")) {
    out.logical = *exact;
    return out;
  }
  const double logical = view.many_bytes("data.logical").value();
  while (logical / out.times >= 0x1p62) out.times *= 2;
  out.logical = models::Bytes{static_cast<std::uint64_t>(logical / out.times)};
  return out;
}

models::Landing build_landing(const ResolvedView& view, sim::Instant at) {
  const std::string policy = view.text("policy").value();
  return {.at = at,
          .racks_per_zone = small(view, "racks_per_zone"),
          .policy = policy == "none"             ? models::LandingPolicy::kNone
                    : policy == "as_placed"      ? models::LandingPolicy::kAsPlaced
                    : policy == "new_data_first" ? models::LandingPolicy::kNewDataFirst
                    : policy == "random_mix"     ? models::LandingPolicy::kRandomMix
                                                 : models::LandingPolicy::kCoolestFirst,
          .target_fill = view.number("target_fill").value(),
          .bytes_per_s = view.byte_rate("rate").value()};
}

// One, or as many as its event says.
void build_landings(const ResolvedView& event, sim::Instant at, Scenario& scenario) {
  const std::uint64_t times = event.whole("times").value_or(1);
  const sim::Duration every = event.duration("every").value_or(sim::Duration());
  for (std::uint64_t i = 0; i < times; ++i) {
    const sim::Duration later = static_cast<std::int64_t>(i) * every;
    scenario.landings.push_back(build_landing(event, at + later));
  }
}

// To the classes that it names, or to all: a flush is nothing to a class without a cache.
void build_demand_event(const ResolvedView& event, Scenario& scenario) {
  const sim::Instant at = sim::Instant() + event.duration("at").value();
  const Json* names = event.at("classes");
  for (TenantSpec& tenant : scenario.tenants) {
    models::TenantClass& of = tenant.options;
    if (names != nullptr && std::find(names->begin(), names->end(), of.name) == names->end()) {
      continue;
    }
    if (event.text("event") == "demand") {
      of.events.push_back({.at = at,
                           .lasts = event.duration("lasts").value(),
                           .factor = event.number("factor").value(),
                           .ramp = event.duration("ramp").value()});
    } else if (of.cache.hit_ratio > 0) {
      of.cache.flushes.push_back({at, event.duration("refill").value()});
    }
  }
}

void build_events(const ResolvedView& view, Scenario& scenario) {
  for (std::size_t i = 0; i < view.size("events"); ++i) {
    const ResolvedView event = view.element("events", i);
    const std::string word = event.text("event").value();
    const sim::Instant at = sim::Instant() + event.duration("at").value();
    if (changes_demand(word)) {
      build_demand_event(event, scenario);
      continue;
    }
    if (word == "rack_landing") {
      build_landings(event, at, scenario);
      continue;
    }
    if (word == "rack_drain") {
      scenario.drains.push_back({.at = at,
                                 .racks_per_zone = small(event, "racks_per_zone"),
                                 .bytes_per_s = event.byte_rate("rate").value(),
                                 .to = event.text("to") == "landed" ? models::DrainTo::kLanded
                                                                    : models::DrainTo::kFleet});
      continue;
    }
    if (word == "scrub_stuck") {
      scenario.scrub->stuck.push_back(build_stuck(event));
      continue;
    }
    const bool zone = word.starts_with("zone");
    // Its end stays within what an Instant holds, and is beyond every run where it is cut.
    const sim::Duration lasts =
        std::min(event.duration("lasts").value_or(sim::Duration()),
                 sim::Duration::seconds(kHorizonSeconds) - event.duration("at").value());
    scenario.outages.scripted.push_back(
        {.kind = zone ? models::DomainKind::kZone : models::DomainKind::kRack,
         .domain = small(event, zone ? "zone" : "rack"),
         .at = at,
         .is_permanent = word.ends_with("lost"),
         .lasts = lasts});
  }
  const auto earlier = [](const auto& a, const auto& b) { return a.at < b.at; };
  std::stable_sort(scenario.outages.scripted.begin(), scenario.outages.scripted.end(), earlier);
  std::stable_sort(scenario.landings.begin(), scenario.landings.end(), earlier);
  std::stable_sort(scenario.drains.begin(), scenario.drains.end(), earlier);
}

TenantSpec build_tenant(const ResolvedView& view, unsigned first_weekday) {
  TenantSpec tenant;
  tenant.share = view.number("share").value();
  tenant.options.name = view.text("name").value();
  tenant.options.count = small(view, "count");
  tenant.options.size = build_size(view.below("size").value());
  tenant.options.read_bytes_per_s = view.byte_rate("reads").value_or(0);
  tenant.options.write_bytes_per_s = view.byte_rate("writes").value_or(0);
  tenant.options.object_size = view.bytes("object").value();
  if (const auto law = view.below("object_sizes")) {
    tenant.options.object_sizes = build_size_law(*law);
  }
  tenant.options.range_size = view.bytes("range").value_or(models::Bytes{0});
  if (const auto law = view.below("range_sizes")) tenant.options.range_sizes = build_size_law(*law);
  if (const auto law = view.below("popularity")) {
    tenant.options.popularity = build_popularity(*law);
  }
  if (view.text("writes_are") == "new_data") {
    tenant.options.writes_are = models::WriteKind::kNewData;
  }
  tenant.options.cache.hit_ratio = view.number("cache.hit_ratio").value_or(0);
  tenant.options.cooling = build_cooling(view.below("cooling").value());
  build_load(view.below("load").value(), first_weekday, tenant);
  tenant.lifecycle = build_lifecycle(view);
  if (view.text("arrivals") == "even") tenant.options.arrivals = models::ArrivalLaw::kEven;
  return tenant;
}

// Every class's part of the data, by its share: cut at whole bytes, so that the parts add up.
void divide_data(std::vector<TenantSpec>& tenants, models::Bytes logical) {
  double total = 0;
  for (const TenantSpec& tenant : tenants) total += tenant.share;
  double sum = 0;
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    sum += tenants[i].share;
    std::uint64_t end = logical.value;
    if (i + 1 < tenants.size()) {
      const double cut = logical.to_double() * (sum / total);
      end = cut < logical.to_double() ? static_cast<std::uint64_t>(cut) : logical.value;
      if (end > logical.value) end = logical.value;
    }
    tenants[i].options.data = models::Bytes{end - begin};
    begin = end;
  }
}

// Drawn evenly among a class's extents, old data lives for this long on average.
void set_mean_ages(double times, std::vector<TenantSpec>& tenants) {
  for (TenantSpec& tenant : tenants) {
    models::TenantClass& of = tenant.options;
    if (of.cooling.ages != models::AgeLaw::kSteady) continue;
    of.cooling.mean_age_s = of.data.to_double() * times / of.write_bytes_per_s;
  }
}

}  // namespace

Scenario build_scenario(Json resolved, const std::filesystem::path& trace_base) {
  const ResolvedView view(resolved);
  Scenario scenario;
  scenario.name = view.text("name").value();
  scenario.question = view.text("question").value();
  scenario.seed = view.whole("seed").value();
  scenario.run = {view.duration("run.duration").value(), view.duration("run.epoch").value()};
  if (view.text("run.fidelity") == "mechanical") scenario.run.fidelity = Fidelity::kMechanical;
  if (view.text("run.form") == "ledger") scenario.run.form = FleetForm::kLedger;
  scenario.run.wants_drive_arrays = view.text("run.drive_arrays") == "npy";
  scenario.fleet = build_fleet(view);
  scenario.mechanics = build_mechanics(view, trace_base);
  scenario.zoom = build_zoom(view);
  scenario.data = build_data(view);
  scenario.redundancy = redundancy_of(view).value();
  scenario.spread = build_spread(view);
  scenario.placement = build_placement(view);
  const unsigned first_weekday = index_of_weekday(view.text("run.starts_on").value_or("mon"));
  for (std::size_t i = 0; i < view.size("tenants"); ++i) {
    scenario.tenants.push_back(build_tenant(view.element("tenants", i), first_weekday));
  }
  divide_data(scenario.tenants, scenario.data.logical);
  set_mean_ages(scenario.data.times, scenario.tenants);
  scenario.trace_dir = (trace_base / view.text("traces.dir").value()).lexically_normal();
  scenario.mttr_hours = view.duration("repair.mttr").value().to_seconds() / sim::kSecondsPerHour;
  build_durability(view, scenario);
  scenario.repair = build_repair(view);
  scenario.outages.random = build_random_outages(view);
  scenario.scrub = build_scrub(view);
  scenario.rebalance = build_rebalance(view);
  scenario.store = build_store(view);
  build_events(view, scenario);
  scenario.fleet.landing_racks_per_zone = scenario.landing_racks_per_zone();
  scenario.targets = {view.number("targets.fill").value(), view.number("targets.heat").value()};
  if (const Json* thresholds = view.at("thresholds")) {
    for (const auto& [metric, text] : thresholds->items()) {
      scenario.thresholds.push_back(*parse_threshold(metric, text.get<std::string>()).value);
    }
  }
  if (const Json* gates = view.at("gates")) {
    for (const auto& [metric, text] : gates->items()) {
      scenario.gates.push_back(*parse_margin(metric, text.get<std::string>()).value);
    }
  }
  for (std::size_t i = 0; i < view.size("compare.variants"); ++i) {
    const ResolvedView variant = view.element("compare.variants", i);
    scenario.variants.push_back({variant.text("name").value(), variant.at("set")->dump()});
  }
  const bool uses_traces =
      std::any_of(scenario.tenants.begin(), scenario.tenants.end(),
                  [](const TenantSpec& tenant) { return !tenant.trace.file.empty(); }) ||
      scenario.failure.trace.has_value();
  if (uses_traces) {
    std::error_code ignored;
    const auto full = std::filesystem::absolute(scenario.trace_dir, ignored).lexically_normal();
    resolved["traces"]["dir"] = full.string();
  }
  for (std::size_t i = 0; i < scenario.mechanics.size(); ++i) {
    const std::filesystem::path& file = scenario.mechanics[i].file;
    if (file.empty()) continue;
    std::error_code ignored;
    resolved["fleet"]["models"][i]["mechanics"] =
        std::filesystem::absolute(file, ignored).lexically_normal().string();
  }
  // A path may hold bytes that are no UTF-8: those are replaced, not thrown at.
  scenario.resolved_json = resolved.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return scenario;
}

}  // namespace spindle::app

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "app/command/arguments.hpp"
#include "app/command/explain_failure.hpp"
#include "app/command/explain_timeline.hpp"
#include "app/command/load_scenario.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/experiment/durability.hpp"
#include "app/experiment/scrub_metrics.hpp"
#include "app/scenario/json_document.hpp"
#include "app/text/wording.hpp"
#include "app/world/memory.hpp"
#include "app/world/row_mechanics.hpp"
#include "app/world/store_effect.hpp"
#include "models/drive/drive_model.hpp"
#include "models/redundancy/read_cost.hpp"
#include "models/store/write_amplification.hpp"
#include "sim/math.hpp"

namespace spindle::app {
namespace {

void print_line(std::string_view label, const std::string& text) {
  print_output("{:<12}{}\n", label, text);
}

void explain_fleet(const Scenario& scenario, const models::Topology& topology) {
  print_line("fleet",
             fmt::format("{} drives in {} zones x {} racks, {} in all", whole(topology.drives()),
                         topology.zones(), topology.racks() / topology.zones(),
                         human_bytes(topology.total_capacity())));
  for (const models::DriveShare& share : scenario.fleet.models) {
    print_line("", fmt::format("{}: {}, failing at {} %/yr", share.model.name,
                               human_bytes(share.model.capacity.to_double()),
                               readable(100 * share.model.annual_failure_rate)));
  }
}

// Expected largest of n independent standard normals (Blom's approximation).
double largest_normal(double n) {
  return sim::inverse_normal_cdf((n - 0.375) / (n + 0.25));
}

// The policy and its keys, as the scenario or its defaults have them.
std::string placement_text(const Scenario& scenario) {
  const Json placement = Json::parse(scenario.resolved_json).at("placement");
  std::vector<std::string> keys;
  for (const auto& [key, value] : placement.items()) {
    if (key == "policy") continue;
    keys.push_back(key + " " + (value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return keys.empty() ? scenario.placement.policy
                      : fmt::format("{} ({})", scenario.placement.policy, fmt::join(keys, ", "));
}

void explain_data(const Scenario& scenario, const models::Topology& topology,
                  const models::Scheme& scheme) {
  const double logical = scenario.data.all();
  const double extents = std::round(logical / scenario.data.extent.to_double());
  const double shards = extents * scheme.shards();
  const double per_drive = shards / topology.drives();
  print_line("data", fmt::format("{} in {} extents of {}", human_bytes(logical), whole(extents),
                                 human_bytes(scenario.data.extent.to_double())));
  print_line("", fmt::format("{}: {} stored, {} % of capacity", scheme.name(),
                             human_bytes(logical * scheme.overhead()),
                             percent(logical * scheme.overhead() / topology.total_capacity())));
  print_line("", fmt::format("{} shards a drive of {} each", readable(per_drive),
                             human_bytes(scheme.shard_bytes(scenario.data.extent.to_double()))));
  if (scenario.run.form == FleetForm::kLedger) {
    print_line("",
               "no extent is mapped: each drive's bytes and demand, by class of tenants (ledger)");
  }
  print_line("placement", fmt::format("{}; spread: at most {} shards of an extent a zone, {} a rack"
                                      " (0: no limit)",
                                      placement_text(scenario), scenario.spread.max_per_zone,
                                      scenario.spread.max_per_rack));
  if (const models::GuardRail& guard = scenario.spread.guard; !guard.platform.empty()) {
    print_line("", fmt::format("guard rail: at most {} of them on {} drives", guard.at_most,
                               guard.platform));
  }
  // Drives of one size: small ones hold fewer shards, which spread more.
  const bool is_alike = scenario.fleet.models.size() == 1 && scenario.spread.guard.platform.empty();
  if (topology.drives() > 1 && per_drive > 0 && is_alike) {
    print_line("", fmt::format("one random choice would leave the emptiest and the fullest drive "
                               "about {} % off the mean",
                               percent(largest_normal(topology.drives()) / std::sqrt(per_drive))));
  }
}

// What changes the demand of the whole class at stated times.
void explain_course(const models::TenantClass& tenants) {
  if (tenants.cache.hit_ratio > 0) {
    const std::string all = readable(1 / (1 - tenants.cache.hit_ratio));
    print_line("", fmt::format("a cache answers {} % of the reads: the fleet sees the others, and "
                               "{} times as many after a flush ({} in the scenario)",
                               percent(tenants.cache.hit_ratio), all,
                               grouped(tenants.cache.flushes.size())));
  }
  if (tenants.events.empty()) return;
  double most = 0;
  for (const models::DemandEvent& event : tenants.events) most = std::max(most, event.factor);
  print_line("", fmt::format("{} multiplies all its demand, by up to {}",
                             counted(tenants.events.size(), "shared event"), readable(most)));
}

void explain_tenants(const Scenario& scenario, const models::Topology& topology,
                     const models::Scheme& scheme) {
  for (const TenantSpec& spec : scenario.tenants) {
    const models::TenantClass& tenants = spec.options;
    std::string text = fmt::format("{} x \"{}\", {}", whole(tenants.count), tenants.name,
                                   human_bytes(tenants.data.to_double() * scenario.data.times));
    if (!spec.trace.file.empty()) {
      text += fmt::format(", demand from {}", (scenario.trace_dir / spec.trace.file).string());
    } else {
      text +=
          fmt::format(", reads {}/s, writes {}/s on average", human_bytes(tenants.read_bytes_per_s),
                      human_bytes(tenants.write_bytes_per_s));
    }
    print_line("tenants", text);
    explain_course(tenants);
    const models::RequestSize read = models::request_size(tenants, false);
    if (read.mean_bytes <= 0) continue;
    for (const models::DriveModel& drive : topology.models()) {
      const double cost = models::read_disk_seconds(scheme, drive, tenants);
      print_line("", fmt::format("one read of {}{} takes {} ms of {} disk time, on {}",
                                 human_bytes(read.mean_bytes),
                                 read.law.is_constant() ? "" : " on average", readable(1e3 * cost),
                                 drive.name, counted(scheme.read_fan_out(), "drive")));
    }
  }
}

const char* cleaning_text(models::CleaningOrder order) {
  switch (order) {
    case models::CleaningOrder::kGreedy:
      return "where least lives";
    case models::CleaningOrder::kCostBenefit:
      return "by cost and benefit";
    case models::CleaningOrder::kOldestFirst:
      break;
  }
  return "the oldest first";
}

std::string hot_text(const models::StoreOptions& store) {
  if (store.hot_data == 0) return "";
  return fmt::format(", with {} % of the overwrites on {} % of the data", percent(store.hot_writes),
                     percent(store.hot_data));
}

std::string explain_row(const Scenario& scenario, const RowMechanics& row) {
  if (!row.drive) return fmt::format("as its data sheet says, no latencies ({})", row.why_not);
  const std::string drive = fmt::format("{}, {} at a depth of {}", row.name,
                                        models::name_of(row.options.scheduler), row.options.depth);
  if (scenario.run.fidelity == Fidelity::kMechanical) {
    return fmt::format("every request on {}", drive);
  }
  return row.gives_times ? fmt::format("disk times and latencies of {}", drive)
                         : fmt::format("disk times as its data sheet says, latencies of {}", drive);
}

void explain_mechanics(const Scenario& scenario, const std::vector<RowMechanics>& rows) {
  const bool is_mechanical = scenario.run.fidelity == Fidelity::kMechanical;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    print_line(
        i > 0           ? ""
        : is_mechanical ? "mechanical"
                        : "service",
        fmt::format("{}: {}", scenario.fleet.models[i].model.name, explain_row(scenario, rows[i])));
  }
}

void explain_store(const Scenario& scenario, const models::Topology& topology) {
  const auto store = store_effect(scenario, topology);
  if (!store) return;
  print_line("store",
             fmt::format("a log of segments of {}, {} % full, cleaned {}{}: {} bytes written to a "
                         "drive for each that clients write",
                         human_bytes(models::kSegmentBytes), percent(store->fullness),
                         cleaning_text(scenario.store->cleaning), hot_text(*scenario.store),
                         readable(store->write_amplification)));
}

void explain_zoom(const ZoomOptions& zoom) {
  const bool hottest = zoom.drives == models::ZoomDrives::kHottest;
  print_line("zoom",
             fmt::format("{} served request by request for {} s from {} on",
                         hottest ? fmt::format("the hottest {}", counted(zoom.count, "drive"))
                                 : fmt::format("{} at random", counted(zoom.count, "drive")),
                         readable(zoom.duration.to_seconds(), 6),
                         zoom.from ? fmt::format("{} s", readable(zoom.from->to_seconds(), 6))
                                   : "the epoch of greatest heat"));
}

}  // namespace

int explain_command(const Arguments& arguments) {
  const auto scenario = load_scenario(arguments, VariantCheck::kBaseAlone);
  if (!scenario) return kExitInvalidScenario;
  const std::vector<RowMechanics> rows = row_mechanics(*scenario);
  models::FleetOptions first_racks = timed_fleet(*scenario, rows);
  const models::Topology in_the_end(first_racks);
  first_racks.landing_racks_per_zone = 0;
  const models::Topology topology(first_racks);
  const models::Scheme scheme(scenario->redundancy);
  print_line("scenario", scenario->name);
  print_line("question", scenario->question);
  explain_fleet(*scenario, topology);
  explain_data(*scenario, topology, scheme);
  explain_tenants(*scenario, topology, scheme);
  const Durability durability =
      analytic_durability(*scenario, topology, scheme, latent_errors(*scenario, topology, scheme));
  print_line("durability",
             fmt::format("{} nines per extent and year {}",
                         std::isfinite(durability.nines) ? readable(durability.nines) : "all",
                         durability.repairs_per_hour > 0
                             ? fmt::format("at {} h to repair", readable(scenario->mttr_hours))
                             : "without repair"));
  const auto failures = failure_lines(*scenario, topology);
  if (!failures.empty()) {
    print_line("", "for drives that fail one by one at a constant rate; here:");
  }
  for (std::size_t i = 0; i < failures.size(); ++i) {
    print_line(i == 0 ? "failures" : "", failures[i]);
  }
  const auto over_time = timeline_lines(*scenario, topology, scheme);
  for (std::size_t i = 0; i < over_time.size(); ++i) {
    print_line(i == 0 ? "over time" : "", over_time[i]);
  }
  print_line("run", fmt::format(
                        "{} epochs of {} s: {} drive-epochs; about {} of memory",
                        whole(static_cast<double>(scenario->run.epochs())),
                        readable(scenario->run.epoch.to_seconds(), 6),
                        readable(static_cast<double>(scenario->run.epochs()) * in_the_end.drives()),
                        human_bytes(static_cast<double>(memory_estimate(*scenario)))));
  explain_mechanics(*scenario, rows);
  explain_store(*scenario, topology);
  if (scenario->zoom) explain_zoom(*scenario->zoom);
  for (const Threshold& threshold : scenario->thresholds) {
    const bool first = &threshold == &scenario->thresholds.front();
    print_line(first ? "thresholds" : "", fmt::format("{} {}", threshold.metric, threshold.text));
  }
  for (const Gate& gate : scenario->gates) {
    const bool first = &gate == &scenario->gates.front();
    print_line(first ? "gates" : "", fmt::format("{} ± {}", gate.metric, gate.text));
  }
  for (std::size_t v = 0; v < scenario->variants.size(); ++v) {
    print_line(v == 0 ? "compares" : "", scenario->variants[v].name);
  }
  return kExitOk;
}

}  // namespace spindle::app

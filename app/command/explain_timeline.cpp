#include "app/command/explain_timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "app/command/explain_failure.hpp"
#include "app/report/text_table.hpp"
#include "app/report/timeline_text.hpp"
#include "app/text/wording.hpp"
#include "models/ledger/ledger_lifecycle.hpp"
#include "models/migration/landing_network.hpp"
#include "models/repair/network_share.hpp"
#include "models/scrub/undetected.hpp"
#include "sim/math.hpp"

namespace spindle::app {
namespace {

// Over the whole run, of the drives that are there from the start, at the models' rates.
double expected_failures(const Scenario& scenario, const models::Topology& topology) {
  double per_year = 0;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const models::DriveModel& drive = topology.models()[topology.model_of_rack(rack)];
    per_year += topology.drives_of_rack(rack).size() * drive.annual_failure_rate;
  }
  return per_year * scenario.run.duration.to_seconds() / sim::kSecondsPerYear;
}

// Whose turn it is, and what the links take away; nothing where neither is stated.
std::string turns_text(const models::RepairOptions& repair, double share) {
  std::string out;
  if (share < 1) {
    out += fmt::format("; the links let {} % of it through", readable(100 * share));
  }
  if (repair.order == models::RebuildOrder::kMostExposedFirst) out += "; the most exposed first";
  if (repair.start_at > 1) {
    out += fmt::format("; not before an extent lacks {} shards", repair.start_at);
  }
  if (repair.yields_to_clients) {
    out += fmt::format("; clients go first, {} % is left at least",
                       readable(100 * repair.least_share));
  }
  return out;
}

// The bandwidth of a drive is shared by reads and writes: a byte that is restored takes `needed`
// read and one written. At best all drives of the fleet help all the time.
std::string repair_text(const Scenario& scenario, const models::Topology& topology,
                        const models::Scheme& scheme) {
  const models::RepairOptions& repair = scenario.repair;
  const std::string begins =
      repair.detect == sim::Duration()
          ? "rebuilds begin at a failure"
          : fmt::format("rebuilds begin {} after a failure", span_text(repair.detect.to_seconds()));
  if (repair.law == models::RepairLaw::kExponential) {
    return fmt::format("{} and end {} after it on average (exponential)", begins,
                       span_text(repair.mttr.to_seconds()));
  }
  if (repair.bytes_per_s == 0) return "repair has no bandwidth: nothing is ever rebuilt";
  const double used = scenario.data.all() * scheme.overhead() / topology.drives();
  const double share = models::network_share(topology, scenario.spread, scheme.shards(),
                                             scheme.needed(), repair.bytes_per_s, repair.network);
  const double seconds =
      used * (scheme.needed() + 1) / (topology.drives() * share * repair.bytes_per_s);
  return fmt::format(
      "{}; {}/s of each drive for repair: the {} of a drive are back in {} at best (all drives "
      "help; {} read and one written for each shard){}",
      begins, human_bytes(repair.bytes_per_s), human_bytes(used), span_text(seconds),
      scheme.needed() == 1 ? "one" : fmt::format("{}", scheme.needed()), turns_text(repair, share));
}

// At the models' rates, as the failures.
std::string grey_text(const Scenario& scenario, const models::Topology& topology) {
  const models::GreyOptions& grey = scenario.failure.grey;
  const double at_a_time = expected_failures(scenario, topology) * grey.share *
                           (grey.lasts.to_seconds() / scenario.run.duration.to_seconds());
  return fmt::format(
      "{} % of those that fail by themselves are slow for {} before: {} times the disk time, about "
      "{} drives at a time",
      readable(100 * grey.share), span_text(grey.lasts.to_seconds()), readable(grey.slowdown),
      readable(at_a_time));
}

std::string outages_text(const Scenario& scenario, const models::RandomOutages& outages) {
  const bool zone = outages.kind == models::DomainKind::kZone;
  const double domains = zone ? scenario.fleet.zones : scenario.racks_in_all();
  const double expected =
      outages.per_year * domains * scenario.run.duration.to_seconds() / sim::kSecondsPerYear;
  const std::string start =
      fmt::format("each {} is {} {} times a year at random", zone ? "zone" : "rack",
                  outages.is_permanent ? "lost" : "down", readable(outages.per_year));
  const std::string length =
      outages.is_permanent ? ""
                           : fmt::format(", {} on average", span_text(outages.lasts.to_seconds()));
  return fmt::format("{}{}: about {} times in the run", start, length, readable(expected));
}

// Of the drives of the fleet's first model.
std::string scrub_text(const Scenario& scenario, const models::Topology& topology) {
  const models::ScrubPace pace = models::scrub_pace(*scenario.scrub, topology.models().front());
  const models::ScrubLaw law(scenario.scrub->order, pace.period_s);
  const bool random = scenario.scrub->order == models::ScrubOrder::kRandom;
  return fmt::format(
      "each drive is read through in {}{}, at {}/s and {} % of its time; the oldest of {} units "
      "waits {}",
      span_text(pace.period_s), random ? " on average, units at random" : "",
      human_bytes(pace.bytes_per_s), percent(pace.disk_share),
      readable(pace.units * topology.drives()),
      span_text(law.mean_oldest_s(pace.units * topology.drives())));
}

std::vector<models::StuckScrub> stuck_of(const Scenario& scenario) {
  return scenario.scrub ? scenario.scrub->stuck : std::vector<models::StuckScrub>();
}

std::string stuck_text(const models::StuckScrub& stuck) {
  const std::string who = stuck.drive ? fmt::format("drive {}", *stuck.drive)
                                      : fmt::format("{} % of the drives", percent(stuck.share));
  return fmt::format(
      "the scrub of {} is stuck {}", who,
      stuck.lasts ? "for " + span_text(stuck.lasts->to_seconds()) : "until the drive is replaced");
}

std::string outage_text(const models::Outage& outage) {
  const bool zone = outage.kind == models::DomainKind::kZone;
  const std::string domain = fmt::format("{} {}", zone ? "zone" : "rack", outage.domain);
  if (!outage.is_permanent) {
    return fmt::format("{} is down for {}", domain, span_text(outage.lasts.to_seconds()));
  }
  return domain + (zone ? " is lost for good" : " is lost, and replaced by an empty one");
}

std::string fill_text(const Scenario& scenario, const models::Topology& topology,
                      const models::Landing& landing) {
  const std::string target = fmt::format("to {} %", percent(landing.target_fill));
  switch (landing.policy) {
    case models::LandingPolicy::kNone:
      return "nothing is moved in";
    case models::LandingPolicy::kAsPlaced:
      return "nothing is moved in, new data is placed there as everywhere";
    case models::LandingPolicy::kNewDataFirst:
      return "new data goes there first, " + target;
    case models::LandingPolicy::kRandomMix:
    case models::LandingPolicy::kCoolestFirst:
      break;
  }
  const double rate = models::landing_rate(topology, landing, scenario.repair.network);
  if (rate == 0) return "without bandwidth nothing is moved in";
  // Landed drives are of the fleet's first model.
  const double bytes =
      landing.target_fill * scenario.fleet.models.front().model.capacity.to_double();
  const bool coolest = landing.policy == models::LandingPolicy::kCoolestFirst;
  const std::string links =
      rate < landing.bytes_per_s
          ? fmt::format(" ({}/s are asked for, but racks' uplinks let no more through)",
                        human_bytes(landing.bytes_per_s))
          : "";
  return fmt::format("filled with {} data {}: at {}/s a drive{} in {} at best",
                     coolest ? "the coolest" : "randomly drawn", target, human_bytes(rate), links,
                     span_text(bytes / rate));
}

std::string landing_text(const Scenario& scenario, const models::Topology& topology,
                         const models::Landing& landing) {
  const double drives = static_cast<double>(scenario.landing_drives()) /
                        scenario.landing_racks_per_zone() * landing.racks_per_zone;
  return fmt::format("{} in each zone, {} drives in all; {}",
                     landing.racks_per_zone == 1
                         ? "1 rack lands"
                         : counted(landing.racks_per_zone, "rack") + " land",
                     whole(drives), fill_text(scenario, topology, landing));
}

std::string drain_text(const Scenario& scenario, const models::Drain& drain) {
  const double drives = static_cast<double>(scenario.fleet.drives) /
                        (scenario.fleet.zones * scenario.fleet.racks_per_zone) *
                        scenario.fleet.zones * drain.racks_per_zone;
  const double held =
      scenario.data.all() * models::Scheme(scenario.redundancy).overhead() / scenario.fleet.drives;
  const std::string how =
      drain.bytes_per_s == 0
          ? std::string("without bandwidth nothing is moved away")
          : fmt::format("emptied into {} at {}/s a drive in about {}, and taken away",
                        drain.to == models::DrainTo::kLanded ? "racks that landed"
                                                             : "the rest of their zone",
                        human_bytes(drain.bytes_per_s), span_text(held / drain.bytes_per_s));
  return fmt::format("{} in each zone, {} drives in all: {}", counted(drain.racks_per_zone, "rack"),
                     whole(drives), how);
}

// The closed forms of docs/theory/ledger.md: what is old enough as it begins, and how long that
// takes where nothing else grows old.
std::string backlog_text(const Scenario& scenario, const TenantSpec& tenant) {
  const models::LifecycleOptions& of = *tenant.lifecycle;
  const double data = tenant.options.data.to_double() * scenario.data.times;
  const double before_s = (of.at - sim::Instant()).to_seconds();
  const double age_s = std::max(0.0, of.after.to_seconds() - before_s);
  const bool renews = tenant.options.writes_are == models::WriteKind::kNewData;
  const double renewed = renews ? tenant.options.write_bytes_per_s * before_s / data : 0;
  const double old = data * models::share_older(tenant.options.cooling, age_s) * sim::exp(-renewed);
  if (of.bytes_per_s == 0) {
    return fmt::format("{} at once, and none of it without bandwidth", human_bytes(old));
  }
  const double bytes = old * (1 + models::Scheme(of.redundancy).overhead());
  return fmt::format("{} at once, in {} or more", human_bytes(old),
                     span_text(bytes / (scenario.fleet.drives * of.bytes_per_s)));
}

std::string lifecycle_text(const Scenario& scenario, const TenantSpec& tenant) {
  const models::LifecycleOptions& of = *tenant.lifecycle;
  const models::Scheme first(scenario.redundancy);
  const models::Scheme other(of.redundancy);
  const std::string begins =
      of.at > sim::Instant() ? fmt::format("from {} on ", moment_text(of.at.to_seconds())) : "";
  const std::string back = of.back_per_s > 0
                               ? fmt::format("; {:.3g} % of it come back in a year",
                                             100 * of.back_per_s * sim::kSecondsPerYear)
                               : "";
  return fmt::format(
      "{}data of \"{}\" older than {} is re-encoded from {} to {} ({:.2f} to {:.2f} bytes a "
      "byte), at {}/s a drive: {}{}",
      begins, tenant.options.name, span_text(of.after.to_seconds()), first.name(), other.name(),
      first.overhead(), other.overhead(), human_bytes(of.bytes_per_s),
      backlog_text(scenario, tenant), back);
}

}  // namespace

std::vector<std::string> timeline_lines(const Scenario& scenario, const models::Topology& topology,
                                        const models::Scheme& scheme) {
  std::vector<std::string> lines;
  if (!scenario.has_timeline()) return lines;
  lines.push_back(fmt::format("about {} of {} drives fail in the run, and are replaced after {}",
                              readable(expected_failures(scenario, topology)),
                              whole(topology.drives()),
                              span_text(scenario.failure.replace.to_seconds())));
  if (scenario.failure.grey.is_on()) lines.push_back(grey_text(scenario, topology));
  lines.push_back(repair_text(scenario, topology, scheme));
  for (const models::RandomOutages& outages : scenario.outages.random) {
    lines.push_back(outages_text(scenario, outages));
  }
  for (const TenantSpec& tenant : scenario.tenants) {
    if (tenant.options.writes_are != models::WriteKind::kNewData) continue;
    lines.push_back(
        fmt::format("writes of \"{}\" are new data in the place of old", tenant.options.name));
  }
  for (const TenantSpec& tenant : scenario.tenants) {
    if (tenant.lifecycle) lines.push_back(lifecycle_text(scenario, tenant));
  }
  if (scenario.scrub) lines.push_back(scrub_text(scenario, topology));
  std::vector<std::pair<sim::Instant, std::string>> events;
  for (const models::Outage& outage : scenario.outages.scripted) {
    events.emplace_back(outage.at, outage_text(outage));
  }
  for (const models::Landing& landing : scenario.landings) {
    events.emplace_back(landing.at, landing_text(scenario, topology, landing));
  }
  for (const models::Drain& drain : scenario.drains) {
    events.emplace_back(drain.at, drain_text(scenario, drain));
  }
  for (const models::StuckScrub& stuck : stuck_of(scenario)) {
    events.emplace_back(stuck.at, stuck_text(stuck));
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  // What comes again and again is said once, at its first time.
  std::map<std::string, std::pair<sim::Instant, std::size_t>> last;
  for (const auto& [at, text] : events) {
    auto& [latest, times] = last[text];
    latest = at;
    ++times;
  }
  for (const auto& [at, text] : events) {
    const auto found = last.find(text);
    if (found == last.end()) continue;
    const auto [latest, times] = found->second;
    const std::string again =
        times == 1 ? ""
                   : fmt::format(", {} times up to {}", times, moment_text(latest.to_seconds()));
    lines.push_back(fmt::format("{}{}: {}", moment_text(at.to_seconds()), again, text));
    last.erase(found);
  }
  return lines;
}

}  // namespace spindle::app

#include "app/scenario/timeline_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "app/scenario/checks.hpp"
#include "app/scenario/ledger_checks.hpp"
#include "app/scenario/redundancy.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

// That land in a run, over all zones: each looks for shards, and new data looks at each.
constexpr std::uint64_t kMaxLandingRacks = 10'000;
// New data is placed shard by shard, each in about 1 us: this many take half an hour.
constexpr double kMaxNewShards = 2e9;

class TimelineChecker {
 public:
  TimelineChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    check_detection();
    check_bounded_repair();
    check_landings();
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      check_moment(i);
      check_as_placed(i);
      check_zone(i);
      check_rack(i);
    }
    check_losses();
    check_new_data();
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) check_ages(i);
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  [[nodiscard]] static std::string path_of(std::size_t event, std::string_view key) {
    return fmt::format("events.{}.{}", event, key);
  }

  // Under a bandwidth the repair's length follows from it, and mttr is the analytic chain's alone.
  void check_detection() {
    if (view_.at("repair.bandwidth") != nullptr) return;
    const auto detect = view_.duration("failure.detect");
    const auto mttr = view_.duration("repair.mttr");
    if (!detect || !mttr || *detect < *mttr) return;
    add({"failure.detect", "repair.mttr"},
        fmt::format("detection takes {} and the whole repair {} (nothing is left for the rebuild) "
                    "— detect sooner, or a longer repair.mttr",
                    format_duration(*detect), format_duration(*mttr)));
  }

  // Orders and links are those of repair that is bounded.
  void check_bounded_repair() {
    const bool is_bounded = view_.at("repair.bandwidth") != nullptr;
    const auto order = view_.text("repair.order");
    const auto start_at = view_.whole("repair.start_at");
    const auto refuse = [&](std::string_view path) {
      add({path},
          "repair has no bandwidth (each shard comes back by itself, after repair.mttr on "
          "average) — state repair.bandwidth, or leave this out");
    };
    if (!is_bounded && order && *order != "fifo") refuse("repair.order");
    if (!is_bounded && start_at && *start_at > 1) refuse("repair.start_at");
    const bool yields = view_.text("repair.yields") == "to_clients";
    if (!is_bounded && yields) refuse("repair.yields");
    if (yields && view_.at("zoom") != nullptr) {
      add({"repair.yields", "zoom"},
          "a zoom plays the run's events again without its heat (which repair goes by) — leave "
          "`zoom` out, or repair that never yields");
    }
    const bool bounds_moves = moves_in() && view_.at("fleet.network.rack_uplink") != nullptr;
    if (!is_bounded && !bounds_moves && view_.at("fleet.network") != nullptr) {
      refuse("fleet.network");
    }
    const auto redundancy = redundancy_of(view_);
    if (!is_bounded || !redundancy || !start_at || *start_at == 1) return;
    const models::Scheme scheme(*redundancy);
    if (*start_at <= scheme.tolerated()) return;
    add({"repair.start_at", "redundancy"},
        fmt::format("{} may lack {} and be readable (repair at {} would come too late) — a lower "
                    "start_at",
                    scheme.name(), counted(scheme.tolerated(), "shard"), *start_at));
  }

  // Racks and drives of the run, those that land counted in.
  void check_landings() {
    const auto zones = view_.whole("fleet.zones");
    const auto racks_per_zone = view_.whole("fleet.racks_per_zone");
    const auto drives = view_.whole("fleet.drives");
    if (!zones || !racks_per_zone || *zones * *racks_per_zone > kMaxRacks) return;
    racks_per_zone_ = *racks_per_zone;
    std::uint64_t first_racks = *zones * *racks_per_zone;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const auto landed = view_.element("events", i).whole("racks_per_zone");
      if (!landed || !lands(i)) continue;
      racks_per_zone_ += *landed * view_.element("events", i).whole("times").value_or(1);
      const std::uint64_t racks = *zones * racks_per_zone_;
      if (racks - first_racks > kMaxLandingRacks) {
        add({path_of(i, "racks_per_zone"), "fleet.zones"},
            fmt::format("up to here {} land (at most {} in a run) — land fewer racks of more "
                        "drives each",
                        counted(racks - first_racks, "rack"), grouped(kMaxLandingRacks)));
        break;
      }
      const std::uint64_t in_all = drives ? *drives / first_racks * racks : 0;
      if (racks <= kMaxRacks && in_all <= kMaxDrives) continue;
      add({path_of(i, "racks_per_zone"), "fleet.racks_per_zone", "fleet.zones", "fleet.drives"},
          fmt::format("up to here the fleet grows to {} and about {} drives (at most {} and {} are "
                      "supported) — land fewer racks",
                      counted(racks, "rack"), grouped(in_all), grouped(kMaxRacks),
                      grouped(kMaxDrives)));
      break;
    }
    zones_ = *zones;
  }

  [[nodiscard]] bool lands(std::size_t i) const {
    return view_.element("events", i).text("event") == "rack_landing";
  }
  // Whether any racks that land are filled by moves.
  [[nodiscard]] bool moves_in() const {
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      if (lands(i) && view_.element("events", i).text("policy") == "coolest_first") return true;
    }
    return false;
  }

  // Sets that were planned before a rack landed cannot hold its drives.
  void check_as_placed(std::size_t i) {
    const std::string policy = view_.text("placement.policy").value_or("");
    if (view_.element("events", i).text("policy") != "as_placed") return;
    if (policy != "static" && policy != "shuffle_shard" && policy != "copyset") return;
    add({path_of(i, "policy"), "placement.policy"},
        fmt::format("racks that are filled as `{}` places (it plans its sets of drives before they "
                    "land) — let them be filled by \"none\", \"new_data_first\" or "
                    "\"coolest_first\"",
                    policy));
  }

  void check_moment(std::size_t i) {
    const ResolvedView event = view_.element("events", i);
    const auto at = event.duration("at");
    const auto run = view_.duration("run.duration");
    check_repeats(i);
    if (!at || !run || *at < *run) return;
    add({path_of(i, "at"), "run.duration"},
        fmt::format("at {} the run of {} is over (the event would never happen) — an earlier "
                    "`at`, or a longer run",
                    format_duration(*at), format_duration(*run)));
  }

  // Landings that come again and again.
  void check_repeats(std::size_t i) {
    const ResolvedView event = view_.element("events", i);
    const auto every = event.duration("every");
    const auto times = event.whole("times");
    if (every.has_value() != (times.value_or(1) > 1)) {
      add({path_of(i, every ? "every" : "times")},
          "landings come again by `every` and `times` together (one says nothing alone) — state "
          "both, or neither");
      return;
    }
    const auto at = event.duration("at");
    const auto run = view_.duration("run.duration");
    if (!every || !times || !at || !run || *at >= *run) return;
    const double last = at->to_seconds() + static_cast<double>(*times - 1) * every->to_seconds();
    if (last < run->to_seconds()) return;
    add({path_of(i, "times"), path_of(i, "every"), "run.duration"},
        fmt::format("the last of {} landings would come after the run of {} — fewer `times`, or a "
                    "shorter `every`",
                    *times, format_duration(*run)));
  }

  void check_zone(std::size_t i) {
    const auto zone = view_.element("events", i).whole("zone");
    if (!zone || zones_ == 0 || *zone < zones_) return;
    add({path_of(i, "zone"), "fleet.zones"},
        fmt::format("there is no zone {} (the fleet has {}) — {}", *zone, counted(zones_, "zone"),
                    range_text(zones_)));
  }

  void check_rack(std::size_t i) {
    const auto rack = view_.element("events", i).whole("rack");
    if (!rack || zones_ == 0) return;
    const std::uint64_t racks = zones_ * racks_per_zone_;
    if (*rack >= racks) {
      add({path_of(i, "rack"), "fleet.racks_per_zone", "fleet.zones"},
          fmt::format("there is no rack {} (the fleet has {}) — {}", *rack, counted(racks, "rack"),
                      range_text(racks)));
      return;
    }
    const auto at = view_.element("events", i).duration("at");
    const auto lands = landing_of(*rack % racks_per_zone_);
    if (!at || !lands || *lands < *at) return;
    add({path_of(i, "at")},
        fmt::format("rack {} lands at {} (before that there is none) — a later `at`, or another "
                    "rack",
                    *rack, format_duration(*lands)));
  }

  static std::string range_text(std::uint64_t count) {
    return count == 1 ? "0 is the only one" : fmt::format("0 to {}", count - 1);
  }

  // When the rack of that number in its zone lands; nothing for racks that are there from the
  // start. Racks of later landings have the higher numbers.
  [[nodiscard]] std::optional<sim::Duration> landing_of(std::uint64_t number_in_zone) const {
    std::vector<std::pair<sim::Duration, std::uint64_t>> landings;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const ResolvedView event = view_.element("events", i);
      const auto racks = event.whole("racks_per_zone");
      const auto at = event.duration("at");
      if (racks && at && lands(i)) landings.emplace_back(*at, *racks);
    }
    std::stable_sort(landings.begin(), landings.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::uint64_t first = view_.whole("fleet.racks_per_zone").value_or(0);
    if (number_in_zone < first) return std::nullopt;
    for (const auto& [at, racks] : landings) {
      first += racks;
      if (number_in_zone < first) return at;
    }
    return std::nullopt;
  }

  // By zone: when it is lost, and by which event.
  using ZoneLosses = std::map<std::uint64_t, std::pair<sim::Duration, std::size_t>>;

  // What is lost for good cannot be lost again, nor go down, nor can a part of it.
  void check_losses() {
    const ZoneLosses lost = zone_losses();
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const ResolvedView event = view_.element("events", i);
      const auto kind = event.text("event");
      if (kind == "zone_down") {
        check_still_there(i, "zone", event.whole("zone"), event.whole("zone"), lost);
      } else if ((kind == "rack_down" || kind == "rack_lost") && racks_per_zone_ > 0) {
        const auto rack = event.whole("rack");
        const auto zone = rack ? std::optional(*rack / racks_per_zone_) : std::nullopt;
        check_still_there(i, "rack", rack, zone, lost);
      }
    }
  }

  // The losses of zones; that one is lost twice is a problem.
  ZoneLosses zone_losses() {
    ZoneLosses lost;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const ResolvedView event = view_.element("events", i);
      const auto zone = event.whole("zone");
      const auto at = event.duration("at");
      if (event.text("event") != "zone_lost" || !zone || !at) continue;
      const auto [it, is_new] = lost.emplace(*zone, std::pair{*at, i});
      if (is_new) continue;
      add({path_of(i, "zone")},
          fmt::format("zone {} is lost already (by events.{}; it never comes back) — remove one of "
                      "them, or name another zone",
                      *zone, it->second.second));
    }
    return lost;
  }

  // The event's zone or rack of that number, in that zone, is not lost with the zone yet.
  void check_still_there(std::size_t i, std::string_view domain,
                         std::optional<std::uint64_t> number, std::optional<std::uint64_t> zone,
                         const ZoneLosses& lost) {
    const auto at = view_.element("events", i).duration("at");
    if (!at || !number || !zone) return;
    const auto it = lost.find(*zone);
    if (it == lost.end() || *at < it->second.first) return;
    const std::string with = domain == "zone" ? "" : fmt::format(" with zone {}", *zone);
    add({path_of(i, "at")},
        fmt::format("{} {} is lost{} since {} (events.{}; nothing can happen to it any more) — an "
                    "earlier `at`, or another {}",
                    domain, *number, with, format_duration(it->second.first), it->second.second,
                    domain));
  }

  void check_new_data() {
    const auto duration = view_.duration("run.duration");
    const auto extent = view_.bytes("data.extent");
    double shards = 0;
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      const ResolvedView tenant = view_.element("tenants", i);
      if (tenant.text("writes_are") != "new_data") continue;
      if (!writes(tenant)) {
        add({fmt::format("tenants.{}.writes_are", i)},
            "the class writes nothing (new data needs writes) — give it `writes`, or a trace of "
            "writes, or leave `writes_are` out");
        continue;
      }
      if (!duration || !extent) continue;
      shards += tenant.byte_rate("writes").value_or(0) * duration->to_seconds() /
                extent->to_double() * static_cast<double>(shards_of_extent());
      if (shards <= kMaxNewShards || is_of_ledgers(view_)) continue;
      add({fmt::format("tenants.{}.writes", i), "data.extent", "run.duration"},
          fmt::format("up to here about {} shards of new data are placed in the run (at most {} "
                      "are simulated) — larger extents, fewer writes or a shorter run",
                      grouped_number(shards), grouped_number(kMaxNewShards)));
      return;
    }
  }

  void check_ages(std::size_t i) {
    const ResolvedView tenant = view_.element("tenants", i);
    if (tenant.text("cooling.ages") != "steady") return;
    const std::string path = fmt::format("tenants.{}.cooling.ages", i);
    const auto load = tenant.text("load.model");
    if (tenant.text("writes_are") == "updates") {
      add({path, fmt::format("tenants.{}.writes_are", i)},
          "steady ages are those of data that is replaced (updates replace none) — set "
          "`writes_are` to \"new_data\", or `ages` to \"uniform\"");
    } else if (load == "series" || load == "jobs") {
      add({path, fmt::format("tenants.{}.load.model", i)},
          "steady ages follow from the mean rate of writes (a trace has none of its own) — set "
          "`ages` to \"uniform\" and state `oldest`");
    }
  }

  static bool writes(const ResolvedView& tenant) {
    const auto load = tenant.text("load.model");
    if (!load) return true;  // a problem of its own
    if (*load == "series") return tenant.text("load.side") == "writes";
    if (*load == "jobs") return tenant.at("load.write_column") != nullptr;
    const auto rate = tenant.byte_rate("writes");
    return !rate || *rate > 0;
  }

  [[nodiscard]] std::uint64_t shards_of_extent() const {
    const auto redundancy = redundancy_of(view_);
    return redundancy ? models::Scheme(*redundancy).shards() : 1;
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
  // 0 where they are not known, or have a problem of their own.
  std::uint64_t zones_ = 0;
  std::uint64_t racks_per_zone_ = 0;  // at the run's end
};

}  // namespace

void check_timeline(const Value& root, const Json& resolved, ProblemList& problems) {
  TimelineChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

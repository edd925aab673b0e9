#include "app/scenario/lifecycle_checks.hpp"

#include <fmt/format.h>

#include <string>

#include "app/scenario/checks.hpp"
#include "app/scenario/ledger_checks.hpp"
#include "app/scenario/redundancy.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::app {
namespace {

class LifecycleChecker {
 public:
  LifecycleChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      const ResolvedView tenant = view_.element("tenants", i);
      const auto lifecycle = tenant.below("lifecycle");
      if (!lifecycle) continue;
      const std::string path = fmt::format("tenants.{}.lifecycle", i);
      if (!is_of_ledgers(view_)) {
        add({path, "run.form"},
            "data is re-encoded as it ages (that of fleets that are mapped extent by extent is "
            "not) — set run.form to \"ledger\", or leave `lifecycle` out");
      }
      check_age(tenant, path, i);
      check_redundancy(*lifecycle, path);
      check_zones(*lifecycle, path);
      check_start(*lifecycle, path);
    }
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  void check_age(const ResolvedView& tenant, const std::string& path, std::size_t i) {
    const auto cooling = tenant.text("cooling.model");
    if (!cooling || *cooling == "exponential") return;
    add({path, fmt::format("tenants.{}.cooling.model", i)},
        fmt::format("data is re-encoded by its age (with `cooling` \"{}\" a ledger knows none) — "
                    "\"exponential\", if only with a `tau` of many years",
                    *cooling));
  }

  void check_redundancy(const ResolvedView& lifecycle, const std::string& path) {
    if (lifecycle.at("redundancy") == nullptr) return;
    const std::string here = path + ".redundancy";
    const auto redundancy = redundancy_of(lifecycle);
    if (const auto problem = redundancy_problem(lifecycle, path + ".")) {
      add({problem->paths[0], problem->paths[1], problem->paths[2]}, problem->message);
    }
    if (!redundancy) return;
    const models::Scheme scheme(*redundancy);
    const auto zones = view_.whole("fleet.zones");
    const auto racks = view_.whole("fleet.racks_per_zone");
    const auto drives = view_.whole("fleet.drives");
    const auto max_per_zone = view_.whole("spread.max_per_zone");
    const auto max_per_rack = view_.whole("spread.max_per_rack");
    if (!zones || !racks || !drives || !max_per_zone || !max_per_rack || *zones * *racks == 0) {
      return;
    }
    const auto small = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
    const auto why =
        models::why_infeasible({small(*max_per_zone), small(*max_per_rack)}, scheme.shards(),
                               small(*zones), small(*racks), small(*drives / (*zones * *racks)));
    if (!why) return;
    add({here, "spread"}, fmt::format("{} cannot be placed ({}) — fewer shards, or a looser "
                                      "`spread`",
                                      scheme.name(), *why));
  }

  // While zones are away a ledger asks once whether their shards may go to the others.
  void check_zones(const ResolvedView& lifecycle, const std::string& path) {
    const auto first = redundancy_of(view_);
    const auto other = redundancy_of(lifecycle);
    const auto zones = view_.whole("fleet.zones");
    const auto limit = view_.whole("spread.max_per_zone");
    if (!first || !other || !zones || !limit || *limit == 0) return;
    if (view_.text("repair.after_zone_loss") == "relax") return;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const auto event = view_.element("events", i).text("event");
      if (!event || (*event != "zone_down" && *event != "zone_lost")) continue;
      for (std::uint64_t left = 1; left < *zones; ++left) {
        const auto fits = [&](const models::RedundancyOptions& of) {
          return models::Scheme(of).shards() <= left * *limit;
        };
        if (fits(*first) == fits(*other)) continue;
        add({path + ".redundancy", fmt::format("events.{}.event", i), "spread.max_per_zone"},
            fmt::format(
                "with {} left, {} fit and {} do not (a ledger treats both alike while zones "
                "are away) — repair.after_zone_loss \"relax\", another max_per_zone, or no "
                "zone event",
                counted(left, "zone"), models::Scheme(fits(*first) ? *first : *other).name(),
                models::Scheme(fits(*first) ? *other : *first).name()));
        return;
      }
    }
  }

  void check_start(const ResolvedView& lifecycle, const std::string& path) {
    const auto at = lifecycle.duration("at");
    const auto end = view_.duration("run.duration");
    if (!at || !end || *at < *end) return;
    add({path + ".at", "run.duration"},
        fmt::format("begins at {}, and the run ends at {} — begin sooner, or a longer run",
                    format_duration(*at), format_duration(*end)));
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
};

}  // namespace

void check_lifecycles(const Value& root, const Json& resolved, ProblemList& problems) {
  LifecycleChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

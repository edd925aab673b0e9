#include "app/scenario/lifecycle_checks.hpp"

#include <fmt/format.h>

#include <string>

#include "app/scenario/checks.hpp"
#include "app/scenario/ledger_checks.hpp"
#include "app/scenario/redundancy.hpp"
#include "app/scenario/units.hpp"
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
    if (!redundancy) {
      if (lifecycle.text("redundancy.scheme")) {
        add({here}, "more than 64 shards, or no whole groups — fewer shards");
      }
      return;
    }
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

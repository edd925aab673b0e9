#include "app/scenario/placement_checks.hpp"

#include <fmt/format.h>

#include "app/scenario/checks.hpp"
#include "app/scenario/placement_fields.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

class PlacementChecker {
 public:
  PlacementChecker(const Value& root, const Json& resolved, const PlacementFacts& facts,
                   ProblemList& problems)
      : root_(root), view_(resolved), facts_(facts), problems_(problems) {}

  void run() {
    check_size("placement.width", "a subset");
    check_size("placement.cell", "a cell");
    check_candidates();
    check_scatter_width();
    check_weight();
    check_guard_rail();
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  // Drives that all shards of an extent lie within.
  void check_size(std::string_view path, std::string_view what) {
    const auto size = view_.whole(path);
    if (!size) return;
    if (*size < facts_.shards) {
      add({path, "redundancy", "redundancy.scheme"},
          fmt::format("{} of {} cannot hold the {} shards of an extent ({}) — at least {}", what,
                      counted(*size, "drive"), facts_.shards, facts_.scheme_name, facts_.shards));
    }
    const auto drives = view_.whole("fleet.drives");
    if (drives && *size > *drives) {
      add({path, "fleet.drives"},
          fmt::format("{} of {} is more than the fleet's {} — at most {}", what,
                      counted(*size, "drive"), grouped(*drives), grouped(*drives)));
    }
  }

  void check_candidates() {
    const auto candidates = view_.whole("placement.candidates");
    if (!candidates || *candidates >= facts_.shards) return;
    add({"placement.candidates", "redundancy", "redundancy.scheme"},
        fmt::format("{} for the {} shards of an extent ({}; each takes another drive) — at least "
                    "{}",
                    counted(*candidates, "candidate"), facts_.shards, facts_.scheme_name,
                    facts_.shards));
  }

  void check_scatter_width() {
    const auto width = view_.whole("placement.scatter_width");
    const auto drives = view_.whole("fleet.drives");
    if (!width || !drives || *width < *drives) return;
    add({"placement.scatter_width", "fleet.drives"},
        fmt::format("a drive cannot share data with {} of a fleet of {} — at most {}",
                    counted(*width, "other"), grouped(*drives), grouped(*drives - 1)));
  }

  void check_weight() {
    if (view_.at("placement.weight") == nullptr) return;
    if (view_.text("placement.metric") == "blend") return;
    add({"placement.weight", "placement.metric"},
        "a weight of fill against heat where `metric` is not \"blend\" — leave it out, or set "
        "`metric` to \"blend\"");
  }

  void check_guard_rail() {
    const auto platform = view_.text("spread.guard_rail.platform");
    if (!platform) return;
    std::string names;
    for (std::size_t i = 0; i < view_.size("fleet.models"); ++i) {
      const auto name = view_.element("fleet.models", i).text("model");
      if (!name || *name == *platform) return check_guard_room();
      names += (names.empty() ? "" : ", ") + in_quotes(*name);
    }
    add({"spread.guard_rail.platform", "fleet.models"},
        fmt::format("no drives of the fleet are {} — one of {}", in_quotes(*platform), names));
  }

  // Where the rule is feasible without it.
  void check_guard_room() {
    const auto at_most = view_.whole("spread.guard_rail.at_most");
    const auto max_per_zone = view_.whole("spread.max_per_zone");
    const auto max_per_rack = view_.whole("spread.max_per_rack");
    if (facts_.fleet == nullptr || facts_.shards == 0 || !at_most || !max_per_zone ||
        !max_per_rack) {
      return;
    }
    models::SpreadRule rule = build_spread(view_);
    const auto shards = static_cast<std::uint32_t>(facts_.shards);
    const auto why = models::why_infeasible(rule, shards, *facts_.fleet);
    rule.guard = {};
    if (!why || models::why_infeasible(rule, shards, *facts_.fleet)) return;
    add({"spread.guard_rail.at_most", "spread.guard_rail.platform", "redundancy",
         "redundancy.scheme", "fleet.models"},
        fmt::format("{} cannot be placed ({}) — a larger at_most, more drives of other models, or "
                    "a looser `spread`",
                    facts_.scheme_name, *why));
  }

  const Value& root_;
  ResolvedView view_;
  const PlacementFacts& facts_;
  ProblemList& problems_;
};

}  // namespace

void check_placement_keys(const Value& root, const Json& resolved, const PlacementFacts& facts,
                          ProblemList& problems) {
  PlacementChecker(root, resolved, facts, problems).run();
}

}  // namespace spindle::app

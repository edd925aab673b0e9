#include "app/scenario/ledger_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "app/scenario/checks.hpp"
#include "app/scenario/redundancy.hpp"
#include "app/text/wording.hpp"
#include "models/ledger/mix_sample.hpp"

namespace spindle::app {
namespace {

class LedgerChecker {
 public:
  LedgerChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    if (!is_of_ledgers(view_)) {
      refuse_elsewhere();
      return;
    }
    check_capacity();
    check_classes();
    refuse_parts();
    refuse_events();
    check_drains();
    check_placement();
    check_models();
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  // What only ledgers have.
  void refuse_elsewhere() {
    if (view_.at("rebalance") != nullptr) {
      add({"rebalance", "run.form"},
          "data is moved to even drives out (fleets that are mapped extent by extent do not) — set "
          "run.form to \"ledger\", or leave `rebalance` out");
    }
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      if (view_.element("events", i).text("event") == "rack_drain") {
        add({fmt::format("events.{}.event", i), "run.form"},
            "racks are emptied (those of fleets that are mapped extent by extent are not) — set "
            "run.form to \"ledger\", or leave it out");
      }
      if (view_.element("events", i).text("policy") != "random_mix") continue;
      add({fmt::format("events.{}.policy", i), "run.form"},
          "racks are filled with data drawn at random (fleets that are mapped extent by extent do "
          "not) — \"coolest_first\", or set run.form to \"ledger\"");
    }
    if (view_.bytes("data.logical") || !view_.many_bytes("data.logical")) return;
    add({"data.logical", "run.form"},
        "more than 18.4 EB (no fleet of so many extents is mapped one by one) — set run.form to "
        "\"ledger\"");
  }

  void refuse(std::string_view path, std::string_view what, std::string_view mend) {
    add({path, "run.form"},
        fmt::format("{} (a fleet of ledgers does not) — {}, or set run.form to \"explicit\"", what,
                    mend));
  }

  void check_capacity() {
    const auto logical = view_.many_bytes("data.logical");
    const auto drives = view_.whole("fleet.drives");
    if (view_.size("fleet.models") == 0) return;
    const auto capacity = view_.element("fleet.models", 0).bytes("capacity");
    const auto redundancy = redundancy_of(view_);
    if (!logical || !drives || !capacity || !redundancy) return;
    const double stored = *logical * models::Scheme(*redundancy).overhead();
    const double room = static_cast<double>(*drives) * capacity->to_double();
    if (stored <= room) return;
    add({"data.logical", "redundancy", "fleet.drives"},
        fmt::format("{} in {} takes {} of drives, and the fleet has {} — less data, less "
                    "redundancy, or more drives",
                    human_bytes(*logical), models::Scheme(*redundancy).name(), human_bytes(stored),
                    human_bytes(room)));
  }

  void check_classes() {
    const std::size_t classes = view_.size("tenants");
    if (classes > models::kMostLedgerClasses) {
      add({"tenants", "run.form"},
          fmt::format(
              "{} classes of tenants (a drive's ledger keeps at most {}) — fewer classes of more "
              "tenants each",
              classes, models::kMostLedgerClasses));
    }
    for (std::size_t i = 0; i < classes; ++i) {
      const ResolvedView tenant = view_.element("tenants", i);
      if (tenant.text("cooling.model") == "power_law") {
        refuse(fmt::format("tenants.{}.cooling.model", i), "data cools by a power law",
               "\"exponential\"");
      }
      if (tenant.at("popularity") != nullptr &&
          tenant.text("popularity.law").value_or("uniform") != "uniform") {
        refuse(fmt::format("tenants.{}.popularity", i), "objects differ in popularity",
               "leave `popularity` out");
      }
    }
  }

  void refuse_parts() {
    if (view_.text("run.fidelity") == "mechanical") {
      refuse("run.fidelity", "every request is served", "\"flow\"");
    }
    if (view_.at("zoom") != nullptr) refuse("zoom", "drives are served", "leave `zoom` out");
    if (view_.at("scrub") != nullptr) refuse("scrub", "drives are scrubbed", "leave it out");
    if (view_.at("fleet.network") != nullptr) {
      refuse("fleet.network", "links bound repair", "leave `network` out");
    }
    const auto estimator = view_.text("durability.estimator");
    if (estimator && *estimator != "analytic") {
      refuse("durability.estimator", fmt::format("losses are estimated by \"{}\"", *estimator),
             "\"analytic\"");
    }
    for (const char* path :
         {"failure.clusters", "failure.power_events", "failure.trace", "failure.grey"}) {
      if (view_.at(path) != nullptr) refuse(path, "failures hang together", "leave it out");
    }
    if (view_.size("failure.outages") > 0) {
      refuse("failure.outages", "racks and zones go down at random", "script them in `events`");
    }
    if (view_.text("repair.yields") == "to_clients") {
      refuse("repair.yields", "repair gives way to clients", "\"never\"");
    }
    if (view_.whole("repair.start_at").value_or(1) > 1) {
      refuse("repair.start_at", "repair waits for more losses", "1");
    }
    if (view_.text("repair.order").value_or("fifo") != "fifo") {
      refuse("repair.order", "the most exposed go first", "\"fifo\"");
    }
  }

  void refuse_events() {
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const auto event = view_.element("events", i).text("event");
      const auto lasts = view_.element("events", i).duration("lasts");
      const auto epoch = view_.duration("run.epoch");
      if (event == "zone_down" && lasts && epoch && *lasts < *epoch) {
        refuse(fmt::format("events.{}.lasts", i), "a zone is down for less than an epoch",
               "a shorter run.epoch");
      }
      if (!event || (*event != "rack_down" && *event != "rack_lost")) continue;
      refuse(fmt::format("events.{}.event", i), "single racks go down", "zones alone");
    }
  }

  // Racks that no drain empties hold at least what the spread rule asks for.
  void check_drains() {
    const auto racks = view_.whole("fleet.racks_per_zone");
    const auto zones = view_.whole("fleet.zones");
    const auto redundancy = redundancy_of(view_);
    if (!racks || !zones || *zones == 0 || !redundancy) return;
    bool any_lands = false;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      any_lands = any_lands || view_.element("events", i).text("event") == "rack_landing";
    }
    const std::uint64_t limit = view_.whole("spread.max_per_rack").value_or(0);
    const std::uint64_t in_zone = (models::Scheme(*redundancy).shards() + *zones - 1) / *zones;
    const std::uint64_t least =
        limit > 0 ? std::max<std::uint64_t>(1, (in_zone + limit - 1) / limit) : 1;
    std::uint64_t drained = 0;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const ResolvedView event = view_.element("events", i);
      if (event.text("event") != "rack_drain") continue;
      drained += event.whole("racks_per_zone").value_or(0);
      if (drained + least > *racks) {
        add({fmt::format("events.{}.racks_per_zone", i), "fleet.racks_per_zone"},
            fmt::format(
                "up to here {} of each zone's {} are drained (at least {} of the first ones "
                "must stay, which hold an extent's shards) — drain fewer",
                counted(drained, "rack"), *racks, least));
        return;
      }
      if (event.text("to") != "landed" || any_lands) continue;
      add({fmt::format("events.{}.to", i)},
          "data goes to racks that landed (none lands in the run) — add a rack_landing, or "
          "\"fleet\"");
    }
  }

  void check_placement() {
    const auto metric = view_.text("placement.metric");
    if (metric && (*metric == "heat" || *metric == "blend")) {
      refuse("placement.metric", "drives are compared by heat", "\"fill\"");
    }
  }

  void check_models() {
    std::optional<models::Bytes> capacity;
    for (std::size_t i = 0; i < view_.size("fleet.models"); ++i) {
      const auto here = view_.element("fleet.models", i).bytes("capacity");
      if (!here) continue;
      if (capacity && *here != *capacity) {
        refuse(fmt::format("fleet.models.{}.capacity", i), "drives differ in capacity",
               "drives of one size");
        return;
      }
      capacity = here;
    }
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
};

}  // namespace

void check_ledger(const Value& root, const Json& resolved, ProblemList& problems) {
  LedgerChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

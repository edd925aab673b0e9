#include "app/scenario/load_checks.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <limits>
#include <utility>

#include "app/scenario/checks.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/text/wording.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::app {
namespace {

// Periods of activity are drawn one by one, each in some 40 ns, twice: this many take minutes.
constexpr std::uint64_t kMaxPeriods = 2'000'000'000;
// A correlated tenant also passes the periods of its class in which it is off, in 1.3 ns each.
constexpr double kPassedPerDrawn = 1.0 / 30;

class LoadChecker {
 public:
  LoadChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    check_periods();
    check_shared_periods();
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  // How often a tenant of class `i` turns on in the run, on average, and the key that says so.
  [[nodiscard]] std::pair<double, std::string_view> periods_of(std::size_t i, double run_s) const {
    const ResolvedView tenant = view_.element("tenants", i);
    const std::string model = tenant.text("load.model").value_or("");
    const auto seconds = [&](std::string_view key) {
      const auto duration = tenant.duration(key);
      return duration ? duration->to_seconds() : std::numeric_limits<double>::infinity();
    };
    const bool correlated = tenant.number("load.correlation").value_or(0) > 0;
    if (model == "on_off") {
      const double on = seconds("load.on"), off = seconds("load.off");
      const double shared = correlated ? (1 / on + 1 / off) * kPassedPerDrawn : 0;
      return {run_s * (1 / (on + off) + shared), "on"};
    }
    if (model == "slots") {
      const double duty = tenant.number("load.duty").value_or(0);
      return {run_s / seconds("load.slot") * (duty + (correlated ? kPassedPerDrawn : 0)), "slot"};
    }
    if (model == "daily_window") return {run_s / sim::kSecondsPerDay, "window"};
    return {0, ""};
  }

  // Of correlated classes: periods are drawn beforehand, for all tenants of the class.
  void check_shared_periods() {
    const auto duration = view_.duration("run.duration");
    if (!duration) return;
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      const ResolvedView tenant = view_.element("tenants", i);
      if (tenant.number("load.correlation").value_or(0) == 0) continue;
      const auto length = [&](std::string_view key) {
        const auto found = tenant.duration(key);
        return found ? found->to_seconds() : std::numeric_limits<double>::infinity();
      };
      const bool slots = tenant.text("load.model") == "slots";
      const double per_s =
          slots ? 1 / length("load.slot") : 1 / length("load.on") + 1 / length("load.off");
      const double periods = duration->to_seconds() * per_s;
      // Chance may make on and off periods more than their mean number.
      if (periods <= 0.99 * static_cast<double>(models::kMostSharedPeriods)) continue;
      add({fmt::format("tenants.{}.load.correlation", i), "run.duration"},
          fmt::format("correlated tenants share about {:.3g} periods in the run (at most {} are "
                      "simulated) — longer {} or a shorter run",
                      periods, grouped(models::kMostSharedPeriods), slots ? "slots" : "periods"));
    }
  }

  void check_periods() {
    const auto duration = view_.duration("run.duration");
    if (!duration) return;
    double total = 0;
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      const auto [periods, key] = periods_of(i, duration->to_seconds());
      const auto count = view_.element("tenants", i).whole("count").value_or(0);
      total += periods * static_cast<double>(count);
      if (total <= static_cast<double>(kMaxPeriods)) continue;
      add({fmt::format("tenants.{}.load.{}", i, key), fmt::format("tenants.{}.count", i),
           "run.duration"},
          fmt::format("up to here tenants turn on about {} times in the run (at most {} are "
                      "simulated) — longer periods, fewer tenants or a shorter run",
                      total < 1e15 ? grouped(static_cast<std::uint64_t>(total))
                                   : fmt::format("{:.3g}", total),
                      grouped(kMaxPeriods)));
      return;
    }
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
};

}  // namespace

void check_loads(const Value& root, const Json& resolved, ProblemList& problems) {
  LoadChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

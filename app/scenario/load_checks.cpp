#include "app/scenario/load_checks.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <limits>
#include <string>
#include <utility>

#include "app/scenario/checks.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::app {
namespace {

// Periods of activity are drawn one by one, each in some 40 ns, twice: this many take minutes.
constexpr double kMaxPeriods = 2e9;
// A correlated tenant also passes the periods of its class in which it is off, in 1.3 ns each.
constexpr double kPassedPerDrawn = 1.0 / 30;

class LoadChecker {
 public:
  LoadChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    const auto duration = view_.duration("run.duration");
    run_s_ = duration ? duration->to_seconds() : 0;
    double periods = 0;
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      const ResolvedView tenant = view_.element("tenants", i);
      const auto load = tenant.below("load");
      if (!load) continue;
      const std::string path = fmt::format("tenants.{}.load", i);
      for_each_part(*load, path, [&](const ResolvedView& part, const std::string& at) {
        check_together(part, at);
        check_shared_periods(part, at);
      });
      const auto count = static_cast<double>(tenant.whole("count").value_or(0));
      if (duration) check_periods(i, *load, path, count, periods);
    }
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  // The load itself, or the loads of a sum.
  template <class Take>
  static void for_each_part(const ResolvedView& load, const std::string& path, Take&& take) {
    if (load.text("model") != "sum") {
      take(load, path);
      return;
    }
    for (std::size_t i = 0; i < load.size("parts"); ++i) {
      const auto part = load.element("parts", i).below("load");
      if (part) take(*part, fmt::format("{}.parts.{}.load", path, i));
    }
  }

  // Infinite where it is absent or not good.
  static double seconds(const ResolvedView& view, std::string_view key) {
    const auto duration = view.duration(key);
    return duration ? duration->to_seconds() : std::numeric_limits<double>::infinity();
  }

  void check_together(const ResolvedView& load, const std::string& path) {
    const std::string model = load.text("model").value_or("");
    if (model == "on_off") check_tails(load, path);
    if (model == "daily_window") check_jitter(load, path);
    if (model == "diurnal") check_curve(load, path);
    if (model == "mmpp") check_states(load, path);
    if (load.text("shift") == "random" && load.at("loop") == nullptr) {
      add({path + ".shift"},
          "a random shift of a trace that is not repeated (it is drawn over the loop) — give "
          "`loop` too");
    }
  }

  void check_tails(const ResolvedView& load, const std::string& path) {
    if (load.number("correlation").value_or(0) == 0) return;
    if (!load.number("on_alpha") && !load.number("off_alpha")) return;
    add({path + ".correlation", path + ".on_alpha", path + ".off_alpha"},
        "correlated tenants with Pareto periods (only exponential periods can be in common) — "
        "leave out the tail indices or the correlation");
  }

  void check_jitter(const ResolvedView& load, const std::string& path) {
    const auto window = load.duration("window");
    const auto jitter = load.duration("jitter");
    if (!window || !jitter) return;
    const auto most = sim::Duration::nanoseconds((sim::Duration::days(1) - *window).ns() / 2);
    if (*jitter <= most) return;
    add({path + ".jitter", path + ".window"},
        fmt::format("a window of {} that moves by up to {} either way (neighbouring days' would "
                    "overlap) — at most {}",
                    format_duration(*window), format_duration(*jitter), format_duration(most)));
  }

  static bool has_broken_pair(const Json& curve) {
    return std::any_of(curve.begin(), curve.end(), [](const Json& pair) {
      return !pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_number();
    });
  }

  void check_curve(const ResolvedView& load, const std::string& path) {
    const Json* curve = load.at("curve");
    // What is no list of pairs is told already.
    if (curve == nullptr || curve->empty() || has_broken_pair(*curve)) return;
    double last = -1, sum = 0;
    for (std::size_t i = 0; i < curve->size(); ++i) {
      const double hour = (*curve)[i][0].get<double>();
      if (!(hour > last && hour < 24)) {
        add({path + ".curve"},
            fmt::format("hour {} of pair {} (hours rise from one pair to the next, and are below "
                        "24) — write e.g. [[0, 0.4], [8, 1], [18, 2]]",
                        hour, i + 1));
        return;
      }
      constexpr double kMostLevel = 1e9;
      if (!((*curve)[i][1].get<double>() <= kMostLevel)) {
        add({path + ".curve"}, fmt::format("level {} of pair {} (at most 1e9: levels are relative "
                                           "to each other) — write smaller ones",
                                           (*curve)[i][1].get<double>(), i + 1));
        return;
      }
      last = hour;
      sum += (*curve)[i][1].get<double>();
    }
    if (sum > 0) return;
    add({path + ".curve"}, "all levels are 0 (the mean is that of the class) — give one above 0");
  }

  void check_states(const ResolvedView& load, const std::string& path) {
    bool has_demand = false;
    for (std::size_t i = 0; i < load.size("states"); ++i) {
      has_demand = has_demand || load.element("states", i).number("rate").value_or(1) > 0;
    }
    if (has_demand || load.size("states") == 0) return;
    add({path + ".states"}, "all rates are 0 (the mean is that of the class) — give one above 0");
  }

  // Of correlated classes: periods are drawn beforehand, for all tenants of the class.
  void check_shared_periods(const ResolvedView& load, const std::string& path) {
    if (load.number("correlation").value_or(0) == 0) return;
    const bool slots = load.text("model") == "slots";
    const double per_s =
        slots ? 1 / seconds(load, "slot") : 1 / seconds(load, "on") + 1 / seconds(load, "off");
    const double periods = run_s_ * per_s;
    // Chance may make on and off periods more than their mean number.
    if (periods <= 0.99 * static_cast<double>(models::kMostSharedPeriods)) return;
    add({path + ".correlation", "run.duration"},
        fmt::format("correlated tenants share about {:.3g} periods in the run (at most {} are "
                    "simulated) — longer {} or a shorter run",
                    periods, grouped(models::kMostSharedPeriods), slots ? "slots" : "periods"));
  }

  // How often a tenant changes its rate in the run, on average, and the key that says so.
  [[nodiscard]] std::pair<double, std::string_view> periods_of(const ResolvedView& load) const {
    const std::string model = load.text("model").value_or("");
    const bool correlated = load.number("correlation").value_or(0) > 0;
    if (model == "on_off") {
      const double on = seconds(load, "on"), off = seconds(load, "off");
      const double shared = correlated ? (1 / on + 1 / off) * kPassedPerDrawn : 0;
      return {run_s_ * (1 / (on + off) + shared), "on"};
    }
    if (model == "slots") {
      const double duty = load.number("duty").value_or(0);
      return {run_s_ / seconds(load, "slot") * (duty + (correlated ? kPassedPerDrawn : 0)), "slot"};
    }
    if (model == "daily_window") return {run_s_ / sim::kSecondsPerDay, "window"};
    if (model == "mmpp" && load.size("states") > 0) {
      double stays = 0;
      for (std::size_t i = 0; i < load.size("states"); ++i) {
        stays += seconds(load.element("states", i), "stay");
      }
      return {run_s_ * static_cast<double>(load.size("states")) / stays, "states"};
    }
    return {0, ""};
  }

  // `total`: of this class and those before it.
  void check_periods(std::size_t index, const ResolvedView& load, const std::string& path,
                     double count, double& total) {
    for_each_part(load, path, [&](const ResolvedView& part, const std::string& at) {
      const auto [periods, key] = periods_of(part);
      const bool was_too_many = total > kMaxPeriods;
      total += periods * count;
      if (was_too_many || total <= kMaxPeriods) return;
      add({fmt::format("{}.{}", at, key), fmt::format("tenants.{}.count", index), "run.duration"},
          fmt::format("up to here tenants turn on about {} times in the run (at most {} are "
                      "simulated) — longer periods, fewer tenants or a shorter run",
                      total < 1e15 ? grouped(static_cast<std::uint64_t>(total))
                                   : fmt::format("{:.3g}", total),
                      grouped(static_cast<std::uint64_t>(kMaxPeriods))));
    });
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
  double run_s_ = 0;
};

}  // namespace

void check_loads(const Value& root, const Json& resolved, ProblemList& problems) {
  LoadChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

#include "app/scenario/demand_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/scenario/checks.hpp"
#include "app/scenario/timeline_fields.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

class DemandChecker {
 public:
  DemandChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      const ResolvedView tenant = view_.element("tenants", i);
      const std::string name = tenant.text("name").value_or("");
      classes_.push_back(name);
      if (tenant.number("cache.hit_ratio").value_or(0) > 0) cached_.insert(name);
    }
  }

  void run() {
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      const auto event = view_.element("events", i).text("event");
      if (!event || !changes_demand(*event) || !check_classes(i)) continue;
      if (*event == "demand") {
        if (!check_end(i)) continue;
        check_ramp(i);
        check_overlaps(i);
      } else {
        check_caches(i);
      }
    }
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) check_reads(i);
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  [[nodiscard]] static std::string path_of(std::size_t event, std::string_view key) {
    return fmt::format("events.{}.{}", event, key);
  }

  // Those the event names; empty where it names none.
  [[nodiscard]] std::vector<std::string> named(std::size_t event) const {
    std::vector<std::string> out;
    const Json* names = view_.element("events", event).at("classes");
    if (names == nullptr) return out;
    for (const Json& name : *names) out.push_back(name.is_string() ? name.get<std::string>() : "");
    return out;
  }

  bool check_classes(std::size_t i) {
    const std::vector<std::string> names = named(i);
    bool all_known = true;
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (names[k].empty()) return false;  // a problem of its own
      if (std::find(classes_.begin(), classes_.end(), names[k]) == classes_.end()) {
        all_known = false;
        add({fmt::format("{}.{}", path_of(i, "classes"), k), path_of(i, "classes")},
            fmt::format("there is no class {} (the classes are {}) — name one of them",
                        in_quotes(names[k]), listed(classes_)));
      } else if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(k),
                           names[k]) != names.begin() + static_cast<std::ptrdiff_t>(k)) {
        all_known = false;
        add({fmt::format("{}.{}", path_of(i, "classes"), k), path_of(i, "classes")},
            fmt::format("{} is named twice (the event counts once) — remove one",
                        in_quotes(names[k])));
      }
    }
    return all_known;
  }

  static std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t kMost = 10;
    std::vector<std::string> quoted;
    for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i) {
      quoted.push_back(in_quotes(names[i]));
    }
    return fmt::format("{}{}", fmt::join(quoted, ", "), names.size() > kMost ? ", …" : "");
  }

  // Within what times can hold: sums of times are taken below.
  bool check_end(std::size_t i) {
    const auto at = view_.element("events", i).duration("at");
    const auto lasts = view_.element("events", i).duration("lasts");
    if (!at || !lasts) return false;
    if (*lasts <= sim::Duration::seconds(kHorizonSeconds) - *at) return true;
    add({path_of(i, "lasts"), path_of(i, "at")},
        fmt::format("{} from {} on end after 200 yr (the longest time there is) — a shorter event",
                    format_duration(*lasts), format_duration(*at)));
    return false;
  }

  void check_ramp(std::size_t i) {
    const ResolvedView event = view_.element("events", i);
    const auto lasts = event.duration("lasts");
    const auto ramp = event.duration("ramp");
    if (!lasts || !ramp || *ramp <= sim::Duration::nanoseconds(lasts->ns() / 2)) return;
    add({path_of(i, "ramp"), path_of(i, "lasts")},
        fmt::format("ramps of {}, up and down, do not fit into {} — at most half of `lasts`",
                    format_duration(*ramp), format_duration(*lasts)));
  }

  // One factor at a time: whether two would add up or multiply is not for us to guess.
  void check_overlaps(std::size_t i) {
    const auto at = view_.element("events", i).duration("at");
    const auto lasts = view_.element("events", i).duration("lasts");
    const std::vector<std::string> names = named(i);
    for (const std::string& name : names.empty() ? classes_ : names) {
      for (const Span& other : spans_[name]) {
        if (other.at + other.lasts <= *at || *at + *lasts <= other.at) continue;
        add({path_of(i, "at"), path_of(i, "lasts")},
            fmt::format("two events change the demand of class {} at one time (events.{} lasts "
                        "from {} on for {}) — one after the other, or one event of both factors",
                        in_quotes(name), other.event, format_duration(other.at),
                        format_duration(other.lasts)));
        return;
      }
    }
    for (const std::string& name : names.empty() ? classes_ : names) {
      spans_[name].push_back({*at, *lasts, i});
    }
  }

  void check_caches(std::size_t i) {
    const std::vector<std::string> names = named(i);
    if (names.empty() && cached_.empty()) {
      add({path_of(i, "event")},
          "no class has a cache (there is nothing to flush) — give one a `cache`, or remove the "
          "event");
      return;
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (cached_.contains(names[k])) continue;
      add({fmt::format("{}.{}", path_of(i, "classes"), k), path_of(i, "classes")},
          fmt::format("class {} has no cache, or one that hits nothing (there is nothing to flush) "
                      "— give it a `cache`, or leave it out",
                      in_quotes(names[k])));
    }
  }

  void check_reads(std::size_t i) {
    const ResolvedView tenant = view_.element("tenants", i);
    if (tenant.at("cache") == nullptr) return;
    const auto load = tenant.text("load.model");
    if (!load) return;
    const bool is_series = *load == "series";
    const bool reads = is_series         ? tenant.text("load.side") != "writes"
                       : *load == "jobs" ? true
                                         : tenant.byte_rate("reads").value_or(1) > 0;
    if (reads) return;
    add({fmt::format("tenants.{}.cache", i),
         fmt::format("tenants.{}.{}", i, is_series ? "load.side" : "reads")},
        "the class reads nothing (a cache answers reads) — give it `reads`, or leave `cache` out");
  }

  struct Span {
    sim::Duration at;
    sim::Duration lasts;
    std::size_t event;
  };

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
  std::vector<std::string> classes_;
  std::set<std::string> cached_;
  std::map<std::string, std::vector<Span>> spans_;  // of events of demand, by class
};

}  // namespace

void check_demand_events(const Value& root, const Json& resolved, ProblemList& problems) {
  DemandChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

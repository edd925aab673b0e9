#include "app/scenario/failure_checks.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "app/scenario/checks.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/failure/failure_clusters.hpp"

namespace spindle::app {
namespace {

// Random outages, or power events, over all domains and the whole run, on average. An outage of a
// zone takes a pass over all extents, a rack's one over its shards.
constexpr double kMaxZoneEvents = 10'000;
constexpr double kMaxRackEvents = 1'000'000;

class FailureChecker {
 public:
  FailureChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root),
        view_(resolved),
        problems_(problems),
        zones_(view_.whole("fleet.zones").value_or(0)),
        racks_per_zone_(view_.whole("fleet.racks_per_zone").value_or(0)),
        drives_(view_.whole("fleet.drives").value_or(0)) {}

  void run() {
    if (!view_.below("failure")) return;
    check_steps();
    check_batches();
    check_clusters();
    check_rate("outages", "outages");
    check_rate("power_events", "power events");
    check_landings();
    if (view_.at("failure.grey") != nullptr) check_grey();
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  void check_steps() {
    std::optional<sim::Duration> before;
    for (std::size_t i = 0; i < view_.size("failure.law.steps"); ++i) {
      const auto from = view_.element("failure.law.steps", i).duration("from");
      if (!from) return;
      const std::string path = fmt::format("failure.law.steps.{}.from", i);
      if (i == 0 && *from != sim::Duration()) {
        add({path},
            "the first step begins later (the hazard of new drives is unknown) — let it "
            "begin at \"0 s\"");
      } else if (before && *from <= *before) {
        add({path}, fmt::format("step {} begins at {}, and that before it at {} (ages rise) — "
                                "order the steps by age",
                                i, format_duration(*from), format_duration(*before)));
      }
      before = from;
    }
  }

  // As FailureProcess shares out the racks of a zone: by their middles.
  void check_batches() {
    double begin = 0;
    for (std::size_t i = 0; i < view_.size("failure.batches"); ++i) {
      const auto share = view_.element("failure.batches", i).number("share");
      if (!share || racks_per_zone_ == 0) return;
      const std::string path = fmt::format("failure.batches.{}.share", i);
      const double end = begin + *share;
      if (end > 1 + 1e-12) {
        add({path}, fmt::format("batches up to here have {:.4g} of the racks (more than there are) "
                                "— shares of at most 1 together",
                                end));
        return;
      }
      const auto racks = static_cast<double>(racks_per_zone_);
      bool has_rack = false;
      for (std::uint64_t rack = 0; rack < racks_per_zone_ && !has_rack; ++rack) {
        const double middle = (static_cast<double>(rack) + 0.5) / racks;
        has_rack = middle >= begin && middle < end;
      }
      if (!has_rack) {
        add({path, "fleet.racks_per_zone"},
            fmt::format("a share of {:.4g} of {} in a zone is no rack (drives are bought by whole "
                        "racks) — a greater share, or more racks",
                        *share, counted(racks_per_zone_, "rack")));
      }
      begin = end;
    }
  }

  void check_clusters() {
    const auto model = view_.text("failure.clusters.model");
    const auto per_node = view_.whole("failure.clusters.drives_per_node");
    if (!model || !per_node) return;
    if (*model == "followers") {
      check_followers();
      return;
    }
    const std::uint64_t racks = zones_ * racks_per_zone_;
    const auto per_year = mean_failure_rate();
    if (racks == 0 || drives_ < racks || !per_year) return;
    const models::ClusterFleet fleet{static_cast<std::uint32_t>(*per_node),
                                     static_cast<double>(drives_) / static_cast<double>(racks),
                                     *per_year};
    try {
      models::calibrate(targets_of(*model == "alibaba" ? models::ClusterPreset::kAlibabaRatios
                                                       : models::ClusterPreset::kAlibabaShares,
                                   fleet),
                        fleet);
    } catch (const std::invalid_argument& error) {
      std::string_view text = error.what();
      constexpr std::string_view kPrefix = "failure: ";
      if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
      add({"failure.clusters.drives_per_node", "fleet.drives", "fleet.racks_per_zone"},
          std::string(text));
    }
  }

  void check_followers() {
    double sum = 0;
    for (std::size_t i = 0; i < view_.size("failure.clusters.scales"); ++i) {
      const ResolvedView scale = view_.element("failure.clusters.scales", i);
      const auto in_node = scale.number("in_node");
      const auto in_rack = scale.number("in_rack");
      if (!in_node || !in_rack) return;
      sum += *in_node + *in_rack;
    }
    if (sum <= models::kMostFollowers) return;
    add({"failure.clusters.scales"},
        fmt::format("{:.4g} failures follow each one on average (with 1 they never end; at most "
                    "{}) — fewer in_node or in_rack",
                    sum, models::kMostFollowers));
  }

  // Over racks, as their shares are; nothing where something is a problem of its own.
  [[nodiscard]] std::optional<double> mean_failure_rate() const {
    double sum = 0;
    double shares = 0;
    for (std::size_t i = 0; i < view_.size("fleet.models"); ++i) {
      const ResolvedView row = view_.element("fleet.models", i);
      const auto share = row.number("share");
      const auto rate = row.failure_rate("afr");
      if (!share || !rate) return std::nullopt;
      sum += *share * *rate;
      shares += *share;
    }
    if (shares <= 0) return std::nullopt;
    return sum / shares;
  }

  // Rows of events that come to domains at random.
  void check_rate(const char* key, const char* what) {
    const auto duration = view_.duration("run.duration");
    if (!duration || zones_ == 0) return;
    const double years = duration->to_seconds() / sim::kSecondsPerYear;
    const std::string rows = fmt::format("failure.{}", key);
    for (std::size_t i = 0; i < view_.size(rows); ++i) {
      const ResolvedView row = view_.element(rows, i);
      const auto rate = row.failure_rate("rate");
      const auto domain = row.text("domain");
      if (!rate || !domain) continue;
      const bool zone = *domain == "zone";
      const auto domains = static_cast<double>(zone ? zones_ : zones_ * racks_per_zone_);
      const double expected = *rate * domains * years;
      const double most = zone ? kMaxZoneEvents : kMaxRackEvents;
      if (expected <= most) continue;
      add({fmt::format("{}.{}.rate", rows, i), "run.duration"},
          fmt::format("about {} {} in the run (at most {} of {}s are simulated) — a lower rate or "
                      "a shorter run",
                      grouped_number(expected), what, grouped_number(most), *domain));
    }
  }

  void check_grey() {
    if (view_.at("zoom") != nullptr) {
      add({"failure.grey", "zoom"},
          "a zoom serves every drive at its own pace (it knows of none that are slow) — leave "
          "`zoom` or `grey` out");
    }
    if (view_.at("failure.trace") != nullptr || mean_failure_rate() != 0.0) return;
    add({"failure.grey", "fleet.models"},
        "no drive fails by itself (every model's afr is 0, and there is no trace), so none is slow "
        "before — state an afr, or leave `grey` out");
  }

  // Histories are drawn for drives that are there from the start.
  void check_landings() {
    const bool hangs_together = view_.at("failure.clusters") != nullptr ||
                                view_.size("failure.power_events") > 0 ||
                                view_.at("failure.trace") != nullptr;
    if (!hangs_together) return;
    for (std::size_t i = 0; i < view_.size("events"); ++i) {
      if (view_.element("events", i).text("event") != "rack_landing") continue;
      add({fmt::format("events.{}.event", i), "failure"},
          "racks land in a fleet with clusters, power events or a trace of failures (drives that "
          "come later are not drawn there) — have the racks from the start, or leave those out");
      return;
    }
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
  std::uint64_t zones_;  // these are 0 where they have a problem of their own
  std::uint64_t racks_per_zone_;
  std::uint64_t drives_;
};

}  // namespace

void check_failure(const Value& root, const Json& resolved, ProblemList& problems) {
  FailureChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

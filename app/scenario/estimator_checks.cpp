#include "app/scenario/estimator_checks.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "app/scenario/checks.hpp"
#include "app/scenario/redundancy.hpp"
#include "models/durability/queued_exposure.hpp"

namespace spindle::app {
namespace {

// Their extents share few sets of drives: repair has few sources, and what one loses many lose.
bool keeps_to_few_sets(const std::string& policy) {
  return policy == "static" || policy == "shuffle_shard" || policy == "copyset";
}

constexpr std::string_view kOtherwise = "or estimate with \"direct\"";

class EstimatorChecker {
 public:
  EstimatorChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    if (view_.text("durability.estimator") != "conditional") return;
    check_policy();
    check_models();
    check_failures();
    check_outages();
    check_parity();
  }

 private:
  // The estimator is one of what the message blames.
  void add(std::string_view path, const std::string& message) {
    blame(root_, view_, {path, "durability.estimator"}, message, problems_);
  }

  void check_policy() {
    const auto policy = view_.text("placement.policy");
    if (!policy || !keeps_to_few_sets(*policy)) return;
    add("placement.policy",
        fmt::format("the conditional estimator knows extents that lie on any drives ({} keeps them "
                    "on few sets) — another policy, {}",
                    *policy, kOtherwise));
  }

  void check_models() {
    for (std::size_t i = 1; i < view_.size("fleet.models"); ++i) {
      const auto first = view_.element("fleet.models", 0).bytes("capacity");
      const auto other = view_.element("fleet.models", i).bytes("capacity");
      if (!first || !other || first->value == other->value) continue;
      add(fmt::format("fleet.models.{}.capacity", i),
          fmt::format("the conditional estimator knows drives that hold alike (capacities differ) "
                      "— one capacity, {}",
                      kOtherwise));
      return;
    }
  }

  void check_failures() {
    if (view_.at("repair.bandwidth") != nullptr) {
      if (view_.at("failure.grey") != nullptr) {
        add("failure.grey", fmt::format("drives that are slow before they fail slow the rebuilds "
                                        "(the conditional estimator does not know how much) — "
                                        "leave it out, {}",
                                        kOtherwise));
      }
      return;
    }
    for (const char* path : {"failure.clusters", "failure.power_events", "failure.trace"}) {
      if (view_.at(path) == nullptr) continue;
      add(path, fmt::format("drives that fail together, and shards that come back each by itself "
                            "(the conditional estimator then knows nothing of racks) — state "
                            "repair.bandwidth, {}",
                            kOtherwise));
    }
  }

  void check_outages() {
    for (std::size_t i = 0; i < view_.size("failure.outages"); ++i) {
      if (view_.element("failure.outages", i).text("lasts") != "forever") continue;
      add(fmt::format("failure.outages.{}.lasts", i),
          fmt::format("zones or racks that are lost at random for good (the conditional estimator "
                      "plays failures of drives) — give them a duration, {}",
                      kOtherwise));
    }
  }

  void check_parity() {
    const auto redundancy = redundancy_of(view_);
    if (view_.at("repair.bandwidth") == nullptr || !redundancy) return;
    constexpr auto kMost = models::QueuedExposure::kMostLosses;
    const models::Scheme scheme(*redundancy);
    if (scheme.most_survived() <= kMost) return;
    add("redundancy", fmt::format("{} survives {} losses (under repair.bandwidth the conditional "
                                  "estimator knows up to {}) — less parity, {}",
                                  scheme.name(), scheme.most_survived(), kMost, kOtherwise));
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
};

}  // namespace

void check_estimator(const Value& root, const Json& resolved, ProblemList& problems) {
  EstimatorChecker(root, resolved, problems).run();
}

}  // namespace spindle::app

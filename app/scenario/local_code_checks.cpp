#include "app/scenario/local_code_checks.hpp"

#include <fmt/format.h>

#include <string>

#include "app/scenario/checks.hpp"
#include "app/scenario/timeline_fields.hpp"

namespace spindle::app {

void check_local_code(const Value& root, const Json& resolved, ProblemList& problems) {
  const ResolvedView view(resolved);
  if (view.text("redundancy.scheme") != "local") return;
  const auto refuse = [&](const std::string& path, const char* what) {
    blame(root, view, {path, "redundancy.scheme"},
          fmt::format("{} beside a local code (runs over time and counted losses know how many "
                      "shards an extent lacks, not which) — leave it out, or redundancy of scheme "
                      "erasure",
                      what),
          problems);
  };
  if (view.text("durability.estimator") == "direct") {
    refuse("durability.estimator", "losses counted");
  }
  for (std::size_t i = 0; i < view.size("events"); ++i) {
    const auto event = view.element("events", i).text("event");
    if (!event || changes_demand(*event)) continue;
    refuse(fmt::format("events.{}.event", i), "an event of the fleet");
  }
  for (const char* path : {"repair.bandwidth", "scrub", "failure.outages", "failure.power_events",
                           "failure.trace", "failure.grey"}) {
    if (view.at(path) != nullptr) refuse(path, "what plays events");
  }
  for (std::size_t i = 0; i < view.size("tenants"); ++i) {
    if (view.element("tenants", i).text("writes_are") != "new_data") continue;
    refuse(fmt::format("tenants.{}.writes_are", i), "new data");
  }
}

}  // namespace spindle::app

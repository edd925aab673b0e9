#include "app/scenario/resolved_defaults.hpp"

#include <algorithm>

#include "app/scenario/fields.hpp"
#include "app/scenario/resolve.hpp"
#include "app/scenario/timeline_fields.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/drive/drive_model.hpp"

namespace spindle::app {
namespace {

// An event that could not be read counts as one: it has a problem of its own.
bool changes_fleet(const Json& event) {
  return !event.is_object() || !event.contains("event") ||
         !changes_demand(event["event"].get<std::string>());
}

// Whether failures are simulated: by an estimator of durability, or as events of the run.
bool simulates_failures(const Json& scenario) {
  if (scenario.contains("durability")) {
    const Json& durability = scenario["durability"];
    if (durability.contains("estimator") && durability["estimator"] != "analytic") return true;
  }
  if (scenario.contains("events")) {
    const Json& events = scenario["events"];
    if (std::any_of(events.begin(), events.end(), changes_fleet)) return true;
  }
  if (scenario.contains("scrub")) return true;
  if (scenario.contains("repair") && scenario["repair"].contains("bandwidth")) return true;
  if (!scenario.contains("tenants")) return false;
  return std::any_of(scenario["tenants"].begin(), scenario["tenants"].end(), [](const Json& row) {
    return row.is_object() && row.contains("writes_are") && row["writes_are"] == "new_data";
  });
}

}  // namespace

void write_out_presets(const Value& root, Json& scenario) {
  const Value* fleet = root.find("fleet");
  const Value* given = fleet == nullptr ? nullptr : fleet->find("models");
  if (given == nullptr || !scenario.contains("fleet") || !scenario["fleet"].contains("models")) {
    return;
  }
  Json& rows = scenario["fleet"]["models"];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Json& model = rows[i];
    if (!model.is_object() || !model.contains("model")) continue;
    const models::DriveModel* preset = models::find_drive_preset(model["model"]);
    if (given->items[i].find("capacity") == nullptr) {
      model["capacity"] = format_bytes(preset->capacity);
    }
    if (given->items[i].find("afr") == nullptr) {
      model["afr"] = shortest(preset->annual_failure_rate) + "/yr";
    }
  }
}

void write_out_failure(const Value& root, Json& scenario, ProblemList& problems) {
  if (scenario.contains("failure") || root.find("failure") != nullptr) return;
  if (!simulates_failures(scenario)) return;
  Value none = *parse_document("{}").value;
  set_origin(none, root.origin);
  const Field& failure = *scenario_table().find_anywhere("failure");
  scenario["failure"] = resolve_by(*failure.object, none, problems);
  // Back in the table's order, as if it had been given.
  Json ordered = Json::object();
  for (const Field& field : scenario_table().fields) {
    if (scenario.contains(field.name)) ordered[field.name] = std::move(scenario[field.name]);
  }
  scenario = std::move(ordered);
}

}  // namespace spindle::app

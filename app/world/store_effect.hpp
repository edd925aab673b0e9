#pragma once
// What a log-structured store (models/store) makes of the fleet's writes.

#include <optional>

#include "app/scenario/scenario.hpp"
#include "models/fleet/topology.hpp"

namespace spindle::app {

struct StoreEffect {
  double fullness = 0;  // live bytes / bytes of the log, on every drive alike
  double write_amplification = 1;
};

// Bytes stored of the scenario's data / capacity of the base fleet, all drives alike.
double planned_fullness(const Scenario& scenario, const models::Topology& base);

// Empty where the scenario has no store.
std::optional<StoreEffect> store_effect(const Scenario& scenario, const models::Topology& base);

}  // namespace spindle::app

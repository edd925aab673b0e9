#include "app/world/store_effect.hpp"

#include "models/redundancy/scheme.hpp"
#include "models/store/write_amplification.hpp"

namespace spindle::app {

double planned_fullness(const Scenario& scenario, const models::Topology& base) {
  const models::Scheme scheme(scenario.redundancy);
  return scenario.data.all() * scheme.overhead() / base.total_capacity();
}

std::optional<StoreEffect> store_effect(const Scenario& scenario, const models::Topology& base) {
  if (!scenario.store) return std::nullopt;
  const double fullness = scenario.store->fullness.value_or(planned_fullness(scenario, base));
  return StoreEffect{fullness, models::write_amplification(*scenario.store, fullness)};
}

}  // namespace spindle::app

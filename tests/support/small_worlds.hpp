#pragma once
// Scenarios built in code, for tests that run whole experiments.

#include "app/scenario/scenario.hpp"

namespace spindle::test {

// One class of `tenants` equal tenants, one copy, on `drives` drives in one rack: the
// balls-and-bins setting, free of spread rules.
inline app::Scenario plain_world(std::uint32_t drives, std::uint32_t tenants,
                                 std::uint64_t extents) {
  app::Scenario scenario;
  scenario.name = "plain";
  scenario.run = {sim::Duration::hours(48), sim::Duration::hours(1)};
  scenario.fleet = {1, 1, drives, {{*models::find_drive_preset("talk"), 1}}};
  scenario.data.extent = models::Bytes{1'000'000};
  scenario.data.logical = models::Bytes{extents * scenario.data.extent.value};
  scenario.redundancy.copies = 1;
  scenario.spread = {0, 0};
  app::TenantSpec spec;
  spec.options.name = "tenant";
  spec.options.count = tenants;
  spec.options.data = scenario.data.logical;
  spec.options.object_size = models::Bytes{500'000};
  spec.options.read_bytes_per_s = 0.2 * 50e6 * drives;  // a fifth of the drives' disk time
  scenario.tenants = {spec};
  scenario.resolved_json = "{}";
  return scenario;
}

}  // namespace spindle::test

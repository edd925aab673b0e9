#include "models/ledger/ledger_groups.hpp"

namespace spindle::models {

void RackGroup::add(const RackTally& tally, double sign) {
  for (std::size_t c = 0; c < held.size(); ++c) {
    held[c].shards += sign * tally.held[c].shards;
    held[c].demand += sign * tally.held[c].demand;
    sent[c].shards += sign * tally.sent[c].shards;
    sent[c].demand += sign * tally.sent[c].demand;
  }
  present = sign > 0 ? present + tally.present : present - tally.present;
  to_send += sign * tally.to_send;
  to_take += sign * tally.to_take;
}

DriveRange drives_of(const Topology& topology, DriveRange racks) {
  if (racks.size() == 0) return {};
  return {topology.drives_of_rack(racks.first).first, topology.drives_of_rack(racks.last - 1).last};
}

std::vector<RackGroup> rack_groups(const Topology& topology, std::span<const Landing> landings,
                                   std::uint32_t classes, std::vector<std::uint32_t>& group_of) {
  std::vector<RackGroup> groups;
  group_of.assign(topology.racks(), 0);
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    const DriveRange racks = topology.racks_of_zone(zone);
    std::uint32_t next = racks.last - topology.landing_racks_per_zone();
    const auto add = [&](std::uint32_t landing, DriveRange of) {
      RackGroup group;
      group.zone = zone;
      group.landing = landing;
      group.racks = of;
      group.is_there = landing == RackGroup::kFirst;
      group.is_settled = group.is_there;
      if (of.size() > 0) group.model = topology.model_of_rack(of.first);
      group.held.resize(classes);
      group.sent.resize(classes);
      for (std::uint32_t rack = of.first; rack < of.last; ++rack) {
        group_of[rack] = static_cast<std::uint32_t>(groups.size());
      }
      groups.push_back(std::move(group));
    };
    add(RackGroup::kFirst, {racks.first, next});
    for (std::uint32_t landing = 0; landing < landings.size(); ++landing) {
      add(landing, {next, next + landings[landing].racks_per_zone});
      next += landings[landing].racks_per_zone;
    }
  }
  return groups;
}

}  // namespace spindle::models

#include "models/ledger/ledger_groups.hpp"

#include <algorithm>
#include <cmath>

namespace spindle::models {

void RackGroup::add(const RackTally& tally, double sign) {
  for (std::size_t c = 0; c < held.size(); ++c) {
    held[c].shards += sign * tally.held[c].shards;
    held[c].demand += sign * tally.held[c].demand;
    sent[c].shards += sign * tally.sent[c].shards;
    sent[c].demand += sign * tally.sent[c].demand;
  }
  present = sign > 0 ? present + tally.present : present - tally.present;
  squares += sign * tally.squares;
  to_send += sign * tally.to_send;
  to_take += sign * tally.to_take;
}

double RackGroup::deviation() const {
  if (present == 0) return 0;
  const double mean = shards() / present;
  return std::sqrt(std::max(0.0, squares / present - mean * mean));
}

DriveRange drives_of(const Topology& topology, DriveRange racks) {
  if (racks.size() == 0) return {};
  return {topology.drives_of_rack(racks.first).first, topology.drives_of_rack(racks.last - 1).last};
}

namespace {

// A zone's groups, one after the other.
class GroupMaker {
 public:
  GroupMaker(const Topology& topology, std::uint32_t classes, std::vector<std::uint32_t>& group_of)
      : topology_(topology), classes_(classes), group_of_(group_of) {
    group_of_.assign(topology.racks(), 0);
  }

  RackGroup& add(std::uint32_t zone, DriveRange racks) {
    RackGroup group;
    group.zone = zone;
    group.racks = racks;
    if (racks.size() > 0) group.model = topology_.model_of_rack(racks.first);
    group.held.resize(classes_);
    group.sent.resize(classes_);
    for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) {
      group_of_[rack] = static_cast<std::uint32_t>(groups.size());
    }
    groups.push_back(std::move(group));
    return groups.back();
  }

  std::vector<RackGroup> groups;

 private:
  const Topology& topology_;
  std::uint32_t classes_;
  std::vector<std::uint32_t>& group_of_;
};

}  // namespace

std::vector<RackGroup> rack_groups(const Topology& topology, std::span<const Landing> landings,
                                   std::span<const Drain> drains, std::uint32_t classes,
                                   std::vector<std::uint32_t>& group_of) {
  GroupMaker maker(topology, classes, group_of);
  std::uint32_t drained = 0;
  for (const Drain& drain : drains) drained += drain.racks_per_zone;
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    const DriveRange racks = topology.racks_of_zone(zone);
    const std::uint32_t first_landing = racks.last - topology.landing_racks_per_zone();
    maker.add(zone, {racks.first, first_landing - drained});
    std::uint32_t end = first_landing;
    for (std::uint32_t drain = 0; drain < drains.size(); ++drain) {
      const std::uint32_t begin = end - drains[drain].racks_per_zone;
      maker.add(zone, {begin, end}).drain = drain;
      end = begin;
    }
    std::uint32_t next = first_landing;
    for (std::uint32_t landing = 0; landing < landings.size(); ++landing) {
      RackGroup& group = maker.add(zone, {next, next + landings[landing].racks_per_zone});
      group.landing = landing;
      group.is_there = group.is_settled = false;
      next += landings[landing].racks_per_zone;
    }
  }
  return std::move(maker.groups);
}

}  // namespace spindle::models

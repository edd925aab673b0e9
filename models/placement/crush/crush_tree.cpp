#include "models/placement/crush/crush_tree.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace spindle::models::crush {
namespace {

constexpr double kTwoTo32 = 4294967296.0;

void check(const Topology& topology, const TreeOptions& options) {
  for (const std::size_t entries : {options.weights.size(), options.accepted.size()}) {
    if (entries == 0 || entries == topology.drives()) continue;
    throw std::invalid_argument(fmt::format(
        "crush: {} weights or shares for {} drives (one a drive) — leave the list empty "
        "where all are alike",
        entries, topology.drives()));
  }
  for (const double weight : options.weights) {
    if (weight >= 0 && std::isfinite(weight)) continue;
    throw std::invalid_argument(fmt::format(
        "crush: a drive of weight {} (a finite number, 0 or more) — weigh by capacity", weight));
  }
  for (const double share : options.accepted) {
    if (share >= 0 && share <= 1) continue;
    throw std::invalid_argument(fmt::format(
        "crush: a drive that accepts {} of the extents (between 0, out, and 1) — state a share",
        share));
  }
}

// Children of one level, to be added up into the one above.
struct Items {
  std::vector<std::uint32_t> numbers;
  std::vector<double> weights;
  std::vector<std::uint32_t> first_child{0};  // per parent, and the total

  void add(std::uint32_t number, double weight) {
    numbers.push_back(number);
    weights.push_back(weight);
  }
  // Ends the list of a parent; its weight.
  double close() {
    double sum = 0;
    for (std::size_t i = first_child.back(); i < weights.size(); ++i) sum += weights[i];
    first_child.push_back(static_cast<std::uint32_t>(weights.size()));
    return sum;
  }
  [[nodiscard]] StrawLevel level() const { return {numbers, weights, first_child}; }
};

}  // namespace

CrushTree::CrushTree(const Topology& topology, const TreeOptions& options) : topology_(topology) {
  check(topology, options);
  const auto weight_of = [&](std::uint32_t drive) {
    return options.weights.empty() ? topology.capacity_of(drive).to_double()
                                   : options.weights[drive];
  };
  Items zones;
  Items racks;
  Items hosts;
  Items drives;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const DriveRange range = topology.drives_of_rack(rack);
    for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
      drives.add(topology.slot_of(drive), weight_of(drive));
      if (options.drives_per_host == 0) continue;
      const std::uint32_t in_rack = drive - range.first;
      const std::uint32_t first = drive - in_rack % options.drives_per_host;
      host_of_.push_back(static_cast<std::uint32_t>(hosts.numbers.size()));
      if (drive + 1 - first < options.drives_per_host && drive + 1 < range.last) continue;
      hosts.add(topology.slot_of(first), drives.close());
    }
    const double weight = options.drives_per_host == 0 ? drives.close() : hosts.close();
    racks.add(topology.slot_of_rack(rack), weight);
    const std::uint32_t zone = topology.zone_of_rack(rack);
    if (rack + 1 == topology.racks_of_zone(zone).last) zones.add(zone, racks.close());
  }
  zones.close();
  zones_ = zones.level();
  racks_ = racks.level();
  hosts_ = hosts.level();
  drives_ = drives.level();
  for (const double share : options.accepted) {
    accepted_.push_back(static_cast<std::uint64_t>(std::llround(share * kTwoTo32)));
  }
}

bool CrushTree::accepts(std::uint32_t drive, std::uint64_t extent) const {
  if (accepted_.empty()) return true;
  // An attempt that is never made otherwise: acceptance is independent of every straw.
  constexpr std::uint32_t kNoAttempt = 0xffffffffU;
  const StrawKey key = straw_key(extent, kNoAttempt, Level::kDrive);
  return straw(key, item_key(topology_.slot_of(drive))) < accepted_[drive];
}

std::vector<double> even_zone_shares(const Topology& topology, const TreeOptions& options) {
  check(topology, options);
  std::vector<double> shares(topology.drives());
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    const DriveRange range = topology.drives_of_zone(zone);
    double sum = 0;
    for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
      shares[drive] = options.weights.empty() ? topology.capacity_of(drive).to_double()
                                              : options.weights[drive];
      if (!options.accepted.empty()) shares[drive] *= options.accepted[drive];
      sum += shares[drive];
    }
    for (std::uint32_t drive = range.first; drive < range.last && sum > 0; ++drive) {
      shares[drive] /= sum * topology.zones();
    }
  }
  return shares;
}

}  // namespace spindle::models::crush

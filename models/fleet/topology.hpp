#pragma once
// The fleet's shape: zones -> racks -> drives, numbered zone by zone and rack by rack.
//
// Every zone has the same number of racks; drives are spread over racks as evenly as the numbers
// allow (sizes differ by at most 1, and zones differ by at most 1). A rack holds one drive model
// (racks are bought whole): racks are shared out by largest remainder, at least one a model, and a
// model's racks are spread over zones as evenly as possible. Everything is fixed after
// construction.
//
// Racks that are to land while the fleet runs come last in their zone, each of the average base
// rack's drives and of the first model. Drive numbers of the later zones therefore shift with a
// landing; a *slot* is a number that does not: base drives keep the number they have in a fleet
// without landings, and landed ones follow, landing by landing. Random streams are keyed by slot.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/drive/drive_model.hpp"
#include "models/units.hpp"
#include "sim/id.hpp"
#include "sim/prefetch.hpp"

namespace spindle::models {

using TenantId = sim::Id<struct TenantTag>;
using ExtentId = sim::Id<struct ExtentTag>;

struct DriveShare {
  DriveModel model;
  double share = 1;  // of the racks; normalised over the list
};

struct FleetOptions {
  std::uint32_t zones = 3;
  std::uint32_t racks_per_zone = 1;
  std::uint32_t drives = 3;  // in the base racks, all zones together
  std::vector<DriveShare> models;
  std::uint32_t landing_racks_per_zone = 0;  // beyond racks_per_zone: the sum over all landings
};

// A half-open range of consecutive drive numbers.
struct DriveRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;  // one past the end
  [[nodiscard]] std::uint32_t size() const { return last - first; }
};

class Topology {
 public:
  // Throws std::invalid_argument: zones or racks 0, fewer drives than racks, no model, more models
  // than racks, a share that is not positive and finite, a capacity of 0, with its landings 2^31
  // drives or more.
  explicit Topology(const FleetOptions& options);

  [[nodiscard]] std::uint32_t zones() const { return zones_; }
  // With those that land.
  [[nodiscard]] std::uint32_t racks() const { return static_cast<std::uint32_t>(racks_.size()); }
  [[nodiscard]] std::uint32_t drives() const { return static_cast<std::uint32_t>(rack_of_.size()); }
  // Without them.
  [[nodiscard]] std::uint32_t base_racks() const { return zones_ * base_racks_per_zone_; }
  [[nodiscard]] std::uint32_t base_drives() const { return base_drives_; }
  [[nodiscard]] DriveRange drives_of_rack(std::uint32_t rack) const { return racks_[rack]; }
  [[nodiscard]] DriveRange drives_of_zone(std::uint32_t zone) const { return zone_drives_[zone]; }
  [[nodiscard]] DriveRange racks_of_zone(std::uint32_t zone) const {  // rack numbers
    return {zone * racks_per_zone_, (zone + 1) * racks_per_zone_};
  }
  [[nodiscard]] std::uint32_t rack_of(std::uint32_t drive) const { return rack_of_[drive]; }
  // Starts fetching what rack_of will read.
  void prefetch_rack_of(std::uint32_t drive) const { sim::prefetch_line(&rack_of_[drive]); }
  [[nodiscard]] std::uint32_t zone_of_rack(std::uint32_t rack) const { return zone_of_rack_[rack]; }
  [[nodiscard]] std::uint32_t zone_of(std::uint32_t drive) const {
    return zone_of_rack(rack_of_[drive]);
  }
  [[nodiscard]] const std::vector<DriveModel>& models() const { return models_; }
  [[nodiscard]] std::uint32_t model_of_rack(std::uint32_t rack) const { return rack_model_[rack]; }
  [[nodiscard]] const DriveModel& model_of(std::uint32_t drive) const {
    return models_[rack_model_[rack_of_[drive]]];
  }
  [[nodiscard]] std::uint32_t landing_racks_per_zone() const {
    return racks_per_zone_ - base_racks_per_zone_;
  }
  [[nodiscard]] bool is_landing_rack(std::uint32_t rack) const {
    return rack % racks_per_zone_ >= base_racks_per_zone_;
  }
  // Number `i` of the zone's racks that land, 0 <= i < landing_racks_per_zone().
  [[nodiscard]] std::uint32_t landing_rack(std::uint32_t zone, std::uint32_t i) const {
    return zone * racks_per_zone_ + base_racks_per_zone_ + i;
  }
  // The rack's and the drive's number that no landing, and no later one, changes.
  [[nodiscard]] std::uint32_t slot_of_rack(std::uint32_t rack) const;
  [[nodiscard]] std::uint32_t slot_of(std::uint32_t drive) const {
    const std::uint32_t rack = rack_of_[drive];
    return first_slot_[rack] + (drive - racks_[rack].first);
  }
  [[nodiscard]] Bytes capacity_of(std::uint32_t drive) const { return model_of(drive).capacity; }
  // With racks that land. In bytes, as a double: 64 bits end at 18.4 EB, fewer than a million
  // drives of 20 TB.
  [[nodiscard]] double total_capacity() const;

 private:
  void size_racks();
  void deal_models(const std::vector<DriveShare>& models);

  std::uint32_t zones_ = 0;
  std::uint32_t racks_per_zone_ = 0;  // base and landing
  std::uint32_t base_racks_per_zone_ = 0;
  std::uint32_t base_drives_ = 0;
  std::vector<DriveRange> racks_;
  std::vector<DriveRange> zone_drives_;
  std::vector<std::uint32_t> rack_of_;
  std::vector<std::uint32_t> zone_of_rack_;  // looked up for each shard: cheaper than dividing
  std::vector<std::uint32_t> first_slot_;    // per rack
  std::vector<std::uint32_t> rack_model_;
  std::vector<DriveModel> models_;
};

}  // namespace spindle::models

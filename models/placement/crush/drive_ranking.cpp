#include "models/placement/crush/drive_ranking.hpp"

namespace spindle::models::crush {

DriveRanking::DriveRanking(const Topology& topology) : topology_(topology) {
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    keys_.push_back(item_key(topology.slot_of(drive)));
  }
  keys_.resize(keys_.size() + kStrawPadding, 0);
  for (const DriveModel& model : topology.models()) {
    per_weight_.push_back(1 / model.capacity.to_double());
  }
}

}  // namespace spindle::models::crush

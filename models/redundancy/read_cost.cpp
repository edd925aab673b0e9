#include "models/redundancy/read_cost.hpp"

namespace spindle::models {

double read_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes) {
  return scheme.read_fan_out() * read_service(drive, scheme.shard_bytes(object_bytes)).mean_s;
}

double write_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes) {
  return scheme.write_fan_out() * write_service(drive, scheme.shard_bytes(object_bytes)).mean_s;
}

double shard_read_share(const Scheme& scheme) {
  return static_cast<double>(scheme.read_fan_out()) / static_cast<double>(scheme.shards());
}

}  // namespace spindle::models

#include "models/redundancy/read_cost.hpp"

namespace spindle::models {

double read_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes) {
  return scheme.read_fan_out() * read_service(drive, scheme.shard_bytes(object_bytes)).mean_s;
}

double write_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes) {
  return scheme.write_fan_out() * write_service(drive, scheme.shard_bytes(object_bytes)).mean_s;
}

double shard_requests_per_s(const Scheme& scheme, double read_bytes_per_s, double write_bytes_per_s,
                            double object_bytes) {
  return (read_bytes_per_s * scheme.read_fan_out() + write_bytes_per_s * scheme.write_fan_out()) /
         object_bytes;
}

double shard_read_share(const Scheme& scheme) {
  return static_cast<double>(scheme.read_fan_out()) / static_cast<double>(scheme.shards());
}

}  // namespace spindle::models

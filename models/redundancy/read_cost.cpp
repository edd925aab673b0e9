#include "models/redundancy/read_cost.hpp"

namespace spindle::models {

double read_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes) {
  return scheme.read_fan_out() * read_service(drive, scheme.shard_bytes(object_bytes)).mean_s;
}

double write_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes) {
  return scheme.write_fan_out() * write_service(drive, scheme.shard_bytes(object_bytes)).mean_s;
}

double read_disk_seconds(const Scheme& scheme, const DriveModel& drive, const TenantClass& of) {
  const RequestSize size = request_size(of, false);
  if (size.mean_bytes == 0) return 0;
  return mean_over(size.law, size.mean_bytes,
                   [&](double bytes) { return read_disk_seconds(scheme, drive, bytes); });
}

double write_disk_seconds(const Scheme& scheme, const DriveModel& drive, const TenantClass& of) {
  const RequestSize size = request_size(of, true);
  if (size.mean_bytes == 0) return 0;
  return mean_over(size.law, size.mean_bytes,
                   [&](double bytes) { return write_disk_seconds(scheme, drive, bytes); });
}

double written_bytes(const Scheme& scheme, const TenantClass& of) {
  return scheme.write_fan_out() * scheme.shard_bytes(request_size(of, true).mean_bytes);
}

double shard_requests_per_s(const Scheme& scheme, double reads_per_s, double writes_per_s) {
  return reads_per_s * scheme.read_fan_out() + writes_per_s * scheme.write_fan_out();
}

double shard_read_share(const Scheme& scheme) {
  return static_cast<double>(scheme.read_fan_out()) / static_cast<double>(scheme.shards());
}

}  // namespace spindle::models

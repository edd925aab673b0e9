#pragma once
// A small drive with options, for tests of cache and arms.

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "models/drive/drive_run.hpp"

namespace spindle::test {

// 200 cylinders of 4 surfaces and 100 sectors in two zones, 72,000 rpm / 10: 8.33 ms a revolution.
inline models::MechanicalSpec plain_spec() {
  models::MechanicalSpec spec;
  spec.name = "small";
  spec.source = "made up";
  spec.surfaces = 4;
  spec.zones = {{0, 100, 120, 0.1, 0.15}, {100, 100, 80, 0.1, 0.15}};
  spec.sectors = 4 * (100 * 120 + 100 * 80);
  models::SeekCurve curve;
  curve.short_base_s = 0.9e-3;
  curve.short_s_per_sqrt_cylinder = 0.3e-3;
  curve.switch_at = 100;
  curve.long_base_s = 3.5e-3;
  curve.long_s_per_cylinder = 0.01e-3;
  spec.seek = models::SeekProfile(curve);
  spec.head_switch_s = 0.4e-3;
  spec.bus_bytes_per_s = 100e6;
  return spec;
}

inline constexpr std::array kSchedulers = {models::Scheduler::kFcfs, models::Scheduler::kSstf,
                                           models::Scheduler::kCLook, models::Scheduler::kSptf};

inline models::DriveRunOptions how(models::Scheduler scheduler, std::size_t depth) {
  models::DriveRunOptions options;
  options.scheduler = scheduler;
  options.depth = depth;
  return options;
}

inline models::CacheSpec small_cache() {
  models::CacheSpec cache;
  cache.segments = 4;
  cache.segment_bytes = 64 * 512;
  cache.read_ahead_bytes = 64 * 512;
  return cache;
}

// Hands out the requests of a list.
struct ListSource {
  std::vector<models::DriveRequest> requests;
  std::size_t next = 0;
  bool operator()(models::DriveRequest& request) {
    if (next == requests.size()) return false;
    request = requests[next++];
    return true;
  }
};

struct KeepServed {
  std::vector<models::ServedRequest> all;
  void operator()(const models::ServedRequest& served) { all.push_back(served); }
};

// `run` is run_closed or run_open of models/drive/drive_run.hpp.
template <class Run>
std::vector<models::ServedRequest> serve_all(const Run& run, const models::MechanicalSpec& spec,
                                             std::vector<models::DriveRequest> requests,
                                             const models::DriveRunOptions& options) {
  const models::MechanicalDrive drive(spec);
  ListSource source{std::move(requests)};
  KeepServed kept;
  run(drive, options, source, kept);
  return kept.all;
}

inline std::vector<models::ServedRequest> serve_closed(const models::MechanicalSpec& spec,
                                                       std::vector<models::DriveRequest> requests,
                                                       const models::DriveRunOptions& options) {
  return serve_all(models::run_closed<ListSource, KeepServed>, spec, std::move(requests), options);
}

inline std::vector<models::ServedRequest> serve_open(const models::MechanicalSpec& spec,
                                                     std::vector<models::DriveRequest> requests,
                                                     const models::DriveRunOptions& options) {
  return serve_all(models::run_open<ListSource, KeepServed>, spec, std::move(requests), options);
}

}  // namespace spindle::test

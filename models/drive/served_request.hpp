#pragma once
// One request that a drive has served, how a run of a drive is set up, and how a time is made up.

#include "models/drive/request_queue.hpp"

namespace spindle::models {

// Parts of one response time, seconds; they add up to `total_s` within the clock's nanosecond.
struct ServedRequest {
  DriveRequest request;
  sim::Instant finish;
  double queue_s = 0;     // from decoded to the arm's start
  double overhead_s = 0;  // decoding and completion
  double seek_s = 0;
  double rotation_s = 0;
  double transfer_s = 0;  // with what the bus adds
  double total_s = 0;
};

struct DriveRunOptions {
  Scheduler scheduler = Scheduler::kFcfs;
  std::size_t depth = 1;
  sim::Duration patience = sim::Duration::seconds(5);  // of sptf
};

namespace detail {

// When the request's command is decoded. Commands are decoded in order of arrival.
inline sim::Instant decoded(const MechanicalSpec& spec, const DriveRequest& request) {
  return request.arrival +
         sim::Duration::seconds(request.is_write ? spec.write_overhead_s : spec.read_overhead_s);
}

// What the bus adds to a transfer: it works alongside the heads from the first sector on, and can
// be done with the last one only after they are.
inline double bus_seconds(const MechanicalSpec& spec, const DriveRequest& request,
                          double transfer_s) {
  if (spec.bus_bytes_per_s <= 0) return 0;
  const double sector = static_cast<double>(spec.sector_bytes) / spec.bus_bytes_per_s;
  const auto sectors = static_cast<double>(static_cast<std::int64_t>(request.sectors));
  const double left = sectors * sector - transfer_s * (sectors - 1) / sectors;
  return left > sector ? left : sector;
}

// A request that the platter serves from `now` on.
inline ServedRequest served_by_platter(const MechanicalSpec& spec, const DriveRequest& request,
                                       const MechanicalService& service, sim::Instant now) {
  ServedRequest served;
  served.request = request;
  served.seek_s = service.seek_s;
  served.rotation_s = service.rotation_s;
  served.transfer_s = service.transfer_s + bus_seconds(spec, request, service.transfer_s);
  const sim::Instant ready = decoded(spec, request);
  served.finish = now + sim::Duration::seconds(served.seek_s + served.rotation_s +
                                               served.transfer_s + spec.completion_s);
  served.overhead_s = (ready - request.arrival).to_seconds() + spec.completion_s;
  served.queue_s = (now - ready).to_seconds();
  served.total_s = (served.finish - request.arrival).to_seconds();
  return served;
}

}  // namespace detail
}  // namespace spindle::models

#pragma once
// Requests of a range of tenants: when they arrive, which drives they go to, where on the platters.
//
// Each tenant has two Poisson processes, of reads and of writes, at the rate that its load model
// gives it in the epoch. A request falls on an extent of the tenant, each as likely as the other; a
// read asks some of the extent's shards, drawn at random, a write goes to all. A part begins at a
// multiple of 4,096 bytes (at any sector, where sectors do not divide that), uniform over the bytes
// of the drive that hold data: where an object lies in its shard, and the shard on its drive, is
// not modelled. Equations: docs/theory/drive.md.
//
// Streams are keyed by tenant and side: how a run is cut into windows changes no bit. Cost: about
// 30 ns a request and 10 ns a part.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/drive/request_mix.hpp"
#include "models/mechanical/open_requests.hpp"
#include "models/mechanical/place_table.hpp"
#include "models/mechanical/poisson_process.hpp"
#include "models/placement/placer.hpp"
#include "models/tenant/demand.hpp"
#include "sim/empirical.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// What one drive does for a request.
struct RequestPart {
  sim::Instant arrival;
  std::uint64_t sector = 0;
  std::uint32_t sectors = 0;
  std::uint32_t drive = 0;
  std::uint32_t request = 0;  // slot in the OpenRequests of its group
  std::uint16_t group = 0;
  bool is_write = false;
  sim::Instant taken_in{};  // by the drive; time 0 until then
};

// What all processes of a run share.
struct RequestWorld {
  const TenantPopulation& population;
  const PlacementResult& placement;
  PlaceTable places;
  std::vector<std::uint8_t> model_of_drive;
  std::uint32_t read_parts = 1;   // shards that a read asks
  std::uint32_t read_needed = 1;  // of them must have come
  // Of every extent, relative to its tenant's mean; empty: all alike.
  std::span<const float> heat_weight = {};
};

class RequestProcesses {
 public:
  // Of tenants first ... last - 1. `world` must outlive it.
  RequestProcesses(const RequestWorld& world, std::uint16_t group, std::uint32_t first_tenant,
                   std::uint32_t last_tenant);

  // Epochs follow each other; the rates (requests/s) are of the range's tenants. Windows lie within
  // the epoch, follow each other, and the last ends with it.
  void begin_epoch(sim::Instant start, sim::Duration length, std::span<const double> reads,
                   std::span<const double> writes);
  // The parts of all requests that arrive before `end`, process by process, each in order of time;
  // the span is valid until the next call.
  std::span<const RequestPart> draw_until(sim::Instant end);
  void end_epoch();

  [[nodiscard]] OpenRequests& open() { return open_; }
  [[nodiscard]] const OpenRequests& open() const { return open_; }

 private:
  struct Process {
    PoissonProcess when;
    sim::RandomStream what;
    std::optional<sim::Discrete> extents;  // where the tenant's differ
    std::uint32_t tenant;
    bool is_write;
  };

  // Which extent a request of the tenant falls on; nothing where all are as likely.
  [[nodiscard]] std::optional<sim::Discrete> extents_of(const Tenant& tenant) const;
  void add_request(Process& process, sim::Instant arrival);

  const RequestWorld& world_;
  std::uint16_t group_;
  std::uint32_t first_tenant_;
  sim::Instant epoch_start_;
  sim::Duration epoch_length_;
  std::vector<Process> processes_;
  std::vector<RequestPart> parts_;
  OpenRequests open_;
};

}  // namespace spindle::models

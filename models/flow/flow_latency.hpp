#pragma once
// What requests of a flow run wait: the loads that drives had, and what a mechanical drive does at
// each.
//
// In an epoch a request finds drives as the fleet's requests find them: each of its parts goes to a
// drive of load f with the share of demand that falls on such drives, takes a response by the
// drive's law at f (models/drive/drive_latency.hpp), and the request ends with the slowest of its
// parts, k of a read, n of a write: F^k and F^n in the epoch, pooled over epochs by requests.
// Drives that are offered more than they serve have no stationary response: what falls on them is
// not pooled, and quantiles that reach it are undefined. Equations: docs/theory/flow.md.
//
// Left out: that classes of tenants may lie on drives of different loads, that the drives of one
// request may be alike, and bursts within an epoch.

#include <cstdint>
#include <span>
#include <vector>

#include "models/drive/drive_latency.hpp"
#include "models/flow/load_record.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/population.hpp"

namespace spindle::models {

// A drive model of the fleet, with its mechanics.
struct LatencyModel {
  const MechanicalDrive* drive = nullptr;
  DriveLatencyOptions options;
  // Mean disk time of one part in the heat that was recorded, by class of tenants.
  std::vector<double> read_s;
  std::vector<double> write_s;
  // Disk time in that heat that a part of a write brings and that no request waits through, by
  // class of tenants: a store's cleaning. Empty: none.
  std::vector<double> write_burden_s;
};

struct FlowLatencyInputs {
  const LoadRecord& loads;
  const Scheme& scheme;
  std::vector<LatencyModel> models;
  std::span<const TenantClass> classes;
  double epoch_s = 0;
  std::uint64_t drive_epochs = 0;  // of drives that were there
  unsigned threads = 1;
  // All times of drives that are slow, as multiples: at equal heat they are drives whose clock runs
  // so much slower. Where the record has twice as many models.
  double slowdown = 1;
};

// Seconds; NaN where undefined.
struct TimeSummary {
  double mean = 0;
  double p50 = 0;
  double p99 = 0;
  double p99_9 = 0;
};

struct RequestLatency {
  double requests = 0;  // expected number
  TimeSummary time;
};

struct FlowLatency {
  std::vector<RequestLatency> reads;  // by class of tenants
  std::vector<RequestLatency> writes;
  RequestLatency all_reads;
  RequestLatency all_writes;
  TimeSummary wait;            // of parts
  double service_s = 0;        // mean over parts, without burden
  double utilisation = 0;      // mean share of time that an arm is busy
  double parts_per_s = 0;      // that a drive serves, mean over drives
  double saturated_share = 0;  // of parts: those to drives that cannot keep up
};

// How many nodes a load record needs for a drive that serves so: in order of arrival the capacity
// is heat 1, by other orders it is more.
std::uint32_t load_nodes(Scheduler scheduler);

// Cost: building a DriveLatency a model, 1 ms a node in use and kind of request, 1 us an epoch,
// node and kind.
FlowLatency flow_latency(const FlowLatencyInputs& inputs);

}  // namespace spindle::models

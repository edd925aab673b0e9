#pragma once
// What one object costs in disk time under a scheme, and which part of it falls on each shard.
//
// Disk-time accounting: every shard touched occupies one drive for one service time. Equations and
// the figures they must give: docs/theory/redundancy.md.

#include "models/drive/drive_model.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/tenant/population.hpp"

namespace spindle::models {

// Disk-seconds, over all drives, of one read: k reads of a shard. Precondition: object_bytes > 0.
double read_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes);
// The same of one write: n writes of a shard.
double write_disk_seconds(const Scheme& scheme, const DriveModel& drive, double object_bytes);

// The same on average over the requests of a class of tenants; 0 where it never asks.
double read_disk_seconds(const Scheme& scheme, const DriveModel& drive, const TenantClass& of);
double write_disk_seconds(const Scheme& scheme, const DriveModel& drive, const TenantClass& of);

// Bytes that one write of the class puts on all drives together, on average; 0 where it never
// writes.
double written_bytes(const Scheme& scheme, const TenantClass& of);

// Requests for shards that all drives together get in a second, at that many reads and writes of
// objects: k a read, n a write.
double shard_requests_per_s(const Scheme& scheme, double reads_per_s, double writes_per_s);

// Share of an object's reads that reach a given shard when each read takes k of the n at random:
// k/n. Every write reaches every shard.
double shard_read_share(const Scheme& scheme);

}  // namespace spindle::models

#pragma once
// From classes of tenants to each tenant's extents and demand, and the demand's course in time.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/tenant/load_rows.hpp"
#include "models/tenant/population.hpp"
#include "models/units.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct Tenant {
  std::uint32_t tenant_class = 0;  // index into TenantPopulation::classes()
  std::uint32_t extents = 0;       // >= 1
  std::uint64_t first_extent = 0;  // a tenant's extents are numbered consecutively, in tenant order
  Bytes data;                      // logical bytes placed: extents * extent size
  double bytes_per_read = 0;       // mean; 0: its class never asks
  double bytes_per_write = 0;
  // Long-run mean (trace-driven: mean over the run) that reaches the fleet: reads that a cache does
  // not hit. Without events and flushes.
  double read_bytes_per_s = 0;
  double write_bytes_per_s = 0;

  [[nodiscard]] double reads_per_s() const {
    return bytes_per_read > 0 ? read_bytes_per_s / bytes_per_read : 0;
  }
  [[nodiscard]] double writes_per_s() const {
    return bytes_per_write > 0 ? write_bytes_per_s / bytes_per_write : 0;
  }
};

// How many objects requests of the tenant fall on: as its popularity states, or as its data holds.
std::uint64_t objects_of(const Tenant& tenant, const TenantClass& of);

// All tenants of all classes, numbered in class order; this number keys their random streams, so a
// class appended at the end changes nothing for those before it.
class TenantPopulation {
 public:
  // The total number of extents, round(class bytes / extent), is apportioned over all tenants in
  // proportion to class bytes times relative size. A class's demand is shared in proportion to the
  // extents its tenants got, so heat follows the data; the tenants of a trace-driven class share
  // the trace equally. Throws std::invalid_argument where there are no tenants, fewer extents than
  // tenants, more than 2^32 - 1 extents, demand without an object size, a negative demand, a trace
  // on a load that plays none (or the reverse), and what DemandCourse and make_load_family() throw.
  TenantPopulation(std::vector<TenantClass> classes, Bytes extent, sim::Seed seed,
                   const EpochGrid& grid);

  [[nodiscard]] const std::vector<TenantClass>& classes() const { return classes_; }
  [[nodiscard]] const std::vector<Tenant>& tenants() const { return tenants_; }
  [[nodiscard]] std::uint64_t extents() const { return extents_; }
  [[nodiscard]] sim::Seed seed() const { return seed_; }
  [[nodiscard]] const EpochGrid& grid() const { return grid_; }
  // What multiplies the demand of a class at stated times.
  [[nodiscard]] const DemandCourse& read_course(std::uint32_t tenant_class) const {
    return read_courses_[tenant_class];
  }
  [[nodiscard]] const DemandCourse& write_course(std::uint32_t tenant_class) const {
    return write_courses_[tenant_class];
  }
  // Of the classes that play no trace: null for those that do.
  [[nodiscard]] const LoadFamily* loads(std::uint32_t tenant_class) const {
    return loads_[tenant_class].get();
  }

 private:
  void place_extents(const std::vector<double>& shares);
  void share_demand();

  std::vector<TenantClass> classes_;
  Bytes extent_;
  sim::Seed seed_;
  EpochGrid grid_;
  std::vector<Tenant> tenants_;
  std::vector<DemandCourse> read_courses_;  // by class
  std::vector<DemandCourse> write_courses_;
  std::vector<std::shared_ptr<const LoadFamily>> loads_;  // one a class
  std::uint64_t extents_ = 0;
};

// Where in its class's trace the run begins for a tenant: as stated, or uniform over the loop, by a
// stream keyed by (seed, kTenantPhase, tenant). Precondition: the class plays a trace.
sim::Duration trace_shift_of(const TenantClass& of, sim::Seed seed, std::uint32_t tenant);

// Whether reads and writes of the class rise and fall together: pieces of both, where there are
// any, then begin and end together.
bool is_one_course(const TenantClass& of);

// Request rates of tenants, window after window of epochs: requests/s = load * per_s. Each tenant
// has generators of its own: several threads may draw disjoint ranges of tenants at the same time,
// with equal results. Tenants are cheaper by the block than one by one.
class DemandStream {
 public:
  // Of all tenants. `population` must outlive the stream.
  explicit DemandStream(const TenantPopulation& population);
  // Of first_tenant ... last_tenant - 1 alone.
  DemandStream(const TenantPopulation& population, std::uint32_t first_tenant,
               std::uint32_t last_tenant);

  // Mean requests/s of tenants first_tenant ... last_tenant - 1 in epochs first_epoch ...
  // first_epoch + epochs - 1, as [tenant - first_tenant][epoch - first_epoch]. Each tenant's
  // windows start at epoch 0 and follow each other without gaps (std::logic_error otherwise), each
  // once, by fill() or by pieces(); different tenants may be at different epochs. Throws
  // std::invalid_argument on tenants it does not have and on arrays of the wrong size.
  void fill(std::uint32_t first_tenant, std::uint32_t last_tenant, std::uint64_t first_epoch,
            std::size_t epochs, std::span<double> reads, std::span<double> writes);
  // The same to the first `epochs` of rows that are `stride` long.
  void fill_rows(std::uint32_t first_tenant, std::uint32_t last_tenant, std::uint64_t first_epoch,
                 std::size_t epochs, std::size_t stride, std::span<double> reads,
                 std::span<double> writes);
  // One tenant's window as it is within epochs: appends pieces of constant rate, in requests/s
  // (LoadModel::pieces() has their rules), to those of each side.
  void pieces(std::uint32_t tenant, std::uint64_t first_epoch, std::size_t epochs,
              std::vector<RatePiece>& reads, std::vector<RatePiece>& writes);

 private:
  // Tenants of one class. Classes with one course for both sides have no loads of writes, sides
  // without a trace none at all.
  struct Group {
    std::uint32_t first_tenant;
    std::uint32_t last_tenant;
    std::unique_ptr<LoadRows> reads;
    std::unique_ptr<LoadRows> writes;
  };

  void add_group(const TenantPopulation& population, std::uint32_t tenant_class,
                 std::uint32_t first_tenant, std::uint32_t last_tenant);
  [[nodiscard]] Group& group_of(std::uint32_t tenant);
  void fill_block(Group& group, const RowWindow& window, std::size_t stride, double* reads,
                  double* writes);

  std::uint32_t first_tenant_;
  std::vector<Group> groups_;
  std::vector<double> reads_per_s_;  // [tenant - first_tenant_]
  std::vector<double> writes_per_s_;
};

}  // namespace spindle::models

#pragma once
// Drives that took the place of failed ones under the policy `least_loaded`.
//
// They are empty, and the policy sends them a shard of every extent that is written until they are
// as full as the emptiest of the others: some hundred shards in an hour, of those who write in that
// hour. Who writes also reads then, or at that time of the day; so such drives are asked for what
// no mix of all tenants is, and go up and down by a row of their own in the sample.
//
// Which drive takes which extent is followed one by one, in the order in which extents are complete
// (extent_writers.hpp). The policy looks at the fleet every NewDataPlacer::kEpochsPerView epochs,
// sooner where a good part of a zone came back or as many shards were placed as there are drives; a
// drive that came since takes nothing (new_data_placer.hpp). What is diverted to landed racks does
// not come to it.
//
// All of this is decided alike by every rank; rows of the sample are made for its own drives alone.
// Cost: O(tenants) an epoch in which drives are filled, O(log tenants + log drives that are filled)
// an extent until they are; O(rows * tenants of each) a window.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "models/ledger/arriving_heat.hpp"
#include "models/ledger/extent_writers.hpp"
#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/ledger_plan.hpp"
#include "models/ledger/mix_sample.hpp"
#include "models/ledger/tenant_courses.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::models {

struct RefilledDriveInputs {
  const LedgerOptions& options;
  EpochGrid grid;
  const Topology& topology;
  std::uint32_t shards = 1;                    // of an extent
  std::vector<std::uint32_t> class_of_tenant;  // of the fleet
  std::vector<double> demand;                  // by class: mean of a shard at time 0
  MixSample& sample;                           // of which the guests are these drives'
  double sample_scale = 1;                     // data of the fleet / data of the sample
};

class RefilledDrives {
 public:
  // Drives that have rows of their own, at most; later ones take those of the first.
  static constexpr std::uint32_t kMostRows = 32'768;

  // Everything must outlive it. As many drives have rows of their own as the sample has guests; of
  // more the first return to the sample's.
  explicit RefilledDrives(const RefilledDriveInputs& inputs);

  // The plan has begun the window, the sample has drawn it. `fleet`: whose drives' mixes become
  // these.
  void begin(std::uint64_t first_epoch, std::size_t epochs, const LedgerPlan& plan,
             LedgerFleet& fleet, unsigned threads);

  // Of the window: shards that came, by drive and class.
  [[nodiscard]] std::span<const Refill> refills() const { return refills_; }
  // Drives to which nothing else of what the policy places goes, ascending.
  [[nodiscard]] std::span<const std::uint32_t> shut() const { return shut_; }
  // Rows of what comes in the window (ArrivingHeat) by drive, ascending.
  struct Arriving {
    std::uint32_t drive = 0;
    std::uint32_t row = 0;
  };
  [[nodiscard]] std::span<const Arriving> arriving(DriveRange drives) const;
  [[nodiscard]] const ArrivingHeat& new_heat() const { return new_heat_; }

 private:
  static constexpr std::uint32_t kNoDrive = 0xffffffffU;
  // Tenants of which a drive's row is made, at most: of more, so many are drawn.
  static constexpr std::size_t kMostTenants = 128;

  struct Share {
    std::uint32_t tenant = 0;
    double demand = 0;
  };
  struct Came {
    std::uint32_t tenant = 0;
    std::uint32_t epoch = 0;  // of the window
  };
  struct Drive {
    std::uint32_t drive = kNoDrive;
    std::uint32_t life = 0;
    sim::Instant back_at;
    bool is_filling = false;
    bool is_seen = false;
    std::uint32_t shards = 0;  // that came
    std::vector<Share> own;    // what is left of what came, as it was filled
    std::vector<Came> came;    // in the window
  };
  // The emptiest first: shards that came, number in drives_.
  using Emptiest = std::pair<std::uint32_t, std::uint32_t>;
  using Queue = std::priority_queue<Emptiest, std::vector<Emptiest>, std::greater<>>;

  [[nodiscard]] std::uint32_t class_of(std::uint32_t tenant) const {
    return in_.class_of_tenant[tenant];
  }
  [[nodiscard]] std::uint32_t zone_of(const Drive& of) const {
    return in_.topology.zone_of(of.drive);
  }
  void age_own(const LedgerPlan& plan);
  void draw_some(Drive& drive) const;
  void change(const LedgerPlan& plan, LedgerFleet& fleet);
  void add(const DriveChange& change, LedgerFleet& fleet);
  void forget(std::uint32_t number);
  void queue_up(const LedgerPlan& plan);
  [[nodiscard]] bool is_filling() const;
  [[nodiscard]] bool has_queues() const;
  [[nodiscard]] bool came_back(sim::Instant at, const LedgerPlan& plan) const;
  void look(sim::Instant at, const LedgerPlan& plan);
  void fill(std::size_t epoch, const LedgerPlan& plan);
  void place(const Came& extent);
  void place_in_zone(std::uint32_t zone, std::uint32_t shards, const Came& extent);
  void collect();
  void make_rows(const LedgerPlan& plan, const LedgerFleet& fleet, unsigned threads);
  void leave_to_others(std::size_t k, double demand);
  void make_row(std::uint32_t number, const LedgerFleet& fleet);

  const RefilledDriveInputs in_;
  ExtentWriters writers_;
  ArrivingHeat new_heat_;
  std::vector<TenantCourses> courses_;         // by model
  std::vector<Drive> drives_;                  // by guest of the sample
  std::map<std::uint32_t, std::uint32_t> of_;  // by drive: its number in drives_
  std::uint32_t next_ = 0;                     // of drives_, to be used
  std::uint64_t epochs_left_ = 0;              // of the view
  std::vector<double> taking_;                 // by zone: drives that took data as it was made
  std::uint64_t placed_ = 0;                   // extents, since the view
  // Of the window:
  std::uint64_t first_epoch_ = 0;
  std::uint32_t most_ = 0;       // shards that come to a drive
  std::uint32_t zones_ = 1;      // among which extents are divided
  std::vector<double> parts_;    // by zone: of its new data, what the policy places
  std::vector<Queue> queues_;    // by zone: drives that are seen, and filled
  std::vector<Emptiest> aside_;  // of the extent in hand
  sim::RandomStream random_;
  std::vector<Refill> refills_;
  std::vector<std::uint32_t> shut_;
  std::vector<Arriving> arriving_;
};

}  // namespace spindle::models

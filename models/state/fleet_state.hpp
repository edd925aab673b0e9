#pragma once
// The fleet while it lives: which drive holds which shard, which drives, racks and zones are up,
// how full drives are. Failures, repair, landing and turnover decide; this class alone changes the
// state, counts what follows from each change, and, where asked, journals who bears which demand.
//
// A shard is *present* on a drive that exists, or *lost*: nowhere. It can be *read* while its drive
// is present, its rack and its zone up. Reads of an extent fall evenly on the r shards that can be
// read, so each bears n / r times its part; with fewer than `needed` the extent is unreadable and
// bears nothing. What updates of an extent would have written to a missing shard is handed to the
// others too, so that demand is conserved while an extent can be read.
//
// Cost: O(shards of the extent) a change; a zone's outage or loss O(extents), a rack's O(shards in
// it). Memory: that of ShardMap, 26 B a drive; where demand is journalled 8 B an extent, and the
// whole map is copied (4 B a shard), as a fleet that lives soon writes to most of it.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/state/demand_journal.hpp"
#include "models/state/shard_map.hpp"
#include "models/tenant/demand_columns.hpp"
#include "sim/prefetch.hpp"

namespace spindle::models {

class FleetState {
 public:
  // Without a journal no demand is kept. Everything referred to must outlive the state.
  FleetState(const Topology& topology, std::uint64_t shard_bytes, std::uint32_t needed,
             const PlacementResult& placement, const ShardIndex& index,
             DemandJournal* journal = nullptr, ExtentDemand demand = {});
  FleetState(const FleetState&) = delete;
  FleetState& operator=(const FleetState&) = delete;

  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] std::uint64_t shard_bytes() const { return shard_bytes_; }
  [[nodiscard]] std::uint32_t shards() const { return shards_; }  // of an extent
  [[nodiscard]] std::uint32_t needed() const { return needed_; }
  [[nodiscard]] std::uint32_t extents() const { return extents_; }
  [[nodiscard]] const ShardMap& map() const { return map_; }
  [[nodiscard]] const ExtentDemand& demand() const { return demand_; }

  // Drives. `takes_data`: present, rack and zone up, and open to new shards.
  [[nodiscard]] std::span<const std::uint64_t> used_bytes() const { return used_; }
  // Used, and promised to shards that are on their way: what room is counted by.
  [[nodiscard]] std::span<const std::uint64_t> taken_bytes() const { return taken_; }
  [[nodiscard]] std::span<const std::uint8_t> takes_data() const { return takes_data_; }
  // Per zone: drives that take data, full or not.
  [[nodiscard]] std::span<const std::uint32_t> taking_drives() const { return taking_drives_; }
  // Per zone: drives that take data and have room for a shard.
  [[nodiscard]] std::span<const std::uint32_t> open_drives() const { return open_drives_; }
  [[nodiscard]] bool has_room(std::uint32_t drive) const;
  [[nodiscard]] bool is_present(std::uint32_t drive) const { return status_[drive] == kPresent; }
  [[nodiscard]] bool can_read(std::uint32_t drive) const { return can_read_[drive] != 0; }
  // The drive's zone is lost, and the drive with it.
  [[nodiscard]] bool is_gone(std::uint32_t drive) const { return status_[drive] == kGone; }
  [[nodiscard]] bool is_zone_lost(std::uint32_t zone) const { return zone_is_lost_[zone] != 0; }

  // The rack is to land later.
  [[nodiscard]] bool is_rack_absent(std::uint32_t rack) const { return rack_is_absent_[rack] != 0; }

  // Extents. An entry of the map counts as a shard only where it is on a drive that is present.
  [[nodiscard]] bool is_present_entry(std::uint32_t entry) const {
    return !ShardMap::is_lost(entry) && is_present(entry);
  }
  [[nodiscard]] bool is_placed(std::uint32_t extent) const {
    return map_.of(extent).front() != PlacementResult::kNoDrive;
  }
  // Starts fetching what follows for an extent soon to be changed: first one, later the other.
  void prefetch_demand(std::uint32_t extent) const {
    map_.prefetch_page(extent);
    if (demand_.column.empty()) return;
    sim::prefetch_line(&demand_.column[extent]);
    sim::prefetch_line(&demand_.weight[extent]);
  }
  void prefetch_shards(std::uint32_t extent) const { map_.prefetch(extent); }
  [[nodiscard]] std::uint32_t present(std::uint32_t extent) const;
  [[nodiscard]] std::uint32_t readable(std::uint32_t extent) const;
  // Placed extents with fewer than all their shards, and with too few readable ones, now.
  [[nodiscard]] std::uint64_t under_protected() const { return under_protected_; }
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }
  // Those that lack shards and would not survive the loss of another, now.
  [[nodiscard]] std::uint64_t exposed() const { return exposed_; }
  // The factor that all journalled weights are relative to (DemandJournal).
  [[nodiscard]] double factor() const { return factor_; }

  // A drive fails: it leaves the drives that take data, and the shards on it are returned, each
  // once, in a fixed order. The caller marks every one lost before anything else changes, then ends
  // the failure. Precondition: the drive is present.
  std::vector<std::uint32_t> begin_failure(std::uint32_t drive);
  void mark_lost(sim::Instant at, std::uint32_t shard, std::uint32_t number);
  void end_failure(std::uint32_t drive);
  // From now on what the drive bears takes it so many times as long; 1: as it should. Journalled,
  // and of no effect on the state.
  void set_pace(sim::Instant at, std::uint32_t drive, double times);
  // An empty drive takes its place. Nothing happens in a zone that is lost.
  void replace(std::uint32_t drive);
  // Drives that are to land later: not present, empty, until replace().
  void set_absent(std::uint32_t drive);
  // A rack that is to land later: all its drives are absent, and it is journalled as down from the
  // start until it lands (or, landing into an outage of its zone, until that ends).
  void set_rack_absent(std::uint32_t rack);
  void land_rack(sim::Instant at, std::uint32_t rack);

  // Room for one shard more or less is promised on a drive, whatever becomes of the drive.
  void reserve(std::uint32_t drive) { set_taken(drive, taken_[drive] + shard_bytes_); }
  void release(std::uint32_t drive) { set_taken(drive, taken_[drive] - shard_bytes_); }
  // A lost shard, or one of a lost zone, is on `drive` from now on.
  void put(sim::Instant at, std::uint32_t shard, std::uint32_t drive) {
    put_all(at, shard / shards_, {&shard, 1}, {&drive, 1});
  }
  // The same for some shards of one extent at once, shard i on drive i.
  void put_all(sim::Instant at, std::uint32_t extent, std::span<const std::uint32_t> shards,
               std::span<const std::uint32_t> drives);
  // A shard goes from the drive it is on to another.
  void move(sim::Instant at, std::uint32_t shard, std::uint32_t to);
  // The extent is deleted and another takes its number: on other drives, with other demand.
  // Precondition: no shard of it is lost, or kLost entries have been forgotten by the caller.
  void renew(sim::Instant at, std::uint32_t extent, std::span<const std::uint32_t> drives,
             std::uint32_t column, float weight);

  // Outages may overlap: a rack is up when as many ended as began.
  void begin_rack_outage(sim::Instant at, std::uint32_t rack);
  void end_rack_outage(sim::Instant at, std::uint32_t rack);
  void begin_zone_outage(sim::Instant at, std::uint32_t zone);
  void end_zone_outage(sim::Instant at, std::uint32_t zone);
  // The zone and all data in it are gone for good; its entries stay in the map and count no more.
  void lose_zone(sim::Instant at, std::uint32_t zone);

 private:
  enum Status : std::uint8_t { kPresent, kFailed, kAbsent, kGone };

  struct Counts {  // of an extent's shards; kMaxShards fits
    std::uint8_t present = 0;
    std::uint8_t readable = 0;
  };
  // What an extent was before a change.
  struct Before {
    std::uint32_t extent = 0;
    Counts counts;
    std::uint32_t column = 0;
    float borne = 0;  // by each drive that is present
    std::array<std::uint32_t, kMaxShards> entries;
  };

  [[nodiscard]] Counts count(std::uint32_t extent) const;
  void remember(std::uint32_t extent);
  void account(sim::Instant at);
  void recount(Counts before, Counts now);
  [[nodiscard]] bool is_exposed(Counts counts) const {
    return counts.present < shards_ && counts.present <= needed_;
  }
  [[nodiscard]] float borne(std::uint32_t extent, std::uint32_t readable, double factor) const;
  void shift(sim::Instant at, std::uint32_t entry, std::uint32_t column, float weight);
  void reweigh(sim::Instant at, std::uint32_t extent, float before, float now);
  void refresh(std::uint32_t drive);
  void set_status(std::uint32_t drive, Status status);
  void set_used(std::uint32_t drive, std::uint64_t bytes);
  void set_taken(std::uint32_t drive, std::uint64_t bytes);
  bool step_outages(sim::Instant at, std::uint32_t rack, int step);
  void step_zone(sim::Instant at, std::uint32_t zone, int step);
  [[nodiscard]] std::vector<std::uint32_t> extents_in(std::uint32_t rack) const;
  template <class Change>
  void change_rack(sim::Instant at, std::uint32_t rack, Change&& change);
  template <class Change>
  void change_zone(sim::Instant at, Change&& change);
  [[nodiscard]] std::array<double, kMaxShards + 1> shares(double factor) const;
  static constexpr unsigned kByte = 8;
  static Counts before_of(std::uint32_t tally) {
    return {static_cast<std::uint8_t>(tally), static_cast<std::uint8_t>(tally >> kByte)};
  }
  static Counts now_of(std::uint32_t tally) { return before_of(tally >> 2 * kByte); }

  const Topology& topology_;
  std::uint64_t shard_bytes_;
  std::uint32_t shards_;
  std::uint32_t needed_;
  std::uint32_t extents_;
  ShardMap map_;
  DemandJournal* journal_;
  ExtentDemand demand_;
  std::vector<std::uint64_t> used_;
  std::vector<std::uint64_t> taken_;
  std::vector<Status> status_;
  std::vector<std::uint8_t> can_read_;
  // Present (low byte) and readable, 1 or 0 each: kMaxShards of a kind fit when they are added up
  // over an extent's shards.
  std::vector<std::uint16_t> tally_;
  std::vector<std::uint8_t> takes_data_;
  std::vector<std::uint8_t> is_closing_;  // between begin_failure and end_failure
  std::vector<std::uint32_t> taking_drives_;
  std::vector<std::uint32_t> open_drives_;
  std::vector<std::uint32_t> outages_of_rack_;  // that are on: its own and its zone's
  std::vector<std::uint8_t> rack_is_absent_;
  std::vector<std::uint8_t> zone_is_lost_;
  std::uint64_t under_protected_ = 0;
  std::uint64_t unreadable_ = 0;
  std::uint64_t exposed_ = 0;
  double factor_ = 1;
  Before before_;
};

}  // namespace spindle::models

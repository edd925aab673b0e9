#pragma once
// Decides, window by window, what happens to a fleet of ledgers: events of zones, landings, drives
// that fail, new data, repair, moves. It reads sums over groups of racks, of single drives only
// those that fail, and says what flows where; who applies it is another (ledger_run.hpp). Of
// several ranks each has a plan, and all decide alike.
//
// Time goes by windows of epochs; what is scripted happens at the epoch's edge nearest to its time,
// and a window ends there. A drive that fails within a window is gone from its start; the shards
// that it held are rebuilt at the exact time.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "models/ledger/coolest_parts.hpp"
#include "models/ledger/ledger_failures.hpp"
#include "models/ledger/ledger_groups.hpp"
#include "models/ledger/ledger_lifecycle.hpp"
#include "models/ledger/ledger_options.hpp"
#include "models/ledger/ledger_repair.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::models {

// Of a landing: drives at their target. Of a drain: empty drives.
struct LedgerGoal {
  bool is_reached = false;
  sim::Instant reached_at;
  double moved = 0;     // shards
  double short_by = 0;  // shards below the target, or still to be moved away, now
};

struct LedgerTotals {
  std::uint64_t drive_failures = 0;
  double rebuilt = 0;              // shards
  double rebalanced = 0;           // shards sent
  double rebuilt_read_beyond = 0;  // LedgerRepair::read_beyond(), so far
  double born = 0;                 // shards of new data
  double refused = 0;              // likewise, for which the rule leaves no zones
};

// Shards of new data that come to one drive in a window: an empty one, filled by the policy before
// all others.
struct Refill {
  std::uint32_t drive = 0;
  std::uint32_t tenant_class = 0;
  double shards = 0;
};

enum class LedgerEventKind {
  kZoneDown,
  kZoneUp,
  kZoneLost,
  kLanding,
  kTargetReached,
  kDrain,
  kDrained,
  kProtected,
  kReencoding,
  kReencoded,
};
struct LedgerEvent {
  sim::Instant at;
  LedgerEventKind kind = LedgerEventKind::kZoneDown;
  std::uint32_t domain = 0;  // zone, or number of the landing, drain or class
};

// What a group's drives take part in, in the window in hand.
struct GroupFlow {
  std::vector<ClassFlow> classes;
  double directed = 0;          // disk time a second of each drive by moves at a rate of its own
  std::vector<double> written;  // the same by new data, class by class
  // Whole shards a second of each drive, as chance has it: what moves read from and write to drives
  // that are not filled, emptied or rebalanced.
  double shards_read = 0;
  double shards_written = 0;
  // The same by repair, epoch by epoch; and the part of a drive's time that it takes evenly.
  struct Repair {
    std::array<double, kLedgerEpochs> read = {};
    std::array<double, kLedgerEpochs> written = {};
    std::array<double, kLedgerEpochs> even = {};
  } repair;
  // Disk time a second of each drive that is the same for all.
  [[nodiscard]] double even(std::size_t epoch) const { return directed + repair.even[epoch]; }
  // Of shards of other schemes.
  struct Work {
    double shards = 0;   // a second of each drive
    double seconds = 0;  // of a drive's time, each
  };
  std::vector<Work> recoding;
  double placed_part = 1;  // as RackFlowInputs
  bool prefers = true;     // likewise
  bool rebalances = false;
};

class LedgerPlan {
 public:
  // `fleet` is changed where drives come and go. Everything must outlive it. Collective over the
  // ranks of the fleet.
  LedgerPlan(const LedgerOptions& options, const EpochGrid& grid, LedgerFleet& fleet,
             std::span<const LedgerClass> classes, unsigned threads);

  // Epochs of the window that begins at `first`.
  [[nodiscard]] std::size_t window_epochs(std::uint64_t first) const;
  // The state of all racks at the start of the first window, or the end of one.
  void observe(std::span<const RackTally> tallies, std::span<const std::uint32_t> bins);
  // Scripted events at the window's start, and drives that fail or are replaced in it. Collective.
  void begin(std::uint64_t first, std::size_t epochs);
  // Of the window in hand: drives that came or went in it.
  [[nodiscard]] std::span<const DriveChange> changes() const { return changes_; }
  // Shards on the emptiest drives, if so many come to all that the policy places on but for `apart`
  // of them, which are empty.
  [[nodiscard]] double level(double shards, std::size_t apart) const;
  // Whether it places on the rack; and the part of its zone's new data that it does.
  [[nodiscard]] bool places_on(std::uint32_t rack) const;
  [[nodiscard]] double part_by_policy(std::uint32_t zone) const;
  // Whether the rule leaves zones for new data.
  [[nodiscard]] bool takes_new_data() const;
  // Zones among which an extent's shards are divided.
  [[nodiscard]] std::uint32_t zones_of_new_data() const;
  // Drives of the zone to which data may come at a time of the window.
  [[nodiscard]] double taking_drives(std::uint32_t zone, sim::Instant at) const;
  // Then these come, and nothing else by the policy to `shut` (ascending).
  void refill(std::span<const Refill> refills, std::span<const std::uint32_t> shut);
  // Then what flows; `written`: objects a second of each class on average over the window;
  // `on_sets`: shards of new data of each class that sets of drives take, where it goes to sets.
  void flow(std::span<const double> written, std::span<const BornShards> on_sets = {});

  [[nodiscard]] const RackGroup& group_of(std::uint32_t rack) const {
    return groups_[group_of_[rack]];
  }
  [[nodiscard]] const GroupFlow& flow_of(std::uint32_t rack) const {
    return flows_[group_of_[rack]];
  }
  // By their place in groups().
  [[nodiscard]] std::uint32_t group_number(std::uint32_t rack) const { return group_of_[rack]; }
  [[nodiscard]] const GroupFlow& flow_of_group(std::size_t number) const { return flows_[number]; }
  [[nodiscard]] std::span<const RackGroup> groups() const { return groups_; }
  [[nodiscard]] const FillPreference& preference() const { return preference_; }
  [[nodiscard]] const RebalanceFlow& rebalance() const { return rebalance_; }
  // What demand held is multiplied by in the window: all that is asked falls on drives that are
  // there.
  [[nodiscard]] double demand_factor(std::uint32_t tenant_class) const {
    return factor_[tenant_class];
  }
  // Demand of the class / that at time 0, in the window: disk time, and requests.
  [[nodiscard]] double course(std::uint32_t tenant_class) const { return course_[tenant_class]; }
  [[nodiscard]] double course_of_requests(std::uint32_t tenant_class) const {
    return asked_[tenant_class];
  }
  // Of demand on a drive, and of a shard that came in it, at the window's end.
  [[nodiscard]] double left_of_demand(std::uint32_t tenant_class) const {
    return kept_demand_[tenant_class] * cool_[tenant_class];
  }
  [[nodiscard]] double left_of_newborn(std::uint32_t tenant_class) const {
    return kept_[tenant_class] * born_demand_[tenant_class];
  }
  // Drives that are refilled, ascending.
  [[nodiscard]] std::span<const std::uint32_t> shut() const { return shut_; }
  // Of bins of fill, for a tally.
  static constexpr std::size_t kFillBins = 2048;
  [[nodiscard]] bool wants_bins() const {
    return options_.preference == LedgerPreference::kEmptier || goes_to_emptiest() ||
           goes_to_sets();
  }
  [[nodiscard]] bool goes_to_emptiest() const {
    return options_.preference == LedgerPreference::kEmptiest;
  }
  [[nodiscard]] bool goes_to_sets() const { return options_.preference == LedgerPreference::kSets; }

  [[nodiscard]] const LedgerTotals& totals() const { return totals_; }
  [[nodiscard]] const LedgerGoal& landing(std::size_t i) const { return landings_[i]; }
  [[nodiscard]] const LedgerGoal& drain(std::size_t i) const { return drains_[i]; }
  [[nodiscard]] const LedgerRepair& repair() const { return repair_; }
  [[nodiscard]] std::span<const LedgerEvent> events() const { return events_; }
  // nullptr: the class keeps its scheme.
  [[nodiscard]] const LifecycleState* lifecycle(std::uint32_t tenant_class) const {
    const auto& state = lifecycles_[tenant_class];
    return state ? &*state : nullptr;
  }
  // Of all classes that have one.
  [[nodiscard]] LifecycleSums lifecycle_sums() const;
  // Shards that found no drive with room in the last window, beyond what is free in their zone.
  [[nodiscard]] double unplaced() const;
  // Shards that are asked for / that drives hold, wait for repair or found no room: a checker adds
  // them up.
  [[nodiscard]] const LedgerClass& wanted(std::uint32_t tenant_class) const {
    return classes_[tenant_class];
  }
  [[nodiscard]] const LedgerClass& adrift(std::uint32_t tenant_class) const {
    return adrift_[tenant_class];
  }
  // Whether data may come to a rack's drives.
  [[nodiscard]] bool takes(std::uint32_t rack) const { return group_of(rack).takes(); }
  [[nodiscard]] bool is_zone_lost(std::uint32_t zone) const;
  // From the first zone lost to nothing of it missing; negative: not reached, or none was lost.
  [[nodiscard]] double full_protection_s() const { return full_protection_s_; }

 private:
  void land(std::uint32_t landing);
  void change_zones();
  [[nodiscard]] double shards_in_zone() const;
  void lose_zone(std::uint32_t zone);
  [[nodiscard]] double least_rebuild_s(double shards, double of_extent) const;
  void clear(RackGroup& group);
  void change_drives();
  void add_refills(const std::function<LedgerClass(const Refill&)>& more);
  void settle_refills();
  [[nodiscard]] LedgerClass refilled(std::uint32_t zone, std::size_t tenant_class) const;
  [[nodiscard]] double refilled_demand(std::size_t tenant_class) const;
  [[nodiscard]] double policy_drives(std::size_t apart) const;
  [[nodiscard]] std::vector<std::uint32_t> bins_with_new(std::size_t apart) const;
  [[nodiscard]] DriveRange own_drives(DriveRange racks) const;
  void remove_drive(std::uint32_t drive);
  [[nodiscard]] RackTally change_drive(const DriveChange& change);
  [[nodiscard]] RackTally tally_of(std::uint32_t drive) const;
  void age(std::span<const double> written, std::span<const BornShards> on_sets);
  [[nodiscard]] BornShards born_of(double shards_per_s, double data) const;
  [[nodiscard]] LedgerClass recode(std::uint32_t tenant_class, double demand_before);
  void direct_recoding(const LedgerLifecycle& of, const Recoding& change);
  void note_recoding(std::uint32_t tenant_class, bool is_on);
  void deliver();
  [[nodiscard]] std::vector<double> taken_first(std::uint32_t zone) const;
  [[nodiscard]] bool goes_first(const RackGroup& group) const;
  [[nodiscard]] double born_in_zone() const;
  [[nodiscard]] double offered_first(const RackGroup& group) const;
  [[nodiscard]] double lacking(const RackGroup& group) const;
  void set_level(std::span<const std::vector<LedgerClass>> coming);
  void deliver_to_zone(std::uint32_t zone, std::span<const LedgerClass> coming);
  void spread_rebuilt(std::uint32_t zone, std::span<const LedgerClass> rebuilt);
  void deliver_beside_sets(std::uint32_t zone, std::span<const LedgerClass> coming, double open);
  [[nodiscard]] bool takes_evenly(const RackGroup& group) const;
  [[nodiscard]] double demand_of_shard(std::size_t tenant_class, const LedgerClass& coming) const;
  void fill_landings();
  void fill_landing(std::uint32_t landing);
  void move_to(RackGroup& group, GroupFlow& flow, double shards);
  void start_drain(std::uint32_t drain);
  [[nodiscard]] double room_for_drain(std::uint32_t zone, DrainTo to) const;
  [[nodiscard]] double room_of_landed(const RackGroup& group) const;
  void drain_racks();
  double drain_group(std::uint32_t drain, std::size_t g, double& longest_s);
  void take_back(RackGroup& group, GroupFlow& flow, LedgerGoal& state);
  void put_drained(std::uint32_t zone, DrainTo to, std::span<const LedgerClass> moved);
  void take_drained_away();
  void even_out();
  void direct_repair();
  void set_factors();
  [[nodiscard]] double seconds() const { return (end_ - start_).to_seconds(); }
  [[nodiscard]] std::uint64_t edge_of(sim::Instant at) const;
  [[nodiscard]] std::uint64_t start_edge_of(sim::Instant at) const;
  [[nodiscard]] double drives_up() const;
  [[nodiscard]] bool is_usable(std::uint32_t zone) const;
  [[nodiscard]] bool may_go_elsewhere() const;
  void watch_protection();

  const LedgerOptions& options_;
  const EpochGrid grid_;
  LedgerFleet& fleet_;
  std::vector<LedgerClass> first_;    // by class, at time 0
  std::vector<LedgerClass> classes_;  // by class, that should be there now
  std::vector<std::uint32_t> group_of_;
  std::vector<RackGroup> groups_;
  std::vector<GroupFlow> flows_;
  LedgerFailures failures_;
  LedgerRepair repair_;
  std::vector<CoolestParts> coolest_;  // by zone
  FillPreference preference_;
  std::vector<std::uint32_t> bins_;  // drives that are preferred or not, by fill
  std::vector<DriveChange> changes_;
  std::vector<Refill> refills_;
  std::vector<std::uint32_t> shut_;
  std::vector<double> refilled_;  // [zone * classes + class]: shards of refills_
  RebalanceFlow rebalance_;
  std::vector<LedgerGoal> landings_;
  std::vector<LedgerGoal> drains_;
  std::vector<LedgerClass> drained_;  // [zone * classes + class]: to the fleet, in the window
  std::vector<LedgerClass> adrift_;   // by class: to be placed in the next window
  std::vector<std::optional<LifecycleState>> lifecycles_;  // by class
  enum class Recodes : std::uint8_t { kNothing, kBegun, kCaughtUp };
  std::vector<Recodes> recoding_;     // by class
  std::vector<LedgerClass> recoded_;  // by class: what comes to drives by it, in the window
  // By class, of the window: shares of shards and of demand that stay where they are.
  std::vector<double> kept_;
  std::vector<double> kept_demand_;
  std::vector<double> cool_;
  std::vector<double> born_;          // shards that are there at its end
  std::vector<double> written_more_;  // all that were written / these
  std::vector<double> renewed_;       // share of shards that made room for them
  std::vector<double> born_demand_;   // of a shard, at the window's end
  std::vector<double> factor_;
  std::vector<double> course_;
  std::vector<double> asked_;
  std::vector<double> needed_;          // shards that a rebuild reads
  std::vector<std::uint8_t> can_take_;  // by zone
  std::vector<LedgerEvent> events_;
  LedgerTotals totals_;
  double full_protection_s_ = -1;
  std::vector<double> no_room_of_zone_;
  std::uint64_t first_epoch_ = 0;
  std::size_t epochs_ = 1;
  sim::Instant start_;
  sim::Instant end_;
};

}  // namespace spindle::models

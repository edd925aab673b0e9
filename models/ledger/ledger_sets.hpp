#pragma once
// The policy `static` on a fleet of ledgers: whose data is on which set of drives at time 0, and
// where new data goes then, set by set, tenant by tenant.
//
// New data is what tenants write, extent by extent, at the times at which their bytes are complete
// (models/turnover/turnover.hpp). A tenant's goes to one set until that is full, as the fleet was
// when the policy last looked at it: once every kEpochsPerView epochs, and sooner where as many
// shards were placed as there are drives, or no set had room (new_data_placer.hpp). What is deleted
// for it lies anywhere: as many extents, drawn evenly from all that sets hold of the class.
//
// All of this is decided alike by every rank; what it says of a window's drives is per set.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/ledger/arriving_heat.hpp"
#include "models/ledger/drive_sets.hpp"
#include "models/ledger/extent_writers.hpp"
#include "models/ledger/ledger_options.hpp"
#include "models/ledger/mix_sample.hpp"
#include "models/ledger/set_courses.hpp"
#include "models/ledger/tenant_rows.hpp"
#include "models/placement/set_buckets.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::models {

struct LedgerSetInputs {
  const LedgerOptions& options;
  EpochGrid grid;
  const Topology& base;      // the fleet without its landings
  const Topology& topology;  // the whole
  std::uint32_t shards = 1;  // of an extent
  double shard_bytes = 0;
  // Of the fleet: each tenant's class and extents.
  struct Tenant {
    std::uint32_t tenant_class = 0;
    std::uint32_t extents = 0;
  };
  std::vector<Tenant> tenants;
  std::vector<double> demand;  // by class: mean of a shard at time 0
  const MixSample& sample;
  const TenantRows& rows;
  double sample_scale = 1;  // data of the fleet / data of the sample
};

class LedgerSets {
 public:
  // Everything must outlive it. Throws what cut_into_sets and full_numbers throw.
  explicit LedgerSets(const LedgerSetInputs& inputs);

  // What tenants have at time 0, on the drives of this rank.
  void place_first(LedgerFleet& fleet);
  // Tenants with data on a drive, at time 0: mean over the drives.
  [[nodiscard]] double tenants_on_drive() const { return tenants_on_drive_; }
  // Whether anything is placed after time 0.
  [[nodiscard]] bool is_renewed() const { return is_renewed_; }

  struct Window {
    std::uint64_t first = 0;  // epoch
    std::size_t epochs = 0;
    std::span<const std::uint8_t> takes;         // by rack: whether data may come to it
    std::span<const std::uint8_t> zone_is_lost;  // by zone
    std::span<const double> wanted;              // by class: shards that there should be
  };
  // The sample has drawn the window. Collective.
  void begin(const Window& window, const LedgerFleet& fleet, unsigned threads);

  // Of the window: shards of new data, by class.
  [[nodiscard]] std::span<const BornShards> born() const { return born_; }
  // Extents of all windows that found no place.
  [[nodiscard]] std::uint64_t unplaced() const { return unplaced_; }
  [[nodiscard]] SetFlow flow(DriveRange drives) const {
    return {sets_->set_of().subspan(drives.first, drives.size()), is_touched_, placed_, deleted_};
  }
  // Of SetCourses: its rows, and a drive's number there.
  [[nodiscard]] const float* courses(std::uint32_t model) const { return courses_.rows(model); }
  [[nodiscard]] std::uint32_t course_row(std::uint32_t drive) const {
    const std::uint32_t set = first_sets().set_of()[drive];
    return set == SetFlow::kNoSet ? 0 : set + 1;
  }
  // Of new data that a set's drives take in the window, in each epoch and by drive model: part of a
  // drive's time that writing it takes, and that it is asked for from then on. Rows of
  // kLedgerEpochs, the first of them zero; and a drive's number there.
  [[nodiscard]] std::span<const float> writing(std::uint32_t model) const {
    return new_heat_.writing(model);
  }
  [[nodiscard]] std::span<const float> arriving(std::uint32_t model) const {
    return new_heat_.arriving(model);
  }
  [[nodiscard]] std::uint32_t arriving_row(std::uint32_t drive) const {
    const std::uint32_t set = sets_->set_of()[drive];
    return set == SetFlow::kNoSet ? 0 : arriving_row_[set];
  }
  // Drives of the first model's time, all together, in an epoch of the window.
  [[nodiscard]] double written(std::size_t epoch) const { return written_[epoch]; }

 private:
  [[nodiscard]] std::uint32_t classes() const { return in_.sample.classes(); }
  [[nodiscard]] const DriveSets& first_sets() const { return before_ ? *before_ : *sets_; }
  void cut(std::span<const std::uint8_t> zone_is_lost);
  void clear();
  void look_if_due(const Window& window);
  void look();
  [[nodiscard]] double held_now(std::size_t at) const;
  void delete_old(const Window& window);
  void delete_from(std::uint32_t tenant_class, double all, std::uint32_t extents,
                   sim::RandomStream random);
  void delete_one(std::uint32_t set, std::uint32_t tenant_class, double u);
  void place(const Window& window, std::size_t epoch);
  void note(std::size_t epoch, const SetArrivals& arrival);
  void touch(std::uint32_t set) {
    if (is_touched_[set] == 0) touched_.push_back(set);
    is_touched_[set] = 1;
  }
  void note_share(const SetArrivals& arrival, double brought);
  void note_heat(std::size_t epoch, const SetArrivals& arrival);
  void place_new(const Window& window, const LedgerFleet& fleet, unsigned threads);
  void hold(const std::vector<SetArrivals>& placed, LedgerFleet& fleet) const;
  void count_tenants(std::vector<SetArrivals> placed);

  const LedgerSetInputs in_;
  std::uint32_t most_;  // shards that a drive holds
  std::vector<std::uint8_t> zone_is_lost_;
  std::optional<DriveSets> sets_;
  std::optional<DriveSets> before_;  // those of time 0, where the fleet was cut anew since
  std::optional<SetBuckets> buckets_;
  std::optional<SetShares> shares_;  // of the sets of time 0
  SetCourses courses_;
  std::vector<std::uint32_t> class_of_tenant_;
  ExtentWriters writers_;
  ArrivingHeat new_heat_;
  SetCensus census_;
  double tenants_on_drive_ = 0;
  bool is_renewed_ = false;
  std::uint64_t next_look_ = 0;     // epoch
  std::uint32_t open_at_look_ = 0;  // sets
  std::uint64_t placed_since_ = 0;  // extents
  bool found_no_place_ = false;
  std::vector<double> carried_;  // by class: of an extent to be deleted
  std::vector<double> due_;      // by class: extents placed, for which none was deleted yet
  std::uint64_t unplaced_ = 0;
  // Of the window:
  std::vector<BornShards> born_;  // by class
  std::uint64_t deletions_ = 0;
  std::vector<float> placed_;
  std::vector<float> deleted_;
  std::vector<float> changed_;               // by set: shards placed - deleted, on each drive
  std::vector<std::uint32_t> arriving_row_;  // by set
  std::array<double, kLedgerEpochs> written_ = {};
  std::vector<std::uint8_t> is_touched_;  // by set
  std::vector<std::uint32_t> touched_;    // those that are
  std::vector<SetArrivals> arrived_;      // of the epoch in hand
};

}  // namespace spindle::models

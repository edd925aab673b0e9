#pragma once
// What goes from and comes to the drives of a rack in one window, and the pass that applies it.
//
// Every drive takes part in what goes on in its rack by its share: of what leaves, by what it
// holds; of what comes, evenly or as the placement policy prefers it. Where shards are drawn at
// random the number that leave and come is random too: a noise of that variance, which adds up to 0
// over the rack, so that bytes are conserved.

#include <cstdint>
#include <span>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "models/migration/rebalance_options.hpp"

namespace spindle::models {

// One class of data in one group of racks.
struct ClassFlow {
  double leave = 0;         // share of the shards held that goes: deleted, or moved away
  double leave_demand = 0;  // share of the demand that goes with them
  double grow = 0;          // shards that come for each shard held
  double come = 0;          // shards that come to a drive of preference 1
  double place = 0;         // shards that come to each drive, whatever the policy prefers
  double come_demand = 0;   // demand that comes with each shard of grow and come
  double place_demand = 0;  // and of place
  // Of `place`, what is drawn shard by shard: how many come to a drive is random.
  double drawn = 0;
  double drawn_demand = 0;  // of each
  // Root mean square / mean of the demand of shards: what leaves by chance is that uneven.
  double unevenness = 1;
  // Of the noise, what is left on the number of shards where the policy evens it out as it comes.
  double noise_left = 1;
  bool is_noisy = false;   // what comes and leaves does so at random: the class is renewed
  double cool = 1;         // what demand is multiplied by, at the window's end
  double renewed = 0;      // of `leave`, what new data takes the place of
  double born_demand = 0;  // of each shard of new data, at the window's end

  // More to each drive, whatever the policy prefers.
  void add_place(double shards, double demand) {
    const double all = place * place_demand + demand;
    place += shards;
    place_demand = place > 0 ? all / place : 0;
  }
};

// Which drives a policy prefers for what comes: none until it is set, then emptier ones.
class FillPreference {
 public:
  double mixed = 1;
  unsigned choices = 1;
  // Bins of fill are `width` wide from `low` on, in shards.
  double low = 0;
  double width = 1;

  // share_below[b]: of the drives, below bin b. Preference of a drive below whose fill a share f of
  // the drives is: mixed + choices * (1 - mixed) * (1 - f)^(choices - 1), mean 1 over the drives.
  void set_share_below(std::span<const double> share_below);
  // The emptiest drives, as far as `each` shards for every drive fill them up to one level;
  // `counts`: drives by bin.
  void set_level(std::span<const std::uint32_t> counts, double each);
  // The shards that the emptiest drives hold then.
  [[nodiscard]] double level_of(std::span<const std::uint32_t> counts, double each) const;
  // Drives that hold no more than `most` alike, and no others; `counts`: drives by bin. Where there
  // are none, all alike.
  void set_most(std::span<const std::uint32_t> counts, double most);
  [[nodiscard]] bool is_even() const { return weights_.empty(); }
  [[nodiscard]] std::size_t bins() const { return weights_.size(); }
  // Mean over drives whose shards are normal about `mean`.
  [[nodiscard]] double mean_over(double mean, double deviation) const;
  // Whether the mean over all drives is 1, as those counted.
  [[nodiscard]] bool is_of_counts() const { return is_of_counts_; }
  // Preference of the drives in each bin.
  [[nodiscard]] const float* weights() const { return weights_.data(); }

 private:
  [[nodiscard]] double middle_of(std::size_t bin) const {
    return low + (static_cast<double>(bin) + 0.5) * width;
  }

  std::vector<float> weights_;
  bool is_of_counts_ = false;  // their mean over the drives counted is 1
};

// Sets of drives to which new data goes: what befalls a set's drives in a window, beside what
// befalls all.
struct SetFlow {
  static constexpr std::uint32_t kNoSet = 0xffffffffU;

  std::span<const std::uint32_t> set_of;     // by drive
  std::span<const std::uint8_t> is_touched;  // by set: something comes or is deleted
  // [set * classes + class]: shards of new data that come to each drive of the set, and the share
  // of what a drive holds that is deleted for new data.
  std::span<const float> placed;
  std::span<const float> deleted;
};

struct DriveMean {
  double demand = 0;
  double shards = 0;
};

// Moves that even drives out, as drives of one rack see them.
struct RebalanceFlow {
  RebalanceOptions options;
  // That a drive sends, and takes in, in this window (as the tally before it had it) and the next.
  double most_shards = 0;
  double next_most_shards = 0;
  // What a drive is compared with, in this window and in the next: demand held, shards held.
  DriveMean mean;
  DriveMean next_mean;
  double sent_scale = 1;  // what is sent (taken) where more would be sent than taken (or less)
  double taken_scale = 1;
  // What is under way: of each class for each shard that a drive takes.
  std::vector<LedgerClass> pool;
};

struct RackFlowInputs {
  std::span<const ClassFlow> classes;
  const FillPreference* preference = nullptr;
  bool prefers = true;                       // false: what comes does so to all drives alike
  const RebalanceFlow* rebalance = nullptr;  // null: nothing is evened out
  bool rebalances = false;                   // in this window
  double room = 0;                           // shards that a drive of the rack holds
  sim::Seed seed;
  std::uint64_t rack_slot = 0;
  std::uint64_t window = 0;
  // Of the rack's drives; no sets: new data comes as the classes' flows say, and takes the place of
  // what is on all drives alike. With them `come` is a number of whole shards, drawn drive by
  // drive: a part of one would close a set that has room for one alone.
  SetFlow sets;
  double placed_part = 1;  // of what is placed on sets, that comes to this rack's drives
  // Drives to which nothing comes by preference, ascending, by their numbers in the fleet; and that
  // of the rack's first drive.
  std::span<const std::uint32_t> shut;
  std::uint32_t first_drive = 0;
};

// Of one rack, after the pass.
struct RackTally {
  RackTally() = default;
  explicit RackTally(std::size_t classes);

  std::vector<LedgerClass> held;  // of each class
  // come and grow, noise and what sets differ by counted in; not place.
  std::vector<LedgerClass> came;
  std::vector<LedgerClass> excess;  // did not fit, or was noise below 0 (then negative)
  std::uint32_t present = 0;
  double squares = 0;  // of the shards that drives hold
  double no_room = 0;  // shards that did not fit
  // Of what the next window's rebalancing will send and take, by the state after the pass:
  double to_send = 0;  // shards
  double to_take = 0;
  std::vector<LedgerClass> sent;  // of each class, with to_send
  double moved = 0;               // shards sent in this window
};

// Changes what the rack's drives hold. `bins`: counts of drives by fill after that, added to; may
// be empty.
RackTally apply_flows(const RackFlowInputs& in, std::span<const LedgerFleet::Mix> mixes,
                      std::span<LedgerFleet::Holding> held, std::span<std::uint32_t> bins);

// The tally alone, of a rack that stays as it is.
RackTally tally_rack(const RackFlowInputs& in, std::span<const LedgerFleet::Mix> mixes,
                     std::span<const LedgerFleet::Holding> held, std::span<std::uint32_t> bins);

}  // namespace spindle::models

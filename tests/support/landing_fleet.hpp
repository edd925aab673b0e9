#pragma once
// A small placed fleet on which racks land, with everything that changes it.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "models/checkers/migration_checker.hpp"
#include "models/migration/landing_run.hpp"
#include "models/placement/translate.hpp"
#include "models/turnover/turnover.hpp"
#include "tests/support/placement_world.hpp"

namespace spindle::test {

struct LandingFleetOptions {
  std::uint32_t zones = 3;
  std::uint32_t racks_per_zone = 5;
  std::uint32_t drives = 45;
  std::uint64_t capacity_shards = 200;
  std::uint64_t shard_bytes = 1'000'000'000;
  std::uint32_t shards = 9;
  std::uint32_t needed = 5;
  std::uint32_t tenants = 3;
  std::uint32_t extents_each = 100;
  models::SpreadRule spread{3, 1};
  models::PlacementOptions policy = test::policy("random");
  std::vector<models::Landing> landings;
  double horizon_h = 24;
  std::uint64_t seed = 5;
};

inline std::uint32_t racks_landing(const std::vector<models::Landing>& landings) {
  std::uint32_t sum = 0;
  for (const models::Landing& landing : landings) sum += landing.racks_per_zone;
  return sum;
}

class LandingFleet {
 public:
  static constexpr sim::Duration kEpoch = sim::Duration::hours(1);

  explicit LandingFleet(const LandingFleetOptions& options)
      : options_(options),
        base_(fleet(options, 0)),
        full_(fleet(options, racks_landing(options.landings))),
        extents_(equal_tenants(options.tenants, options.extents_each, options.shard_bytes)),
        first_(models::place_all(context(), options.policy, extents_)),
        placement_(models::translate(first_, base_, full_)),
        index_(placement_, full_.drives()),
        journal_(full_.racks(), kEpoch),
        directed_(full_.drives(), kEpoch),
        state_(full_, options.shard_bytes, options.needed, placement_, index_, &journal_,
               demand(options)),
        before_(models::picture(state_)),
        watch_(state_) {}
  LandingFleet(const LandingFleet&) = delete;
  LandingFleet& operator=(const LandingFleet&) = delete;

  // A tenant's extents weigh from 1 to 2, in a scattered order; column = tenant, whose heat is
  // 1 + tenant.
  static models::ExtentDemand demand(const LandingFleetOptions& options) {
    models::ExtentDemand out;
    const std::uint32_t extents = options.tenants * options.extents_each;
    for (std::uint32_t e = 0; e < extents; ++e) {
      out.column.push_back(e / options.extents_each);
      out.weight.push_back(1.0F +
                           static_cast<float>(e * 37 % extents) / static_cast<float>(extents));
    }
    return out;
  }
  [[nodiscard]] std::vector<double> column_heat() const {
    std::vector<double> out;
    for (std::uint32_t tenant = 0; tenant < options_.tenants; ++tenant) out.push_back(1 + tenant);
    return out;
  }

  models::LandingRun& land() {
    models::LandingInputs inputs;
    inputs.landings = options_.landings;
    inputs.spread = options_.spread;
    inputs.epoch = kEpoch;
    inputs.horizon = hours(options_.horizon_h);
    inputs.seed = sim::Seed{options_.seed};
    inputs.column_heat = [this](sim::Instant) { return column_heat(); };
    inputs.on_landed = [this](sim::Instant, std::uint32_t drive) {
      landed_drives_.push_back(drive);
    };
    landing_ = std::make_unique<models::LandingRun>(inputs, engine_, state_, &directed_);
    return *landing_;
  }
  // New data is of the column and weight that `place_new` says.
  models::Turnover& turn_over(
      std::vector<std::uint32_t> tenants,
      std::function<models::DemandColumns::Place(std::uint32_t, sim::Instant)> place_new) {
    placer_ = std::make_unique<models::NewDataPlacer>(
        context(), options_.policy, extents_, first_.expected_heat, state_,
        landing_ == nullptr ? nullptr : &landing_->landed(),
        models::placed_upon(options_.landings, full_));
    models::TurnoverInputs inputs;
    inputs.tenants = std::move(tenants);
    inputs.extent_bytes = extent_bytes();
    inputs.seed = sim::Seed{options_.seed};
    inputs.place_new = std::move(place_new);
    inputs.write_seconds.assign(options_.tenants, kWriteSeconds);
    turnover_ =
        std::make_unique<models::Turnover>(inputs, extents_, engine_, state_, *placer_, &directed_);
    return *turnover_;
  }
  static constexpr double kWriteSeconds = 36;  // of one shard of a new extent

  // Runs on to the hour given, window by window, every tenant writing at that rate.
  void run_to(double until_h, double bytes_per_s = 0) {
    const std::vector<double> rates(options_.tenants, bytes_per_s);
    while (hour_ < until_h) {
      journal_.begin(hours(hour_));
      directed_.begin(hours(hour_));
      for (int epoch = 0; epoch < 8 && turnover_ != nullptr; ++epoch) {
        turnover_->write(hours(hour_ + epoch), kEpoch, rates);
      }
      engine_.run_until(hours(hour_ + 8));
      hour_ += 8;
      add_window();
      for (std::uint32_t drive = 0; drive < full_.drives(); ++drive) {
        for (const float heat : directed_.of(drive)) directed_s_[drive] += double{heat} * 3600;
      }
    }
  }
  // The watch takes in what was journalled since the window began.
  void add_window() { watch_.add(journal_); }
  // A drive fails now, and its shards are lost.
  void fail(std::uint32_t drive) {
    for (const std::uint32_t shard : state_.begin_failure(drive)) {
      state_.mark_lost(engine_.now(), shard, static_cast<std::uint32_t>(lost_++));
    }
    state_.end_failure(drive);
  }
  // Violations of all that is conserved, in one report's words.
  [[nodiscard]] std::vector<std::string> violations() const {
    const models::FleetPicture now = models::picture(state_);
    std::vector<std::string> out;
    for (const models::CheckReport& report :
         {models::check_picture(full_, options_.spread, now),
          models::check_conserved(before_, now, lost_), watch_.check(state_)}) {
      out.insert(out.end(), report.first.begin(), report.first.end());
    }
    return out;
  }

  static sim::Instant hours(double h) { return sim::Instant() + sim::Duration::hours(h); }
  [[nodiscard]] models::PolicyContext context() const {
    return {base_, options_.spread, options_.shards, options_.tenants, sim::Seed{options_.seed}};
  }
  [[nodiscard]] std::uint64_t extent_bytes() const {
    return options_.needed * options_.shard_bytes;
  }
  [[nodiscard]] const models::Topology& topology() const { return full_; }
  [[nodiscard]] const models::PlacementResult& placement() const { return placement_; }
  models::FleetState& state() { return state_; }
  models::DemandJournal& journal() { return journal_; }
  sim::Engine& engine() { return engine_; }
  [[nodiscard]] const std::vector<std::uint32_t>& landed_drives() const { return landed_drives_; }
  // Disk time told to the drive so far.
  [[nodiscard]] double directed_s(std::uint32_t drive) const { return directed_s_[drive]; }
  // Shards in the zone's landed racks, and in all its racks.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> landed_shards(std::uint32_t zone) const {
    std::pair<std::uint64_t, std::uint64_t> out;
    const models::DriveRange drives = full_.drives_of_zone(zone);
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      const std::uint64_t shards = state_.used_bytes()[drive] / options_.shard_bytes;
      out.second += shards;
      if (full_.is_landing_rack(full_.rack_of(drive))) out.first += shards;
    }
    return out;
  }

 private:
  static models::Topology fleet(const LandingFleetOptions& options, std::uint32_t landing) {
    models::DriveModel model = *models::find_drive_preset("talk");
    model.capacity = {options.capacity_shards * options.shard_bytes};
    return models::Topology(
        {options.zones, options.racks_per_zone, options.drives, {{model, 1}}, landing});
  }

  LandingFleetOptions options_;
  models::Topology base_;
  models::Topology full_;
  models::ExtentTable extents_;
  models::PlacementResult first_;
  models::PlacementResult placement_;
  models::ShardIndex index_;
  models::DemandJournal journal_;
  models::DirectedLoad directed_;
  models::FleetState state_;
  models::FleetPicture before_;
  models::DemandWatch watch_;
  sim::Engine engine_;
  std::unique_ptr<models::LandingRun> landing_;
  std::unique_ptr<models::NewDataPlacer> placer_;
  std::unique_ptr<models::Turnover> turnover_;
  std::vector<std::uint32_t> landed_drives_;
  std::vector<double> directed_s_ = std::vector<double>(full_.drives());
  double hour_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace spindle::test

#pragma once
// A fleet that is scrubbed while nothing else happens to it but what a test does, and the same
// scrub unit by unit.

#include <cmath>
#include <cstdint>
#include <vector>

#include "models/scrub/scrub_run.hpp"
#include "tests/support/placement_world.hpp"

namespace spindle::test {

constexpr double kDay = sim::kSecondsPerDay;

inline models::Topology drives_of_a_terabyte(std::uint32_t drives) {
  models::DriveModel model = *models::find_drive_preset("talk");
  model.capacity = {1'000'000'000'000};
  return models::Topology({1, 1, drives, {{model, 1}}});
}

// Epochs of a day.
class ScrubbedFleet {
 public:
  ScrubbedFleet(std::uint32_t drives, const models::ScrubOptions& options, std::uint64_t seed = 1,
                std::function<double(sim::RandomStream&)> reads = {})
      : topology_(drives_of_a_terabyte(drives)),
        extents_(equal_tenants(1, 1, 1)),
        placement_(
            models::place_all({topology_, {0, 0}, 1, 1, sim::Seed{1}}, policy("random"), extents_)),
        index_(placement_, drives),
        state_(topology_, 1, 1, placement_, index_),
        load_(drives, sim::Duration::days(1)),
        run_({topology_, options, sim::Seed{seed}, std::move(reads)}, state_) {}
  ScrubbedFleet(const ScrubbedFleet&) = delete;
  ScrubbedFleet& operator=(const ScrubbedFleet&) = delete;

  void fail(std::uint32_t drive) {
    std::uint32_t number = 0;
    for (const std::uint32_t shard : state_.begin_failure(drive)) {
      state_.mark_lost(sim::Instant(), shard, number++);
    }
    state_.end_failure(drive);
  }
  void live(int days, const std::vector<std::uint32_t>& failed = {}) {
    for (int day = 0; day < days; ++day, ++today_) {
      if (static_cast<std::size_t>(today_) % models::DirectedLoad::kEpochs == 0) load_.begin(at(today_));
      run_.begin_epoch(at(today_), at(today_ + 1), load_);
      run_.end_epoch(at(today_ + 1), failed);
    }
  }

  models::FleetState& state() { return state_; }
  const models::ScrubRun& run() const { return run_; }
  const models::DirectedLoad& load() const { return load_; }
  double oldest_days() const { return run_.series().age_p100_s.back() / kDay; }

 private:
  static sim::Instant at(int day) { return sim::Instant() + sim::Duration::days(day); }

  models::Topology topology_;
  models::ExtentTable extents_;
  models::PlacementResult placement_;
  models::ShardIndex index_;
  models::FleetState state_;
  models::DirectedLoad load_;
  models::ScrubRun run_;
  int today_ = 0;
};

// `units` of a drive, read one by one at even times, `units` in a period of 1.
class UnitScrub {
 public:
  UnitScrub(models::ScrubOrder order, std::uint32_t units, std::uint64_t seed)
      : order_(order), read_at_(units, 0.0), random_(sim::Seed{seed}, 0, sim::Purpose{60'001}, 0) {}

  // Reads from now on for so long.
  void run(double duration) {
    const auto reads = static_cast<std::uint64_t>(std::llround(duration * units()));
    for (std::uint64_t i = 0; i < reads; ++i) {
      now_ += 1.0 / units();
      const bool in_order = order_ == models::ScrubOrder::kSequential;
      const std::uint32_t unit = in_order ? next_++ % units() : random_.below(units());
      read_at_[unit] = now_;
    }
  }
  void stand(double duration) { now_ += duration; }

  [[nodiscard]] double now() const { return now_; }
  [[nodiscard]] double oldest() const {
    return now_ - *std::min_element(read_at_.begin(), read_at_.end());
  }
  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const double at : read_at_) sum += now_ - at;
    return sum / units();
  }
  [[nodiscard]] double share_older(double age) const {
    double older = 0;
    for (const double at : read_at_) older += now_ - at > age ? 1 : 0;
    return older / units();
  }

 private:
  [[nodiscard]] std::uint32_t units() const { return static_cast<std::uint32_t>(read_at_.size()); }

  models::ScrubOrder order_;
  std::vector<double> read_at_;
  sim::RandomStream random_;
  std::uint32_t next_ = 0;
  double now_ = 0;
};

}  // namespace spindle::test

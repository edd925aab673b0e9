#pragma once
// When the scrub of every drive of a fleet ran, and how old the fleet's units are: drives with the
// same history (models/scrub/scrub_history.hpp) are counted together, so that no unit is kept, and
// no list a drive. Times in s from the run's start; what is told comes in the order of time.
//
// Determinism: no threads; the oldest unit of drives in random order is drawn by its law, one
// number a history. Memory: 32 B a drive. Cost: O(1) a change, O(histories) an age.

#include <cstdint>
#include <map>
#include <vector>

#include "models/scrub/scrub_history.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

class ScrubLedger {
 public:
  struct Model {
    double period_s = 0;
    double units = 0;  // of a drive
  };

  struct Ages {  // NaN where there are no drives
    double mean_s = 0;
    double p99_99_s = 0;  // over units
    double oldest_s = 0;  // sequential: of all; random: of those read within `limit` periods
  };

  // No drive is there at first. Throws std::invalid_argument: what ScrubLaw throws.
  ScrubLedger(ScrubOrder order, const std::vector<Model>& models,
              std::vector<std::uint32_t> model_of_drive, sim::Seed seed);

  // A drive that has been scrubbed for ever, or a new one whose data is written at `now`.
  void add_old(std::uint32_t drive);
  void add_new(std::uint32_t drive, double now);
  void remove(std::uint32_t drive);
  void stop(std::uint32_t drive, double now);
  void resume(std::uint32_t drive, double now);

  [[nodiscard]] bool is_there(std::uint32_t drive) const { return group_[drive] != kNone; }
  [[nodiscard]] bool is_running(std::uint32_t drive) const {
    return is_there(drive) && stopped_at_[drive] < 0;
  }
  // Changes whenever another drive takes its place.
  [[nodiscard]] std::uint32_t life(std::uint32_t drive) const { return life_[drive]; }
  [[nodiscard]] std::uint32_t drives() const { return there_; }  // that are there
  // Seconds that the drive's scrub has run, of old drives since time 0; it stands still at
  // stopped_at(). Precondition: the drive is there.
  [[nodiscard]] double clock(std::uint32_t drive, double now) const {
    return (is_running(drive) ? now : stopped_at_[drive]) - offset_[drive];
  }
  [[nodiscard]] double stopped_at(std::uint32_t drive) const { return stopped_at_[drive]; }
  [[nodiscard]] const ScrubHistory& history(std::uint32_t drive) const {
    return groups_[find(group_[drive])].history;
  }
  [[nodiscard]] const ScrubLaw& law(std::uint32_t drive) const {
    return laws_[model_of_drive_[drive]];
  }
  [[nodiscard]] double units(std::uint32_t drive) const {
    return models_[model_of_drive_[drive]].units;
  }

  // In random order units that were not read for `limit` periods of running are the caller's.
  [[nodiscard]] Ages ages(double now, double limit);

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  struct Group {
    ScrubHistory history;
    std::uint64_t drives = 0;
    double rank = 0;         // of its oldest unit: what its law's quantile is taken at
    std::uint32_t same = 0;  // the group that it became part of; itself: none
  };

  [[nodiscard]] std::uint32_t find(std::uint32_t group) const;
  std::uint32_t group_of(ScrubHistory history, const Group* before);
  void move(std::uint32_t drive, ScrubHistory history);
  void leave(std::uint32_t group);
  void forget_old(double now);
  [[nodiscard]] double share_older(double now, double age, double total) const;
  [[nodiscard]] double quantile(double now, double share, double total) const;

  std::vector<Model> models_;
  std::vector<ScrubLaw> laws_;
  std::vector<std::uint32_t> model_of_drive_;
  std::vector<std::uint32_t> group_;
  std::vector<std::uint32_t> life_;
  std::vector<double> stopped_at_;  // below 0: it runs
  std::vector<double> offset_;
  std::vector<Group> groups_;
  std::map<ScrubHistory, std::uint32_t> number_of_;  // of groups with drives
  std::uint32_t there_ = 0;
  double reach_ = 0;  // periods of running that ages can still tell
  sim::RandomStream ranks_;
};

}  // namespace spindle::models

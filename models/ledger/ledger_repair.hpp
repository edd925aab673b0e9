#pragma once
// Shards of a ledger that wait to be rebuilt: a fluid queue, first come first served.
//
// What a drive or a zone held when it was lost is a batch, of each class so much. Rebuilding takes
// k reads and a write of a shard's bytes; all drives together do r = drives * bandwidth / ((k + 1)
// shard bytes) shards a second, one batch after the other, and a shard is back no sooner than one
// transfer takes. Where what a drive holds is read from few drives, those of its set, a batch takes
// as long as they need for it, and batches go on side by side. By the exponential law each batch
// comes back by itself, e^-(t / mean) of it being missing after its detection. Times are exact
// within a window; what is rebuilt in a window is there at its end.

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "models/ledger/ledger_fleet.hpp"
#include "models/repair/repair_options.hpp"
#include "sim/log_histogram.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct RebuildWindow {
  sim::Instant start;
  sim::Instant end;
  double drives = 0;                       // that are up
  std::span<const std::uint8_t> can_take;  // by zone: whether its shards can be put somewhere
  std::span<const double> kept;            // by class: of what waits, still wanted at the end
  std::span<const double> kept_demand;     // the same of its demand
  std::span<const double> cool;            // by class: what its demand is multiplied by
  std::span<const double> needed;          // by class: shards that a rebuild reads
  std::size_t epochs = 1;                  // of equal length
};

class LedgerRepair {
 public:
  // `needed`: shards that a rebuild reads, of a class that does not say otherwise.
  LedgerRepair(const RepairOptions& options, std::uint32_t needed, double shard_bytes,
               std::uint32_t classes, std::uint32_t zones);

  // `of_extent`: shards that one extent has among them. `least_s`: what rebuilding all takes at
  // least; 0: as long as all drives together need.
  void lose(sim::Instant at, std::uint32_t zone, std::span<const LedgerClass> missing,
            double of_extent = 1, double least_s = 0);
  // Rebuilds; of_zone(z) then says what came back of what zone z held.
  void advance(const RebuildWindow& window);

  [[nodiscard]] std::span<const LedgerClass> of_zone(std::uint32_t zone) const {
    return std::span(rebuilt_).subspan(std::size_t{zone} * classes_, classes_);
  }
  [[nodiscard]] double rebuilt() const { return rebuilt_shards_; }  // in the window, shards
  // Of them, those that are rebuilt in an epoch of the window.
  [[nodiscard]] double rebuilt_in(std::size_t epoch) const { return rebuilt_in_[epoch]; }
  // Shards read for them beyond `needed` each, where classes need more (or fewer: below 0).
  [[nodiscard]] double read_beyond() const { return read_beyond_; }
  [[nodiscard]] double waiting() const;  // shards
  [[nodiscard]] double waiting_extents() const;
  // At the end of an epoch of the window.
  [[nodiscard]] double waiting_extents_in(std::size_t epoch) const {
    return std::max(0.0, waiting_in_[epoch]);
  }
  [[nodiscard]] double waiting_of_zone(std::uint32_t zone) const;
  [[nodiscard]] LedgerClass waiting_of(std::uint32_t tenant_class) const;
  // From loss to rebuilt, one entry a shard.
  [[nodiscard]] const sim::LogHistogram& delays() const { return delays_; }

 private:
  struct Batch {
    sim::Instant lost_at;
    sim::Instant ready;
    std::uint32_t zone = 0;
    std::vector<LedgerClass> missing;
    double of_extent = 1;
    double most_per_s = 0;  // shards; 0: no limit of its own

    [[nodiscard]] double shards() const { return shards_of(missing); }
    // Read for all of them beyond `needed` each.
    [[nodiscard]] double read_beyond(std::span<const double> by_class, double needed) const;
  };

  void rebuild_in_turn(const RebuildWindow& window);
  void rebuild_side_by_side(const RebuildWindow& window);
  void rebuild_by_itself(const RebuildWindow& window);
  void bring_back(Batch& batch, double share, std::span<const double> needed);
  void note_delays(double first_s, double last_s, double shards);
  void note_work(const RebuildWindow& window, const Batch& batch, double first_s, double last_s,
                 double shards);
  void count_waiting(const RebuildWindow& window);
  void level_work(const RebuildWindow& window);
  [[nodiscard]] static double epoch_s(const RebuildWindow& window);

  RepairOptions options_;
  std::uint32_t needed_;
  double shard_bytes_;
  std::uint32_t classes_;
  std::deque<Batch> batches_;         // by time of loss
  sim::Instant free_at_;              // the queue's server, by the bandwidth law
  std::vector<LedgerClass> rebuilt_;  // [zone * classes + class]
  double rebuilt_shards_ = 0;
  std::array<double, kLedgerEpochs> rebuilt_in_ = {};  // shards, by epoch
  std::array<double, kLedgerEpochs> waiting_in_ = {};  // extents, at each epoch's end
  double read_beyond_ = 0;
  sim::LogHistogram delays_;
};

}  // namespace spindle::models

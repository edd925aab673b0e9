#pragma once
// The scrub of a fleet that lives through a run: ages of its units, latent errors that come and are
// found, and the disk time that reading takes.
//
// Drives that are there at the start have been scrubbed for ever, with the errors that this leaves;
// new ones begin with the data that is written to them. While a drive cannot be reached its scrub
// stands still. Changes of the fleet are seen at the end of each epoch. Equations, and what is
// assumed: docs/theory/scrub.md.
//
// Determinism: streams of its own, no threads. Errors come to slots at times that depend on no
// order or pace, so that two scrubs meet the same ones. Memory: 32 B a drive, 56 B a latent error.
// Cost: O(drives) an epoch.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/scrub/awaited_reads.hpp"
#include "models/scrub/scrub_ledger.hpp"
#include "models/scrub/scrub_options.hpp"
#include "models/state/directed_load.hpp"
#include "models/state/fleet_state.hpp"
#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct ScrubInputs {
  const Topology& topology;
  ScrubOptions options;
  sim::Seed seed;
  // Rate per s at which clients read a place drawn at random on a drive; empty: never.
  std::function<double(sim::RandomStream&)> reads_per_s;
};

// One entry an epoch, as things are at its end; NaN where no drive is there.
struct ScrubSeries {
  std::vector<double> age_mean_s;
  std::vector<double> age_p99_99_s;
  std::vector<double> age_p100_s;
  std::vector<double> errors;  // latent, on a drive (mean)
};

struct ScrubCounts {
  std::uint64_t found = 0;  // errors, by the scrub or a client
  double found_age_s = 0;   // their ages when found, added up
  std::uint32_t stuck = 0;  // drives, at the end
};

class ScrubRun {
 public:
  // All referred to must outlive it. Throws std::invalid_argument: what scrub_pace throws.
  ScrubRun(const ScrubInputs& inputs, const FleetState& state);

  // Before an epoch's events: what the scrub reads in it, told to `load`, and the errors that come.
  void begin_epoch(sim::Instant start, sim::Instant end, DirectedLoad& load);
  // After them: which drives are there, what was found, how old units are. `failed`: slots whose
  // drive failed in the epoch, whether or not another is in its place already.
  void end_epoch(sim::Instant end, std::span<const std::uint32_t> failed);

  [[nodiscard]] const ScrubSeries& series() const { return series_; }
  [[nodiscard]] const ScrubCounts& counts() const { return counts_; }

 private:
  void add_first_errors();
  void add_first_old_units();
  void add_errors(double from, double until);
  void add_old_units(double from, double until);
  void add_old_units_of(std::uint32_t drive, double now);
  void get_stuck(double from, double until);
  void play_scripted(double until);
  void see_fleet(double now, std::span<const std::uint32_t> failed);
  void take_out(std::uint32_t drive);
  void record(double now);
  void set_stuck(std::uint32_t drive, bool is_stuck, double at);
  void set_reachable(std::uint32_t drive, bool is_reachable, double at);
  void hold(std::uint32_t drive, double at, bool was_held);
  [[nodiscard]] bool is_held(std::uint32_t drive) const {
    return is_stuck_[drive] != 0 || is_reachable_[drive] == 0;
  }
  [[nodiscard]] double draw_client(double from);

  // A scripted stop, or its end.
  struct Script {
    double at_s = 0;
    bool is_stop = true;
    std::vector<std::uint32_t> drives;
  };
  void write_script();

  ScrubInputs in_;
  const FleetState& state_;
  std::vector<ScrubPace> pace_;  // by drive model
  double errors_per_s_ = 0;      // of a drive
  ScrubLedger ledger_;
  AwaitedReads errors_;
  AwaitedReads old_units_;  // in random order: not read for `old_after_` periods or more
  double old_after_ = 0;    // periods
  sim::RandomStream error_random_;
  sim::RandomStream place_random_;
  sim::RandomStream stuck_random_;
  sim::RandomStream unit_random_;
  std::vector<std::uint8_t> is_stuck_;
  std::vector<std::uint8_t> is_reachable_;
  std::vector<Script> script_;  // by time
  std::size_t next_script_ = 0;
  ScrubSeries series_;
  ScrubCounts counts_;
};

}  // namespace spindle::models

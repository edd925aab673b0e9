#pragma once
// How drives are scrubbed: read through, unit by unit, so that latent errors are found before the
// data is needed. Equations: docs/theory/scrub.md.

#include <cstdint>
#include <optional>
#include <vector>

#include "models/drive/drive_model.hpp"
#include "models/units.hpp"
#include "sim/time.hpp"

namespace spindle::models {

enum class ScrubOrder {
  kSequential,  // every unit once a period, in order
  kRandom,      // units drawn at random, with replacement, at the same mean rate
};

// The scrub of some drives stands still from `at` on.
struct StuckScrub {
  sim::Instant at;
  std::optional<std::uint32_t> drive;  // by number; empty: `share` of the drives, drawn at random
  double share = 0;
  std::optional<sim::Duration> lasts;  // empty: until the drive is replaced
};

struct ScrubOptions {
  ScrubOrder order = ScrubOrder::kSequential;
  // To read as many bytes as a drive holds; 0: what `bytes_per_s` makes of each model's capacity.
  sim::Duration period;
  double bytes_per_s = 0;      // of each drive, where there is no period
  Bytes unit{1'000'000};       // read at once
  double errors_per_year = 0;  // latent errors of each drive, anywhere on it
  double stuck_per_year = 0;   // of each drive, at exponential times, until it is replaced
  bool reads_find = false;     // clients' reads find errors too
  std::vector<StuckScrub> stuck;
};

// What the options come to on the drives of one model.
struct ScrubPace {
  double period_s = 0;
  double units = 0;        // of a drive
  double bytes_per_s = 0;  // of a drive
  // Share of the drive's time. Each unit is a request of its own, with its seek and half turn:
  // between two of them clients' requests have moved the arm. So it is an upper bound where drives
  // are idle and the order is sequential.
  double disk_share = 0;
};

// The whole capacity is read, used or not. Throws std::invalid_argument: a unit of no bytes, or
// neither a period nor a rate above 0.
ScrubPace scrub_pace(const ScrubOptions& options, const DriveModel& drive);

}  // namespace spindle::models

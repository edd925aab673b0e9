#pragma once
// Grey failures: a drive that will fail by itself is slow for a time before.
//
// Of the failures that end a life (by law, as followers, in a trace; not those that power kills) a
// share announces itself: drawn by slot and lifetime, so that nothing else can change it. From
// `lasts` before such a failure on, or all its life where that is shorter, each request takes the
// drive `slowdown` times its disk time.

#include <cstdint>

#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct GreyOptions {
  sim::Duration lasts = {};  // 0: no drive is ever slow
  double slowdown = 1;       // at least 1
  double share = 1;          // of failures, in [0, 1]

  [[nodiscard]] bool is_on() const { return lasts > sim::Duration() && share > 0; }
};

// Throws std::invalid_argument: a negative length, a slowdown below 1 or not finite, a share
// outside of [0, 1].
void check(const GreyOptions& grey);

// Whether the end of lifetime number `draw` of the slot (Topology::slot_of) announces itself.
bool is_announced(const GreyOptions& grey, sim::Seed seed, std::uint32_t replication,
                  std::uint64_t slot, std::uint64_t draw);

// How far failures are to be known for a run of that length: a drive may be slow at its end that
// fails after it. At most 200 years.
sim::Duration foreseen(const GreyOptions& grey, sim::Duration horizon);

}  // namespace spindle::models

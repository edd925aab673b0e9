#pragma once
// A time wheel with events to come.

#include <cstdint>

#include "sim/random_stream.hpp"
#include "sim/time_wheel.hpp"

namespace spindle::test {

// Events 0 to count - 1 at exponential times of mean 1 s.
inline void fill_wheel(sim::TimeWheel& wheel, std::uint32_t count, sim::RandomStream& s) {
  for (std::uint32_t id = 0; id < count; ++id) {
    wheel.schedule(id, sim::Instant() + sim::Duration::seconds(s.exponential()));
  }
}

}  // namespace spindle::test

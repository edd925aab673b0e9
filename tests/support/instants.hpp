#pragma once
// Instants of tests, from the start of the run.

#include <cstdint>

#include "sim/time.hpp"

namespace spindle::test {

inline sim::Instant at(std::int64_t ns) {
  return sim::Instant::from_ns(ns);
}

}  // namespace spindle::test

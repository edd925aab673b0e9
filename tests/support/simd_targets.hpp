#pragma once
// Runs a check with each of the machine's instruction sets in turn.

#include <hwy/targets.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>

namespace spindle::test {

// Once for each instruction set of this machine, baseline to best, and once more as users run it.
inline void on_every_target(const std::function<void()>& check) {
  const std::int64_t supported = hwy::SupportedTargets();
  REQUIRE(supported != 0);
  for (std::int64_t left = supported; left != 0; left &= left - 1) {
    INFO("target " << hwy::TargetName(left & -left));
    hwy::SetSupportedTargetsForTest(left & -left);
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
  check();
}

}  // namespace spindle::test

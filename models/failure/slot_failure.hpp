#pragma once
// A drive fails: one line of a fleet's failure history (failure_history.hpp).

#include <cstdint>

namespace spindle::models {

struct SlotFailure {
  double at_s = 0;         // since the run's start, >= 0
  std::uint32_t slot = 0;  // place in the fleet, from 0; its next drive begins a new life
  bool is_sudden = false;  // killed from outside: nothing announces it (grey_failures.hpp)

  friend bool operator==(const SlotFailure&, const SlotFailure&) = default;
};

// The order of histories: by time, then by slot.
inline bool comes_before(const SlotFailure& a, const SlotFailure& b) {
  return a.at_s != b.at_s ? a.at_s < b.at_s : a.slot < b.slot;
}

}  // namespace spindle::models

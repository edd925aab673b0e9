#pragma once
// What one cell executed, in 8 bytes: small, because every event of a run touches its cell's.
//
// Two rounds of XXH64's accumulator an event. Each is a bijection of the state and of what is
// added, so no single difference is ever lost. Against accident, not against forgery.

#include <bit>
#include <cstdint>

#include "sim/id.hpp"
#include "sim/time.hpp"

namespace spindle::sim {

class CellDigest {
 public:
  void add(Instant time, EntityId entity) {
    mix(static_cast<std::uint64_t>(time.ns()));
    mix(entity.value());
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  void mix(std::uint64_t word) {
    constexpr std::uint64_t kPrime1 = 0x9e3779b185ebca87U;
    constexpr std::uint64_t kPrime2 = 0xc2b2ae3d27d4eb4fU;
    state_ = std::rotl(state_ + word * kPrime2, 31) * kPrime1;
  }
  std::uint64_t state_ = 0x27d4eb2f165667c5U;  // not 0, which an event of zeros would keep
};

}  // namespace spindle::sim

#pragma once

#include <cstdint>

#include "models/redundancy/scheme.hpp"

namespace spindle::test {

inline models::Scheme copies(std::uint32_t n) {
  return models::Scheme({.kind = models::SchemeKind::kReplication, .copies = n});
}

inline models::Scheme erasure(std::uint32_t data, std::uint32_t parity) {
  return models::Scheme({.kind = models::SchemeKind::kErasure, .data = data, .parity = parity});
}

}  // namespace spindle::test

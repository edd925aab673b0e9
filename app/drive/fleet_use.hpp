#pragma once
// Which mechanical drives a fleet can be made of.

#include <optional>
#include <string>

#include "models/drive/mechanics.hpp"

namespace spindle::app {

// Why a drive cannot be one of a fleet, and the field of `fleet.models` that it is about.
struct Unfitness {
  const char* field;    // "capacity", "mechanics"
  std::string message;  // problem (why) - mend
};

// Where a fleet takes so many bytes of each such drive. Empty: it can.
std::optional<Unfitness> unfit_for_fleet(const models::MechanicalSpec& drive,
                                         double capacity_bytes);

}  // namespace spindle::app

#pragma once
// The part of a flow run that a zoom looks at, cut into pieces at the ends of epochs.

#include <cstdint>
#include <vector>

#include "models/tenant/load_model.hpp"
#include "sim/time.hpp"

namespace spindle::models {

struct ZoomWindow {
  sim::Instant start;
  sim::Instant end;

  [[nodiscard]] sim::Duration length() const { return end - start; }
};

// Of one epoch, the part within the window.
struct ZoomPiece {
  std::uint64_t epoch = 0;
  sim::Instant start;
  sim::Duration length;
  double share = 0;  // of the window's length
};

// In the order of time, consecutive epochs, none empty. Throws std::invalid_argument where the
// window is empty or not within the run.
std::vector<ZoomPiece> pieces_of(const ZoomWindow& window, const EpochGrid& grid);

}  // namespace spindle::models

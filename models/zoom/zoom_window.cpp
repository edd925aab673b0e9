#include "models/zoom/zoom_window.hpp"

#include <algorithm>
#include <stdexcept>

namespace spindle::models {

std::vector<ZoomPiece> pieces_of(const ZoomWindow& window, const EpochGrid& grid) {
  const std::int64_t epoch = grid.epoch.ns();
  const std::int64_t start = window.start.ns();
  const std::int64_t end = window.end.ns();
  if (start < 0 || end <= start || end > static_cast<std::int64_t>(grid.count) * epoch) {
    throw std::invalid_argument("zoom: the window is empty or not within the run");
  }
  std::vector<ZoomPiece> pieces;
  for (std::int64_t at = start; at < end;) {
    const std::int64_t number = at / epoch;
    const std::int64_t until = std::min(end, (number + 1) * epoch);
    pieces.push_back({static_cast<std::uint64_t>(number),
                      window.start + sim::Duration::nanoseconds(at - start),
                      sim::Duration::nanoseconds(until - at),
                      static_cast<double>(until - at) / static_cast<double>(end - start)});
    at = until;
  }
  return pieces;
}

}  // namespace spindle::models

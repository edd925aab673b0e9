#include "models/zoom/varying_load.hpp"

#include <algorithm>

#include "sim/compensated_sum.hpp"

namespace spindle::models {

void VaryingLoad::add(std::size_t piece, double mean, std::span<const RatePiece> course) {
  const std::size_t first = changes_.size();
  for (const RatePiece& part : course) {
    changes_.push_back({part.begin, mean * part.rate});
    changes_.push_back({part.end, -mean * part.rate});
  }
  parts_.push_back({piece, mean, first, changes_.size()});
}

void VaryingLoad::append_rates(std::span<const ZoomPiece> zoom, std::span<const double> means,
                               std::vector<RatePiece>& out) const {
  std::vector<Part> parts = parts_;
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.piece < b.piece; });
  std::vector<Change> changes;
  for (auto part = parts.begin(); part != parts.end();) {
    const std::size_t piece = part->piece;
    sim::CompensatedSum varying;
    changes.clear();
    for (; part != parts.end() && part->piece == piece; ++part) {
      varying.add(part->mean);
      changes.insert(changes.end(), changes_.begin() + static_cast<std::ptrdiff_t>(part->first),
                     changes_.begin() + static_cast<std::ptrdiff_t>(part->last));
    }
    append_steps(zoom[piece], std::max(0.0, means[piece] - varying.value()), changes, out);
  }
}

void VaryingLoad::append_steps(const ZoomPiece& piece, double steady, std::vector<Change>& changes,
                               std::vector<RatePiece>& out) {
  // Of one moment, what comes is added before what goes is taken away: no sum is below 0 by more
  // than rounding.
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return a.at != b.at ? a.at < b.at : a.rate > b.rate;
  });
  const std::int64_t end = (piece.start + piece.length).ns();
  std::int64_t from = piece.start.ns();
  sim::CompensatedSum level;
  level.add(steady);
  auto change = changes.begin();
  while (from < end) {
    for (; change != changes.end() && change->at <= from; ++change) level.add(change->rate);
    const std::int64_t to = change == changes.end() ? end : std::min(end, change->at);
    out.push_back({from, to, std::max(steady, level.value())});
    from = to;
  }
}

}  // namespace spindle::models

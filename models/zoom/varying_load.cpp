#include "models/zoom/varying_load.hpp"

#include <algorithm>

namespace spindle::models {
namespace {

// Fewer are not worth a merge.
constexpr std::size_t kFewChanges = 4096;

}  // namespace

void VaryingLoad::add(std::size_t piece, double mean, std::span<const RatePiece> course) {
  means_[piece].add(mean);
  for (const RatePiece& part : course) {
    changes_.push_back({piece, part.begin, mean * part.rate});
    changes_.push_back({piece, part.end, -mean * part.rate});
  }
  if (changes_.size() > 2 * merged_ + kFewChanges) merge();
}

// Of one moment, changes are added in the order in which they came: the same for any threads.
void VaryingLoad::merge() {
  std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
    return a.piece != b.piece ? a.piece < b.piece : a.at < b.at;
  });
  auto kept = changes_.begin();
  for (auto change = changes_.begin(); change != changes_.end();) {
    Change sum = *change;
    while (++change != changes_.end() && change->piece == sum.piece && change->at == sum.at) {
      sum.rate += change->rate;
    }
    *kept++ = sum;
  }
  changes_.erase(kept, changes_.end());
  merged_ = changes_.size();
}

void VaryingLoad::append_rates(std::span<const ZoomPiece> zoom, std::span<const double> means,
                               const DemandCourse& of_class, std::vector<RatePiece>& out) {
  merge();
  std::span<const Change> left = changes_;
  for (const auto& [piece, varying] : means_) {
    std::size_t count = 0;
    while (count < left.size() && left[count].piece == piece) ++count;
    append_steps(zoom[piece], std::max(0.0, means[piece] - varying.value()), left.first(count),
                 of_class, out);
    left = left.subspan(count);
  }
}

void VaryingLoad::append_steps(const ZoomPiece& piece, double steady,
                               std::span<const Change> changes, const DemandCourse& of_class,
                               std::vector<RatePiece>& out) {
  const std::int64_t end = (piece.start + piece.length).ns();
  std::int64_t from = piece.start.ns();
  sim::CompensatedSum level;
  auto change = changes.begin();
  while (from < end) {
    for (; change != changes.end() && change->at <= from; ++change) level.add(change->rate);
    const std::int64_t to = change == changes.end() ? end : std::min(end, change->at);
    const std::size_t first = out.size();
    // Rounding may leave less than nothing of rates that went away.
    if (level.value() > 0) of_class.append({from, to, level.value()}, out);
    for (std::size_t i = first; i < out.size(); ++i) out[i].rate += steady;
    if (out.size() == first) out.push_back({from, to, steady});
    from = to;
  }
}

}  // namespace spindle::models

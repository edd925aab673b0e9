#include "models/state/directed_load.hpp"

#include <algorithm>

namespace spindle::models {

DirectedLoad::DirectedLoad(std::uint32_t drives, sim::Duration epoch)
    : epoch_(epoch), heat_(std::size_t{drives} * kEpochs, 0.0F) {}

void DirectedLoad::begin(sim::Instant start) {
  start_ = start;
  std::fill(heat_.begin(), heat_.end(), 0.0F);
  std::erase_if(carried_, [&](const Work& work) { return work.until <= start; });
  for (const Work& work : carried_) spread(work);
}

void DirectedLoad::add(std::uint32_t drive, sim::Instant from, sim::Instant until, float heat) {
  if (from < start_ || until <= from) return;
  const double times = slow_ == nullptr ? 1.0 : slow_->times_at(drive, from);
  const Work work{drive, heat * static_cast<float>(times), from, until};
  spread(work);
  const sim::Instant end = start_ + static_cast<std::int64_t>(kEpochs) * epoch_;
  if (until > end) carried_.push_back(work);
}

void DirectedLoad::spread(const Work& work) {
  const double from = std::max(0.0, (work.from - start_).to_seconds() / epoch_.to_seconds());
  const double until = std::min(static_cast<double>(kEpochs),
                                (work.until - start_).to_seconds() / epoch_.to_seconds());
  for (auto epoch = static_cast<std::size_t>(from); epoch < kEpochs; ++epoch) {
    const auto begin = static_cast<double>(epoch);
    const double share = std::min(until, begin + 1) - std::max(from, begin);
    if (share <= 0) break;
    heat_[std::size_t{work.drive} * kEpochs + epoch] += work.heat * static_cast<float>(share);
  }
}

}  // namespace spindle::models

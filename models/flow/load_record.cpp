#include "models/flow/load_record.hpp"

#include <bit>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace spindle::models {
namespace {

constexpr std::uint64_t kMostPeriods = 4096;

}  // namespace

// Sums of kMostHeat for each drive and epoch of a period stay below 2^63.
LoadRecord::LoadRecord(std::vector<std::uint32_t> nodes, std::uint32_t drives, std::size_t classes,
                       std::uint64_t epochs)
    : nodes_(std::move(nodes)),
      classes_(classes),
      per_period_(epochs / kMostPeriods + (epochs % kMostPeriods == 0 ? 0 : 1)) {
  per_period_ = std::max<std::uint64_t>(per_period_, 1);
  unit_ = std::ldexp(1.0, 57 - static_cast<int>(std::bit_width(drives)) -
                              static_cast<int>(std::bit_width(per_period_)));
  for (const std::uint32_t of_model : nodes_) {
    if (of_model == 0 || of_model > kMostNodes) {
      throw std::invalid_argument("a load record tells 1 to 512 loads of a drive model apart");
    }
  }
}

void LoadRecord::begin(std::size_t epochs) {
  window_ = epochs;
  const std::size_t open = epochs == 0 ? 0 : open_period(epochs - 1) + 1;
  slots_.resize(open * nodes_.size() * std::tuple_size_v<Slots>, 0);
  reads_.resize((ends_.size() + open) * classes_, 0.0);
  writes_.resize(reads_.size(), 0.0);
}

void LoadRecord::add_requests(std::size_t epoch, std::uint32_t tenant_class, double reads,
                              double writes) {
  const std::size_t at = (ends_.size() + open_period(epoch)) * classes_ + tenant_class;
  reads_[at] += reads;
  writes_[at] += writes;
}

void LoadRecord::close_period(std::size_t open) {
  for (std::size_t model = 0; model < nodes_.size(); ++model) {
    const std::span<const std::uint64_t> slots =
        std::span(slots_).subspan((open * nodes_.size() + model) * std::tuple_size_v<Slots>);
    for (std::uint32_t node = 0; node <= nodes_[model]; ++node) {
      if (slots[node] == 0) continue;
      shares_.push_back({static_cast<std::uint16_t>(model), static_cast<std::uint16_t>(node),
                         static_cast<double>(slots[node]) / unit_});
    }
    saturated_.push_back(slots[nodes_[model] + 1]);
  }
  ends_.push_back(shares_.size());
}

void LoadRecord::end() {
  epochs_ += window_;
  window_ = 0;
  const auto whole = static_cast<std::size_t>(epochs_ / per_period_ - ends_.size());
  for (std::size_t open = 0; open < whole; ++open) close_period(open);
  const std::size_t closed = whole * nodes_.size() * std::tuple_size_v<Slots>;
  slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(closed));
}

void LoadRecord::finish() {
  if (!slots_.empty()) close_period(0);
  slots_.clear();
}

}  // namespace spindle::models

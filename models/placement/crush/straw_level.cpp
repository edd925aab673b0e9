#include "models/placement/crush/straw_level.hpp"

#include <algorithm>

namespace spindle::models::crush {

StrawLevel::StrawLevel(std::span<const std::uint32_t> numbers, std::span<const double> weights,
                       std::span<const std::uint32_t> first_child) {
  first_group_.push_back(0);
  std::vector<std::uint32_t> children;
  for (std::size_t parent = 0; parent + 1 < first_child.size(); ++parent) {
    children.clear();
    for (std::uint32_t item = first_child[parent]; item < first_child[parent + 1]; ++item) {
      if (weights[item] > 0) children.push_back(item);
    }
    std::stable_sort(children.begin(), children.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return weights[a] > weights[b]; });
    double weight = 0;
    for (const std::uint32_t item : children) {
      if (weights[item] != weight) {
        weight = weights[item];
        groups_.push_back({static_cast<std::uint32_t>(items_.size()), 0, 1 / weight});
      }
      ++groups_.back().count;
      keys_.push_back(item_key(numbers[item]));
      items_.push_back(item);
    }
    first_group_.push_back(static_cast<std::uint32_t>(groups_.size()));
  }
  keys_.resize(keys_.size() + kStrawPadding, 0);
}

std::uint32_t StrawLevel::choose_among(std::uint32_t begin, std::uint32_t end, StrawKey key) const {
  double longest = 0;
  std::uint32_t chosen = kNoItem;
  for (std::uint32_t i = begin; i < end; ++i) {
    const Group& group = groups_[i];
    const BestStraw best = best_straw(&keys_[group.first], group.count, key);
    const double length = straw_length(best.straw, group.per_weight);
    if (chosen == kNoItem || length > longest) {
      longest = length;
      chosen = items_[group.first + best.index];
    }
  }
  return chosen;
}

}  // namespace spindle::models::crush

#pragma once
// One level of a tree: the children of each parent, and a straw among them.
//
// Children of equal weight form a group: the greatest straw of a group is its winner, and one
// logarithm a group decides between them. Racks hold one drive model, so most parents have one
// group or two. Children of weight 0 are in no group and never win.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/crush/straw_kernel.hpp"

namespace spindle::models::crush {

class StrawLevel {
 public:
  StrawLevel() = default;
  // Item i has the number numbers[i] and weights[i] >= 0; parent p has the items from
  // first_child[p] up to first_child[p + 1]. Numbers are distinct.
  StrawLevel(std::span<const std::uint32_t> numbers, std::span<const double> weights,
             std::span<const std::uint32_t> first_child);

  // The item that wins below `parent`, kNoItem where all weights are 0. Cost: one straw a child
  // and, where there are several groups, 10 ns each.
  [[nodiscard]] std::uint32_t choose(std::uint32_t parent, StrawKey key) const {
    const std::uint32_t begin = first_group_[parent];
    const std::uint32_t end = first_group_[parent + 1];
    if (begin == end) return kNoItem;
    const Group& group = groups_[begin];
    if (end - begin > 1) return choose_among(begin, end, key);
    return items_[group.first + best_straw(&keys_[group.first], group.count, key).index];
  }

 private:
  struct Group {
    std::uint32_t first = 0;  // in keys_ and items_
    std::uint32_t count = 0;
    double per_weight = 0;  // 1 / weight
  };
  [[nodiscard]] std::uint32_t choose_among(std::uint32_t begin, std::uint32_t end,
                                           StrawKey key) const;

  std::vector<std::uint32_t> first_group_;  // per parent, and the total
  std::vector<Group> groups_;
  std::vector<std::uint32_t> keys_;   // group by group, kStrawPadding more at the end
  std::vector<std::uint32_t> items_;  // beside them
};

}  // namespace spindle::models::crush

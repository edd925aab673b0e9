#pragma once
// A 4-ary heap of due ids, for the few events nearer than the time wheel's next bucket.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/aligned_array.hpp"
#include "sim/wheel_levels.hpp"

namespace spindle::sim {

inline bool tie_precedes(const TieOrder& order, std::uint32_t a, std::uint32_t b) {
  for (unsigned i = 0; i < TieOrder::kWords; ++i) {
    const std::uint64_t word_a = order.word(a, i);
    const std::uint64_t word_b = order.word(b, i);
    if (word_a != word_b) return word_a < word_b;
  }
  return a < b;
}

// The total order: by time, then as `order` says, or by id where there is none.
inline bool precedes(const Due& a, const Due& b, const TieOrder* order) {
  if (a.key != b.key) return a.key < b.key;
  return order == nullptr ? a.id < b.id : tie_precedes(*order, a.id, b.id);
}

// Cost: push and pop O(log n).
class DueHeap {
 public:
  [[nodiscard]] bool empty() const { return nodes_.size() == kRoot; }
  [[nodiscard]] std::size_t size() const { return nodes_.size() - kRoot; }
  [[nodiscard]] const Due& top() const { return nodes_[kRoot]; }

  void push(const Due& due, const TieOrder* order) {
    std::size_t i = nodes_.size();
    nodes_.push_back(due);
    while (i > kRoot) {
      const std::size_t parent = i / 4 + 2;
      if (!precedes(due, nodes_[parent], order)) break;
      nodes_[i] = nodes_[parent];
      i = parent;
    }
    nodes_[i] = due;
  }

  void pop(const TieOrder* order) {
    const Due moved = nodes_.back();
    nodes_.pop_back();
    if (!empty()) sink(moved, order);
  }

  // Empties the heap, then calls fn(due) for all there were, in no particular order: fn may push.
  template <class Fn>
  void release_each(Fn&& fn) {
    HugeVector<Due> released(kRoot);
    released.swap(nodes_);
    for (std::size_t i = kRoot; i < released.size(); ++i) fn(released[i]);
  }

  [[nodiscard]] std::span<const Due> all() const {
    return std::span<const Due>(nodes_).subspan(kRoot);
  }
  [[nodiscard]] std::size_t memory_bytes() const { return nodes_.capacity() * sizeof(Due); }

 private:
  // Nodes start at index 3, so that children 4 (i - 2) … 4 (i - 2) + 3 share a cache line.
  static constexpr std::size_t kRoot = 3;

  void sink(const Due& moved, const TieOrder* order) {
    std::size_t i = kRoot;
    const std::size_t end = nodes_.size();
    for (std::size_t first = 4; first < end; first = 4 * (i - 2)) {
      std::size_t least = first;
      const std::size_t last = std::min(first + 4, end);
      for (std::size_t child = first + 1; child < last; ++child) {
        if (precedes(nodes_[child], nodes_[least], order)) least = child;
      }
      if (!precedes(nodes_[least], moved, order)) break;
      nodes_[i] = nodes_[least];
      i = least;
    }
    nodes_[i] = moved;
  }

  HugeVector<Due> nodes_ = HugeVector<Due>(kRoot);
};

}  // namespace spindle::sim

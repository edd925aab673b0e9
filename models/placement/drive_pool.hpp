#pragma once
// The drives of one zone that a policy may choose from: the whole zone, or a tenant's own list.
//
// A pool forgets drives that were found full (drives only fill while a policy's State lives), so
// that drawing stays cheap on a nearly full fleet. Forgetting changes no probability: a full drive
// is never chosen.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/prefetch.hpp"

namespace spindle::models {

class DrivePool {
 public:
  explicit DrivePool(DriveRange range) : first_(range.first), size_(range.size()) {}
  // Precondition: in ascending order, each drive once.
  explicit DrivePool(std::vector<std::uint32_t> drives)
      : is_list_(true),
        size_(static_cast<std::uint32_t>(drives.size())),
        drives_(std::move(drives)) {}

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t operator[](std::uint32_t i) const {
    return is_list_ ? drives_[i] : first_ + i;
  }
  // Starts fetching entry i.
  void prefetch(std::uint32_t i) const {
    if (is_list_) sim::prefetch_line(&drives_[i]);
  }

  // Keeps the drives for which `has_room(drive)` holds, in order.
  template <class HasRoom>
  void keep(HasRoom has_room) {
    if (!is_list_) {
      drives_.resize(size_);
      std::iota(drives_.begin(), drives_.end(), first_);
      is_list_ = true;
    }
    const auto forgotten =
        std::erase_if(drives_, [&](std::uint32_t drive) { return !has_room(drive); });
    is_changed_ = is_changed_ || forgotten > 0;
    size_ = static_cast<std::uint32_t>(drives_.size());
  }

  // Adds drives that are not in the pool, in any order. Precondition: made from a list.
  void add(std::span<const std::uint32_t> drives) {
    drives_.insert(drives_.end(), drives.begin(), drives.end());
    std::sort(drives_.begin(), drives_.end());
    is_changed_ = true;
    size_ = static_cast<std::uint32_t>(drives_.size());
  }

  // It may hold other drives than those it was made of.
  [[nodiscard]] bool is_changed() const { return is_changed_; }

 private:
  bool is_list_ = false;
  bool is_changed_ = false;
  std::uint32_t first_ = 0;
  std::uint32_t size_ = 0;
  std::vector<std::uint32_t> drives_;
};

}  // namespace spindle::models

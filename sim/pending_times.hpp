#pragma once
// When each id of a time wheel is due: one word an id, by default in an array of their own.
//
// A model may place the word among its entity's state instead (Agenda, pending_times). An event
// then touches one random cache line, not two: with tens of millions of entities each such line is
// a miss of the cache and of the TLB.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sim/aligned_array.hpp"

namespace spindle::sim {

// Times are unsigned, in the order of the signed nanoseconds; 0 says that an id is not pending.
using TimeKey = std::uint64_t;
inline constexpr TimeKey kNotPending = 0;
inline constexpr TimeKey kEndOfTime = ~TimeKey{0};

// Words of entities in an array of theirs: that of id i lies i * stride bytes behind the first.
// Theirs to keep where they are, and the wheel's alone to read and write.
struct PlacedTimes {
  TimeKey* first = nullptr;
  std::size_t stride = sizeof(TimeKey);  // bytes
  std::size_t count = 0;
};

class PendingTimes {
 public:
  PendingTimes() = default;
  // None of them is pending.
  explicit PendingTimes(const PlacedTimes& placed)
      : base_(reinterpret_cast<std::byte*>(placed.first)),
        stride_(placed.stride),
        size_(placed.count) {
    clear();
  }
  PendingTimes(PendingTimes&&) = default;
  PendingTimes& operator=(PendingTimes&&) = default;

  [[nodiscard]] TimeKey& operator[](std::uint32_t id) {
    return *reinterpret_cast<TimeKey*>(base_ + std::size_t{id} * stride_);
  }
  [[nodiscard]] const TimeKey& operator[](std::uint32_t id) const {
    return *reinterpret_cast<const TimeKey*>(base_ + std::size_t{id} * stride_);
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  // Of an array of its own only.
  void resize(std::size_t size) {
    own_.resize(size, kNotPending);
    base_ = reinterpret_cast<std::byte*>(own_.data());
    size_ = size;
  }
  void reserve(std::size_t size) {
    own_.reserve(size);
    base_ = reinterpret_cast<std::byte*>(own_.data());
  }
  void clear() {
    for (std::size_t id = 0; id < size_; ++id)
      (*this)[static_cast<std::uint32_t>(id)] = kNotPending;
  }
  // Of words placed among entities nothing is counted: they are theirs.
  [[nodiscard]] std::size_t memory_bytes() const { return own_.capacity() * sizeof(TimeKey); }

 private:
  HugeVector<TimeKey> own_;  // where they are not placed
  std::byte* base_ = nullptr;
  std::size_t stride_ = sizeof(TimeKey);
  std::size_t size_ = 0;
};

}  // namespace spindle::sim

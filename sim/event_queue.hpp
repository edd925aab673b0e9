#pragma once
// Pending events in their total order: (time, cell, entity, source cell, source counter).
//
// An indexed 4-ary heap: cancel and reschedule move the entry itself, so nothing dead accumulates.
// The order depends on the keys alone, never on addresses or on the history of operations.
// Cost: push, pop, cancel and reschedule O(log n); top and contains O(1). At most 2^32 - 2 pending.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/aligned_array.hpp"
#include "sim/id.hpp"
#include "sim/time.hpp"

namespace spindle::sim {

struct Event {
  Instant time{};
  CellId cell{};      // whose state the event changes
  EntityId entity{};  // within the model; orders simultaneous events of one cell
  // Sequence: who scheduled it, and how many events that cell had scheduled before. Must be unique
  // among pending events.
  CellId source_cell{};
  std::uint64_t source_counter = 0;
  std::uint32_t type = 0;
  std::uint64_t payload = 0;
};

// Names one pending event; stays invalid once that event was popped or cancelled (until the same
// slot has been used 2^31 times more). A default handle names nothing.
class EventHandle {
 public:
  constexpr EventHandle() = default;
  constexpr bool operator==(const EventHandle&) const = default;

 private:
  friend class EventQueue;
  constexpr EventHandle(std::uint32_t slot, std::uint32_t generation)
      : slot_(slot), generation_(generation) {}
  std::uint32_t slot_ = 0;
  std::uint32_t generation_ = 0;
};

class EventQueue {
 public:
  // Throws std::length_error when 2^32 - 2 events are pending.
  EventHandle push(const Event& event);

  // Earliest event in the total order. Precondition: not empty.
  [[nodiscard]] Event top() const { return event_at(heap_[kRoot]); }
  [[nodiscard]] Instant next_time() const { return Instant::from_ns(heap_[kRoot].time_ns); }
  Event pop();

  [[nodiscard]] bool contains(EventHandle handle) const {
    return handle.slot_ < generations_.size() && is_live(handle.generation_) &&
           generations_[handle.slot_] == handle.generation_;
  }
  [[nodiscard]] std::optional<Event> find(EventHandle handle) const;
  // Both return false, and change nothing, where the handle names no pending event.
  bool cancel(EventHandle handle);
  // The event keeps everything but its time; the handle stays valid.
  bool reschedule(EventHandle handle, Instant time);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  void reserve(std::size_t events);
  void clear();  // all handles become invalid

 private:
  // What most comparisons need, 16 bytes: the four children of a node fill one cache line.
  struct Node {
    std::int64_t time_ns = 0;
    std::uint32_t cell = 0;
    std::uint32_t slot = 0;
  };
  struct Record {
    std::uint64_t entity = 0;
    std::uint64_t source_counter = 0;
    std::uint64_t payload = 0;
    std::uint32_t source_cell = 0;
    std::uint32_t type = 0;
  };
  // Nodes start at index 3, so that children 4 (i - 2) … 4 (i - 2) + 3 begin a cache line.
  static constexpr std::size_t kRoot = 3;
  static constexpr std::size_t parent_of(std::size_t i) { return i / 4 + 2; }
  static constexpr std::size_t first_child_of(std::size_t i) { return 4 * (i - 2); }
  static constexpr bool is_live(std::uint32_t generation) { return (generation & 1U) != 0; }

  [[nodiscard]] Event event_at(const Node& node) const;
  [[nodiscard]] bool before(const Node& a, const Node& b) const {
    if (a.time_ns != b.time_ns) return a.time_ns < b.time_ns;
    return tie_before(a, b);
  }
  [[nodiscard]] bool tie_before(const Node& a, const Node& b) const;
  [[nodiscard]] std::size_t end() const { return kRoot + size_; }

  void place(std::size_t i, const Node& node) {
    heap_[i] = node;
    positions_[node.slot] = static_cast<std::uint32_t>(i - kRoot);
  }
  void sift_up(std::size_t i, const Node& node);
  void sift_down(std::size_t i, const Node& node);
  void settle(std::size_t i, const Node& node);
  void remove(std::size_t i);
  std::uint32_t take_slot();

  std::size_t size_ = 0;
  HugeVector<Node> heap_ = HugeVector<Node>(kRoot);
  // By slot:
  HugeVector<Record> records_;
  HugeVector<std::uint32_t> positions_;    // in the heap from 0; for a free slot, the next free one
  HugeVector<std::uint32_t> generations_;  // odd while the slot is in use
  std::uint32_t first_free_ = kNoSlot;
  static constexpr std::uint32_t kNoSlot = 0xffffffffU;
};

}  // namespace spindle::sim

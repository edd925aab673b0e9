#pragma once
// Pending events in their total order: (time, cell, entity, source cell, source counter).
//
// Records of events of any kind on a time wheel (sim/time_wheel.hpp), which knows their times; a
// handle names one of them. The order depends on the keys alone, never on addresses or on the
// history of operations. Cost: push and pop O(1) to O(log n), as the wheel's; cancel and reschedule
// the same, amortised; top and contains O(1). Memory: 48 bytes a record, and the wheel's. At most
// 2^32 - 2 records, of pending events and of cancelled ones that are not swept yet: three quarters
// as many and some. After std::bad_alloc events may be missing, and the queue is only to be
// destroyed.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/aligned_array.hpp"
#include "sim/id.hpp"
#include "sim/time.hpp"
#include "sim/time_wheel.hpp"

namespace spindle::sim {

struct Event {
  Instant time{};     // any but the smallest int64
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

class EventQueue : private TieOrder {
 public:
  EventQueue() : wheel_(0, this) {}
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // Throws std::length_error where no record is left.
  EventHandle push(const Event& event);

  // Earliest event in the total order. Precondition: not empty.
  [[nodiscard]] Event top() const { return event_at(wheel_.next_id(), wheel_.next_time()); }
  [[nodiscard]] Instant next_time() const { return wheel_.next_time(); }
  Event pop();

  [[nodiscard]] bool contains(EventHandle handle) const {
    return handle.slot_ < records_.size() && is_live(handle.generation_) &&
           records_[handle.slot_].generation == handle.generation_;
  }
  [[nodiscard]] std::optional<Event> find(EventHandle handle) const;
  // Both return false, and change nothing, where the handle names no pending event.
  bool cancel(EventHandle handle);
  // The event keeps everything but its time; the handle stays valid.
  bool reschedule(EventHandle handle, Instant time);

  [[nodiscard]] std::size_t size() const { return wheel_.size(); }
  [[nodiscard]] bool empty() const { return wheel_.empty(); }
  void reserve(std::size_t events);
  void clear();  // all handles become invalid
  // All memory held, in bytes.
  [[nodiscard]] std::size_t memory_bytes() const {
    return records_.capacity() * sizeof(Record) + wheel_.memory_bytes();
  }

 private:
  struct Record {
    std::uint64_t entity = 0;
    std::uint64_t source_counter = 0;
    std::uint64_t payload = 0;
    std::uint32_t cell = 0;
    std::uint32_t source_cell = 0;
    std::uint32_t type = 0;        // of a free record: the next free one
    std::uint32_t generation = 0;  // odd while the event is pending
    // Entries that the wheel still has for it, the pending event's among them: only without any can
    // the record become another event's, because the wheel's order goes by it.
    std::uint32_t entries = 0;
  };
  static constexpr std::uint32_t kNoSlot = 0xffffffffU;
  static constexpr std::size_t kRecordsAhead = 8;
  static constexpr bool is_live(std::uint32_t generation) { return (generation & 1U) != 0; }

  [[nodiscard]] std::uint64_t word(std::uint32_t slot, unsigned index) const override;
  void forget(std::uint32_t slot) override;

  [[nodiscard]] Event event_at(std::uint32_t slot, Instant time) const;
  std::uint32_t take_slot();
  void free_slot(std::uint32_t slot) {
    records_[slot].type = first_free_;
    first_free_ = slot;
  }

  HugeVector<Record> records_;  // by slot
  std::uint32_t first_free_ = kNoSlot;
  TimeWheel wheel_;
};

}  // namespace spindle::sim

#pragma once
// The pending events of a worker's cells, in their total order: (time, cell, entity, source cell,
// source counter).
//
// What EventQueue does, for events whose state lies far apart: a record is one cache line and holds
// the event as it is, and the queue shows whose events come next, so that both can be fetched ahead
// of their use. The order depends on the keys alone. Cost: as the time wheel's
// (sim/time_wheel.hpp), inline. Memory: 64 bytes a record, and the wheel's. At most 2^32 - 1
// records, of pending events and of cancelled ones that are not swept yet: three quarters as many
// and some. After std::bad_alloc events may be missing, and the queue is only to be destroyed.

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/aligned_array.hpp"
#include "sim/event_queue.hpp"
#include "sim/time_wheel.hpp"

namespace spindle::sim {

// Names one pending event; stays invalid once that event was popped or cancelled (until the same
// slot has been used 2^31 times more). A default handle names nothing.
class CellEventHandle {
 public:
  constexpr CellEventHandle() = default;
  constexpr bool operator==(const CellEventHandle&) const = default;

 private:
  friend class CellEventQueue;
  constexpr CellEventHandle(std::uint32_t slot, std::uint32_t generation)
      : slot_(slot), generation_(generation) {}
  std::uint32_t slot_ = 0;
  std::uint32_t generation_ = 0;
};

class CellEventQueue : private TieOrder {
 public:
  CellEventQueue() : wheel_(0, this) {}
  CellEventQueue(const CellEventQueue&) = delete;
  CellEventQueue& operator=(const CellEventQueue&) = delete;

  // Throws std::length_error where no record is left.
  [[gnu::always_inline]] CellEventHandle push(const Event& event) {
    if (first_free_ == kNoSlot) add_records();
    const std::uint32_t slot = first_free_;
    Record& record = records_[slot];
    first_free_ = record.event.type;
    write(event, record.event);
    record.entries = 1;
    ++record.generation;
    wheel_.schedule(slot, event.time);
    return {slot, record.generation};
  }

  // Preconditions: not empty.
  [[nodiscard]] Instant next_time() const { return wheel_.next_time(); }
  Event pop() {
    const std::span<const std::uint64_t> upcoming = wheel_.upcoming();
    if (upcoming.size() > kRecordsAhead) {
      __builtin_prefetch(&records_[id_of(upcoming[kRecordsAhead])], 1);
    }
    const std::uint32_t slot = wheel_.next_id();
    Record& record = records_[slot];
    const Event event = record.event;
    ++record.generation;
    wheel_.pop();
    forget(slot);
    return event;
  }

  // The entity of the nth event from now, as far as the wheel's bucket shows it: events scheduled
  // at short notice come between, cancelled ones are still counted. Null where it does not show;
  // valid until the queue changes.
  [[nodiscard]] const EntityId* entity_ahead(std::size_t n) const {
    const std::span<const std::uint64_t> upcoming = wheel_.upcoming();
    if (upcoming.size() <= n) return nullptr;
    return &records_[id_of(upcoming[n])].event.entity;
  }

  // Both return false, and change nothing, where the handle names no pending event.
  bool cancel(CellEventHandle handle);
  // The event keeps everything but its time; the handle stays valid.
  bool reschedule(CellEventHandle handle, Instant time);

  [[nodiscard]] std::size_t size() const { return wheel_.size(); }
  [[nodiscard]] bool empty() const { return wheel_.empty(); }
  // All memory held, in bytes.
  [[nodiscard]] std::size_t memory_bytes() const {
    return records_.capacity() * sizeof(Record) + wheel_.memory_bytes();
  }

 private:
  struct alignas(kCacheLineBytes) Record {
    Event event;                   // of a free record, `type` is the next free one
    std::uint32_t generation = 0;  // odd while the event is pending
    // Entries that the wheel still has for it, the pending event's among them: only without any can
    // the record become another event's, because the wheel's order goes by it.
    std::uint32_t entries = 0;
  };
  static_assert(sizeof(Record) == kCacheLineBytes);
  static constexpr std::uint32_t kNoSlot = 0xffffffffU;
  // Twice the worker's distance to an entity, which is read from the record.
  static constexpr std::size_t kRecordsAhead = 24;

  // Field by field. As one copy it would read in wide pieces what its maker has just written in
  // narrow ones, and wait until that has reached the cache: some 6 ns an event.
  [[gnu::always_inline]] static void write(const Event& event, Event& to) {
    to.time = event.time;
    to.cell = event.cell;
    to.entity = event.entity;
    to.source_cell = event.source_cell;
    to.source_counter = event.source_counter;
    to.type = event.type;
    to.payload = event.payload;
  }
  [[nodiscard]] std::uint64_t word(std::uint32_t slot, unsigned index) const override;
  void forget(std::uint32_t slot) override {
    Record& record = records_[slot];
    if (--record.entries != 0 || (record.generation & 1U) != 0) return;
    record.event.type = first_free_;
    first_free_ = slot;
  }
  [[nodiscard]] bool contains(CellEventHandle handle) const {
    return handle.slot_ < records_.size() && (handle.generation_ & 1U) != 0 &&
           records_[handle.slot_].generation == handle.generation_;
  }
  void add_records();

  HugeVector<Record> records_;  // by slot
  std::uint32_t first_free_ = kNoSlot;
  TimeWheel wheel_;
};

}  // namespace spindle::sim

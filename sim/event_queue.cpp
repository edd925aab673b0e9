#include "sim/event_queue.hpp"

#include <span>
#include <stdexcept>

namespace spindle::sim {

std::uint64_t EventQueue::word(std::uint32_t slot, unsigned index) const {
  const Record& record = records_[slot];
  // (cell 32 bits, entity 64, source cell 32, source counter 64), from the left.
  switch (index) {
    case 0:
      return std::uint64_t{record.cell} << 32 | record.entity >> 32;
    case 1:
      return record.entity << 32 | record.source_cell;
    default:
      return record.source_counter;
  }
}

void EventQueue::forget(std::uint32_t slot) {
  Record& record = records_[slot];
  if (--record.entries == 0 && !is_live(record.generation)) free_slot(slot);
}

Event EventQueue::event_at(std::uint32_t slot, Instant time) const {
  const Record& record = records_[slot];
  return {.time = time,
          .cell = CellId(record.cell),
          .entity = EntityId(record.entity),
          .source_cell = CellId(record.source_cell),
          .source_counter = record.source_counter,
          .type = record.type,
          .payload = record.payload};
}

std::uint32_t EventQueue::take_slot() {
  if (first_free_ != kNoSlot) {
    const std::uint32_t slot = first_free_;
    first_free_ = records_[slot].type;
    return slot;
  }
  if (records_.size() >= kNoSlot - 1) {
    throw std::length_error(
        "event queue: 2^32 - 2 events are pending (slots are 32 bits wide) — fold periodic events "
        "into one event per epoch");
  }
  records_.emplace_back();
  wheel_.resize(records_.size());
  return static_cast<std::uint32_t>(records_.size() - 1);
}

EventHandle EventQueue::push(const Event& event) {
  const std::uint32_t slot = take_slot();
  Record& record = records_[slot];
  const std::uint32_t generation = record.generation + 1;
  record = {.entity = event.entity.value(),
            .source_counter = event.source_counter,
            .payload = event.payload,
            .cell = event.cell.value(),
            .source_cell = event.source_cell.value(),
            .type = event.type,
            .generation = generation,
            .entries = 1};
  wheel_.schedule(slot, event.time);
  return {slot, generation};
}

Event EventQueue::pop() {
  const std::span<const std::uint64_t> upcoming = wheel_.upcoming();
  if (upcoming.size() > kRecordsAhead) {
    const auto* record = &records_[id_of(upcoming[kRecordsAhead])];
    __builtin_prefetch(record, 1);
    __builtin_prefetch(&record->entries, 1);
  }
  const std::uint32_t slot = wheel_.next_id();
  const Event event = top();
  ++records_[slot].generation;
  wheel_.pop();
  forget(slot);
  return event;
}

std::optional<Event> EventQueue::find(EventHandle handle) const {
  if (!contains(handle)) return std::nullopt;
  return event_at(handle.slot_, wheel_.time_of(handle.slot_));
}

bool EventQueue::cancel(EventHandle handle) {
  if (!contains(handle)) return false;
  ++records_[handle.slot_].generation;
  return wheel_.cancel(handle.slot_);
}

bool EventQueue::reschedule(EventHandle handle, Instant time) {
  if (!contains(handle)) return false;
  ++records_[handle.slot_].entries;
  wheel_.schedule(handle.slot_, time);
  return true;
}

void EventQueue::reserve(std::size_t events) {
  records_.reserve(events);
  wheel_.reserve(events);
}

void EventQueue::clear() {
  for (Record& record : records_) {
    if (is_live(record.generation)) ++record.generation;
  }
  wheel_.clear();
}

}  // namespace spindle::sim

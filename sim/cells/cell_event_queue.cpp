#include "sim/cells/cell_event_queue.hpp"

#include <algorithm>
#include <stdexcept>

namespace spindle::sim {

std::uint64_t CellEventQueue::word(std::uint32_t slot, unsigned index) const {
  const Event& event = records_[slot].event;
  // (cell 32 bits, entity 64, source cell 32, source counter 64), from the left.
  switch (index) {
    case 0:
      return std::uint64_t{event.cell.value()} << 32 | event.entity.value() >> 32;
    case 1:
      return event.entity.value() << 32 | event.source_cell.value();
    default:
      return event.source_counter;
  }
}

bool CellEventQueue::cancel(CellEventHandle handle) {
  if (!contains(handle)) return false;
  ++records_[handle.slot_].generation;
  return wheel_.cancel(handle.slot_);
}

bool CellEventQueue::reschedule(CellEventHandle handle, Instant time) {
  if (!contains(handle)) return false;
  Record& record = records_[handle.slot_];
  ++record.entries;
  record.event.time = time;
  wheel_.schedule(handle.slot_, time);
  return true;
}

// Half as many again. Where memory runs out on the way, all records are as they were: those that
// the wheel does not know are not in use.
void CellEventQueue::add_records() {
  const std::size_t before = wheel_.ids();
  if (before == kNoSlot) {
    throw std::length_error(
        "cells: 2^32 - 1 events are pending with one worker (slots are 32 bits wide) — use more "
        "workers, or fold periodic events into one event per epoch");
  }
  const std::size_t after = std::min<std::size_t>(before + before / 2 + 64, kNoSlot);
  records_.resize(after);
  wheel_.resize(after);
  for (std::size_t slot = after; slot-- > before;) {
    records_[slot].event.type = first_free_;
    first_free_ = static_cast<std::uint32_t>(slot);
  }
}

}  // namespace spindle::sim

#include "sim/event_queue.hpp"

#include <algorithm>
#include <stdexcept>

namespace spindle::sim {

Event EventQueue::event_at(const Node& node) const {
  const Record& record = records_[node.slot];
  return {.time = Instant::from_ns(node.time_ns),
          .cell = CellId(node.cell),
          .entity = EntityId(record.entity),
          .source_cell = CellId(record.source_cell),
          .source_counter = record.source_counter,
          .type = record.type,
          .payload = record.payload};
}

bool EventQueue::tie_before(const Node& a, const Node& b) const {
  if (a.cell != b.cell) return a.cell < b.cell;
  const Record& ra = records_[a.slot];
  const Record& rb = records_[b.slot];
  if (ra.entity != rb.entity) return ra.entity < rb.entity;
  if (ra.source_cell != rb.source_cell) return ra.source_cell < rb.source_cell;
  return ra.source_counter < rb.source_counter;
}

void EventQueue::sift_up(std::size_t i, const Node& node) {
  while (i > kRoot) {
    const std::size_t parent = parent_of(i);
    if (!before(node, heap_[parent])) break;
    place(i, heap_[parent]);
    i = parent;
  }
  place(i, node);
}

void EventQueue::sift_down(std::size_t i, const Node& node) {
  const std::size_t stop = end();
  for (std::size_t first = first_child_of(i); first < stop; first = first_child_of(i)) {
    std::size_t least = first;
    const std::size_t last = std::min(first + 4, stop);
    for (std::size_t child = first + 1; child < last; ++child) {
      if (before(heap_[child], heap_[least])) least = child;
    }
    if (!before(heap_[least], node)) break;
    place(i, heap_[least]);
    i = least;
  }
  place(i, node);
}

void EventQueue::settle(std::size_t i, const Node& node) {
  if (i > kRoot && before(node, heap_[parent_of(i)])) {
    sift_up(i, node);
  } else {
    sift_down(i, node);
  }
}

// Takes the node at i out of the heap and frees its slot; the last node fills the gap.
void EventQueue::remove(std::size_t i) {
  const std::uint32_t slot = heap_[i].slot;
  const Node moved = heap_.back();
  heap_.pop_back();
  --size_;
  if (i < end()) settle(i, moved);
  ++generations_[slot];
  positions_[slot] = first_free_;
  first_free_ = slot;
}

std::uint32_t EventQueue::take_slot() {
  if (first_free_ != kNoSlot) {
    const std::uint32_t slot = first_free_;
    first_free_ = positions_[slot];
    return slot;
  }
  if (records_.size() >= kNoSlot - 1) {
    throw std::length_error(
        "event queue: 2^32 - 2 events are pending (slots are 32 bits wide) — fold periodic events "
        "into one event per epoch");
  }
  records_.emplace_back();
  positions_.push_back(0);
  generations_.push_back(0);
  return static_cast<std::uint32_t>(records_.size() - 1);
}

EventHandle EventQueue::push(const Event& event) {
  const std::uint32_t slot = take_slot();
  records_[slot] = {.entity = event.entity.value(),
                    .source_counter = event.source_counter,
                    .payload = event.payload,
                    .source_cell = event.source_cell.value(),
                    .type = event.type};
  const std::uint32_t generation = ++generations_[slot];
  const Node node = {event.time.ns(), event.cell.value(), slot};
  heap_.push_back(node);
  ++size_;
  sift_up(end() - 1, node);
  return {slot, generation};
}

Event EventQueue::pop() {
  const Event event = top();
  remove(kRoot);
  return event;
}

std::optional<Event> EventQueue::find(EventHandle handle) const {
  if (!contains(handle)) return std::nullopt;
  return event_at(heap_[kRoot + positions_[handle.slot_]]);
}

bool EventQueue::cancel(EventHandle handle) {
  if (!contains(handle)) return false;
  remove(kRoot + positions_[handle.slot_]);
  return true;
}

bool EventQueue::reschedule(EventHandle handle, Instant time) {
  if (!contains(handle)) return false;
  const std::size_t i = kRoot + positions_[handle.slot_];
  Node node = heap_[i];
  node.time_ns = time.ns();
  settle(i, node);
  return true;
}

void EventQueue::reserve(std::size_t events) {
  heap_.reserve(kRoot + events);
  records_.reserve(events);
  positions_.reserve(events);
  generations_.reserve(events);
}

void EventQueue::clear() {
  while (!empty()) remove(end() - 1);
}

}  // namespace spindle::sim

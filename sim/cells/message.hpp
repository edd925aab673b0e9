#pragma once
// An event on its way to another worker: the same 48 bytes in memory and on the wire, no padding.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "sim/event_queue.hpp"
#include "sim/prefetch.hpp"

namespace spindle::sim {

struct Message {
  std::int64_t time_ns = 0;
  std::uint64_t entity = 0;
  std::uint64_t source_counter = 0;
  std::uint64_t payload = 0;
  std::uint32_t cell = 0;
  std::uint32_t source_cell = 0;
  std::uint32_t type = 0;
  std::uint32_t unused = 0;

  Message() = default;
  explicit Message(const Event& event)
      : time_ns(event.time.ns()),
        entity(event.entity.value()),
        source_counter(event.source_counter),
        payload(event.payload),
        cell(event.cell.value()),
        source_cell(event.source_cell.value()),
        type(event.type) {}
  [[nodiscard]] Event event() const {
    return {.time = Instant::from_ns(time_ns),
            .cell = CellId(cell),
            .entity = EntityId(entity),
            .source_cell = CellId(source_cell),
            .source_counter = source_counter,
            .type = type,
            .payload = payload};
  }
};
static_assert(sizeof(Message) == 48 && std::is_trivially_copyable_v<Message> &&
              std::has_unique_object_representations_v<Message>);

// Calls visit(event) for each of the messages that the bytes hold. They lie in another core's
// cache, from where a line takes some 100 ns: several are fetched at a time.
template <class Visitor>
void for_each_message(std::span<const std::byte> bytes, const Visitor& visit) {
  constexpr std::size_t kAhead = 8 * sizeof(Message);
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Message)) {
    if (at + kAhead < bytes.size()) prefetch_line_nearby(bytes.data() + at + kAhead);
    Message message;
    std::memcpy(&message, bytes.data() + at, sizeof(message));
    visit(message.event());
  }
}

}  // namespace spindle::sim

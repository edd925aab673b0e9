#pragma once
// What the engine keeps of a cell, and how a value a cell comes together from all workers.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "sim/cells/cell_digest.hpp"
#include "sim/cells/outbox.hpp"
#include "sim/cells/transport.hpp"

namespace spindle::sim {

struct CellRecord {
  CellDigest digest;
  std::uint64_t executed = 0;
  std::uint64_t next_counter = 0;  // of the events that the cell has scheduled
};

// All workers call it at the same time, each with value_of(0) ... value_of(count - 1) of its own
// cells. `all`, of every cell, is filled in cell order; nullptr where nobody reads it. T is plain
// data, sent as its bytes. Throws what the transport throws.
template <class T, class ValueOf>
void gather_cells(Outbox& outbox, Transport& transport, std::size_t count, const ValueOf& value_of,
                  std::vector<T>* all) {
  std::vector<std::byte> mine(count * sizeof(T));
  for (std::size_t c = 0; c < count; ++c) {
    const T value = value_of(c);
    std::memcpy(mine.data() + c * sizeof(T), &value, sizeof(T));
  }
  const std::span<const Parcel> parcels = outbox.exchange(transport, mine);
  if (all == nullptr) return;
  std::size_t cell = 0;
  for (const Parcel& parcel : parcels) {
    std::memcpy(all->data() + cell, parcel.common.data(), parcel.common.size());
    cell += parcel.common.size() / sizeof(T);
  }
}

}  // namespace spindle::sim

#pragma once
// What all peers share: increments drawn beforehand, so that only their kernels are timed, and the
// state that a handler touches.

#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/random_batch.hpp"

namespace spindle::peers {

// 65,536 exponential increments of mean 1, in order and over again.
class Increments {
 public:
  Increments() : table_(std::size_t{1} << 16) {
    sim::RandomBatch(sim::Seed{1}, 0, sim::Purpose{1}).exponentials(0, 0, table_);
  }
  double next() { return table_[next_++ % table_.size()]; }

 private:
  std::vector<double> table_;
  std::size_t next_ = 0;
};

struct alignas(64) Entity {
  std::uint64_t events = 0;
};

// Bytes that malloc has handed out and not got back.
inline double allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

}  // namespace spindle::peers

#pragma once
// A barrier for threads that meet every few hundred microseconds: it spins, then yields, then
// sleeps, so that it is quick where every thread has a core and harmless where it has not.
//
// Cost: about a microsecond where all threads run.

#include <atomic>
#include <cstdint>

#include "sim/aligned_array.hpp"

namespace spindle::sim {

class SpinBarrier {
 public:
  explicit SpinBarrier(unsigned parties);

  // Returns when all parties have called it as many times as this one. What each did before its
  // call happens before what any does after.
  void arrive_and_wait();

 private:
  void wait_while(std::uint32_t generation) const;

  std::uint32_t parties_;
  unsigned spins_;
  // Apart, so that arrivals do not take the line away from those who spin.
  alignas(kCacheLineBytes) std::atomic<std::uint32_t> arrived_{0};
  alignas(kCacheLineBytes) std::atomic<std::uint32_t> generation_{0};
};

}  // namespace spindle::sim

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

  // Returns true when all parties have called it as many times as this one; what each did before
  // its call happens before what any does after. False once a party has left.
  [[nodiscard]] bool arrive_and_wait();
  // By a party that will not come again, so that nobody waits for it: all calls that have not
  // returned yet, and all later ones, give false.
  void leave() noexcept;

 private:
  void wait_while(std::uint32_t generation) const;
  [[nodiscard]] bool is_left() const { return left_.load(std::memory_order_acquire); }

  std::uint32_t parties_;
  unsigned spins_;
  // Apart, so that arrivals do not take the line away from those who spin.
  alignas(kCacheLineBytes) std::atomic<std::uint32_t> arrived_{0};
  alignas(kCacheLineBytes) std::atomic<std::uint32_t> generation_{0};
  std::atomic<bool> left_{false};
};

}  // namespace spindle::sim

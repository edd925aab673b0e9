#include "sim/cells/spin_barrier.hpp"

#include <thread>

namespace spindle::sim {
namespace {

constexpr unsigned kSpins = 5'000;  // some 100 us: longer than the usual unevenness of two windows
constexpr unsigned kYields = 32;    // a thread that waits for its turn on a core gets it meanwhile

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

// Where there are more threads than cores, spinning only keeps the awaited ones from running.
SpinBarrier::SpinBarrier(unsigned parties)
    : parties_(parties), spins_(parties <= std::thread::hardware_concurrency() ? kSpins : 0) {}

// The generation is only ever added to: who reads it sees whatever came before any of the
// additions, that somebody has left among them, and waits for a number that has not yet been.
bool SpinBarrier::arrive_and_wait() {
  const std::uint32_t generation = generation_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == parties_) {
    arrived_.store(0, std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_acq_rel);
    generation_.notify_all();
  } else {
    wait_while(generation);
  }
  return !is_left();
}

void SpinBarrier::leave() noexcept {
  left_.store(true, std::memory_order_release);
  generation_.fetch_add(1, std::memory_order_acq_rel);
  generation_.notify_all();
}

void SpinBarrier::wait_while(std::uint32_t generation) const {
  const auto passed = [&] {
    return generation_.load(std::memory_order_acquire) != generation || is_left();
  };
  for (unsigned i = 0; i < spins_; ++i) {
    if (passed()) return;
    pause();
  }
  for (unsigned i = 0; i < kYields; ++i) {
    if (passed()) return;
    std::this_thread::yield();
  }
  generation_.wait(generation, std::memory_order_acquire);
}

}  // namespace spindle::sim

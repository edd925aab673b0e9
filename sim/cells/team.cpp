#include "sim/cells/team.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace spindle::sim {
namespace {

enum Start : int { kWait, kGo, kGiveUp };

}  // namespace

void run_together(unsigned count, const std::function<void(unsigned)>& part) {
  std::atomic<int> start{kWait};
  const auto give = [&start](Start order) {
    start.store(order, std::memory_order_release);
    start.notify_all();
  };
  std::vector<std::jthread> threads;  // joined when they go out of scope, after the order is given
  threads.reserve(count - 1);
  try {
    for (unsigned i = 1; i < count; ++i) {
      threads.emplace_back([&start, &part, i] {
        start.wait(kWait, std::memory_order_acquire);
        if (start.load(std::memory_order_acquire) == kGo) part(i);
      });
    }
  } catch (...) {
    give(kGiveUp);
    throw;
  }
  give(kGo);
  part(0);
}

}  // namespace spindle::sim

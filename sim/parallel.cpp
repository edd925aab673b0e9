#include "sim/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace spindle::sim {
namespace {

class Work {
 public:
  Work(std::size_t count, const std::function<void(std::size_t)>& fn) : count_(count), fn_(fn) {}

  // Items are claimed in index order: when one throws, every lower one has been claimed and will
  // be finished, so the lowest index that throws does not depend on the schedule.
  void run() {
    while (!failed_.load(std::memory_order_relaxed)) {
      const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
      if (index >= count_) return;
      try {
        fn_(index);
      } catch (...) {
        record(index);
      }
    }
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void record(std::size_t index) {
    const std::scoped_lock lock(mutex_);
    if (!error_ || index < error_index_) {
      error_ = std::current_exception();
      error_index_ = index;
    }
    failed_.store(true, std::memory_order_relaxed);
  }

  std::size_t count_;
  const std::function<void(std::size_t)>& fn_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::size_t error_index_ = 0;
  std::exception_ptr error_;
};

}  // namespace

void for_each_index(unsigned threads, std::size_t count,
                    const std::function<void(std::size_t)>& fn) {
  if (threads <= 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) fn(i);
    return;
  }
  Work work(count, fn);
  {
    const std::size_t helpers = std::min<std::size_t>(threads, count) - 1;
    std::vector<std::jthread> pool;
    pool.reserve(helpers);
    try {
      while (pool.size() < helpers) pool.emplace_back([&work] { work.run(); });
    } catch (const std::system_error&) {
      // No more threads to be had: the ones started, and this one, do all items.
    }
    work.run();
  }
  work.rethrow();
}

}  // namespace spindle::sim

#pragma once
// Threads that do orders one by one, for a thread that has more to do than to wait for them.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace spindle::app {

class JobPool {
 public:
  // Does an order; ends it early, and says so, where `stopped` becomes true.
  using Perform =
      std::function<std::string(const std::string& order, const std::atomic<bool>& stopped)>;
  struct Answer {
    std::uint64_t item = 0;
    std::string text;
  };

  // `perform` is called on `jobs` threads at once; fewer where the system refuses them.
  // Throws std::system_error where it refuses all.
  JobPool(unsigned jobs, Perform perform);
  // Stops what is in hand; orders that nobody has begun are dropped.
  ~JobPool();
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  [[nodiscard]] unsigned jobs() const { return static_cast<unsigned>(threads_.size()); }
  void give(std::uint64_t item, std::string order);
  // What is in hand, and all orders to come, are to end early.
  void stop() { stopped_ = true; }
  // What has ended since the last call; waits up to `patience` for the first. Rethrows what
  // `perform` threw.
  std::vector<Answer> collect(std::chrono::microseconds patience);

 private:
  struct Order {
    std::uint64_t item = 0;
    std::string text;
  };
  void work();

  Perform perform_;
  std::mutex mutex_;
  std::condition_variable ordered_;
  std::condition_variable answered_;
  std::deque<Order> orders_;
  std::vector<Answer> answers_;
  std::exception_ptr error_;
  bool closed_ = false;
  std::atomic<bool> stopped_ = false;
  std::vector<std::jthread> threads_;  // last: they use the rest
};

}  // namespace spindle::app

#include "app/sweep/job_pool.hpp"

#include <system_error>
#include <utility>

namespace spindle::app {

JobPool::JobPool(unsigned jobs, Perform perform) : perform_(std::move(perform)) {
  threads_.reserve(jobs);
  try {
    while (threads_.size() < jobs) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;
  }
}

JobPool::~JobPool() {
  stop();
  const std::lock_guard lock(mutex_);
  closed_ = true;
  ordered_.notify_all();
}

void JobPool::give(std::uint64_t item, std::string order) {
  const std::lock_guard lock(mutex_);
  orders_.push_back({item, std::move(order)});
  ordered_.notify_one();
}

std::vector<JobPool::Answer> JobPool::collect(std::chrono::microseconds patience) {
  std::unique_lock lock(mutex_);
  if (patience.count() > 0) {
    answered_.wait_for(lock, patience, [&] { return !answers_.empty() || error_; });
  }
  if (error_) std::rethrow_exception(error_);
  return std::exchange(answers_, {});
}

void JobPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ordered_.wait(lock, [&] { return closed_ || !orders_.empty(); });
    if (closed_) return;
    const Order order = std::move(orders_.front());
    orders_.pop_front();
    lock.unlock();
    std::exception_ptr error;
    std::string text;
    try {
      text = perform_(order.text, stopped_);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error) {
      error_ = error;
    } else {
      answers_.push_back({order.item, std::move(text)});
    }
    answered_.notify_one();
  }
}

}  // namespace spindle::app

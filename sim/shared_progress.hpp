#pragma once
// The progress of work that several threads do, told one call at a time.

#include <functional>
#include <mutex>

namespace spindle::sim {

class SharedProgress {
 public:
  // `tell`, which may be empty and must outlive it, gets the share done of so many steps; once it
  // returns false the work is to end.
  SharedProgress(const std::function<bool(double)>& tell, double steps)
      : tell_(tell), steps_(steps) {}

  // One step more is done; false: stop.
  bool step() { return advance(1); }
  // Asked in the middle of a long step.
  bool goes_on() { return advance(0); }

 private:
  bool advance(double steps) {
    if (!tell_) return true;
    const std::scoped_lock lock(mutex_);
    done_ += steps;
    if (goes_on_) goes_on_ = tell_(done_ / steps_);
    return goes_on_;
  }

  const std::function<bool(double)>& tell_;
  double steps_;
  std::mutex mutex_;
  double done_ = 0;
  bool goes_on_ = true;
};

}  // namespace spindle::sim

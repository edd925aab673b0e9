#pragma once
// Runs parts that wait for each other, each on a thread of its own.

#include <functional>

namespace spindle::sim {

// Calls part(0) … part(count - 1) at the same time, part(0) on the calling thread, and returns when
// all have returned. `part` must not throw. Throws std::system_error where the system refuses a
// thread; then no part has begun. Precondition: count >= 1.
void run_together(unsigned count, const std::function<void(unsigned)>& part);

}  // namespace spindle::sim

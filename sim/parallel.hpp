#pragma once
// Runs independent work items on several threads.
//
// Results must be owned by index (item i writes only what belongs to i), so that they are the same
// for any number of threads and any schedule; combine them afterwards, in index order.

#include <cstddef>
#include <functional>

namespace spindle::sim {

// Calls fn(0) … fn(count - 1), each once, in any order, on up to `threads` threads, the calling one
// among them; 0 and 1 run inline, in order. Returns when all have ended. Where items throw, the
// exception of the lowest index that throws is rethrown (whatever the thread count) and items not
// begun by then are skipped. Where the system refuses threads, those that there are do the work.
void for_each_index(unsigned threads, std::size_t count,
                    const std::function<void(std::size_t)>& fn);

}  // namespace spindle::sim

#pragma once
// Progress of a step of a run.

#include <functional>
#include <utility>

namespace spindle::app {

// For a step that takes the run from one share done to another; true where nobody listens.
inline std::function<bool(double)> part_of_progress(std::function<bool(double)> progress,
                                                    double from, double to) {
  return [progress = std::move(progress), from, to](double share) {
    return !progress || progress(from + (to - from) * share);
  };
}

}  // namespace spindle::app

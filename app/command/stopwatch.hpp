#pragma once
// Wall and processor time of a stretch of work, for the manifest only.

#include <chrono>
#include <ctime>

#include "app/report/result_files.hpp"

namespace spindle::app {

class Stopwatch {
 public:
  [[nodiscard]] RunCost elapsed() const {
    const auto wall = std::chrono::steady_clock::now() - wall_;
    return {std::chrono::duration<double>(wall).count(),
            static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC};
  }

 private:
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  std::clock_t cpu_ = std::clock();
};

}  // namespace spindle::app

#pragma once
// Progress of long work on stderr: a bar with the time left on a terminal, a line per 10 %
// elsewhere. Safe to call from several threads.

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

namespace spindle::app {

enum class ProgressStyle { kAuto, kBar, kLines, kNone };
// Of --progress (auto, bar, lines, none) and --quiet, which wins.
ProgressStyle progress_style(const std::string& word, bool quiet);

// "12 s left" of work of which `share` is done after that time; empty where that is too little to
// tell, or all.
std::string time_left_text(double elapsed_s, double share);

class Progress {
 public:
  Progress(ProgressStyle style, std::string label, std::size_t tasks);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `share` in [0, 1] of task `task` is done; the whole is the mean over tasks.
  void update(std::size_t task, double share);

 private:
  void draw(double share);

  ProgressStyle style_;
  std::string label_;
  std::chrono::steady_clock::time_point start_;
  std::mutex mutex_;
  std::vector<double> share_;
  double done_ = 0;  // sum of the shares
  std::chrono::steady_clock::time_point last_draw_;
  int last_tenth_ = 0;
  bool drawn_ = false;
};

}  // namespace spindle::app

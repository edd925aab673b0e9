#include "app/console/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app/console/streams.hpp"

namespace spindle::app {
namespace {

constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr int kBarWidth = 30;
constexpr double kTellingShare = 0.02;

ProgressStyle resolve(ProgressStyle style) {
  if (style != ProgressStyle::kAuto) return style;
  return isatty(STDERR_FILENO) != 0 ? ProgressStyle::kBar : ProgressStyle::kLines;
}

std::string seconds_text(double s) {
  if (s < 1) return "under 1 s";
  return s < 100 ? fmt::format("{:.0f} s", s) : fmt::format("{:.0f} min", s / 60);
}

}  // namespace

ProgressStyle progress_style(const std::string& word, bool quiet) {
  if (quiet || word == "none") return ProgressStyle::kNone;
  if (word == "bar") return ProgressStyle::kBar;
  return word == "lines" ? ProgressStyle::kLines : ProgressStyle::kAuto;
}

std::string time_left_text(double elapsed_s, double share) {
  if (share <= kTellingShare || share >= 1) return {};
  return seconds_text(elapsed_s * (1 - share) / share) + " left";
}

Progress::Progress(ProgressStyle style, std::string label, std::size_t tasks)
    : style_(resolve(style)),
      label_(std::move(label)),
      start_(std::chrono::steady_clock::now()),
      share_(tasks, 0.0),
      last_draw_(start_ - kRedrawEvery) {}

Progress::~Progress() {
  if (drawn_ && style_ == ProgressStyle::kBar) print_message("\r\033[K");
}

void Progress::update(std::size_t task, double share) {
  if (style_ == ProgressStyle::kNone) return;
  const std::lock_guard lock(mutex_);
  done_ += share - share_[task];
  share_[task] = share;
  draw(std::clamp(done_ / static_cast<double>(share_.size()), 0.0, 1.0));
}

void Progress::draw(double share) {
  const auto now = std::chrono::steady_clock::now();
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const std::string left = time_left_text(elapsed, share);
  if (style_ == ProgressStyle::kBar) {
    if (now - last_draw_ < kRedrawEvery) return;
    last_draw_ = now;
    const int full = static_cast<int>(share * kBarWidth);
    print_message("\r{} [{:=<{}}{:{}}] {:3.0f} %  {}\033[K", label_, "", full, "", kBarWidth - full,
                  100 * share, left);
    std::fflush(stderr);
    drawn_ = true;
  } else {
    const int tenth = static_cast<int>(share * 10);
    if (tenth <= last_tenth_) return;
    last_tenth_ = tenth;
    print_message("{}: {} %{}{}\n", label_, 10 * tenth, left.empty() ? "" : ", ", left);
  }
}

}  // namespace spindle::app

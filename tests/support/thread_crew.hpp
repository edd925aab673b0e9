#pragma once
// A crew whose ranks are threads of one process.

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/sweep/crew.hpp"

namespace spindle::test {

class Mailboxes {
 public:
  explicit Mailboxes(unsigned size) : boxes_(size) {}
  [[nodiscard]] unsigned size() const { return static_cast<unsigned>(boxes_.size()); }
  void put(unsigned to, app::CrewMessage message) {
    const std::lock_guard lock(mutex_);
    if (message.tag == app::CrewTag::kFailed) failed_ = true;
    boxes_[to].push_back(std::move(message));
  }
  std::optional<app::CrewMessage> take(unsigned of) {
    const std::lock_guard lock(mutex_);
    if (boxes_[of].empty()) return std::nullopt;
    app::CrewMessage message = std::move(boxes_[of].front());
    boxes_[of].pop_front();
    return message;
  }

  // Whether a rank has said that it failed.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::mutex mutex_;
  std::atomic<bool> failed_ = false;
  std::vector<std::deque<app::CrewMessage>> boxes_;
};

class ThreadCrew : public app::Crew {
 public:
  ThreadCrew(Mailboxes& boxes, unsigned rank) : boxes_(boxes), rank_(rank) {}
  [[nodiscard]] unsigned rank() const override { return rank_; }
  [[nodiscard]] unsigned size() const override { return boxes_.size(); }
  [[nodiscard]] unsigned neighbours() const override { return boxes_.size(); }
  [[nodiscard]] unsigned place() const override { return rank_; }
  [[nodiscard]] unsigned cores() const override { return 1; }
  void send(unsigned to, app::CrewTag tag, std::uint64_t item, std::string_view text) override {
    boxes_.put(to, {rank_, tag, item, std::string(text)});
  }
  std::optional<app::CrewMessage> poll() override { return boxes_.take(rank_); }

 private:
  Mailboxes& boxes_;
  unsigned rank_;
};

}  // namespace spindle::test

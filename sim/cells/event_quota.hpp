#pragma once
// How many events each cell may still run where their number is limited.
//
// Within a window workers know nothing of each other, so what they stop at must not depend on how
// cells are dealt to them: it is the count of a cell alone.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace spindle::sim {

class EventQuota {
 public:
  // At the start of a window: no cell may run more than `left` events in it. Records have
  // `executed`, by cell. Cost: a copy of a number a cell, none without a limit.
  template <class Records>
  void begin_window(std::uint64_t left, const Records& records) {
    left_ = left;
    before_.clear();
    if (!is_limited()) return;
    for (const auto& record : records) before_.push_back(record.executed);
  }
  [[nodiscard]] bool is_limited() const { return left_ < kUnlimited; }
  // Fewer events than this in all cells together cannot use up that of one.
  [[nodiscard]] std::uint64_t left() const { return left_; }
  // Precondition: is_limited().
  [[nodiscard]] bool is_used_up(std::size_t cell, std::uint64_t executed) const {
    return executed - before_[cell] >= left_;
  }

 private:
  // Half of the range: more events than any run has, whatever it has run before.
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max() / 2;
  std::uint64_t left_ = 0;
  std::vector<std::uint64_t> before_;
};

}  // namespace spindle::sim

#pragma once
// Who was accessed how often, when first and when last: exact up to a number of objects, then of a
// random part of them.
//
// Past the bound the table keeps only objects whose number, scattered, lies in half of the range
// that it kept before, and so on: every kept object is known in full, and stands for as many as the
// sample rate says (spatial sampling with a falling rate: SHARDS, Waldspurger et al., FAST 2015).

#include <cstdint>
#include <vector>

namespace spindle::models {

class AccessTable {
 public:
  // Memory: up to 24 bytes an object over a fill of 3/8 to 3/4, and as much again while it grows.
  // Precondition: most_objects > 0.
  explicit AccessTable(std::size_t most_objects);

  struct Access {
    std::uint64_t weight = 0;  // accesses that this one stands for; 0: the object is not kept
    bool is_first = false;
    std::int64_t since_first_ns = 0;  // in steps of 4,096 ns
    std::int64_t since_last_ns = 0;
  };
  // Equal numbers are the same object. 0 <= time_ns < 1.15e18, and times must not fall.
  Access touch(std::uint64_t object, std::int64_t time_ns);

  [[nodiscard]] std::uint64_t kept() const { return kept_; }
  [[nodiscard]] std::uint64_t weight() const { return std::uint64_t{1} << halvings_; }
  // Accesses of every object kept, most first.
  [[nodiscard]] std::vector<std::uint32_t> counts() const;

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t first_low = 0;
    std::uint32_t last_low = 0;
    std::uint16_t first_high = 0;
    std::uint16_t last_high = 0;
    std::uint32_t count = 0;  // 0: the slot is free
  };
  static_assert(sizeof(Slot) == 24);

  [[nodiscard]] bool is_kept(std::uint64_t key) const {
    return halvings_ == 0 || key >> (64U - halvings_) == 0;
  }
  [[nodiscard]] Slot& slot_of(std::vector<Slot>& slots, std::uint64_t key) const;
  void move_to(std::size_t size);

  std::size_t most_;
  std::uint64_t kept_ = 0;
  unsigned halvings_ = 0;
  std::vector<Slot> slots_;
};

// Slope alpha of count ~ rank^-alpha: least squares of log count on log rank, over ranks that grow
// by a fifth, as far as objects have 10 accesses or more. NaN for fewer than 8 such ranks. Counts
// must not rise.
double zipf_slope(const std::vector<std::uint32_t>& counts);

// Which share of the accesses goes to the first `share` of the objects (rounded up). NaN for none.
double top_share(const std::vector<std::uint32_t>& counts, double share);

}  // namespace spindle::models

#pragma once
// A streaming 64-bit digest (XXH3) of what a run did: equal runs have equal digests on every
// machine. A checksum against accidental difference, not against forgery.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace spindle::sim {

class Digest {
 public:
  Digest();

  // Integers enter as 64 bits, sign-extended: add(-1) is the same whatever its width.
  template <std::integral Integer>
  void add(Integer value) {
    add_word(static_cast<std::uint64_t>(value));
  }
  // The same as adding one after the other: what the engine does for every event.
  void add(std::int64_t a, std::uint64_t b, std::uint64_t c) {
    if (pending_count_ + 3 > pending_.size()) flush();
    pending_[pending_count_] = static_cast<std::uint64_t>(a);
    pending_[pending_count_ + 1] = b;
    pending_[pending_count_ + 2] = c;
    pending_count_ += 3;
    if (pending_count_ == pending_.size()) flush();
  }
  // -0 enters as 0 and every NaN as one NaN: equal values, equal digests.
  void add(double value) {
    if (value == 0) value = 0;
    add_word(value == value ? std::bit_cast<std::uint64_t>(value) : kCanonicalNaN);
  }
  // Length, then bytes: ("ab", "c") differs from ("a", "bc").
  void add(std::string_view text);

  [[nodiscard]] std::uint64_t value() const;  // of everything added so far; adding may go on
  [[nodiscard]] std::string hex() const;      // value() as 16 lower-case digits

 private:
  static constexpr std::uint64_t kCanonicalNaN = 0x7ff8000000000000U;
  static constexpr std::size_t kStateBytes = 576;
  static constexpr std::size_t kStateAlignment = 64;

  void add_word(std::uint64_t word) {
    pending_[pending_count_++] = word;
    if (pending_count_ == pending_.size()) flush();
  }
  void flush();

  alignas(kStateAlignment) std::array<std::byte, kStateBytes> state_;  // an XXH3_state_t
  std::array<std::uint64_t, 192> pending_{};  // fewer make for slow, short updates
  std::size_t pending_count_ = 0;
};

}  // namespace spindle::sim

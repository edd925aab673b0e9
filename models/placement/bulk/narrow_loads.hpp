#pragma once
// Shards on each drive, in as few bytes as their spread allows.
//
// A load is base + entry, where entries have 8 bits, later 16 or 32. Before an entry would wrap the
// least of all is taken off the entries and put on the base, and where that gains too little,
// entries are widened: exact, whatever the loads. Two choices stay within some 15 shards of each
// other for ever, so 2e7 drives take 20 MB: fewer misses of the cache than in 80.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <variant>

#include "sim/aligned_array.hpp"

namespace spindle::models {

class NarrowLoads {
 public:
  explicit NarrowLoads(std::size_t drives) : entries_(Entries<std::uint8_t>(drives)) {}

  // Calls f with the span of entries; their type is uint8_t, uint16_t or uint32_t.
  template <class F>
  decltype(auto) visit(F&& f) {
    return std::visit([&](auto& entries) { return f(std::span(entries)); }, entries_);
  }
  template <class F>
  decltype(auto) visit(F&& f) const {
    return std::visit([&](const auto& entries) { return f(std::span(entries)); }, entries_);
  }
  [[nodiscard]] std::uint64_t base() const { return base_; }
  [[nodiscard]] std::uint64_t entry(std::size_t drive) const {
    return visit([&](auto entries) { return std::uint64_t{entries[drive]}; });
  }
  // An entry has reached its type's maximum: afterwards none has. Throws std::overflow_error where
  // loads differ by more than 3 * 2^30.
  void make_room();

 private:
  template <class Entry>
  using Entries = sim::HugeVector<Entry>;
  std::variant<Entries<std::uint8_t>, Entries<std::uint16_t>, Entries<std::uint32_t>> entries_;
  std::uint64_t base_ = 0;
};

}  // namespace spindle::models

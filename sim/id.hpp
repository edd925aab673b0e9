#pragma once
// Opaque ids: an Id<Tag> is an index that cannot be mistaken for another kind's index.

#include <compare>
#include <cstdint>

namespace spindle::sim {

template <class Tag, class Value = std::uint32_t>
class Id {
 public:
  using value_type = Value;
  constexpr Id() = default;
  constexpr explicit Id(Value value) : value_(value) {}
  [[nodiscard]] constexpr Value value() const { return value_; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  Value value_ = 0;
};

using CellId = Id<struct CellTag>;
using EntityId = Id<struct EntityTag, std::uint64_t>;

// Of models whose entities may all meet at any time.
inline constexpr CellId kOnlyCell{0};

}  // namespace spindle::sim

#include "models/placement/bulk/narrow_loads.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

namespace spindle::models {
namespace {

template <class Wide, class Narrow>
sim::HugeVector<Wide> widened(const sim::HugeVector<Narrow>& entries) {
  return sim::HugeVector<Wide>(entries.begin(), entries.end());
}

}  // namespace

void NarrowLoads::make_room() {
  const auto lower = [this](auto& entries) {
    using Entry = typename std::decay_t<decltype(entries)>::value_type;
    const Entry least = *std::min_element(entries.begin(), entries.end());
    // Less would soon be used up: a sweep over all drives must be rare.
    if (least < std::numeric_limits<Entry>::max() / 4) return false;
    for (Entry& entry : entries) entry = static_cast<Entry>(entry - least);
    base_ += least;
    return true;
  };
  if (std::visit(lower, entries_)) return;
  if (auto* bytes = std::get_if<Entries<std::uint8_t>>(&entries_)) {
    entries_ = widened<std::uint16_t>(*bytes);
  } else if (auto* words = std::get_if<Entries<std::uint16_t>>(&entries_)) {
    entries_ = widened<std::uint32_t>(*words);
  } else {
    throw std::overflow_error(
        "bulk placement: the fullest drive holds 3e9 shards more than the emptiest (32 bits end "
        "there) — place fewer shards a drive");
  }
}

}  // namespace spindle::models

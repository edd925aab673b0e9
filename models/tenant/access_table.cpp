#include "models/tenant/access_table.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "models/tenant/trace_record.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

constexpr std::size_t kFirstSlots = std::size_t{1} << 12;
constexpr unsigned kTickBits = 12;  // of nanoseconds: 48 bits of ticks are 36 years

}  // namespace

AccessTable::AccessTable(std::size_t most_objects) : most_(most_objects), slots_(kFirstSlots) {}

// Where the key is, or would be: linear probing from its low bits (the high ones choose the
// sample).
AccessTable::Slot& AccessTable::slot_of(std::vector<Slot>& slots, std::uint64_t key) const {
  const std::size_t mask = slots.size() - 1;
  std::size_t at = key & mask;
  while (slots[at].count != 0 && slots[at].key != key) at = (at + 1) & mask;
  return slots[at];
}

void AccessTable::move_to(std::size_t size) {
  std::vector<Slot> slots(size);
  kept_ = 0;
  for (const Slot& slot : slots_) {
    if (slot.count == 0 || !is_kept(slot.key)) continue;
    slot_of(slots, slot.key) = slot;
    ++kept_;
  }
  slots_ = std::move(slots);
}

AccessTable::Access AccessTable::touch(std::uint64_t object, std::int64_t time_ns) {
  const std::uint64_t key = scattered(object);
  if (!is_kept(key)) return {};
  const std::uint64_t now = static_cast<std::uint64_t>(time_ns) >> kTickBits;
  Slot* slot = &slot_of(slots_, key);
  Access access{.weight = weight()};
  if (slot->count == 0) {
    if (kept_ >= most_) {
      while (kept_ >= most_) {
        ++halvings_;
        move_to(slots_.size());
      }
      if (!is_kept(key)) return {};
      access.weight = weight();
    }
    if (4 * (kept_ + 1) > 3 * slots_.size()) move_to(2 * slots_.size());
    slot = &slot_of(slots_, key);
    slot->key = key;
    slot->first_low = static_cast<std::uint32_t>(now);
    slot->first_high = static_cast<std::uint16_t>(now >> 32U);
    ++kept_;
    access.is_first = true;
  } else {
    const auto since = [now](std::uint16_t high, std::uint32_t low) {
      const std::uint64_t then = (std::uint64_t{high} << 32U) | low;
      return static_cast<std::int64_t>((now - then) << kTickBits);
    };
    access.since_first_ns = since(slot->first_high, slot->first_low);
    access.since_last_ns = since(slot->last_high, slot->last_low);
  }
  slot->last_low = static_cast<std::uint32_t>(now);
  slot->last_high = static_cast<std::uint16_t>(now >> 32U);
  if (slot->count < std::numeric_limits<std::uint32_t>::max()) ++slot->count;
  return access;
}

std::vector<std::uint32_t> AccessTable::counts() const {
  std::vector<std::uint32_t> out;
  out.reserve(kept_);
  for (const Slot& slot : slots_) {
    if (slot.count != 0) out.push_back(slot.count);
  }
  std::sort(out.begin(), out.end(), std::greater<>());
  return out;
}

double zipf_slope(const std::vector<std::uint32_t>& counts) {
  constexpr std::uint32_t kFewestAccesses = 10;
  constexpr int kFewestRanks = 8;
  constexpr double kStep = 1.2;
  int n = 0;
  double x_mean = 0, y_mean = 0, xx = 0, xy = 0;
  for (std::size_t rank = 1; rank <= counts.size() && counts[rank - 1] >= kFewestAccesses;
       rank = static_cast<std::size_t>(std::ceil(static_cast<double>(rank) * kStep))) {
    const double x = sim::log(static_cast<double>(rank));
    const double y = sim::log(static_cast<double>(counts[rank - 1]));
    ++n;  // covariances as they come (Welford 1962)
    const double dx = x - x_mean;
    x_mean += dx / n;
    y_mean += (y - y_mean) / n;
    xx += dx * (x - x_mean);
    xy += dx * (y - y_mean);
  }
  return n < kFewestRanks ? std::numeric_limits<double>::quiet_NaN() : -xy / xx;
}

double top_share(const std::vector<std::uint32_t>& counts, double share) {
  const auto top =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(counts.size()) - 1e-9));
  double all = 0, first = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all += counts[i];
    if (i < top) first += counts[i];
  }
  return all > 0 ? first / all : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace spindle::models

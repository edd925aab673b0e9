#include "models/migration/coolest_extents.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace spindle::models {
namespace {

constexpr unsigned kDigitBits = 16;
constexpr std::uint32_t kDigits = 1U << kDigitBits;
// So many candidates more than asked for are gathered rather than looked at once more.
constexpr std::uint64_t kFewMore = 1'000'000;

// A bijection of 32 bits (the finaliser of MurmurHash3, public domain): no two extents tie.
std::uint32_t mix(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x85ebca6bU;
  x ^= x >> 13;
  x *= 0xc2b2ae35U;
  return x ^ (x >> 16);
}

}  // namespace

CoolestExtents::CoolestExtents(const FleetState& state, std::vector<double> column_heat,
                               std::uint32_t salt)
    : state_(state), column_heat_(std::move(column_heat)), salt_(salt) {}

// Heat above, order below: floats that are not negative order as their bits do.
std::uint64_t CoolestExtents::key(std::uint32_t extent) const {
  if (!state_.is_placed(extent)) return kNever;
  float heat = 0;
  const ExtentDemand& demand = state_.demand();
  if (!demand.weight.empty()) {
    const std::uint32_t column = demand.column[extent];
    if (column >= column_heat_.size()) return kNever;
    heat = static_cast<float>(static_cast<double>(demand.weight[extent]) * column_heat_[column]);
  }
  return (std::uint64_t{std::bit_cast<std::uint32_t>(std::max(0.0F, heat))} << 32) |
         mix(extent ^ salt_);
}

bool CoolestExtents::is_cool(std::uint32_t extent) const {
  return key(extent) < lowest_;
}

// The end of a range of keys that holds the coolest `count` of those left and, where many are
// alike, few more: radix selection from the highest digit down.
std::uint64_t CoolestExtents::end_of(std::uint64_t count,
                                     std::span<const std::uint64_t> keys) const {
  const std::uint64_t enough = count + std::max<std::uint64_t>(count, kFewMore);
  std::uint64_t begin = lowest_;  // of the range that holds the last of `count`
  std::uint64_t below = 0;        // keys left below it
  std::vector<std::uint64_t> in_digit(kDigits);
  for (unsigned shift = 64; shift > 0;) {
    shift -= kDigitBits;
    const bool is_first = shift + kDigitBits == 64;
    const std::uint64_t prefix = is_first ? 0 : begin >> (shift + kDigitBits);
    std::fill(in_digit.begin(), in_digit.end(), 0);
    for (const std::uint64_t k : keys) {
      if (k < lowest_ || k == kNever) continue;
      if (is_first || k >> (shift + kDigitBits) == prefix) ++in_digit[(k >> shift) & (kDigits - 1)];
    }
    std::uint64_t digit = 0;
    for (; digit < kDigits && below + in_digit[digit] <= count; ++digit) below += in_digit[digit];
    if (digit == kDigits) return kNever;
    begin = ((is_first ? 0 : prefix << kDigitBits) | digit) << shift;
    if (below + in_digit[digit] <= enough || shift == 0) {
      const std::uint64_t width = std::uint64_t{1} << shift;
      return begin > kNever - width ? kNever : begin + width;
    }
  }
  return kNever;
}

std::vector<std::uint32_t> CoolestExtents::next_round(std::uint64_t count) {
  if (lowest_ == kNever) return {};  // all were handed out
  std::vector<std::uint64_t> keys(state_.extents());
  for (std::uint32_t extent = 0; extent < keys.size(); ++extent) keys[extent] = key(extent);
  const std::uint64_t end = end_of(count, keys);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> found;  // by key
  for (std::uint32_t extent = 0; extent < keys.size(); ++extent) {
    const std::uint64_t k = keys[extent];
    if (k >= lowest_ && k < end) found.emplace_back(k, extent);
  }
  lowest_ = end;
  if (found.size() > count) {
    const auto last = found.begin() + static_cast<std::ptrdiff_t>(count);
    std::nth_element(found.begin(), last, found.end());
    lowest_ = last->first;
    found.erase(last, found.end());
  }
  // The order alone from here on: who gives is spread over the fleet, not by heat.
  for (auto& [key, extent] : found) key = static_cast<std::uint32_t>(key);
  std::sort(found.begin(), found.end());
  std::vector<std::uint32_t> out;
  out.reserve(found.size());
  for (const auto& [order, extent] : found) out.push_back(extent);
  return out;
}

}  // namespace spindle::models

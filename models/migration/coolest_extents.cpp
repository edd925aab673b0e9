#include "models/migration/coolest_extents.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace spindle::models {
namespace {

constexpr unsigned kDigitBits = 16;
constexpr std::uint32_t kDigits = 1U << kDigitBits;

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

// The key below which exactly `rank` of those left lie; kNever where there are not more.
std::uint64_t CoolestExtents::key_of_rank(std::uint64_t rank) const {
  std::uint64_t prefix = 0;
  std::vector<std::uint64_t> count(kDigits);
  for (unsigned shift = 64; shift > 0;) {
    shift -= kDigitBits;
    std::fill(count.begin(), count.end(), 0);
    for (std::uint32_t extent = 0; extent < state_.extents(); ++extent) {
      const std::uint64_t k = key(extent);
      if (k < lowest_ || k == kNever) continue;
      const std::uint64_t above = shift + kDigitBits == 64 ? 0 : k >> (shift + kDigitBits);
      if (above == prefix) ++count[(k >> shift) & (kDigits - 1)];
    }
    std::uint32_t digit = 0;
    for (; digit < kDigits && rank >= count[digit]; ++digit) rank -= count[digit];
    if (digit == kDigits) return kNever;
    prefix = (prefix << kDigitBits) | digit;
  }
  return prefix;
}

std::vector<std::uint32_t> CoolestExtents::next_round(std::uint64_t count) {
  const std::uint64_t end = key_of_rank(count);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> found;  // by order, then extent
  for (std::uint32_t extent = 0; extent < state_.extents(); ++extent) {
    const std::uint64_t k = key(extent);
    if (k < lowest_ || k >= end) continue;
    found.emplace_back(static_cast<std::uint32_t>(k), extent);
  }
  lowest_ = end;
  std::sort(found.begin(), found.end());
  std::vector<std::uint32_t> out;
  out.reserve(found.size());
  for (const auto& [order, extent] : found) out.push_back(extent);
  return out;
}

}  // namespace spindle::models

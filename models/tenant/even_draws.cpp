#include "models/tenant/even_draws.hpp"

#include <bit>
#include <stdexcept>

#include "models/tenant/trace_record.hpp"

namespace spindle::models {
namespace {

constexpr std::uint64_t kMostNumbers = std::uint64_t{1} << 40U;
// Four make a Feistel cipher of random functions a random permutation (Luby and Rackoff, SIAM J.
// Comput. 17, 1988); two more for the few bits of small domains.
constexpr std::uint64_t kRounds = 6;
constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;  // odd: rounds have different keys

}  // namespace

EvenDraws::EvenDraws(sim::RandomStream stream, std::uint64_t n)
    : stream_(stream), n_(n), drawn_(n) {
  if (n == 0 || n > kMostNumbers)
    throw std::invalid_argument("even draws are of 1 to 2^40 numbers");
  while ((std::uint64_t{1} << 2 * half_bits_) < n) ++half_bits_;
}

std::uint64_t EvenDraws::scrambled(std::uint64_t x) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  std::uint64_t left = x >> half_bits_, right = x & mask;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    const std::uint64_t mixed = left ^ (scattered(key_ + round * kStep + right) & mask);
    left = right;
    right = mixed;
  }
  return left << half_bits_ | right;
}

double EvenDraws::next() {
  if (drawn_ == n_) {
    drawn_ = 0;
    key_ = stream_.next_u64();
  }
  // The domain has up to 4 n numbers: those beyond n go round again (cycle walking: Black and
  // Rogaway, CT-RSA 2002).
  std::uint64_t place = scrambled(drawn_++);
  while (place >= n_) place = scrambled(place);
  return (static_cast<double>(place) + stream_.uniform()) / static_cast<double>(n_);
}

}  // namespace spindle::models

#include "models/ledger/ledger_share.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

namespace spindle::models {
namespace {

// Digits of a value's bits by which the ranks look for it: sign, exponent and first bits of a
// float's or a double's fraction, and then the rest.
constexpr unsigned kDigitBits = 16;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

// Where no value is negative, values and their bits have one order. One digit after the other, of
// the values that begin as what is looked for: they are passed over again, since a copy of them
// would be the run's largest array.
template <class Float, class Word>
Float nth_by_digits(LedgerShare& share, std::span<const Float> mine, std::uint64_t nth) {
  Word found = 0;
  Word known = 0;  // bits of it that are
  for (int shift = 8 * int{sizeof(Word)} - int{kDigitBits}; shift >= 0; shift -= int{kDigitBits}) {
    std::vector<std::uint64_t> counts(kDigits);
    for (const Float value : mine) {
      const Word word = std::bit_cast<Word>(value + Float{0});
      if ((word & known) == found) ++counts[(word >> shift) & (kDigits - 1)];
    }
    const std::vector<std::uint64_t> of_ranks =
        share.gather(std::span<const std::uint64_t>(counts));
    std::size_t digit = 0;
    for (;; ++digit) {
      std::uint64_t count = 0;
      for (unsigned rank = 0; rank < share.ranks(); ++rank) {
        count += of_ranks[rank * kDigits + digit];
      }
      if (nth < count || digit + 1 == kDigits) break;
      nth -= count;
    }
    found |= static_cast<Word>(digit) << shift;
    known |= static_cast<Word>(kDigits - 1) << shift;
  }
  return std::bit_cast<Float>(found);
}

template <class Float, class Word>
std::vector<Float> nth_values(LedgerShare& share, std::span<Float> mine,
                              std::span<const std::uint64_t> nth) {
  std::vector<Float> found;
  if (share.ranks() > 1) {
    for (const std::uint64_t n : nth) {
      found.push_back(nth_by_digits<Float, Word>(share, mine, n));
    }
    return found;
  }
  auto rest = mine.begin();  // what is before is no larger
  for (const std::uint64_t n : nth) {
    const auto at = mine.begin() + static_cast<std::ptrdiff_t>(n);
    std::nth_element(rest, at, mine.end());
    found.push_back(*at);
    rest = at;
  }
  return found;
}

}  // namespace

LedgerShare::LedgerShare(const Topology& topology, sim::Transport* ranks) : ranks_(ranks) {
  std::uint32_t rack = 0;
  for (std::uint64_t of = 0; of < this->ranks(); ++of) {
    // The rack in which the rank's first drive would be, were racks cut, begins its range.
    const std::uint64_t drive = topology.drives() * of / this->ranks();
    while (rack < topology.racks() && topology.drives_of_rack(rack).first < drive) ++rack;
    first_rack_.push_back(rack);
  }
  first_rack_.push_back(topology.racks());
  const DriveRange mine = racks();
  if (mine.size() == 0) return;
  drives_ = {topology.drives_of_rack(mine.first).first,
             topology.drives_of_rack(mine.last - 1).last};
}

unsigned LedgerShare::owner_of_rack(std::uint32_t rack) const {
  // Ranks without racks begin where the next one does: the last that begins there has it.
  const auto after = std::upper_bound(first_rack_.begin(), first_rack_.end() - 1, rack);
  return static_cast<unsigned>(after - first_rack_.begin()) - 1;
}

std::span<const sim::Parcel> LedgerShare::exchange(sim::Bytes mine) {
  std::vector<std::byte>& sent = sent_[exchanges_++ % 2];
  sent.assign(mine.begin(), mine.end());
  const std::vector<sim::Bytes> nothing(ranks());
  return ranks_->exchange(sent, nothing);
}

void LedgerShare::part() {
  if (ranks() > 1) exchange({});
}

std::vector<float> nth_of_ranks(LedgerShare& share, std::span<float> mine,
                                std::span<const std::uint64_t> nth) {
  return nth_values<float, std::uint32_t>(share, mine, nth);
}

std::vector<double> nth_of_ranks(LedgerShare& share, std::span<double> mine,
                                 std::span<const std::uint64_t> nth) {
  return nth_values<double, std::uint64_t>(share, mine, nth);
}

}  // namespace spindle::models

#include "models/redundancy/local_code.hpp"

namespace spindle::models {
namespace {

// Sets of lost shards by size and excess. The excess is what local parities leave to global ones:
// the losses of each group beyond its first, and all of global parities.
class SetCounts {
 public:
  SetCounts(std::uint32_t most_lost, std::uint32_t most_excess)
      : excesses_(most_excess + 1), counts_((most_lost + 1) * (most_excess + 1)) {
    counts_[0] = 1;  // the empty set
  }
  [[nodiscard]] double at(std::uint32_t lost, std::uint32_t excess) const {
    return counts_[lost * excesses_ + excess];
  }
  [[nodiscard]] double survived(std::uint32_t lost) const {
    double total = 0;
    for (std::uint32_t excess = 0; excess < excesses_; ++excess) total += at(lost, excess);
    return total;
  }
  // Joins `shards` shards to those that sets are taken from, `spared` losses of which cause no
  // excess.
  void join(std::uint32_t shards, std::uint32_t spared) {
    std::vector<double> next(counts_.size());
    const auto sizes = static_cast<std::uint32_t>(counts_.size()) / excesses_;
    double ways = 1;  // C(shards, more)
    for (std::uint32_t more = 0; more <= shards; ++more) {
      const std::uint32_t excess = more > spared ? more - spared : 0;
      for (std::uint32_t lost = more; lost < sizes; ++lost) {
        for (std::uint32_t e = excess; e < excesses_; ++e) {
          next[lost * excesses_ + e] += ways * at(lost - more, e - excess);
        }
      }
      // Whole at every step: the product of j consecutive numbers divides by j!.
      ways = ways * (shards - more) / (more + 1.0);
    }
    counts_ = next;
  }

 private:
  std::uint32_t excesses_;
  std::vector<double> counts_;
};

}  // namespace

std::vector<double> local_code_lost_at(const LocalCode& code) {
  const std::uint32_t most = code.groups + code.global_parity;
  const std::uint32_t shards = code.groups * code.group_shards + code.global_parity;
  SetCounts but_one(most, code.global_parity);  // sets that leave one group whole
  for (std::uint32_t group = 1; group < code.groups; ++group) but_one.join(code.group_shards, 1);
  but_one.join(code.global_parity, 0);
  SetCounts all = but_one;
  all.join(code.group_shards, 1);

  // A loss is fatal where the excess is at its limit already, unless it is the first of its group.
  std::vector<double> out(most);
  for (std::uint32_t lost = 0; lost < most; ++lost) {
    const double at_limit = all.at(lost, code.global_parity) * (shards - lost);
    const double spared =
        static_cast<double>(code.groups) * code.group_shards * but_one.at(lost, code.global_parity);
    out[lost] = (at_limit - spared) / (all.survived(lost) * (shards - lost));
  }
  return out;
}

}  // namespace spindle::models

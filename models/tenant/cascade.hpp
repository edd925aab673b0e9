#pragma once
// A load that is cut again and again: its whole over a period into parts with given shares, each of
// these into parts with the next level's shares, and so on, the shares of every cut in an order
// drawn at random. The greatest part of every level is the same whatever is drawn: the product of
// the greatest shares down to it. With shares b and 1 - b at every level it is the b-model (Wang et
// al., ICDE 2002). Equations: docs/theory/tenants.md.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace spindle::models {

class Cascade {
 public:
  static constexpr std::size_t kMostLevels = 48;
  static constexpr std::size_t kMostShares = 10'000;  // a level
  // Of one level may add up to 1 within this; they are scaled to do so.
  static constexpr double kSlack = 1e-3;

  // `period` in (0, 200 years]; each level 2 to kMostShares finite shares >= 0; the finest parts
  // 1 ns or longer. Throws std::invalid_argument.
  Cascade(sim::Duration period, std::vector<std::vector<double>> levels);
  // `halvings` cuts into [bias, 1 - bias]; bias in [1/2, 1].
  static Cascade b_model(sim::Duration period, double bias, std::size_t halvings);

  [[nodiscard]] sim::Duration period() const { return period_; }
  [[nodiscard]] const std::vector<std::vector<double>>& levels() const { return levels_; }
  // Of the finest level: the product of the levels' sizes.
  [[nodiscard]] std::uint64_t parts() const { return parts_; }
  // Peak over mean of the parts of that level, exactly; precondition: level < levels().size().
  [[nodiscard]] double peak_to_mean(std::size_t level) const;
  // Hurst parameter that a level's cuts look like: (1 - log_k(sum of squared shares)) / 2.
  [[nodiscard]] double hurst(std::size_t level) const;

 private:
  sim::Duration period_;
  std::vector<std::vector<double>> levels_;
  std::uint64_t parts_ = 1;
};

}  // namespace spindle::models

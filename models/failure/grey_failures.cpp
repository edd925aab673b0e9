#include "models/failure/grey_failures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"

namespace spindle::models {

void check(const GreyOptions& grey) {
  if (grey.lasts < sim::Duration()) {
    throw std::invalid_argument(
        fmt::format("failure: drives that are slow for {} s before they fail (time does not go "
                    "back) — 0 or more",
                    grey.lasts.to_seconds()));
  }
  if (!(grey.slowdown >= 1 && std::isfinite(grey.slowdown))) {
    throw std::invalid_argument(fmt::format(
        "failure: a slowdown of {} (disk times are multiplied by it) — 1 or more", grey.slowdown));
  }
  if (!(grey.share >= 0 && grey.share <= 1)) {
    throw std::invalid_argument(fmt::format(
        "failure: a share of {} of the failures (outside of 0 to 1) — a share", grey.share));
  }
}

bool is_announced(const GreyOptions& grey, sim::Seed seed, std::uint32_t replication,
                  std::uint64_t slot, std::uint64_t draw) {
  sim::RandomStream random(seed, replication, purpose::kGreyFailure, slot);
  random.skip_to(sim::RandomStream::kWordsPerBlock * draw);  // one block a lifetime
  return random.uniform() < grey.share;
}

sim::Duration foreseen(const GreyOptions& grey, sim::Duration horizon) {
  if (!grey.is_on()) return horizon;
  const sim::Duration longest = sim::Duration::seconds(200 * sim::kSecondsPerYear);
  if (horizon >= longest || grey.lasts >= longest - horizon) return std::max(horizon, longest);
  return horizon + grey.lasts;
}

}  // namespace spindle::models

#include "models/failure/failure_clusters.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "sim/math.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

constexpr int kHalvings = 60;
// A target is met to this share; calibration stops far below.
constexpr double kMet = 1e-6;

// The kernel of one kind of domain: sum of mean_i rate_i exp(-rate_i t).
struct Kernel {
  std::array<double, kClusterScales> mean{};
  std::array<double, kClusterScales> per_s{};
  [[nodiscard]] double followers() const { return mean[0] + mean[1]; }
};

// integral over (0, window) of c exp(-r t)
double decayed(double c, double r, double window_s) {
  return c / r * -sim::expm1(-r * window_s);
}

// With one exponential alone: Hawkes (1971), eq. 17, integrated.
double excess_of_one(double mean, double per_s, double window_s) {
  const double r = per_s * (1 - mean);
  return decayed(per_s * mean * (2 - mean) / (2 * (1 - mean)), r, window_s);
}

// Failures within the window after a failure beyond chance, of a process that excites itself by
// `kernel`. Its spectrum is the rate over |1 - kernel^|^2: a partial fraction for each root of
// (s + b1)(s + b2) - A1 b1 (s + b2) - A2 b2 (s + b1), both real and negative for A1 + A2 < 1.
double excess_of(const Kernel& kernel, double window_s) {
  const auto [a1, a2] = kernel.mean;
  const double b1 = kernel.per_s[0];  // captured below, which a binding cannot be
  const double b2 = kernel.per_s[1];
  if (a2 == 0 || b1 == b2) return excess_of_one(a1 + (b1 == b2 ? a2 : 0), b1, window_s);
  if (a1 == 0) return excess_of_one(a2, b2, window_s);
  const double gap = b1 * (1 - a1) - b2 * (1 - a2);
  const double root = std::sqrt(gap * gap + 4 * a1 * a2 * b1 * b2);
  const double sum = b1 * (1 - a1) + b2 * (1 - a2);
  // The lesser root from the product of both: their difference would cancel.
  const double fast = (sum + root) / 2;
  const double slow = b1 * b2 * (1 - a1 - a2) / fast;
  const auto weight = [&](double r, double other) {
    return (b1 * b1 - r * r) * (b2 * b2 - r * r) / (2 * r * (other * other - r * r));
  };
  return decayed(weight(fast, slow), fast, window_s) + decayed(weight(slow, fast), slow, window_s);
}

Kernel kernel_of(const ClusterLaw& law, bool with_rack) {
  Kernel out;
  for (std::size_t i = 0; i < kClusterScales; ++i) {
    out.mean[i] = law.scales[i].in_node + (with_rack ? law.scales[i].in_rack : 0);
    out.per_s[i] = 1 / law.scales[i].mean_delay_s;
  }
  return out;
}

// The greatest x in [0, most] for which below(x) holds; below(0) holds.
template <class Below>
double bisect(double most, Below&& below) {
  double low = 0;
  double high = most;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (below(middle) ? low : high) = middle;
  }
  return low;
}

// The means for which the kernel has the targets' excess in both windows. For every mean of the
// long scale the short one follows from the first window; the second window then rises with it.
Kernel solve(const ClusterTargets& targets, const std::array<double, kClusterScales>& excess,
             const char* domain) {
  Kernel kernel;
  for (std::size_t i = 0; i < kClusterScales; ++i) kernel.per_s[i] = 1 / targets.mean_delay_s[i];
  const auto follow = [&](double slow) {
    kernel.mean = {0, slow};
    if (excess_of(kernel, targets.window_s[0]) > excess[0]) return false;
    kernel.mean[0] = bisect(kMostFollowers - slow, [&](double fast) {
      kernel.mean[0] = fast;
      return excess_of(kernel, targets.window_s[0]) <= excess[0];
    });
    return true;
  };
  const double slow = bisect(kMostFollowers, [&](double mean) {
    return follow(mean) && excess_of(kernel, targets.window_s[1]) <= excess[1];
  });
  follow(slow);
  for (std::size_t i = 0; i < kClusterScales; ++i) {
    const double reached = excess_of(kernel, targets.window_s[i]);
    if (std::abs(reached - excess[i]) <= kMet * excess[i]) continue;
    throw std::invalid_argument(fmt::format(
        "failure: clusters of {:.3g} further failures in {:.3g} s and {:.3g} in {:.3g} s after one "
        "in the {} (no law of two delays has both) — later failures between the windows, or fewer "
        "in all",
        excess[0], targets.window_s[0], excess[1], targets.window_s[1], domain));
  }
  return kernel;
}

double chance(const ClusterFleet& fleet, double drives, double window_s) {
  return drives * fleet.failures_per_year * window_s / sim::kSecondsPerYear;
}

void check(const ClusterFleet& fleet) {
  if (fleet.drives_per_node >= 2 && fleet.drives_per_rack >= fleet.drives_per_node &&
      fleet.failures_per_year > 0 && std::isfinite(fleet.failures_per_year)) {
    return;
  }
  throw std::invalid_argument(fmt::format(
      "failure: clusters in racks of {:.6g} drives, nodes of {}, each failing {} times a year (a "
      "node has 2 drives or more, a rack a node, and some drive fails) — change drives_per_node",
      fleet.drives_per_rack, fleet.drives_per_node, fleet.failures_per_year));
}

}  // namespace

double ClusterLaw::followers() const {
  double out = 0;
  for (const ClusterScale& scale : scales) out += scale.in_node + scale.in_rack;
  return out;
}

void check(const ClusterLaw& law) {
  if (law.drives_per_node == 1 || (!law.is_on() && law.followers() != 0)) {
    throw std::invalid_argument(
        fmt::format("failure: clusters with {} drives a node (none is left to follow) — 2 or more",
                    law.drives_per_node));
  }
  for (const ClusterScale& scale : law.scales) {
    if (scale.in_node >= 0 && scale.in_rack >= 0 && scale.mean_delay_s > 0 &&
        std::isfinite(scale.mean_delay_s)) {
      continue;
    }
    throw std::invalid_argument(fmt::format(
        "failure: {} followers in the node and {} in the rack after {} s (means are not negative, "
        "delays positive) — check the clusters",
        scale.in_node, scale.in_rack, scale.mean_delay_s));
  }
  if (!(law.followers() <= kMostFollowers)) {
    throw std::invalid_argument(
        fmt::format("failure: {:.4g} followers of a failure on average (with 1 failures never end; "
                    "at most {}) — fewer followers",
                    law.followers(), kMostFollowers));
  }
}

std::uint32_t nodes_of_rack(DriveRange rack, std::uint32_t drives_per_node) {
  return std::max(1U, rack.size() / drives_per_node);
}

DriveRange node_of(DriveRange rack, std::uint32_t drives_per_node, std::uint32_t drive) {
  const std::uint64_t nodes = nodes_of_rack(rack, drives_per_node);
  const std::uint64_t size = rack.size();
  // Node i has drives ceil(i size / nodes) … ceil((i + 1) size / nodes) - 1.
  const std::uint64_t node = (drive - rack.first) * nodes / size;
  const auto edge = [&](std::uint64_t i) {
    return rack.first + static_cast<std::uint32_t>((i * size + nodes - 1) / nodes);
  };
  return {edge(node), edge(node + 1)};
}

// Nodes are exchangeable: the matrix of kernels is a I + b J / N, whose eigenvectors are the rack's
// sum, of kernel a + b, and differences of nodes, of kernel a.
InDomains excess_failures(const ClusterLaw& law, double nodes_per_rack, double window_s) {
  const double rack = excess_of(kernel_of(law, true), window_s);
  const double apart = excess_of(kernel_of(law, false), window_s);
  return {apart + (rack - apart) / nodes_per_rack, rack};
}

double dispersion_limit(const ClusterLaw& law) {
  const double rest = 1 - law.followers();
  return 1 / (rest * rest);
}

ClusterTargets targets_of(ClusterPreset preset, const ClusterFleet& fleet) {
  check(fleet);
  ClusterTargets out;
  out.window_s = {30 * 60.0, 30 * sim::kSecondsPerDay};
  // Of the tickets: the excess within 30 min comes at once; that of a day and a week are 0.4 and
  // 0.9 of that of 30 days.
  out.mean_delay_s = {10 * 60.0, 2.5 * sim::kSecondsPerDay};
  // Ratios to chance, and shares of failures that another one precedes with shares by chance: of
  // 18,387 tickets, with times shuffled for the latter.
  constexpr std::array<InDomains, kClusterScales> kRatios = {{{62, 13}, {2.8, 1.5}}};
  constexpr std::array<InDomains, kClusterScales> kShares = {{{0.090, 0.14}, {0.19, 0.50}}};
  constexpr std::array<InDomains, kClusterScales> kByChance = {{{0.0015, 0.011}, {0.067, 0.33}}};
  for (std::size_t i = 0; i < kClusterScales; ++i) {
    if (preset == ClusterPreset::kAlibabaRatios) {
      const double node = chance(fleet, fleet.drives_per_node, out.window_s[i]);
      const double rack = chance(fleet, fleet.drives_per_rack, out.window_s[i]);
      out.excess[i] = {(kRatios[i].node - 1) * node, (kRatios[i].rack - 1) * rack};
    } else {
      // Another one comes with probability 1 - exp(-expected), as far as it is the first that
      // counts.
      out.excess[i] = {
          sim::log1p(-kByChance[i].node) - sim::log1p(-kShares[i].node),
          sim::log1p(-kByChance[i].rack) - sim::log1p(-kShares[i].rack),
      };
    }
  }
  return out;
}

ClusterLaw calibrate(const ClusterTargets& targets, const ClusterFleet& fleet) {
  check(fleet);
  const double nodes = std::floor(fleet.drives_per_rack / fleet.drives_per_node);
  std::array<double, kClusterScales> rack{};
  std::array<double, kClusterScales> apart{};
  for (std::size_t i = 0; i < kClusterScales; ++i) {
    rack[i] = targets.excess[i].rack;
    // What excess_failures() mixes for a node.
    apart[i] = nodes > 1 ? (targets.excess[i].node * nodes - rack[i]) / (nodes - 1) : rack[i];
    if (rack[i] > 0 && apart[i] > 0 && targets.excess[i].node <= rack[i] * (1 + kMet)) continue;
    throw std::invalid_argument(fmt::format(
        "failure: {:.3g} further failures in the node and {:.3g} in its rack within {:.3g} s after "
        "one (a rack of {:.6g} drives has nodes of {}: it has its nodes' failures and more) — "
        "fewer drives a node",
        targets.excess[i].node, rack[i], targets.window_s[i], fleet.drives_per_rack,
        fleet.drives_per_node));
  }
  const Kernel all = solve(targets, rack, "rack");
  const Kernel node = solve(targets, apart, "node");
  ClusterLaw out{.drives_per_node = fleet.drives_per_node};
  for (std::size_t i = 0; i < kClusterScales; ++i) {
    out.scales[i] = {node.mean[i], all.mean[i] - node.mean[i], targets.mean_delay_s[i]};
    if (out.scales[i].in_rack >= 0) continue;
    throw std::invalid_argument(fmt::format(
        "failure: clusters of {:.4g} followers in the node and {:.4g} in its rack {:.3g} s after a "
        "failure (the rack has its nodes' failures and more) — fewer drives a node",
        node.mean[i], all.mean[i], targets.mean_delay_s[i]));
  }
  return out;
}

FollowerDraws::FollowerDraws(const Topology& topology, const ClusterLaw& law, sim::Seed seed,
                             std::uint32_t replication)
    : topology_(topology), law_(law), seed_(seed), replication_(replication) {
  check(law);
  double end = 0;
  for (std::size_t i = 0; i < kClusterScales; ++i) {
    ends_[2 * i] = end += law.scales[i].in_node;
    ends_[2 * i + 1] = end += law.scales[i].in_rack;
  }
}

}  // namespace spindle::models

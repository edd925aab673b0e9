// Clusters of failures: simulated ratios to chance against the closed form and what was asked for.
//
// A ratio is the share of failures that another one follows within a window in the same node (rack)
// over that share with the failures dealt anew to drives at random. Seeds are fixed; tolerances are
// at least five standard deviations of the counts behind them, so that false alarms of another seed
// are below 1e-5 each.
#include "models/failure/failure_clusters.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "models/failure/failure_history.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint32_t kNode = 12;
constexpr std::uint32_t kRack = 96;
constexpr std::uint32_t kDrives = 57'600;
constexpr double kPerYear = 0.02;
constexpr std::array<double, 2> kWindows = {1800, 30 * sim::kSecondsPerDay};
const ClusterFleet kFleet{kNode, kRack, kPerYear};

Topology fleet() {
  DriveModel model = test::drive_of_capacity(100);
  model.annual_failure_rate = kPerYear;
  return Topology({3, kDrives / kRack / 3, kDrives, {{model, 1}}});
}

FailureOptions options_with(const ClusterLaw& law) {
  FailureOptions out;
  out.replace = {};  // as in the closed form: followers find no slot empty
  out.horizon = sim::Duration::days(365);
  out.clusters = law;
  return out;
}

// Of all failures that a window after them fits into the run.
struct Followed {
  double failures = 0;
  double followed = 0;  // by another one in the domain
  double pairs = 0;     // with all others in the window and domain
};

// `domain`: drives of one, consecutive. Failures are put in order here.
Followed count(std::vector<SlotFailure> history, std::uint32_t domain, double window_s) {
  std::sort(history.begin(), history.end(), [&](const SlotFailure& a, const SlotFailure& b) {
    return std::pair(a.slot / domain, a.at_s) < std::pair(b.slot / domain, b.at_s);
  });
  Followed out;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].at_s > sim::kSecondsPerYear - kWindows[1]) continue;
    out.failures += 1;
    std::size_t next = i + 1;
    while (next < history.size() && history[next].slot / domain == history[i].slot / domain &&
           history[next].at_s <= history[i].at_s + window_s) {
      ++next;
    }
    out.pairs += static_cast<double>(next - i - 1);
    out.followed += next > i + 1 ? 1 : 0;
  }
  return out;
}

struct Measured {
  double failures = 0;               // all
  std::array<InDomains, 2> ratio;    // of shares, to those dealt anew
  std::array<InDomains, 2> further;  // failures after one, in the window
};

Measured measure(const ClusterLaw& law, std::uint32_t replications) {
  const Topology topology = fleet();
  const FailureHistory generator(topology, options_with(law), sim::Seed{11});
  std::array<std::array<Followed, 2>, 2> found{};  // window, domain
  std::array<std::array<Followed, 2>, 2> dealt{};
  Measured out;
  std::vector<SlotFailure> history;
  for (std::uint32_t replication = 0; replication < replications; ++replication) {
    generator.draw(replication, history);
    out.failures += static_cast<double>(history.size());
    std::vector<SlotFailure> anew = history;
    sim::RandomStream random(sim::Seed{12}, replication, sim::Purpose{1}, 0);
    for (SlotFailure& failure : anew) failure.slot = random.below(kDrives);
    for (std::size_t w = 0; w < 2; ++w) {
      for (std::size_t d = 0; d < 2; ++d) {
        for (auto [into, of] : {std::pair(&found, &history), std::pair(&dealt, &anew)}) {
          const Followed one = count(*of, d == 0 ? kNode : kRack, kWindows[w]);
          Followed& sum = (*into)[w][d];
          sum.failures += one.failures;
          sum.followed += one.followed;
          sum.pairs += one.pairs;
        }
      }
    }
  }
  // Within 30 min few are dealt by chance: there it is its expectation, rate times window.
  const auto chance = [&](std::size_t w, std::size_t d) {
    const double drives = d == 0 ? kNode : kRack;
    return w == 0 ? drives * kPerYear * kWindows[0] / sim::kSecondsPerYear
                  : dealt[w][d].followed / dealt[w][d].failures;
  };
  for (std::size_t w = 0; w < 2; ++w) {
    const auto& [node, rack] = found[w];
    out.ratio[w] = {node.followed / node.failures / chance(w, 0),
                    rack.followed / rack.failures / chance(w, 1)};
    out.further[w] = {node.pairs / node.failures, rack.pairs / rack.failures};
  }
  return out;
}

// Variance over mean of the fleet's failures a day.
double daily_dispersion(const ClusterLaw& law, std::uint32_t replications) {
  const Topology topology = fleet();
  const FailureHistory generator(topology, options_with(law), sim::Seed{13});
  double sum = 0;
  double squares = 0;
  std::vector<SlotFailure> history;
  for (std::uint32_t replication = 0; replication < replications; ++replication) {
    generator.draw(replication, history);
    std::array<double, 365> days{};
    for (const SlotFailure& failure : history) {
      days[static_cast<std::size_t>(failure.at_s / sim::kSecondsPerDay)] += 1;
    }
    for (const double n : days) {
      sum += n;
      squares += n * n;
    }
  }
  const double n = 365.0 * replications;
  return (squares / n - sum / n * sum / n) / (sum / n);
}

ClusterLaw preset(ClusterPreset which) {
  return calibrate(targets_of(which, kFleet), kFleet);
}

}  // namespace

TEST_CASE("clusters: simulated ratios are those of the tickets within 20 %") {
  const ClusterLaw law = preset(ClusterPreset::kAlibabaRatios);
  // 350,000 failures, of which 320 are followed within 30 min in their node.
  const Measured measured = measure(law, 300);
  for (const auto& [ratio, target] :
       {std::pair(measured.ratio[0].node, 62.0), std::pair(measured.ratio[0].rack, 13.0),
        std::pair(measured.ratio[1].node, 2.8), std::pair(measured.ratio[1].rack, 1.5)}) {
    INFO(ratio << " for " << target);
    CHECK(std::abs(ratio / target - 1) < 0.2);
  }
  // The annual failure rate is kept: 1 % is five standard deviations.
  CHECK(measured.failures / (300.0 * kDrives * kPerYear) == Approx(1).epsilon(0.01));
}

TEST_CASE("clusters: failures after a failure are as many as the closed form says") {
  // The shares of the tickets, then a law whose followers have many of their own.
  const ClusterLaw deep{kNode, {{{0.2, 0.15, 900}, {0.1, 0.15, 1.5 * sim::kSecondsPerDay}}}};
  for (const ClusterLaw& law : {preset(ClusterPreset::kAlibabaShares), deep}) {
    const Measured measured = measure(law, 150);
    for (std::size_t w = 0; w < 2; ++w) {
      const InDomains excess =
          excess_failures(law, static_cast<double>(kRack) / kNode, kWindows[w]);
      const double chance = kPerYear * kWindows[w] / sim::kSecondsPerYear;
      INFO("followers " << law.followers() << ", window " << w);
      CHECK(measured.further[w].node == Approx(excess.node + kNode * chance).epsilon(0.05));
      CHECK(measured.further[w].rack == Approx(excess.rack + kRack * chance).epsilon(0.05));
    }
    CHECK(measured.failures / (150.0 * kDrives * kPerYear) == Approx(1).epsilon(0.02));
  }
}

TEST_CASE("clusters: calibration reaches its targets by the closed form") {
  for (const double per_year : {0.001, 0.015, 1.0}) {
    for (const std::uint32_t drives_per_rack : {84U, 96U, 1000U}) {
      const ClusterFleet of{12, static_cast<double>(drives_per_rack), per_year};
      const ClusterTargets targets = targets_of(ClusterPreset::kAlibabaRatios, of);
      const ClusterLaw law = calibrate(targets, of);
      const double nodes = drives_per_rack / 12;
      for (std::size_t i = 0; i < 2; ++i) {
        const InDomains excess = excess_failures(law, nodes, targets.window_s[i]);
        CHECK(excess.node == Approx(targets.excess[i].node).epsilon(1e-5));
        CHECK(excess.rack == Approx(targets.excess[i].rack).epsilon(1e-5));
      }
    }
  }
  // 62 times in the node and 13 in the rack need seven nodes a rack.
  const ClusterFleet few{12, 72, 0.015};
  CHECK_THROWS_WITH(calibrate(targets_of(ClusterPreset::kAlibabaRatios, few), few),
                    Catch::Matchers::Contains("fewer drives a node"));
  CHECK_THROWS_WITH(targets_of(ClusterPreset::kAlibabaRatios, {12, 96, 0}),
                    Catch::Matchers::Contains("0 times a year"));
}

TEST_CASE("clusters: days differ more than chance, up to the limit") {
  CHECK(daily_dispersion({}, 40) == Approx(1).epsilon(0.06));
  const double of_shares = daily_dispersion(preset(ClusterPreset::kAlibabaShares), 40);
  CHECK(of_shares > 1.15);
  CHECK(of_shares < dispersion_limit(preset(ClusterPreset::kAlibabaShares)));
  // Where clusters are over within hours a day has whole ones: the limit itself.
  const ClusterLaw quick{kNode, {{{0.3, 0.2, 600}, {0, 0, 600}}}};
  CHECK(dispersion_limit(quick) == 4);
  CHECK(daily_dispersion(quick, 40) == Approx(4).epsilon(0.15));
}

// Flows of a fleet of ledgers against closed forms (docs/theory/ledger.md).

#include "models/ledger/ledger_flows.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "models/ledger/coolest_parts.hpp"
#include "models/ledger/ledger_repair.hpp"
#include "sim/math.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr LedgerFleet::Mix kThere{0, 0};

// One rack of drives with one class, and what happens to it window after window.
struct Rack {
  explicit Rack(std::vector<LedgerFleet::Holding> of, std::size_t classes = 1)
      : held(std::move(of)), mixes(held.size() / classes, kThere), flows(classes) {
    in.classes = flows;
    in.preference = &preference;
    in.room = 1e9;
  }

  RackTally step() {
    in.classes = flows;
    RackTally tally = apply_flows(in, mixes, held, {});
    ++in.window;
    return tally;
  }
  [[nodiscard]] double shards() const {
    return std::accumulate(held.begin(), held.end(), 0.0, [](double sum, const auto& of) {
      return sum + static_cast<double>(of.shards);
    });
  }
  [[nodiscard]] double demand() const {
    return std::accumulate(held.begin(), held.end(), 0.0, [](double sum, const auto& of) {
      return sum + static_cast<double>(of.demand);
    });
  }

  std::vector<LedgerFleet::Holding> held;
  std::vector<LedgerFleet::Mix> mixes;
  std::vector<ClassFlow> flows;
  FillPreference preference;
  RackFlowInputs in;
};

// Makes next window's exchange of what the tally of this one found.
void pair_up(const RackTally& tally, RebalanceFlow& flow) {
  flow.mean = flow.next_mean;
  flow.sent_scale = tally.to_send > 0 ? std::min(1.0, tally.to_take / tally.to_send) : 0;
  flow.taken_scale = tally.to_take > 0 ? std::min(1.0, tally.to_send / tally.to_take) : 0;
  flow.pool.assign(tally.sent.size(), {});
  for (std::size_t c = 0; c < tally.sent.size() && tally.to_send > 0; ++c) {
    flow.pool[c] = {tally.sent[c].shards / tally.to_send, tally.sent[c].demand / tally.to_send};
  }
}

}  // namespace

TEST_CASE("two bodies that swap data tend to one temperature at the rate of the swaps") {
  // m1 = 100 shards of temperature 3, m2 = 300 of 1: T = (m1 T1 + m2 T2) / (m1 + m2) = 1.5.
  Rack rack({{100, 300}, {300, 300}});
  RebalanceFlow flow;
  flow.options = {RebalanceBy::kHeat, 1, 0};
  flow.most_shards = flow.next_most_shards = 0.5;
  flow.next_mean = {300.001, 200};  // no drive is at the mean
  rack.in.rebalance = &flow;
  RackTally tally = rack.step();
  rack.in.rebalances = true;
  const double before = 3.0 - 1.0;
  double expected = before;
  for (int window = 0; window < 200; ++window) {
    pair_up(tally, flow);
    tally = rack.step();
    // Each sends b = 0.5 shards of its own and takes b of the pool, whose temperature is the mean
    // of both: d(T1 - T2)/dt = -(b/2)(1/m1 + 1/m2)(T1 - T2).
    expected *= 1 - 0.25 / 100 - 0.25 / 300;
  }
  const double warm = static_cast<double>(rack.held[0].demand) / 100;
  const double cool = static_cast<double>(rack.held[1].demand) / 300;
  CHECK(warm - cool == Approx(expected).epsilon(1e-3));
  CHECK(rack.demand() == Approx(600).epsilon(1e-6));
  CHECK(rack.shards() == Approx(400).epsilon(1e-6));
  for (int window = 0; window < 20'000; ++window) {
    pair_up(tally, flow);
    tally = rack.step();
  }
  CHECK(static_cast<double>(rack.held[0].demand) / 100 == Approx(1.5).epsilon(2e-3));
}

TEST_CASE("evening out by fill stops at the mean, and moves no more than its rate") {
  Rack rack({{100, 10}, {140, 14}, {60, 6}});
  RebalanceFlow flow;
  flow.options = {RebalanceBy::kFill, 1, 0};
  flow.most_shards = flow.next_most_shards = 3;
  flow.next_mean = {10, 100};
  rack.in.rebalance = &flow;
  RackTally tally = rack.step();
  rack.in.rebalances = true;
  for (int window = 1; window <= 20; ++window) {
    pair_up(tally, flow);
    tally = rack.step();
    CHECK(tally.moved <= 3 + 1e-9);
    const double moved = std::min(40.0, 3.0 * window);
    CHECK(static_cast<double>(rack.held[1].shards) == Approx(140 - moved).epsilon(1e-5));
    CHECK(static_cast<double>(rack.held[2].shards) == Approx(60 + moved).epsilon(1e-5));
  }
  CHECK(rack.demand() == Approx(30).epsilon(1e-6));
}

TEST_CASE("turnover at random makes the number of shards on a drive that of a Poisson law") {
  // Shards leave one by one and as many come anywhere: the stationary law is Poisson's, of variance
  // the mean (binomial over 2,000 drives).
  constexpr std::size_t kDrives = 2000;
  constexpr double kMean = 400;
  Rack rack(std::vector<LedgerFleet::Holding>(kDrives, {kMean, 1}));
  rack.flows[0].is_noisy = true;
  rack.flows[0].leave = rack.flows[0].leave_demand = 0.02;
  rack.flows[0].come = 0.02 * kMean;
  rack.flows[0].come_demand = 1 / kMean;
  for (int window = 0; window < 300; ++window) rack.step();
  double squares = 0;
  for (const auto& of : rack.held) {
    squares += (static_cast<double>(of.shards) - kMean) * (static_cast<double>(of.shards) - kMean);
  }
  // Relative sd of a variance of 2,000 values: sqrt(2 / 2,000) = 3.2 %; four of them.
  CHECK(squares / kDrives == Approx(kMean).epsilon(0.13));
}

TEST_CASE("shards and demand are conserved by any flows") {
  rc::check([] {
    const auto drives = *rc::gen::inRange<std::size_t>(1, 30);
    const auto classes = *rc::gen::inRange<std::size_t>(1, 4);
    const auto share = [] { return *rc::gen::inRange(0, 1000) / 1000.0; };
    std::vector<LedgerFleet::Holding> held(drives * classes);
    for (auto& of : held) {
      of = {static_cast<float>(500 * share()), static_cast<float>(share())};
    }
    Rack rack(held, classes);
    rack.in.room = 300 + 1500 * share();
    for (auto& flow : rack.flows) {
      flow = {.leave = share() / 2,
              .leave_demand = share() / 2,
              .grow = share() / 10,
              .come = 30 * share(),
              .place = 10 * share(),
              .come_demand = share() / 100,
              .place_demand = share() / 100,
              .is_noisy = *rc::gen::arbitrary<bool>(),
              .cool = 1};
    }
    // What leaves is known before; what comes, and what did not fit, the tally says.
    double wanted = 0;
    double wanted_demand = 0;
    for (std::size_t i = 0; i < held.size(); ++i) {
      const ClassFlow& flow = rack.flows[i % classes];
      wanted += static_cast<double>(held[i].shards) * (1 - flow.leave) + flow.place;
      wanted_demand += static_cast<double>(held[i].demand) * (1 - flow.leave_demand) +
                       flow.place * flow.place_demand;
    }
    const RackTally tally = rack.step();
    for (std::size_t c = 0; c < classes; ++c) {
      wanted += tally.came[c].shards - tally.excess[c].shards;
      wanted_demand += tally.came[c].demand - tally.excess[c].demand;
    }
    RC_ASSERT(std::abs(rack.shards() - wanted) <= 1e-5 * std::max(1.0, std::abs(wanted)));
    RC_ASSERT(std::abs(rack.demand() - wanted_demand) <= 1e-4 * std::max(1.0, wanted_demand));
    for (std::size_t d = 0; d < drives; ++d) {
      double on_drive = 0;
      for (std::size_t c = 0; c < classes; ++c) {
        on_drive += static_cast<double>(rack.held[d * classes + c].shards);
      }
      RC_ASSERT(on_drive <= rack.in.room * (1 + 1e-6));
    }
    for (const auto& of : rack.held) {
      RC_ASSERT(of.shards >= 0.0F);
      RC_ASSERT(of.demand >= 0.0F);
    }
  });
}

TEST_CASE("the emptier of two is preferred as the fluid limit says") {
  FillPreference preference;
  preference.choices = 2;
  preference.mixed = 0;
  preference.low = 0;
  preference.width = 1;
  std::vector<double> share_below;
  for (int bin = 0; bin < 100; ++bin) share_below.push_back(bin / 100.0);
  preference.set_share_below(share_below);
  const std::span<const float> weights(preference.weights(), preference.bins());
  CHECK(std::accumulate(weights.begin(), weights.end(), 0.0) / 100 == Approx(1).epsilon(1e-6));
  CHECK(weights[0] == Approx(2 * (1 - 0.005)));
  CHECK(weights[99] == Approx(2 * 0.005));
  preference.mixed = 0.5;
  preference.set_share_below(share_below);
  CHECK(weights[0] == Approx(0.5 + 0.5 * 2 * 0.995));
}

TEST_CASE("the emptiest drives take all that fills them up to one level") {
  FillPreference preference;
  preference.low = 0;
  preference.width = 1;
  // Ten drives with half a shard, ten with 2.5, eighty with 6.5: two shards for each of a hundred
  // drives fill all up to 7.5, by 7, by 5 and by 1: 200 in all.
  std::vector<std::uint32_t> counts(10);
  counts[0] = counts[2] = 10;
  counts[6] = 80;
  preference.set_level(counts, 2);
  CHECK(2 * static_cast<double>(preference.weights()[0]) == Approx(7));
  CHECK(2 * static_cast<double>(preference.weights()[2]) == Approx(5));
  CHECK(2 * static_cast<double>(preference.weights()[6]) == Approx(1));
  CHECK(preference.weights()[8] == 0);
  // 30 shards fill the first two up to 3, and nothing is left for the rest.
  preference.set_level(counts, 0.3);
  CHECK(0.3 * static_cast<double>(preference.weights()[0]) == Approx(2.5));
  CHECK(0.3 * static_cast<double>(preference.weights()[2]) == Approx(0.5));
  CHECK(preference.weights()[6] == 0);
}

TEST_CASE("the coolest data is taken first, class after class") {
  // Class 0: four parts of demand 0, 1, 3 and 12 sixteenths; class 1: all alike.
  std::vector<LedgerAgeing> ageing(2);
  ageing[0].demand_by_coolness = {0, 1. / 16, 3. / 16, 12. / 16};
  CoolestParts parts(ageing);
  const std::vector<LedgerClass> held = {{400, 400}, {100, 20}};  // a shard: 1, and 0.2
  const std::vector<double> density = {1, 0.2};
  // 100 of demand 0, then 100 of 0.2, then of 0.25.
  auto taken = parts.take(100, held, density);
  CHECK(taken[0].shards == Approx(100));
  CHECK(taken[0].demand == Approx(0).margin(1e-12));
  taken = parts.take(150, std::vector<LedgerClass>{{300, 400}, {100, 20}}, density);
  CHECK(taken[1].shards == Approx(100));
  CHECK(taken[1].demand == Approx(20));
  CHECK(taken[0].shards == Approx(50));
  CHECK(taken[0].demand == Approx(12.5));
}

TEST_CASE("lost shards come back at the rate that all drives lend, in turn") {
  // 1,000 drives lend 10 MB/s each; a shard of 100 MB takes 5 reads and a write: 16.7 a second.
  RepairOptions options;
  options.law = RepairLaw::kBandwidth;
  options.bytes_per_s = 10e6;
  options.detect = sim::Duration::seconds(600);
  LedgerRepair repair(options, 5, 100e6, 1, 1);
  const auto at = [](double seconds) { return sim::Instant() + sim::Duration::seconds(seconds); };
  const std::vector<LedgerClass> lost = {{30'000, 3}};
  repair.lose(at(100), 0, lost);
  const std::vector<std::uint8_t> open = {1};
  const std::vector<double> whole = {1.0};
  const std::vector<double> needed = {5.0};
  const auto window = [&](double from, double to) {
    repair.advance({at(from), at(to), 1000, open, whole, whole, whole, needed});
    return repair.rebuilt();
  };
  CHECK(window(0, 600) == 0);
  // Found at 700 s, then 1,000 / 60 a second.
  CHECK(window(600, 1700) == Approx(1000 * 1000 / 60.));
  CHECK(repair.waiting() == Approx(30'000 - 1000 * 1000 / 60.));
  CHECK(window(1700, 4000) == Approx(30'000 - 1000 * 1000 / 60.));
  CHECK(repair.waiting() == 0);
  // The first is back 600 s after the loss and one transfer of 10 s, the last 1,800 s later.
  CHECK(repair.delays().quantile(0.5) == Approx(600 + 10 + 900).epsilon(0.1));
  CHECK(repair.delays().max() == Approx(600 + 10 + 1800).epsilon(0.1));
}

TEST_CASE("what sets of drives lost comes back as fast as their own drives read it, side by side") {
  RepairOptions options;
  options.law = RepairLaw::kBandwidth;
  options.bytes_per_s = 10e6;
  LedgerRepair repair(options, 5, 100e6, 1, 1);
  const auto at = [](double seconds) { return sim::Instant() + sim::Duration::seconds(seconds); };
  const std::vector<std::uint8_t> open = {1};
  const std::vector<double> whole = {1.0};
  const std::vector<double> needed = {5.0};
  const auto window = [&](double from, double to, double drives) {
    repair.advance({at(from), at(to), drives, open, whole, whole, whole, needed});
    return repair.rebuilt();
  };
  const double detect = options.detect.to_seconds();
  // A drive of 800 shards, of which 8 others read 5 each at 10 s a shard: 5,000 s. The second is
  // lost at the same time, and neither waits for the other.
  const std::vector<LedgerClass> lost = {{800, 8}};
  repair.lose(at(0), 0, lost, 1, 5000);
  repair.lose(at(0), 0, lost, 1, 5000);
  CHECK(window(0, detect + 2000, 1e6) == Approx(2 * 320));
  CHECK(window(detect + 2000, detect + 6000, 1e6) == Approx(2 * 480));
  CHECK(repair.waiting() == 0);
  CHECK(repair.delays().quantile(0.5) == Approx(detect + 10 + 2500).epsilon(0.1));
  CHECK(repair.delays().max() == Approx(detect + 10 + 5000).epsilon(0.1));
  // All drives together set the limit where they are few: 60 of them do one shard a second.
  const std::vector<LedgerClass> more = {{2000, 20}};
  repair.lose(at(20'000), 0, lost, 1, 5000);
  repair.lose(at(20'000), 0, more, 1, 500);
  CHECK(window(20'000 + detect, 20'000 + detect + 1000, 60) == Approx(1000));
}

// Sets of two drives each, of which some take new data and some lose old.
TEST_CASE("sets of drives take and lose what is said of them, and all else is conserved") {
  constexpr std::size_t kDrives = 203;
  std::vector<LedgerFleet::Holding> held(kDrives);
  for (std::size_t d = 0; d < kDrives; ++d) {
    held[d] = {static_cast<float>(20 + d % 50), 0.1F * static_cast<float>(1 + d % 7)};
  }
  Rack rack(held);
  rack.mixes[11] = {};
  rack.held[11] = {};
  std::vector<std::uint32_t> set_of(kDrives);
  for (std::uint32_t d = 0; d < kDrives; ++d) set_of[d] = d < 200 ? d / 2 : SetFlow::kNoSet;
  std::vector<std::uint8_t> touched(100);
  std::vector<float> placed(100);
  std::vector<float> deleted(100);
  touched[3] = touched[40] = touched[41] = 1;
  placed[3] = 5;
  deleted[40] = 0.25F;
  placed[41] = 2;
  deleted[41] = 0.5F;
  rack.in.sets = {set_of, touched, placed, deleted};
  rack.in.placed_part = 0.5;
  // A tenth leaves everywhere, of which a part of 0.04 makes room for new data: not of sets.
  rack.flows[0].leave = 0.1;
  rack.flows[0].leave_demand = 0.1;
  rack.flows[0].renewed = 0.04;
  rack.flows[0].cool = 0.9;
  rack.flows[0].born_demand = 0.3;
  const std::vector<LedgerFleet::Holding> before = rack.held;
  const RackTally tally = rack.step();
  double came = 0;
  for (std::size_t d = 0; d < kDrives; ++d) {
    INFO(d);
    const double deletes = set_of[d] == 40 ? 0.25 : set_of[d] == 41 ? 0.5 : 0;
    const double left = set_of[d] == SetFlow::kNoSet ? 0.1 : 0.06 + deletes;
    const double places = set_of[d] == 3 ? 2.5 : set_of[d] == 41 ? 1 : 0;
    const auto shards = static_cast<double>(before[d].shards);
    const auto demand = static_cast<double>(before[d].demand);
    CHECK(static_cast<double>(rack.held[d].shards) == Approx(shards * (1 - left) + places));
    CHECK(static_cast<double>(rack.held[d].demand) ==
          Approx(demand * (1 - left) * 0.9 + places * 0.3));
    came += static_cast<double>(rack.held[d].shards) - shards * 0.9;
  }
  CHECK(tally.came[0].shards == Approx(came).epsilon(1e-5));
}

TEST_CASE("what comes beside sets is whole shards, as many as a Poisson law says") {
  constexpr std::size_t kDrives = 20'000;
  for (const double mean : {0.02, 1.5}) {
    Rack rack(std::vector<LedgerFleet::Holding>(kDrives, {10, 1}));
    const std::vector<std::uint32_t> set_of(kDrives, SetFlow::kNoSet);
    const std::vector<std::uint8_t> touched(1);
    rack.in.sets = {set_of, touched, {}, {}};
    rack.flows[0].come = mean;
    rack.flows[0].come_demand = 0.5;
    const RackTally tally = rack.step();
    double sum = 0;
    double squares = 0;
    for (const LedgerFleet::Holding& of : rack.held) {
      const double more = static_cast<double>(of.shards) - 10;
      CHECK(more == std::round(more));
      CHECK(static_cast<double>(of.demand) == Approx(1 + 0.5 * more));
      sum += more / kDrives;
      squares += more * more / kDrives;
    }
    // Four standard errors of a mean and of a variance: a false alarm in 10,000.
    CHECK(sum == Approx(mean).margin(4 * std::sqrt(mean / kDrives)));
    CHECK(squares - sum * sum ==
          Approx(mean).margin(4 * std::sqrt((mean + 2 * mean * mean) / kDrives)));
    CHECK(tally.came[0].shards == Approx(sum * kDrives));
  }
}

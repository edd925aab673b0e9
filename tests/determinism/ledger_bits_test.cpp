// What drives of a ledger hold, and how hot they are, has the same bits on every instruction set.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/ledger/ledger_flows.hpp"
#include "models/ledger/ledger_heat.hpp"
#include "sim/aligned_array.hpp"
#include "sim/digest.hpp"
#include "tests/support/simd_targets.hpp"

using namespace spindle;
using namespace spindle::models;
using test::on_every_target;

namespace {

constexpr std::uint32_t kDrives = 157;  // neither whole blocks nor whole lanes
constexpr std::size_t kClasses = 3;
constexpr std::uint32_t kSampleDrives = 50;

struct Rack {
  Rack() {
    sim::RandomStream random(sim::Seed{3}, 0, sim::Purpose{1}, 0);
    for (std::uint32_t d = 0; d < kDrives; ++d) {
      const auto part = [&] {
        return static_cast<std::uint16_t>(random.uniform() * kSampleDrives);
      };
      mixes.push_back({part(), part()});
      if (d % 40 == 7) mixes.back() = {};
      for (std::size_t c = 0; c < kClasses; ++c) {
        LedgerFleet::Holding of;
        if (mixes.back().first != LedgerFleet::kAbsent) {
          of = {static_cast<float>(30 * random.uniform()), static_cast<float>(random.uniform())};
        }
        held.push_back(of);
      }
    }
    heat.resize((kSampleDrives + 1) * kClasses * kLedgerEpochs);
    for (float& x : heat) x = static_cast<float>(random.uniform());
    demand.resize((kSampleDrives + 1) * kClasses);
    for (float& x : demand) x = static_cast<float>(0.1 + random.uniform());
    // Two drives of the sample lack a class.
    for (const std::size_t i : {4U, 9U}) demand[i * kClasses + 1] = 0;
  }
  std::vector<LedgerFleet::Mix> mixes;
  std::vector<LedgerFleet::Holding> held;
  sim::HugeVector<float> heat;
  std::vector<float> demand;
};

std::string bits_after_windows(RebalanceBy by) {
  Rack rack;
  std::vector<ClassFlow> classes(kClasses);
  classes[0] = {.leave = 0.03,
                .leave_demand = 0.03,
                .come = 0.5,
                .come_demand = 0.02,
                .is_noisy = true,
                .cool = 0.9};
  classes[1] = {.leave = 0.01, .leave_demand = 0.02, .grow = 0.02, .come_demand = 0.03};
  classes[2] = {.place = 0.1, .place_demand = 0.01, .cool = 0.99};
  FillPreference preference;
  preference.choices = 2;
  preference.mixed = 0.25;
  preference.width = 2;
  preference.set_share_below(std::vector<double>{0, 0.2, 0.4, 0.6, 0.8, 0.9});
  RebalanceFlow rebalance;
  rebalance.options.by = by;
  rebalance.options.threshold = 0.05;
  rebalance.most_shards = rebalance.next_most_shards = 1.5;
  rebalance.mean = rebalance.next_mean = {.demand = 1.5, .shards = 45};
  rebalance.sent_scale = 0.9;
  rebalance.pool.assign(kClasses, {.shards = 0.33, .demand = 0.011});
  RackFlowInputs in;
  in.classes = classes;
  in.preference = &preference;
  in.rebalance = &rebalance;
  in.rebalances = true;
  in.room = 70;
  std::vector<std::uint32_t> bins(6);
  sim::Digest digest;
  for (; in.window < 4; ++in.window) {
    const RackTally tally = apply_flows(in, rack.mixes, rack.held, bins);
    for (std::size_t c = 0; c < kClasses; ++c) {
      digest.add(tally.held[c].shards);
      digest.add(tally.came[c].demand);
      digest.add(tally.excess[c].shards);
      digest.add(tally.sent[c].demand);
    }
    digest.add(tally.moved);
    digest.add(tally.to_take);
  }
  for (const LedgerFleet::Holding& of : rack.held) {
    digest.add(static_cast<double>(of.shards));
    digest.add(static_cast<double>(of.demand));
  }
  for (const std::uint32_t count : bins) digest.add(static_cast<double>(count));
  return digest.hex();
}

double sum_of_strokes(const ShardStrokes& strokes, std::span<const std::uint32_t> words,
                      std::span<const LedgerFleet::Mix> mixes, std::size_t epoch) {
  double sum = 0;
  for (std::size_t d = 0; d < mixes.size(); ++d) {
    if (mixes[d].first == LedgerFleet::kAbsent) continue;
    const auto word = static_cast<std::int32_t>(stroke_word(words, d, epoch));
    const auto count = std::count_if(strokes.limits.begin(), strokes.limits.end(),
                                     [&](const auto& limit) { return word > limit[epoch]; });
    sum += static_cast<double>(strokes.base[epoch]) +
           static_cast<double>(strokes.each[epoch]) * static_cast<double>(count);
  }
  return sum;
}

std::string bits_of_heat(std::size_t epochs, std::vector<std::uint32_t> varying, bool has_strokes,
                         bool has_rows = false) {
  Rack rack;
  for (std::size_t at = 0; at < rack.heat.size(); ++at) {
    if (at % kLedgerEpochs >= epochs) rack.heat[at] = 0;
  }
  const std::vector<float> factors = {1.0F, 0.9F, 1.1F};
  RackHeatInputs in;
  in.heat = rack.heat.data();
  in.demand = rack.demand.data();
  in.varying = varying;
  std::vector<float> courses(kClasses * kLedgerEpochs);
  for (std::size_t at = 0; at < courses.size(); ++at) {
    courses[at] = at % kLedgerEpochs < epochs ? 0.7F + 0.01F * static_cast<float>(at) : 0.0F;
  }
  in.courses = courses;
  in.mean = kSampleDrives;
  in.factors = factors;
  in.mixes = rack.mixes;
  in.held = rack.held;
  std::fill_n(in.directed.begin(), epochs, 0.01F);
  in.reference.fill(1.5F);
  in.epochs = epochs;
  in.peak_epoch = 2;
  const std::vector<double> mean = {0.01, 0.02, 0.5, 0.7, 2, 3, 4, 5};
  const std::vector<double> squares = {0.001, 0.001, 0.1, 0.01, 0.1, 1, 2, 0.01};
  const ShardStrokes strokes =
      shard_strokes(std::span(mean).first(epochs), std::span(squares).first(epochs));
  std::vector<std::uint32_t> words(kDrives * kStrokeWords);
  for (std::size_t at = 0; at < words.size(); ++at) {
    words[at] = static_cast<std::uint32_t>(at * 2'654'435'761U);
  }
  words[10] = 0x7fffffff;  // above every limit
  if (has_strokes) {
    in.strokes = &strokes;
    in.words = words.data();
  }
  // Drives in sets: rows of their own, and new data on some of them.
  std::vector<std::uint32_t> rows(kDrives);
  for (std::uint32_t d = 0; d < kDrives; ++d) rows[d] = d % 3;
  std::vector<float> arriving(3 * kLedgerEpochs);
  for (std::size_t at = kLedgerEpochs; at < arriving.size(); ++at) {
    arriving[at] = at % kLedgerEpochs < epochs ? 0.013F * static_cast<float>(at) : 0.0F;
  }
  if (has_rows) {
    in.rows = in.arriving_rows = rows.data();
    in.demand = nullptr;
    in.arriving = in.writing = arriving.data();
    in.arriving_part = 0.7F;
  }
  std::vector<float> sum(kDrives);
  std::vector<float> max(kDrives);
  std::vector<float> peak(kDrives);
  std::vector<std::uint32_t> buckets(kHeatBuckets);
  RackHeatSums sums;
  RackHeatOutputs out{sum, max, peak, buckets, sums};
  rack_ledger_heat(in, out);
  CHECK(sums.present == kDrives - 4);
  std::uint64_t counted = 0;
  for (const std::uint32_t count : buckets) counted += count;
  CHECK(counted == sums.present * epochs);
  for (std::size_t e = 0; has_strokes && !has_rows && e < epochs; ++e) {
    CHECK(sums.strokes[e] == Approx(sum_of_strokes(strokes, words, rack.mixes, e)).epsilon(1e-5));
  }
  sim::Digest digest;
  for (std::size_t e = 0; e < epochs; ++e) {
    digest.add(sums.deviation[e]);
    digest.add(sums.squares[e]);
    digest.add(sums.hottest[e]);
    digest.add(sums.hot[e]);
    digest.add(sums.strokes[e]);
    digest.add(sums.asked_deviation[e]);
    digest.add(sums.asked_squares[e]);
  }
  for (std::uint32_t d = 0; d < kDrives; ++d) {
    digest.add(static_cast<double>(sum[d]));
    digest.add(static_cast<double>(max[d]));
    digest.add(static_cast<double>(peak[d]));
  }
  return digest.hex();
}

}  // namespace

TEST_CASE("flows of a ledger have the same bits on every instruction set") {
  for (const RebalanceBy by : {RebalanceBy::kHeat, RebalanceBy::kFill}) {
    const std::string first = bits_after_windows(by);
    on_every_target([&] { CHECK(bits_after_windows(by) == first); });
  }
}

TEST_CASE("heat of a ledger has the same bits on every instruction set") {
  for (const std::size_t epochs : {std::size_t{5}, kLedgerEpochs}) {
    for (const std::vector<std::uint32_t>& varying :
         {std::vector<std::uint32_t>{}, {1}, {0, 2}, {0, 1, 2}}) {
      for (const bool strokes : {false, true}) {
        for (const bool rows : {false, true}) {
          const std::string first = bits_of_heat(epochs, varying, strokes, rows);
          on_every_target([&] { CHECK(bits_of_heat(epochs, varying, strokes, rows) == first); });
        }
      }
    }
  }
}

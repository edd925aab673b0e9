// Streams whose names differ in one part, and draws of one stream, must be independent. Seeds are
// fixed; false alarms 1e-6 for each family of checks (Bonferroni).

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/random_batch.hpp"
#include "tests/support/goodness_of_fit.hpp"

namespace spindle::sim {
namespace {

using test::Check;

constexpr double kFalseAlarms = 1e-6;
constexpr std::uint64_t kPairs = 200'000;
constexpr std::size_t kCells = 32;  // a side of the table of pairs: 195 expected in each cell

struct Pair {
  double x = 0;
  double y = 0;
};
using PairOf = std::function<Pair(std::uint64_t)>;

// Products of two centred uniforms have mean 0 and variance 1/144.
double correlation_p(const PairOf& pair) {
  double sum = 0;
  for (std::uint64_t i = 0; i < kPairs; ++i) {
    const auto [x, y] = pair(i);
    sum += (x - 0.5) * (y - 0.5);
  }
  return test::two_sided_normal_p(sum / std::sqrt(static_cast<double>(kPairs) / 144));
}

// The unit square in 32 by 32 equal cells.
double table_p(const PairOf& pair) {
  std::vector<std::uint64_t> counts(kCells * kCells);
  for (std::uint64_t i = 0; i < kPairs; ++i) {
    const auto [x, y] = pair(i);
    const auto column = static_cast<std::size_t>(x * kCells);
    ++counts[static_cast<std::size_t>(y * kCells) * kCells + column];
  }
  return test::counts_p(counts, std::vector<double>(counts.size(), 1.0 / (kCells * kCells)));
}

double draw(std::uint64_t seed, std::uint64_t replication, std::uint64_t purpose,
            std::uint64_t entity, std::uint64_t number) {
  RandomStream stream(Seed{seed}, static_cast<std::uint32_t>(replication),
                      Purpose{static_cast<std::uint16_t>(purpose)}, entity);
  stream.skip_to(2 * number);
  return stream.uniform();
}

// Pairs that do not overlap: 2 i and 2 i + 1 of one part of the name, the others fixed; purposes
// have 16 bits, so several entities serve each pair.
std::vector<std::pair<std::string, PairOf>> neighbours() {
  return {
      {"entities",
       [](std::uint64_t i) {
         return Pair{draw(1, 0, 3, 2 * i, 0), draw(1, 0, 3, 2 * i + 1, 0)};
       }},
      {"entities a rack apart",
       [](std::uint64_t i) {
         return Pair{draw(1, 0, 3, i, 0), draw(1, 0, 3, i + (std::uint64_t{1} << 24), 0)};
       }},
      {"replications",
       [](std::uint64_t i) {
         return Pair{draw(1, 2 * i, 3, 5, 0), draw(1, 2 * i + 1, 3, 5, 0)};
       }},
      {"purposes",
       [](std::uint64_t i) {
         return Pair{draw(1, 0, 2 * (i % 100), i / 100, 0),
                     draw(1, 0, 2 * (i % 100) + 1, i / 100, 0)};
       }},
      {"seeds",
       [](std::uint64_t i) {
         return Pair{draw(2 * i, 0, 3, 5, 0), draw(2 * i + 1, 0, 3, 5, 0)};
       }},
      {"draws within a block",
       [](std::uint64_t i) {
         return Pair{draw(1, 0, 3, 5, 2 * i), draw(1, 0, 3, 5, 2 * i + 1)};
       }},
      {"draws of neighbouring blocks",
       [](std::uint64_t i) {
         return Pair{draw(1, 0, 3, 6, 2 * i + 1), draw(1, 0, 3, 6, 2 * i + 2)};
       }},
      {"an entity's draw and the next entity's next draw",
       [](std::uint64_t i) {
         return Pair{draw(1, 0, 3, 2 * i, i % 9), draw(1, 0, 3, 2 * i + 1, i % 9 + 1)};
       }},
      {"entity and purpose exchanged",
       [](std::uint64_t i) {
         const std::uint64_t a = i % 447;
         const std::uint64_t b = 500 + i / 447;
         return Pair{draw(1, 0, a, b, 0), draw(1, 0, b, a, 0)};
       }},
      {"entity and replication exchanged",
       [](std::uint64_t i) {
         const std::uint64_t a = i % 447;
         const std::uint64_t b = 500 + i / 447;
         return Pair{draw(1, a, 3, b, 0), draw(1, b, 3, a, 0)};
       }},
  };
}

TEST_CASE("independence: neighbours in every part of a name") {
  std::vector<Check> checks;
  for (const auto& [name, pair] : neighbours()) {
    checks.push_back({name + ": correlation", [pair = pair] { return correlation_p(pair); }});
    checks.push_back({name + ": pairs", [pair = pair] { return table_p(pair); }});
  }
  test::require_family(checks, kFalseAlarms);
}

// Correlations between all pairs of 200 streams over 1,000 draws: their squared z-values add up to
// chi² with as many degrees as pairs, to the order of 1/draws.
double all_pairs_p(const RandomBatch& batch, std::size_t entities, std::size_t draws) {
  std::vector<std::vector<double>> streams(entities, std::vector<double>(draws));
  for (std::size_t e = 0; e < entities; ++e) {
    batch.uniforms(e, 0, streams[e]);
    for (double& u : streams[e]) u -= 0.5;
  }
  double statistic = 0;
  double degrees = 0;
  for (std::size_t a = 0; a < entities; ++a) {
    for (std::size_t b = 0; b < a; ++b, ++degrees) {
      double sum = 0;
      for (std::size_t i = 0; i < draws; ++i) sum += streams[a][i] * streams[b][i];
      statistic += sum * sum * 144 / static_cast<double>(draws);
    }
  }
  return test::chi_square_p(statistic, degrees);
}

// The same of one stream with itself at lags 1 … 200.
double all_lags_p(const RandomBatch& batch) {
  constexpr std::size_t kLags = 200;
  constexpr std::size_t kUniforms = 50'000;
  std::vector<double> stream(kUniforms + kLags);
  batch.uniforms(9, 0, stream);
  double statistic = 0;
  for (std::size_t lag = 1; lag <= kLags; ++lag) {
    double sum = 0;
    for (std::size_t i = 0; i < kUniforms; ++i) sum += (stream[i] - 0.5) * (stream[i + lag] - 0.5);
    statistic += sum * sum * 144 / static_cast<double>(kUniforms);
  }
  return test::chi_square_p(statistic, kLags);
}

TEST_CASE("independence: all pairs of many streams, and all lags of one") {
  const RandomBatch batch(Seed{6}, 1, Purpose{2});
  test::require_family({{"pairs of streams", [&] { return all_pairs_p(batch, 200, 1000); }},
                        {"lags", [&] { return all_lags_p(batch); }}},
                       kFalseAlarms);
}

TEST_CASE("independence: the tests above reject weak dependence") {
  const auto copied = [](std::uint64_t i) {  // one pair in fifty is twice the same number
    const double x = draw(1, 0, 3, 2 * i, 0);
    return Pair{x, i % 50 == 0 ? x : draw(1, 0, 3, 2 * i + 1, 0)};
  };
  const auto lattice = [](std::uint64_t i) {  // a multiplicative congruence, uncorrelated
    const double x = draw(1, 0, 3, i, 0);
    return Pair{x, std::fmod(47 * x, 1.0)};
  };
  const auto uneven = [](std::uint64_t i) {  // 8 % too little in one half of the second
    const double y = draw(1, 0, 3, 2 * i + 1, 0);
    return Pair{draw(1, 0, 3, 2 * i, 0), y < 0.5 && i % 12 == 0 ? 1 - y : y};
  };
  test::require_rejected({{"correlation of copies", [&] { return correlation_p(copied); }},
                          {"pairs of copies", [&] { return table_p(copied); }},
                          {"pairs of a lattice", [&] { return table_p(lattice); }},
                          {"pairs of an uneven one", [&] { return table_p(uneven); }}},
                         kFalseAlarms, 20);
}

}  // namespace
}  // namespace spindle::sim

// Distributions: parameters refused, edges, and draws that depend on their name alone.

#include "sim/distributions.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/discrete_distributions.hpp"
#include "sim/draw_each.hpp"
#include "sim/empirical.hpp"
#include "sim/math.hpp"

namespace spindle::sim {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

RandomStream fresh_stream() {
  return {Seed{1}, 0, Purpose{4}, 2};
}

TEST_CASE("distributions: continuous ones refuse parameters out of range") {
  using Catch::Matchers::Contains;
  for (const double bad : {0.0, -1.0, kNaN, kInfinity}) {
    CHECK_THROWS_AS(Exponential(bad), std::invalid_argument);
    CHECK_THROWS_AS(Weibull(bad, 1), std::invalid_argument);
    CHECK_THROWS_AS(Weibull(1, bad), std::invalid_argument);
    CHECK_THROWS_AS(Pareto(bad, 1), std::invalid_argument);
    CHECK_THROWS_AS(Pareto(1, bad), std::invalid_argument);
    CHECK_THROWS_AS(LogNormal::of_mean(bad, 1), std::invalid_argument);
  }
  for (const double bad : {-0.1, kNaN, kInfinity}) {
    CHECK_THROWS_AS(LogNormal(0, bad), std::invalid_argument);
    CHECK_THROWS_AS(LogNormal::of_mean(1, bad), std::invalid_argument);
  }
  CHECK_THROWS_AS(LogNormal(kNaN, 1), std::invalid_argument);
  CHECK_THROWS_WITH(Weibull(-2, 1), Contains("weibull: shape -2") && Contains("give 0.01 to 1e6"));
}

TEST_CASE("distributions: counts refuse parameters out of range") {
  for (const double bad : {-1.0, kNaN, kInfinity, 0x1p51}) {
    CHECK_THROWS_AS(Poisson(bad), std::invalid_argument);
    CHECK_THROWS_AS(Binomial(10, bad), std::invalid_argument);
    CHECK_THROWS_AS(Zipf(10, bad), std::invalid_argument);
  }
  CHECK_THROWS_AS(Binomial((std::uint64_t{1} << 50) + 1, 0.5), std::invalid_argument);
  CHECK_THROWS_AS(Zipf(0, 1), std::invalid_argument);
  CHECK_THROWS_AS(Zipf((std::uint64_t{1} << 48) + 1, 1), std::invalid_argument);
}

TEST_CASE("distributions: tables refuse impossible weights") {
  const std::vector<std::vector<double>> bad = {{},        {0, 0},         {1, -1},
                                                {1, kNaN}, {1, kInfinity}, {1e308, 1e308}};
  for (const std::vector<double>& weights : bad) {
    CHECK_THROWS_AS(Discrete(weights), std::invalid_argument);
    CHECK_THROWS_AS(Multinomial(weights), std::invalid_argument);
  }
  const std::vector<double> weights = {1, 2};
  CHECK_THROWS_AS(Histogram(std::vector<double>{0, 1}, weights), std::invalid_argument);
  CHECK_THROWS_AS(Histogram(std::vector<double>{0, 2, 1}, weights), std::invalid_argument);
  CHECK_THROWS_AS(Histogram(std::vector<double>{0, 1, kInfinity}, weights), std::invalid_argument);
  // A bin wider than any double.
  CHECK_THROWS_AS(Histogram(std::vector<double>{-1e308, 1e308, 1.1e308}, weights),
                  std::invalid_argument);
  std::vector<std::uint64_t> counts(3);
  RandomStream random = fresh_stream();
  CHECK_THROWS_AS(Multinomial(weights).draw(5, random, counts), std::invalid_argument);
}

TEST_CASE("distributions: what is certain always happens") {
  RandomStream random = fresh_stream();
  constexpr std::uint64_t kMost = std::uint64_t{1} << 50;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(Poisson(0).draw(random) == 0);
    REQUIRE(Binomial(0, 0.3).draw(random) == 0);
    REQUIRE(Binomial(kMost, 0).draw(random) == 0);
    REQUIRE(Binomial(kMost, 1).draw(random) == kMost);
    REQUIRE(Zipf(1, 2).draw(random) == 1);
    REQUIRE(Discrete(std::vector<double>{0, 3, 0}).draw(random) == 1);
    REQUIRE(LogNormal(2, 0).draw(random) == Approx(std::exp(2.0)));
    REQUIRE(Histogram(std::vector<double>{7, 7}, std::vector<double>{1}).draw(random) == 7);
    REQUIRE(Pareto(2, 3).draw(random) >= 3);
    std::vector<std::uint64_t> counts(4);
    Multinomial(std::vector<double>{0, 2, 1, 0}).draw(100, random, counts);
    REQUIRE(counts[0] + counts[3] == 0);
    REQUIRE(counts[1] + counts[2] == 100);
  }
}

TEST_CASE("distributions: a bin's upper edge belongs to the next bin") {
  // Where the bin holds one double alone, sums round to its upper edge half of the time.
  RandomStream random(Seed{1}, 0, Purpose{1}, 0);
  for (const double low : {1.0, -1.0, 1e300}) {
    const std::vector<double> edges = {low, std::nextafter(low, kInfinity)};
    const Histogram bin(edges, std::vector<double>{1});
    for (int i = 0; i < 100; ++i) REQUIRE(bin.draw(random) == low);
  }
}

TEST_CASE("distributions: a lognormal takes every mean and variation that it states") {
  for (const double mean : {1e-200, 1.0, 1e200}) {
    for (const double cv : {0.0, 1.0, 1e20}) {
      const LogNormal service = LogNormal::of_mean(mean, cv);
      for (const double u : {0x1p-53, 0.5, 1 - 0x1p-53}) {
        CHECK(service.from_uniform(u) > 0);
        CHECK(std::isfinite(service.from_uniform(u)));
      }
    }
  }
}

TEST_CASE("distributions: counts and ranks stay in their ranges") {
  RandomStream random = fresh_stream();
  const Binomial common(25, 0.45);
  const Binomial mirrored(25, 0.95);
  const Zipf flat(7, 0.01);
  const Zipf steep(7, 50);
  for (int i = 0; i < 20'000; ++i) {
    REQUIRE(common.draw(random) <= 25);
    REQUIRE(mirrored.draw(random) <= 25);
    for (const Zipf& zipf : {flat, steep}) {
      const std::uint64_t rank = zipf.draw(random);
      REQUIRE((rank >= 1 && rank <= 7));
    }
  }
}

TEST_CASE("distributions: the alias method splits the words exactly") {
  // Two equal outcomes, and one of weight 3/4: halves and quarters of the 64-bit words.
  const Discrete halves(std::vector<double>{1, 1});
  CHECK(halves.from_bits(0) == 0);
  CHECK(halves.from_bits(0x7fffffffffffffffU) == 0);
  CHECK(halves.from_bits(0x8000000000000000U) == 1);
  CHECK(halves.from_bits(~std::uint64_t{0}) == 1);
  const Discrete quarters(std::vector<double>{1, 3});
  CHECK(quarters.from_bits(0x3fffffffffffffffU) == 0);
  CHECK(quarters.from_bits(0x4000000000000000U) == 1);
  CHECK(quarters.from_bits(~std::uint64_t{0}) == 1);
}

// draw_each against one fresh stream a draw, forwards and with another batch around it.
template <class Value, class Distribution>
void check_named_draws(const Distribution& distribution) {
  const RandomBatch batch(Seed{5}, 2, Purpose{11});
  std::vector<std::uint64_t> entities;
  std::vector<std::uint64_t> draws;
  for (std::uint64_t i = 0; i < 200; ++i) {
    entities.push_back(i * i % 97);
    draws.push_back(i % 7);
  }
  std::vector<Value> out(entities.size());
  draw_each<Distribution, Value>(distribution, batch, entities, draws, out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    RandomStream stream = batch.stream(entities[i]);
    stream.skip_to(draws[i] * Distribution::kWordsPerDraw);
    REQUIRE(out[i] == distribution.draw(stream));
  }
  std::reverse(entities.begin(), entities.end());
  std::reverse(draws.begin(), draws.end());
  entities.push_back(5);
  draws.push_back(1);
  std::vector<Value> again(entities.size());
  draw_each<Distribution, Value>(distribution, batch, entities, draws, again);
  for (std::size_t i = 0; i < out.size(); ++i) REQUIRE(again[out.size() - 1 - i] == out[i]);
}

TEST_CASE("distributions: an entity's draw k is the same in every batch") {
  check_named_draws<double>(Exponential(2));
  check_named_draws<double>(Weibull(0.7, 3));
  check_named_draws<double>(Pareto(1.5, 1));
  check_named_draws<double>(LogNormal(1, 2));
  check_named_draws<double>(Histogram(std::vector<double>{0, 1, 5}, std::vector<double>{2, 1}));
  check_named_draws<std::uint64_t>(Poisson(3));
  check_named_draws<std::uint64_t>(Poisson(3000));
  check_named_draws<std::uint64_t>(Binomial(1000, 0.4));
  check_named_draws<std::uint64_t>(Zipf(1000, 1.1));
  check_named_draws<std::uint32_t>(Discrete(std::vector<double>{1, 2, 3}));
}

TEST_CASE(
    "distributions: where a draw takes a fixed number of words, named draws are consecutive") {
  const auto check = [](const auto& distribution) {
    using Value = decltype(distribution.draw(std::declval<RandomStream&>()));
    using Distribution = std::decay_t<decltype(distribution)>;
    const RandomBatch batch(Seed{5}, 2, Purpose{11});
    const std::vector<std::uint64_t> entities(9, 3);
    const std::vector<std::uint64_t> draws = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    std::vector<Value> out(9);
    draw_each<Distribution, Value>(distribution, batch, entities, draws, out);
    RandomStream stream = batch.stream(3);
    for (const Value& x : out) REQUIRE(x == distribution.draw(stream));
  };
  check(Exponential(1));
  check(Weibull(2, 1));
  check(Pareto(2, 1));
  check(LogNormal(0, 1));
  check(Discrete(std::vector<double>{1, 2}));
  check(Histogram(std::vector<double>{0, 1, 5}, std::vector<double>{2, 1}));
}

TEST_CASE("distributions: named draws end where the streams end") {
  const RandomBatch batch(Seed{5}, 2, Purpose{11});
  const std::vector<std::uint64_t> entity = {0};
  std::vector<std::uint64_t> out(1);
  const auto draw = [&](std::uint64_t number) {
    draw_each<Poisson, std::uint64_t>(Poisson(2), batch, entity, std::vector{number}, out);
  };
  CHECK_NOTHROW(draw((std::uint64_t{1} << 34) - 2));
  CHECK_THROWS_AS(draw(std::uint64_t{1} << 34), std::invalid_argument);
  CHECK_THROWS_AS(draw(~std::uint64_t{0}), std::invalid_argument);
  std::vector<std::uint64_t> two(2);
  CHECK_THROWS_AS((draw_each<Poisson, std::uint64_t>(Poisson(2), batch, entity, entity, two)),
                  std::invalid_argument);
}

}  // namespace
}  // namespace spindle::sim

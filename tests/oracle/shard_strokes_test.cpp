// Shards written whole: how many meet a drive in an epoch is a Poisson number, whose law, mean and
// variance are known.
#include "models/ledger/shard_strokes.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "models/purposes.hpp"
#include "sim/random_batch.hpp"
#include "tests/support/goodness_of_fit.hpp"

using namespace spindle;
using models::shard_strokes;
using models::ShardStrokes;

namespace {

// That a word is above the limit.
double chance_above(std::int32_t limit) {
  return (double{std::numeric_limits<std::int32_t>::max()} - limit) / 4294967296.0;
}

double poisson(double rate, std::size_t n) {
  return std::exp(static_cast<double>(n) * std::log(rate) - rate -
                  std::lgamma(static_cast<double>(n) + 1));
}

ShardStrokes one_kind(double rate, double heat) {
  return shard_strokes(std::vector{rate * heat}, std::vector{rate * heat * heat});
}

}  // namespace

TEST_CASE("shards written whole: a word is above as many limits as Poisson's law says") {
  for (const double rate : {1e-6, 0.02, 0.7, 3.0, 8.0}) {
    INFO(rate);
    const ShardStrokes strokes = one_kind(rate, 0.05);
    CHECK(strokes.each[0] == Approx(0.05));
    CHECK(strokes.base[0] == 0);
    double above = 1;
    for (std::size_t j = 0; j < strokes.limits.size(); ++j) {
      above -= poisson(rate, j);
      // Words are whole numbers of 32 bits.
      CHECK(chance_above(strokes.limits[j][0]) ==
            Approx(above).epsilon(1e-12).margin(1.1 / 4294967296.0));
    }
    CHECK(above < 1e-9);
  }
}

// Where a drive's word is beyond the usual ones, the rest is counted too; where none is, nothing is
// left out.
TEST_CASE("shards written whole: limits beyond the usual ones are for a word in a thousand") {
  for (const double rate : {1e-6, 0.02, 0.7, 3.0, 8.0}) {
    INFO(rate);
    const ShardStrokes strokes = one_kind(rate, 0.05);
    REQUIRE(strokes.usual >= 1);
    REQUIRE(strokes.usual <= strokes.limits.size());
    CHECK(chance_above(strokes.limits[strokes.usual - 1][0]) <= 0.001);
    if (strokes.usual > 1) CHECK(chance_above(strokes.limits[strokes.usual - 2][0]) > 0.001);
    for (std::size_t j = 1; j < strokes.limits.size(); ++j) {
      CHECK(strokes.limits[j][0] >= strokes.limits[j - 1][0]);
    }
  }
}

TEST_CASE("shards written whole: mean and variance are those asked for, in bundles too") {
  for (const double rate : {0.001, 0.3, 7.9, 8.1, 40.0, 1e4}) {
    INFO(rate);
    const ShardStrokes strokes = one_kind(rate, 1e-3);
    double mean = 0;
    double square = 0;
    for (std::size_t j = 0; j < strokes.limits.size(); ++j) {
      const double above = chance_above(strokes.limits[j][0]);
      mean += above;
      square += static_cast<double>(2 * j + 1) * above;
    }
    const double each = static_cast<double>(strokes.each[0]);
    CHECK(static_cast<double>(strokes.base[0]) + each * mean == Approx(rate * 1e-3).epsilon(1e-5));
    CHECK(each * each * (square - mean * mean) == Approx(rate * 1e-6).epsilon(1e-5));
    CHECK(strokes.base[0] >= 0);
  }
}

TEST_CASE("shards written whole: kinds of work add up, epoch by epoch") {
  // One large shard in ten hours and four small ones an hour; nothing; the small ones alone.
  const ShardStrokes strokes = shard_strokes(std::vector{0.1 * 0.2 + 4 * 0.01, 0.0, 4 * 0.01},
                                             std::vector{0.1 * 0.04 + 4 * 1e-4, 0.0, 4 * 1e-4});
  CHECK(strokes.each[0] == Approx((0.1 * 0.04 + 4 * 1e-4) / (0.1 * 0.2 + 4 * 0.01)));
  CHECK(strokes.each[1] == 0);
  CHECK(strokes.each[2] == Approx(0.01));
  for (const ShardStrokes::Limits& limit : strokes.limits) {
    CHECK(chance_above(limit[1]) == 0);
    CHECK(chance_above(limit[3]) == 0);
  }
  CHECK(shard_strokes(std::vector{0.0, 0.0}, std::vector{0.0, 0.0}).empty());
}

namespace {

std::vector<std::uint32_t> words_of(std::size_t drives) {
  std::vector<std::uint32_t> words;
  models::draw_stroke_words(sim::RandomBatch(sim::Seed{3}, 0, models::purpose::kLedgerStroke), 7, 2,
                            drives, words);
  return words;
}

std::size_t count_of(const ShardStrokes& strokes, std::uint32_t word) {
  std::size_t count = 0;
  for (const ShardStrokes::Limits& limit : strokes.limits) {
    count += static_cast<std::int32_t>(word) > limit[0] ? 1U : 0U;
  }
  return count;
}

}  // namespace

// Pearson's test of 400,000 counts at four rates: a false alarm in 250,000.
TEST_CASE("shards written whole: drawn words count as Poisson's law says") {
  const std::vector<std::uint32_t> words = words_of(50'000);
  REQUIRE(words.size() == 50'000 * models::kStrokeWords);
  for (const double rate : {0.02, 0.7, 3.0, 8.0}) {
    INFO(rate);
    const ShardStrokes strokes = one_kind(rate, 1);
    std::vector<std::uint64_t> counts(strokes.limits.size() + 1);
    for (std::size_t at = 0; at < 50'000 * models::kLedgerEpochs; ++at) {
      ++counts[count_of(strokes, models::stroke_word(words, at / models::kLedgerEpochs,
                                                     at % models::kLedgerEpochs))];
    }
    std::vector<double> law;
    for (std::size_t n = 0; n < counts.size(); ++n) law.push_back(poisson(rate, n));
    CHECK(test::counts_p(counts, law) > 1e-6);
  }
}

// Two epochs of a drive that share a word are as two that do not: pairs of counts, in cells of the
// two laws' product. 200,000 pairs at two rates: a false alarm in 500,000.
TEST_CASE("shards written whole: a drive's epochs are independent of each other") {
  const std::vector<std::uint32_t> words = words_of(50'000);
  for (const double rate : {0.5, 4.0}) {
    for (const std::size_t apart : {std::size_t{1}, models::kStrokeWords}) {
      CAPTURE(rate, apart);
      const ShardStrokes strokes = one_kind(rate, 1);
      const std::size_t most = strokes.limits.size() + 1;
      std::vector<std::uint64_t> counts(most * most);
      for (std::size_t at = 0; at < words.size(); ++at) {
        const std::size_t drive = at / models::kStrokeWords;
        const std::size_t e = at % models::kStrokeWords;
        ++counts[count_of(strokes, models::stroke_word(words, drive, e)) * most +
                 count_of(strokes, models::stroke_word(words, drive, e + apart))];
      }
      std::vector<double> law;
      for (std::size_t n = 0; n < most; ++n) {
        for (std::size_t m = 0; m < most; ++m) law.push_back(poisson(rate, n) * poisson(rate, m));
      }
      CHECK(test::counts_p(counts, law) > 1e-6);
    }
  }
}

// Batches of draws: the bits of the scalar streams on every instruction set, whatever the batch.

#include "sim/random_batch.hpp"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "sim/digest.hpp"
#include "tests/support/simd_targets.hpp"

namespace spindle::sim {
namespace {

using test::on_every_target;

// Names all over their ranges, edges included.
struct Names {
  std::vector<std::uint64_t> entities;
  std::vector<std::uint64_t> draws;

  explicit Names(std::size_t count) {
    constexpr std::uint64_t kEntities = std::uint64_t{1} << 40;
    constexpr std::uint64_t kDraws = 2 * RandomStream::kBlocks;
    RandomStream random(Seed{17}, 0, Purpose{0}, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const bool narrow = random.bernoulli(0.5);
      entities.push_back(random.next_u64() % (narrow ? 1000 : kEntities));
      draws.push_back(random.next_u64() % (narrow ? 50 : kDraws));
    }
    entities.insert(entities.end(), {0, kEntities - 1, 5});
    draws.insert(draws.end(), {kDraws - 1, 0, kDraws - 2});
  }
};

constexpr Seed kSeed{0x0123456789abcdefU};
constexpr std::uint32_t kReplication = 0x89abcdefU;
constexpr Purpose kPurpose{0xfedc};

TEST_CASE("random batch: keyed draws are the streams' draws on every instruction set") {
  const Names names(4000);
  const std::size_t n = names.entities.size();
  const RandomBatch batch(kSeed, kReplication, kPurpose);
  on_every_target([&] {
    std::vector<double> uniforms(n);
    std::vector<double> exponentials(n);
    batch.uniforms(names.entities, names.draws, uniforms);
    batch.exponentials(names.entities, names.draws, exponentials);
    for (std::size_t i = 0; i < n; ++i) {
      RandomStream stream = batch.stream(names.entities[i]);
      stream.skip_to(2 * names.draws[i]);
      REQUIRE(std::bit_cast<std::uint64_t>(uniforms[i]) ==
              std::bit_cast<std::uint64_t>(stream.uniform()));
      stream.skip_to(2 * names.draws[i]);
      REQUIRE(std::bit_cast<std::uint64_t>(exponentials[i]) ==
              std::bit_cast<std::uint64_t>(stream.exponential()));
    }
  });
}

TEST_CASE("random batch: consecutive draws are the stream's for every start and length") {
  const RandomBatch batch(kSeed, kReplication, kPurpose);
  constexpr std::uint64_t kEntity = 0x9876543210U;
  on_every_target([&] {
    // Starts on both halves of a block, and across the carry of the block's low 32 bits.
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{7}, 0x1fffffff9U}) {
      for (std::size_t n = 0; n < 40; ++n) {
        std::vector<double> uniforms(n);
        std::vector<double> exponentials(n);
        batch.uniforms(kEntity, first, uniforms);
        batch.exponentials(kEntity, first, exponentials);
        RandomStream stream = batch.stream(kEntity);
        stream.skip_to(2 * first);
        for (std::size_t i = 0; i < n; ++i) {
          const double u = stream.uniform();
          REQUIRE(uniforms[i] == u);
          stream.skip_to(2 * (first + i));
          REQUIRE(exponentials[i] == stream.exponential());
        }
      }
    }
  });
}

TEST_CASE("random batch: words are the streams' words on every instruction set") {
  const RandomBatch batch(kSeed, kReplication, kPurpose);
  Names names(1001);
  for (std::uint64_t& draw : names.draws) draw /= 2;
  on_every_target([&] {
    std::vector<std::uint32_t> words(4 * names.entities.size());
    batch.words(names.entities, names.draws, words);
    for (std::size_t i = 0; i < names.entities.size(); ++i) {
      RandomStream stream = batch.stream(names.entities[i]);
      stream.skip_to(4 * names.draws[i]);
      for (std::size_t j = 0; j < 4; ++j) REQUIRE(words[4 * i + j] == stream.next_u32());
    }
    words.resize(4 * 27);
    batch.words(3, 0xfffffff0U, words);
    RandomStream stream = batch.stream(3);
    stream.skip_to(4 * std::uint64_t{0xfffffff0U});
    for (const std::uint32_t word : words) REQUIRE(word == stream.next_u32());
  });
}

TEST_CASE("random batch: a draw depends on its own name alone") {
  const Names names(300);
  const std::size_t n = names.entities.size();
  const RandomBatch batch(kSeed, kReplication, kPurpose);
  std::vector<double> together(n);
  batch.exponentials(names.entities, names.draws, together);
  // Backwards, and cut into pieces of growing size.
  std::vector<std::uint64_t> entities(names.entities.rbegin(), names.entities.rend());
  std::vector<std::uint64_t> draws(names.draws.rbegin(), names.draws.rend());
  std::vector<double> pieces(n);
  for (std::size_t begin = 0, size = 1; begin < n; begin += size, ++size) {
    const std::size_t length = std::min(size, n - begin);
    batch.exponentials(std::span(entities).subspan(begin, length),
                       std::span(draws).subspan(begin, length),
                       std::span(pieces).subspan(begin, length));
  }
  for (std::size_t i = 0; i < n; ++i) REQUIRE(pieces[i] == together[n - 1 - i]);
}

TEST_CASE("random batch: the bits of a million exponentials") {
  // Pinned: a change of this digest changes every simulated result.
  const RandomBatch batch(Seed{1}, 2, Purpose{3});
  on_every_target([&] {
    std::vector<double> draws(1'000'000);
    batch.exponentials(4, 0, draws);
    Digest digest;
    for (const double x : draws) digest.add(x);
    CHECK(digest.hex() == "a6cd4f28d6bffb12");
  });
}

TEST_CASE("random batch: what would enter another stream is refused") {
  const RandomBatch batch(Seed{1}, 0, Purpose{0});
  std::vector<double> out(2);
  std::vector<std::uint32_t> words(8);
  const std::vector<std::uint64_t> zeros(2);
  const std::vector<std::uint64_t> wide = {0, std::uint64_t{1} << 40};
  const std::vector<std::uint64_t> late = {2 * RandomStream::kBlocks, 0};
  CHECK_THROWS_AS(batch.uniforms(wide, zeros, out), std::invalid_argument);
  CHECK_THROWS_AS(batch.uniforms(zeros, late, out), std::invalid_argument);
  CHECK_THROWS_AS(batch.exponentials(wide, zeros, out), std::invalid_argument);
  CHECK_THROWS_AS(batch.exponentials(zeros, late, out), std::invalid_argument);
  CHECK_THROWS_AS(batch.exponentials(0, 2 * RandomStream::kBlocks - 1, out), std::invalid_argument);
  CHECK_THROWS_AS(batch.uniforms(std::uint64_t{1} << 40, 0, out), std::invalid_argument);
  CHECK_THROWS_AS(batch.words(wide, zeros, words), std::invalid_argument);
  CHECK_THROWS_AS(batch.words(0, RandomStream::kBlocks - 1, words), std::invalid_argument);
  // One more than the last of all numbers is 0.
  constexpr std::uint64_t kLast = ~std::uint64_t{0};
  const std::vector<std::uint64_t> last(zeros.size(), kLast);
  CHECK_THROWS_AS(batch.words(zeros, last, words), std::invalid_argument);
  CHECK_THROWS_AS(batch.words(0, kLast, words), std::invalid_argument);
  CHECK_THROWS_AS(batch.uniforms(zeros, last, out), std::invalid_argument);
  CHECK_THROWS_AS(batch.exponentials(0, kLast, out), std::invalid_argument);
  CHECK_NOTHROW(batch.exponentials(0, 2 * RandomStream::kBlocks - 2, out));
  CHECK_NOTHROW(batch.words(0, RandomStream::kBlocks - 2, words));

  CHECK_THROWS_AS(batch.uniforms(zeros, std::vector<std::uint64_t>(3), out), std::invalid_argument);
  CHECK_THROWS_AS(batch.words(zeros, zeros, std::span(words).first(7)), std::invalid_argument);
  CHECK_THROWS_AS(batch.words(0, 0, std::span(words).first(7)), std::invalid_argument);
}

}  // namespace
}  // namespace spindle::sim

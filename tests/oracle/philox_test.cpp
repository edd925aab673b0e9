// Philox4x32-10 against its published known answers, and the packing of stream names into counters.

#include <Random123/philox.h>

#include <array>
#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>

#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The stream whose first block has the given counter and key.
RandomStream stream_at(const Words& counter, const std::array<std::uint32_t, 2>& key) {
  const std::uint64_t seed = key[0] | (std::uint64_t{key[1]} << 32);
  const std::uint64_t block = counter[0] | (std::uint64_t{counter[1] & 0xffU} << 32);
  const std::uint64_t entity = (counter[1] >> 8) | (std::uint64_t{counter[2] & 0xffffU} << 24);
  const auto purpose = static_cast<std::uint16_t>(counter[2] >> 16);
  RandomStream stream(Seed{seed}, counter[3], Purpose{purpose}, entity);
  stream.skip_to(4 * block);
  return stream;
}

Words block_of(RandomStream stream) {
  Words words{};
  for (std::uint32_t& word : words) word = stream.next_u32();
  return words;
}

Words by_library(const Words& counter, const std::array<std::uint32_t, 2>& key) {
  const philox4x32_ctr_t counter_words = {{counter[0], counter[1], counter[2], counter[3]}};
  const philox4x32_key_t key_words = {{key[0], key[1]}};
  const philox4x32_ctr_t out = philox4x32(counter_words, key_words);
  return {out.v[0], out.v[1], out.v[2], out.v[3]};
}

// Known answers from Random123's kat_vectors: zeros, and the digits of pi. (All ones would be
// the block after a stream's last; the library's function covers it.)
TEST_CASE("philox: published known answers") {
  CHECK(block_of(stream_at({0, 0, 0, 0}, {0, 0})) ==
        Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(block_of(stream_at({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                           {0xa4093822, 0x299f31d0})) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  constexpr std::uint32_t kOnes = 0xffffffff;
  CHECK(by_library({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
}

TEST_CASE("philox: blocks are the library's function of key and packed counter") {
  // A spread of counters, drawn from the generator itself.
  RandomStream draws(Seed{5}, 0, Purpose{0}, 0);
  for (int i = 0; i < 2000; ++i) {
    const Words counter = {draws.next_u32(), draws.next_u32(), draws.next_u32(), draws.next_u32()};
    const std::array<std::uint32_t, 2> key = {draws.next_u32(), draws.next_u32()};
    REQUIRE(block_of(stream_at(counter, key)) == by_library(counter, key));
  }
}

TEST_CASE("random stream: names that differ in one bit give different streams") {
  // First words of all names that are zero but for one bit, and of the zero name: the packing
  // loses no bit. 2^-128 a pair: a chance collision of whole blocks is out of the question.
  std::set<Words> blocks = {block_of(RandomStream(Seed{0}, 0, Purpose{0}, 0))};
  std::size_t names = 1;
  for (unsigned bit = 0; bit < 64; ++bit, ++names) {
    blocks.insert(block_of(RandomStream(Seed{std::uint64_t{1} << bit}, 0, Purpose{0}, 0)));
  }
  for (unsigned bit = 0; bit < 32; ++bit, ++names) {
    blocks.insert(block_of(RandomStream(Seed{0}, 1U << bit, Purpose{0}, 0)));
  }
  for (unsigned bit = 0; bit < 16; ++bit, ++names) {
    const auto purpose = static_cast<std::uint16_t>(1U << bit);
    blocks.insert(block_of(RandomStream(Seed{0}, 0, Purpose{purpose}, 0)));
  }
  for (unsigned bit = 0; bit < 40; ++bit, ++names) {
    blocks.insert(block_of(RandomStream(Seed{0}, 0, Purpose{0}, std::uint64_t{1} << bit)));
  }
  for (unsigned bit = 0; bit < 40; ++bit, ++names) {
    RandomStream stream(Seed{0}, 0, Purpose{0}, 0);
    stream.skip_to(std::uint64_t{4} << bit);
    blocks.insert(block_of(stream));
  }
  CHECK(blocks.size() == names);
}

TEST_CASE("random stream: skipping equals drawing") {
  RandomStream drawn(Seed{3}, 1, Purpose{2}, 77);
  RandomStream skipped = drawn;
  for (std::uint64_t word = 0; word < 100; ++word) {
    skipped.skip_to(word);
    REQUIRE(skipped.next_u32() == drawn.next_u32());
  }
  skipped.skip_to(3);
  const std::uint64_t across_blocks = skipped.next_u64();
  skipped.skip_to(3);
  const std::uint64_t high = skipped.next_u32();
  CHECK(across_blocks == ((high << 32) | skipped.next_u32()));
}

TEST_CASE("random stream: the block number carries across 32 bits") {
  RandomStream walked(Seed{9}, 0, Purpose{1}, 5);
  walked.skip_to(4 * std::uint64_t{0xffffffff});
  for (int i = 0; i < 4; ++i) (void)walked.next_u32();
  RandomStream jumped(Seed{9}, 0, Purpose{1}, 5);
  jumped.skip_to(4 * (std::uint64_t{1} << 32));
  CHECK(walked.next_u64() == jumped.next_u64());
}

TEST_CASE("random stream: a stream ends before it enters the next") {
  CHECK_THROWS_AS(RandomStream(Seed{1}, 0, Purpose{0}, std::uint64_t{1} << 40),
                  std::invalid_argument);
  RandomStream stream(Seed{1}, 0, Purpose{0}, 0);
  CHECK_THROWS_AS(stream.skip_to(4 * RandomStream::kBlocks), std::invalid_argument);
  stream.skip_to(4 * RandomStream::kBlocks - 1);
  CHECK_NOTHROW(stream.next_u32());
  CHECK_THROWS_AS(stream.next_u32(), std::overflow_error);
  CHECK_THROWS_AS(stream.next_u32(), std::overflow_error);
}

}  // namespace
}  // namespace spindle::sim

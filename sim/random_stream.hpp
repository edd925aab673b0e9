#pragma once
// Counter-based random streams: Philox4x32-10 (Salmon et al., SC'11; Random123).
//
// A stream is named by (seed, replication, purpose, entity); its state is the draw number alone.
// The seed is the key; the 128-bit counter packs the rest without collisions:
//   draw block 40 bits | entity 40 bits | purpose 16 bits | replication 32 bits.
// So what one entity draws for one purpose depends on nothing else: a change of placement policy
// leaves every failure time and every tenant's burst as it was (common random numbers).
//
// Range: 4 * (2^40 - 1) 32-bit words a stream, then std::overflow_error; entity < 2^40 (checked:
// std::invalid_argument). Cost: about 10 ns per 4 words.

#include <array>
#include <cstdint>

namespace spindle::sim {

struct Seed {
  std::uint64_t value = 1;
};

// What a stream is for. Each library lists its purposes in one enum (models/purposes.hpp).
struct Purpose {
  std::uint16_t value = 0;
};

// A random 64-bit word as a number on {0, ..., n-1}; the bias is below n / 2^64.
inline std::uint64_t scaled(std::uint64_t word, std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(word) * n) >> 64U);
}

class RandomStream {
 public:
  // Blocks of four words in one stream.
  static constexpr std::uint64_t kBlocks = (std::uint64_t{1} << 40) - 1;
  static constexpr std::uint64_t kWordsPerBlock = 4;

  RandomStream(Seed seed, std::uint32_t replication, Purpose purpose, std::uint64_t entity);

  // Goes to the given 32-bit word of the stream, forwards or backwards, at constant cost: word =
  // 4 * block + index, below 4 * kBlocks (std::invalid_argument otherwise).
  void skip_to(std::uint64_t word);

  std::uint32_t next_u32() {
    if (next_word_ == 4) refill();
    return block_[next_word_++];
  }
  std::uint64_t next_u64() {
    const std::uint64_t high = next_u32();
    return (high << 32) | next_u32();
  }
  // Uniform on the open interval (0, 1): 52 random bits and a half step, so never 0 and never 1.
  double uniform() { return (static_cast<double>(next_u64() >> 12) + 0.5) * 0x1p-52; }
  // Uniform on {0, ..., n-1}, unbiased (Lemire's multiply-shift with rejection). Precondition n >
  // 0.
  std::uint32_t below(std::uint32_t n) {
    std::uint64_t product = static_cast<std::uint64_t>(next_u32()) * n;
    if (static_cast<std::uint32_t>(product) < n) {
      const std::uint32_t threshold = (0U - n) % n;
      while (static_cast<std::uint32_t>(product) < threshold) {
        product = static_cast<std::uint64_t>(next_u32()) * n;
      }
    }
    return static_cast<std::uint32_t>(product >> 32);
  }
  bool bernoulli(double p) { return uniform() < p; }
  double exponential();  // mean 1
  double normal();       // mean 0, standard deviation 1 (inverse of the distribution function)

 private:
  void refill();

  std::array<std::uint32_t, 4> block_{};
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 2> key_{};
  unsigned next_word_ = 4;
};

}  // namespace spindle::sim

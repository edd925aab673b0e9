#pragma once
// Numbers in (0, 1) that are as evenly spread as n of them can be: one in each n-th of the range,
// at random within it, in random order. What is drawn by them meets its law within one rank in n,
// where n independent draws are off by about sqrt(n) ranks.

#include <cstdint>

#include "sim/random_stream.hpp"

namespace spindle::models {

class EvenDraws {
 public:
  // In blocks of `n` (1 to 2^40; throws std::invalid_argument otherwise), each in an order of its
  // own. Memory is constant: the order is a cipher of the draw's number.
  EvenDraws(sim::RandomStream stream, std::uint64_t n);

  // Cost: about 30 ns.
  double next();

 private:
  [[nodiscard]] std::uint64_t scrambled(std::uint64_t x) const;

  sim::RandomStream stream_;
  std::uint64_t n_;
  unsigned half_bits_ = 1;  // of the cipher's domain
  std::uint64_t key_ = 0;   // of the block
  std::uint64_t drawn_;     // of the block
};

}  // namespace spindle::models

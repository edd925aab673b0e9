#pragma once
// Draws from any of the distributions for many entities at once.
//
// out[i] is draw number draws[i] of entity entities[i]; it depends on the batch's name, that entity
// and that number alone, never on what else is drawn. Draw k owns words k kWordsPerDraw … (k + 1)
// kWordsPerDraw - 1 of the entity's stream: where a draw always takes kWordsPerDraw words, these
// are the draws that consecutive calls of draw() on a fresh stream return. Distributions that
// transform one uniform or exponential number get these vectorised; the others cost a stream a
// draw, 10 ns.
//
// Errors: std::invalid_argument as in sim/random_batch.hpp.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>

#include "sim/random_batch.hpp"

namespace spindle::sim {

template <class Distribution, class Value>
void draw_each(const Distribution& distribution, const RandomBatch& batch,
               std::span<const std::uint64_t> entities, std::span<const std::uint64_t> draws,
               std::span<Value> out) {
  if constexpr (requires { distribution.from_exponential(1.0); }) {
    batch.exponentials(entities, draws, out);
    for (Value& x : out) x = distribution.from_exponential(x);
  } else if constexpr (requires { distribution.from_uniform(0.5); }) {
    batch.uniforms(entities, draws, out);
    for (Value& x : out) x = distribution.from_uniform(x);
  } else {
    constexpr std::uint64_t kWords = Distribution::kWordsPerDraw;
    if (entities.size() != out.size() || draws.size() != out.size()) {
      throw std::invalid_argument(
          "draws: entities, draw numbers and results differ in number — give spans of one length");
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      RandomStream stream = batch.stream(entities[i]);
      // A number whose first word overflows is beyond the stream's end in any case.
      constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();
      stream.skip_to(draws[i] > kLast / kWords ? kLast : draws[i] * kWords);
      out[i] = distribution.draw(stream);
    }
  }
}

}  // namespace spindle::sim

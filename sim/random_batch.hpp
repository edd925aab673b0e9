#pragma once
// Many draws of named streams at once, vectorised: the same bits as RandomStream, on every
// instruction set (Highway's run-time dispatch).
//
// A batch stands for all streams of one purpose in one replication. A *keyed* call draws for many
// entities: out[i] is draw number draws[i] of entity entities[i], whatever else is in the batch. A
// *consecutive* call takes draws first, first + 1, … of one entity. Draw k of an entity is what the
// (k + 1)th of as many calls on a fresh RandomStream of that name returns: two words each, so
// RandomStream::skip_to(2 k) goes there.
//
// Errors: std::invalid_argument where an entity has more than 40 bits, a draw lies beyond a
// stream's end, or spans differ in length. Cost (AVX-512 and AVX2): about 3 ns a keyed uniform, 5
// ns a keyed exponential; consecutive ones about half.

#include <cstdint>
#include <span>

#include "sim/random_kernel.hpp"
#include "sim/random_stream.hpp"

namespace spindle::sim {

class RandomBatch {
 public:
  RandomBatch(Seed seed, std::uint32_t replication, Purpose purpose)
      : name_{seed, replication, purpose} {}

  [[nodiscard]] RandomStream stream(std::uint64_t entity) const {
    return {name_.seed, name_.replication, name_.purpose, entity};
  }

  // Whole blocks: words[4 i … 4 i + 3] is block blocks[i] of entity entities[i].
  void words(std::span<const std::uint64_t> entities, std::span<const std::uint64_t> blocks,
             std::span<std::uint32_t> words) const;
  // words.size() / 4 blocks of one entity, from first_block on; a multiple of 4 words.
  void words(std::uint64_t entity, std::uint64_t first_block, std::span<std::uint32_t> words) const;

  // As RandomStream::uniform().
  void uniforms(std::span<const std::uint64_t> entities, std::span<const std::uint64_t> draws,
                std::span<double> out) const;
  void uniforms(std::uint64_t entity, std::uint64_t first_draw, std::span<double> out) const;

  // As RandomStream::exponential().
  void exponentials(std::span<const std::uint64_t> entities, std::span<const std::uint64_t> draws,
                    std::span<double> out) const;
  void exponentials(std::uint64_t entity, std::uint64_t first_draw, std::span<double> out) const;

 private:
  BatchName name_;
};

}  // namespace spindle::sim

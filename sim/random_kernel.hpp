#pragma once
// The vectorised inner loops of RandomBatch. Arguments are not checked here.

#include <cstddef>
#include <cstdint>

#include "sim/random_stream.hpp"

namespace spindle::sim {

// What all streams of a batch share.
struct BatchName {
  Seed seed;
  std::uint32_t replication = 0;
  Purpose purpose;
};

enum class DrawKind { kUniform, kExponential };

// out[i] is draw number draws[i] of entity entities[i].
void fill_keyed(DrawKind kind, const BatchName& name, const std::uint64_t* entities,
                const std::uint64_t* draws, std::size_t count, double* out);
// Draws first_draw … first_draw + count - 1 of one entity.
void fill_consecutive(DrawKind kind, const BatchName& name, std::uint64_t entity,
                      std::uint64_t first_draw, std::size_t count, double* out);
// Four words a block: block blocks[i] of entity entities[i].
void fill_keyed_words(const BatchName& name, const std::uint64_t* entities,
                      const std::uint64_t* blocks, std::size_t count, std::uint32_t* out);
// Blocks first_block … first_block + count - 1 of one entity.
void fill_consecutive_words(const BatchName& name, std::uint64_t entity, std::uint64_t first_block,
                            std::size_t count, std::uint32_t* out);

}  // namespace spindle::sim

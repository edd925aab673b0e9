#include "sim/random_batch.hpp"

#include <stdexcept>
#include <string>

namespace spindle::sim {
namespace {

void check_size(std::size_t expected, std::size_t given, const char* what) {
  if (given == expected) return;
  throw std::invalid_argument("random batch: " + std::to_string(given) + " " + what + " for " +
                              std::to_string(expected) + " draws — give spans of one length");
}

// All at once: an entity or a block number (plus one: a stream ends a block early) of more than 40
// bits leaves a bit above them. The number itself too: one more than the largest there is would be
// 0.
std::uint64_t bits_of_block(std::uint64_t block) {
  return block | (block + 1);
}

void check_bits(std::uint64_t entity_bits, std::uint64_t block_bits) {
  if ((entity_bits >> 40) != 0) {
    throw std::invalid_argument(
        "random batch: an entity does not fit in 40 bits (streams would collide) — number entities "
        "from 0");
  }
  if ((block_bits >> 40) != 0) {
    throw std::invalid_argument(
        "random batch: a draw is beyond its stream's end (the next stream would be entered) — use "
        "another purpose or entity");
  }
}

// `draws_per_block` is 2 where numbers count draws, 1 where they count blocks.
void check_keyed(std::span<const std::uint64_t> entities, std::span<const std::uint64_t> numbers,
                 std::uint64_t draws_per_block) {
  std::uint64_t entity_bits = 0;
  std::uint64_t block_bits = 0;
  for (const std::uint64_t entity : entities) entity_bits |= entity;
  for (const std::uint64_t number : numbers) block_bits |= bits_of_block(number / draws_per_block);
  check_bits(entity_bits, block_bits);
}

void check_consecutive(std::uint64_t entity, std::uint64_t first, std::uint64_t count,
                       std::uint64_t draws_per_block) {
  if (count == 0) return;
  check_bits(entity, bits_of_block(first / draws_per_block));
  check_bits(0, bits_of_block((first + (count - 1)) / draws_per_block));
}

}  // namespace

void RandomBatch::words(std::span<const std::uint64_t> entities,
                        std::span<const std::uint64_t> blocks,
                        std::span<std::uint32_t> words) const {
  check_size(entities.size(), blocks.size(), "block numbers");
  check_size(4 * entities.size(), words.size(), "words");
  check_keyed(entities, blocks, 1);
  fill_keyed_words(name_, entities.data(), blocks.data(), entities.size(), words.data());
}

void RandomBatch::words(std::uint64_t entity, std::uint64_t first_block,
                        std::span<std::uint32_t> words) const {
  check_size(words.size() / 4 * 4, words.size(), "words");
  check_consecutive(entity, first_block, words.size() / 4, 1);
  fill_consecutive_words(name_, entity, first_block, words.size() / 4, words.data());
}

void RandomBatch::uniforms(std::span<const std::uint64_t> entities,
                           std::span<const std::uint64_t> draws, std::span<double> out) const {
  check_size(out.size(), entities.size(), "entities");
  check_size(out.size(), draws.size(), "draw numbers");
  check_keyed(entities, draws, 2);
  fill_keyed(DrawKind::kUniform, name_, entities.data(), draws.data(), out.size(), out.data());
}

void RandomBatch::uniforms(std::uint64_t entity, std::uint64_t first_draw,
                           std::span<double> out) const {
  check_consecutive(entity, first_draw, out.size(), 2);
  fill_consecutive(DrawKind::kUniform, name_, entity, first_draw, out.size(), out.data());
}

void RandomBatch::exponentials(std::span<const std::uint64_t> entities,
                               std::span<const std::uint64_t> draws, std::span<double> out) const {
  check_size(out.size(), entities.size(), "entities");
  check_size(out.size(), draws.size(), "draw numbers");
  check_keyed(entities, draws, 2);
  fill_keyed(DrawKind::kExponential, name_, entities.data(), draws.data(), out.size(), out.data());
}

void RandomBatch::exponentials(std::uint64_t entity, std::uint64_t first_draw,
                               std::span<double> out) const {
  check_consecutive(entity, first_draw, out.size(), 2);
  fill_consecutive(DrawKind::kExponential, name_, entity, first_draw, out.size(), out.data());
}

}  // namespace spindle::sim

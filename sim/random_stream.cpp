#include "sim/random_stream.hpp"

#include <Random123/philox.h>

#include <stdexcept>
#include <string>

#include "sim/math.hpp"

namespace spindle::sim {
namespace {

constexpr unsigned kEntityBits = 40;
constexpr std::uint32_t kBlockHighMask = 0xff;  // bits 32…39 of the block number, in counter word 1

}  // namespace

// Counter words, low to high: block 0…31 | block 32…39, entity 0…23 | entity 24…39, purpose |
// replication.
RandomStream::RandomStream(Seed seed, std::uint32_t replication, Purpose purpose,
                           std::uint64_t entity) {
  if ((entity >> kEntityBits) != 0) {
    throw std::invalid_argument("random stream: entity " + std::to_string(entity) +
                                " does not fit in 40 bits (streams would collide) — number "
                                "entities from 0");
  }
  counter_ = {
      0, static_cast<std::uint32_t>(entity << 8),
      static_cast<std::uint32_t>(entity >> 24) | (static_cast<std::uint32_t>(purpose.value) << 16),
      replication};
  key_ = {static_cast<std::uint32_t>(seed.value), static_cast<std::uint32_t>(seed.value >> 32)};
}

void RandomStream::skip_to(std::uint64_t word) {
  const std::uint64_t block = word / 4;
  if (block >= kBlocks) {
    throw std::invalid_argument("random stream: draw " + std::to_string(word) +
                                " is beyond the stream's end (the next stream would be entered) — "
                                "use another purpose or entity");
  }
  counter_[0] = static_cast<std::uint32_t>(block);
  counter_[1] = (counter_[1] & ~kBlockHighMask) | static_cast<std::uint32_t>(block >> 32);
  refill();
  next_word_ = static_cast<unsigned>(word % 4);
}

void RandomStream::refill() {
  if (counter_[0] == 0xffffffffU && (counter_[1] & kBlockHighMask) == kBlockHighMask) {
    throw std::overflow_error(
        "random stream: exhausted (the next stream would be entered) — use another purpose or "
        "entity");
  }
  const philox4x32_ctr_t counter = {{counter_[0], counter_[1], counter_[2], counter_[3]}};
  const philox4x32_key_t key = {{key_[0], key_[1]}};
  const philox4x32_ctr_t words = philox4x32_R(10, counter, key);
  block_ = {words.v[0], words.v[1], words.v[2], words.v[3]};
  if (++counter_[0] == 0) ++counter_[1];
  next_word_ = 0;
}

double RandomStream::exponential() {
  return -log(uniform());
}

double RandomStream::normal() {
  return inverse_normal_cdf(uniform());
}

}  // namespace spindle::sim

#include "sim/digest.hpp"

#include <cstring>
#include <new>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace spindle::sim {
namespace {

static_assert(std::endian::native == std::endian::little,
              "words enter as little-endian bytes; a big-endian port must swap them");

XXH3_state_t* state_in(std::byte* memory) {
  return std::launder(reinterpret_cast<XXH3_state_t*>(memory));
}

}  // namespace

Digest::Digest() {
  static_assert(sizeof(XXH3_state_t) == kStateBytes);
  static_assert(alignof(XXH3_state_t) <= kStateAlignment);
  XXH3_64bits_reset(new (state_.data()) XXH3_state_t{});
}

void Digest::flush() {
  XXH3_64bits_update(state_in(state_.data()), pending_.data(),
                     pending_count_ * sizeof(std::uint64_t));
  pending_count_ = 0;
}

void Digest::add(std::string_view text) {
  add_word(text.size());
  for (std::size_t i = 0; i < text.size(); i += sizeof(std::uint64_t)) {
    const std::string_view part = text.substr(i, sizeof(std::uint64_t));
    std::uint64_t word = 0;
    std::memcpy(&word, part.data(), part.size());
    add_word(word);
  }
}

std::uint64_t Digest::value() const {
  Digest finished = *this;
  finished.flush();
  return XXH3_64bits_digest(state_in(finished.state_.data()));
}

std::string Digest::hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::uint64_t bits = value();
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text.push_back(kDigits[(bits >> shift) & 0xf]);
  return text;
}

}  // namespace spindle::sim

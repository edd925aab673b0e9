#pragma once
// The event types of a model, as a list known to the compiler: EventTypes<Arrival, Departure>.
//
// Each is plain data of at most 8 bytes (an index to more, where more is needed); an empty struct
// carries nothing. A type's number is its place in the list. Cost: the dispatch is a comparison a
// type, no call through a pointer.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace spindle::sim {

template <class T>
std::uint64_t encode_payload(const T& value) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8,
                "an event is at most 8 plain bytes: carry an index to more");
  std::uint64_t word = 0;
  if constexpr (!std::is_empty_v<T>) std::memcpy(&word, &value, sizeof(T));
  return word;
}

template <class T>
T decode_payload(std::uint64_t word) {
  std::array<std::byte, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), &word, sizeof(T));
  return std::bit_cast<T>(bytes);
}

template <class... Types>
struct EventTypes {
  static constexpr std::size_t kCount = sizeof...(Types);

  // The number of T; does not compile where T is not in the list, or there twice.
  template <class T>
  static constexpr std::uint32_t index_of() {
    static_assert((std::size_t{0} + ... + std::size_t{std::is_same_v<T, Types>}) == 1,
                  "the model's list of event types must name this type once");
    std::uint32_t index = 0;
    // Counts the types before T: the first match ends the sum.
    (void)((std::is_same_v<T, Types> || (++index, false)) || ...);
    return index;
  }

  // Calls visit(event) with the event of type number `type` that encode_payload made a word.
  template <class Visitor>
  static void visit(std::uint32_t type, std::uint64_t payload, Visitor&& visit) {
    std::uint32_t index = 0;
    (void)((index++ == type && (visit(decode_payload<Types>(payload)), true)) || ...);
  }
};

}  // namespace spindle::sim

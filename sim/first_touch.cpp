#include "sim/first_touch.hpp"

#include <algorithm>

#include "sim/parallel.hpp"

namespace spindle::sim {
namespace {

constexpr std::size_t kPageBytes = 4096;  // the smallest there are
// So much that a thread's start does not show.
constexpr std::size_t kStretchBytes = 16 * kHugePageBytes;

}  // namespace

void touch_pages(void* memory, std::size_t bytes, unsigned threads) {
  auto* const first = static_cast<volatile std::byte*>(memory);
  const std::size_t stretches = bytes / kStretchBytes;
  if (stretches < 2 || threads < 2) return;  // who fills it will do
  for_each_index(threads, stretches, [&](std::size_t i) {
    const std::size_t end = i + 1 == stretches ? bytes : (i + 1) * kStretchBytes;
    for (std::size_t at = i * kStretchBytes; at < end; at += kPageBytes) first[at] = std::byte{0};
  });
}

}  // namespace spindle::sim

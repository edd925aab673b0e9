#include "sim/aligned_array.hpp"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace spindle::sim {
namespace {

// Below two huge pages alignment alone would waste as much as the array.
std::align_val_t alignment_for(std::size_t bytes) {
  return std::align_val_t{bytes >= 2 * kHugePageBytes ? kHugePageBytes : kCacheLineBytes};
}

}  // namespace

void* allocate_array(std::size_t bytes) {
  void* memory = ::operator new(bytes, alignment_for(bytes));
#ifdef __linux__
  // A refusal only costs speed, so its result is of no interest.
  if (bytes >= 2 * kHugePageBytes) (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

void deallocate_array(void* memory, std::size_t bytes) noexcept {
  ::operator delete(memory, alignment_for(bytes));  // unsized: clang has the sized form off
}

}  // namespace spindle::sim

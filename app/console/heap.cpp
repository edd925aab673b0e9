#include "app/console/heap.hpp"

#include <version>  // says which C library this is

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace spindle::app {

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);  // what one thread frees serves the next
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 1 << 26);
#endif
}

}  // namespace spindle::app

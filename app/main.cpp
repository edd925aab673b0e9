#include <version>  // says which C library this is

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "app/command/command_line.hpp"

namespace {

// A comparison frees gigabytes after each variant and asks for as many for the next: kept in one
// heap, the kernel need not take, clear and map them anew (a twentieth of the whole time).
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);  // what one thread frees serves the next
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 1 << 26);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  return spindle::app::run_command_line(argc, argv);
}

#pragma once
// How the program's heap treats what is freed.

namespace spindle::app {

// A comparison frees gigabytes after each variant and asks for as many for the next: kept in one
// heap, the kernel need not take, clear and map them anew (a twentieth of the whole time). To be
// called first.
void keep_freed_memory();

}  // namespace spindle::app

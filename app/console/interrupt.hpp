#pragma once
// Ctrl-C: once finishes the work in hand and writes what there is; twice ends at once, and leaves
// no half-written file.

namespace spindle::app {

// Installs the handler for SIGINT, SIGTERM and SIGHUP.
void watch_for_interrupt();
[[nodiscard]] bool interrupted();

}  // namespace spindle::app

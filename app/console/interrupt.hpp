#pragma once
// Ctrl-C: once finishes the work in hand and writes what there is; twice ends at once.

namespace spindle::app {

// Installs the handler for SIGINT and SIGTERM.
void watch_for_interrupt();
[[nodiscard]] bool interrupted();

}  // namespace spindle::app

#include "app/console/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "app/console/exit_codes.hpp"

namespace spindle::app {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch such");

void on_signal(int) {
  if (flag.exchange(true)) _exit(kExitInterrupted);
}

}  // namespace

void watch_for_interrupt() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool interrupted() {
  return flag.load();
}

}  // namespace spindle::app

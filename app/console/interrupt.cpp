#include "app/console/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <ctime>

#include "app/console/exit_codes.hpp"
#include "app/report/atomic_file.hpp"

namespace spindle::app {
namespace {

// Tools such as timeout(1) signal a process and then its group: the same request, twice within
// moments. A person takes longer to ask again.
constexpr long long kSameRequestNs = 200'000'000;

std::atomic<long long> first_signal_ns{0};  // 0: none yet
static_assert(std::atomic<long long>::is_always_lock_free, "a signal handler may only touch such");

void on_signal(int) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const long long ns = now.tv_sec * 1'000'000'000LL + now.tv_nsec;
  long long first = 0;
  if (first_signal_ns.compare_exchange_strong(first, ns)) return;
  if (ns - first <= kSameRequestNs) return;
  remove_unfinished_files();
  _exit(kExitInterrupted);
}

}  // namespace

void watch_for_interrupt() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  // A closed terminal asks for the same; nohup asked to be left alone.
  if (std::signal(SIGHUP, on_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
  // A file beyond the size limit is then an error of write() like any other.
  std::signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() {
  return first_signal_ns.load() != 0;
}

}  // namespace spindle::app

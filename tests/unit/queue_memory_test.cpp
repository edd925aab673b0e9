// Queues whose memory runs out, wherever that is: they say so, and can be destroyed.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <new>
#include <optional>

#include "sim/cells/cell_event_queue.hpp"
#include "sim/event_queue.hpp"
#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

#if defined(__has_feature)
#define SPINDLE_HAS_FEATURE(x) __has_feature(x)
#else
#define SPINDLE_HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    SPINDLE_HAS_FEATURE(address_sanitizer) || SPINDLE_HAS_FEATURE(thread_sanitizer)
constexpr bool kMemoryCanBeLimited = false;  // the tools end the program themselves
#else
constexpr bool kMemoryCanBeLimited = true;
#endif

// From here on this process gets `bytes` more.
bool limit_memory(std::size_t bytes) {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  if (!(file >> pages)) return false;
  const rlim_t most = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit limit = {most, most};
  return ::setrlimit(RLIMIT_AS, &limit) == 0;
}

enum Outcome : int { kEnded = 0, kNoLimit = 1, kNeverThrew = 2 };

// Events come, go and are put off until no memory is left.
template <class Queue>
Outcome exhaust(std::size_t bytes) {
  std::optional<Queue> queue(std::in_place);
  RandomStream stream(Seed{1}, 0, Purpose{1}, bytes);
  if (!limit_memory(bytes)) return kNoLimit;
  try {
    for (std::uint64_t i = 0; i < 10'000'000; ++i) {
      const auto handle = queue->push({.time = Instant::from_ns(stream.below(1U << 30)),
                                       .entity = EntityId(i % 64),
                                       .source_counter = i});
      if (i % 8 == 0) queue->reschedule(handle, Instant::from_ns(stream.below(1U << 30)));
      if (i % 16 == 0) queue->pop();
      if (i % 32 == 0) queue->cancel(handle);
    }
  } catch (const std::bad_alloc&) {
    queue.reset();
    return kEnded;
  }
  return kNeverThrew;
}

// In a process of its own, whose end, in peace or by a signal, is returned as it is.
template <class Queue>
int status_of_exhausting(std::size_t bytes) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(exhaust<Queue>(bytes));
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

TEST_CASE("queue memory: where it runs out, the queue throws and can be destroyed") {
  if (!kMemoryCanBeLimited) {
    WARN("skipped: sanitizers do not let memory run out");
    return;
  }
  // Steps that are no multiples of anything: what fails is now records, now buckets, now chunks.
  for (std::size_t bytes = 300'000; bytes < 40'000'000; bytes = bytes * 5 / 3 + 4'321) {
    CAPTURE(bytes);
    CHECK(status_of_exhausting<EventQueue>(bytes) == kEnded);
    CHECK(status_of_exhausting<CellEventQueue>(bytes) == kEnded);
  }
}

}  // namespace
}  // namespace spindle::sim

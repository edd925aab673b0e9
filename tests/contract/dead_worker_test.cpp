// A worker that dies ends the run of all others in an error: nobody waits for it, whatever it had
// sent to whom, and however many workers share a process.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sim/cells/parallel_engine.hpp"
#include "sim/cells/pipe_transport.hpp"
#include "sim/cells/team.hpp"

namespace spindle::sim {
namespace {

using Ends = std::vector<std::unique_ptr<Transport>>;

// Runs part(end) for the last worker in a process of its own, which keeps no other end. The part
// must not come back: the process is killed.
template <class Part>
pid_t fork_last(Ends& ends, const Part& part) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::unique_ptr<Transport> own = std::move(ends.back());
    ends.clear();
    try {
      part(*own);
    } catch (...) {  // the others have gone first: nothing to say, and no test to go on with here
    }
    ::_exit(1);
  }
  ends.back().reset();
  ends.pop_back();
  return child;
}

bool was_killed(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

const std::string kNothing = "nothing was thrown";

std::string error_of_exchange(Transport& end, Bytes common) {
  const std::vector<Bytes> own(end.workers());
  try {
    end.exchange(common, own);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return kNothing;
}

// Worker 1 has all of what the dead one sent and waits for worker 0 alone, in its own process;
// unless that one, too, has sent it all before it hears of the death.
TEST_CASE("dead worker: who has its message, but not that of a third, does not wait for ever") {
  const std::string text(3'000'000, 'x');
  const Bytes large = std::as_bytes(std::span(text));
  Ends ends = connect_by_pipes(3);
  const pid_t child = fork_last(ends, [&](Transport& end) { error_of_exchange(end, large); });
  std::array<std::string, 2> errors;
  run_together(2, [&](unsigned me) {
    if (me == 0) {
      // Long enough for worker 2 to have sent all to worker 1; a pipe holds 64 KiB of the rest.
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      ::kill(child, SIGKILL);
      if (!was_killed(child)) return;
    }
    errors[me] = error_of_exchange(*ends[me], large);
  });
  CHECK_THAT(errors[0], Catch::StartsWith("transport: worker 2 has gone"));
  CHECK_THAT(errors[1],
             Catch::StartsWith("transport: worker ") || Catch::Matchers::Equals(kNothing));
  for (const auto& end : ends) {
    CHECK_THAT(error_of_exchange(*end, large), Catch::StartsWith("transport: worker"));
  }
}

TEST_CASE("dead worker: one that leaves ends the exchanges of all") {
  const std::string text(100'000, 'x');
  const Bytes bytes = std::as_bytes(std::span(text));
  const auto errors_of = [&](const std::array<Transport*, 3>& ends) {
    std::array<std::string, 3> errors;
    run_together(3, [&](unsigned me) {
      // Who is still on its way out of the first exchange may hear of it there.
      errors[me] = error_of_exchange(*ends[me], bytes);
      if (me == 1) ends[me]->leave();
      if (errors[me] == kNothing) errors[me] = error_of_exchange(*ends[me], bytes);
    });
    return errors;
  };
  const Ends pipes = connect_by_pipes(3);
  const ThreadTransport threads(3);
  for (const std::string& error : errors_of({pipes[0].get(), pipes[1].get(), pipes[2].get()})) {
    CHECK_THAT(error, Catch::StartsWith("transport: worker"));
  }
  for (const std::string& error : errors_of({&threads.end(0), &threads.end(1), &threads.end(2)})) {
    CHECK_THAT(error, Catch::StartsWith("transport: a worker has gone"));
  }
}

// Every cell ticks for ever and asks for decisions, which read no summaries: the workers of a
// process then meet without an exchange. The last cell's worker dies at its thousandth event.
struct Ticking {
  struct Tick {};
  struct Look {};
  using CellEvents = EventTypes<Tick>;
  using GlobalEvents = EventTypes<Look>;
  void handle(auto& context, EntityId entity, Tick tick) {
    if (context.cell() == CellId(5) && ++ticks == 1'000) ::raise(SIGKILL);
    context.schedule_after(Duration::nanoseconds(10), entity, tick);
    context.decide_after(Duration::nanoseconds(25), entity, Look{});
  }
  void coordinate(auto&, EntityId, Look) {}
  std::uint32_t ticks = 0;
};

void run_for_ever(std::span<Transport* const> ends) {
  Ticking model;
  ParallelEngine engine(model, {.cells = 6, .lookahead = Duration::nanoseconds(20)}, ends);
  for (std::uint32_t c = 0; c < 6; ++c) {
    engine.schedule_at(Instant::from_ns(c), CellId(c), EntityId(c), Ticking::Tick{});
  }
  engine.run_until(Instant::never());
}

TEST_CASE("dead worker: a run on two workers of one process ends in an error") {
  Ends ends = connect_by_pipes(3);
  const pid_t child = fork_last(ends, [](Transport& end) {
    Transport* const own[] = {&end};
    run_for_ever(own);
  });
  Transport* const own[] = {ends[0].get(), ends[1].get()};
  CHECK_THROWS_AS(run_for_ever(own), std::runtime_error);
  CHECK(was_killed(child));
}

}  // namespace
}  // namespace spindle::sim

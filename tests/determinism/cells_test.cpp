// Cells in windows: the same bits for any number of threads, any window length and any transport.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/kernel/phold_model.hpp"
#include "sim/cells/parallel_engine.hpp"
#include "sim/cells/pipe_transport.hpp"
#include "tests/support/gossip_model.hpp"

namespace spindle::sim {
namespace {

using bench::Phold;
using bench::PholdOptions;
using test::Gossip;
using test::GossipOptions;

Instant at(std::int64_t ns) {
  return Instant::from_ns(ns);
}

// Digest of the events, and of what the model made of them.
template <class Engine>
std::string bits_of(const Engine& engine) {
  Digest digest;
  digest.add(engine.digest().value());
  for (const auto& summary : engine.summaries()) {
    digest.add(summary.executed);
    digest.add(summary.state);
  }
  return digest.hex();
}

std::string gossip(const GossipOptions& options, unsigned threads, std::int64_t window_ns = 0) {
  Gossip model(options);
  ParallelEngine engine(model, model.cell_options(window_ns), threads);
  model.set_up(engine);
  engine.run_until(at(5'000));
  return bits_of(engine);
}

std::string phold(const PholdOptions& options, unsigned threads) {
  Phold model(options);
  ParallelEngine engine(model, model.cell_options(), threads);
  model.set_up(engine);
  engine.run_until(Instant() + Duration::seconds(3));
  return std::to_string(engine.executed()) + " " + engine.digest().hex();
}

TEST_CASE("cells: any number of threads gives the same bits") {
  GossipOptions options;
  options.cells = 24;
  const std::string expected = gossip(options, 1);
  CHECK(expected == "8f8344cb4ea7e092");
  for (const unsigned threads : {1U, 2U, 3U, 4U, 8U, 24U, 100U}) {
    CHECK(gossip(options, threads) == expected);
  }
}

TEST_CASE("cells: any window length gives the same bits") {
  const GossipOptions options;
  const std::string expected = gossip(options, 2);
  for (const std::int64_t window : {1, 7, 25, 50, 99, 100}) {
    CHECK(gossip(options, 1, window) == expected);
    CHECK(gossip(options, 3, window) == expected);
  }
}

TEST_CASE("cells: threads agree on ties, without messages and with nothing but messages") {
  std::vector<std::string> seen;
  for (const double remote : {0.0, 1.0}) {
    for (const double decisions : {0.0, 0.3}) {
      GossipOptions options;
      options.grid_ns = 100;  // every time is a multiple of the lookahead: ties everywhere
      options.remote = remote;
      options.decisions = decisions;
      seen.push_back(gossip(options, 1));
      for (const unsigned threads : {2U, 3U, 4U, 8U})
        CHECK(gossip(options, threads) == seen.back());
    }
  }
  std::sort(seen.begin(), seen.end());
  CHECK(std::unique(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("cells: consecutive runs give the bits of one long run") {
  Gossip model({});
  ParallelEngine engine(model, model.cell_options(), 3);
  model.set_up(engine);
  for (const std::int64_t ns : {0, 1, 125, 1'030, 1'030, 4'999, 5'000}) engine.run_until(at(ns));
  CHECK(bits_of(engine) == gossip({}, 1));
}

TEST_CASE("cells: PHOLD gives the same bits for any number of threads") {
  const PholdOptions options = {.cells = 100};
  const std::string expected = phold(options, 1);
  CHECK(expected == "28971 948ec4bbe60ddb27");
  for (const unsigned threads : {2U, 3U, 4U, 8U}) CHECK(phold(options, threads) == expected);
  CHECK(phold({.cells = 100, .remote = 0}, 1) == phold({.cells = 100, .remote = 0}, 4));
  CHECK(phold({.cells = 100, .remote = 1}, 1) == phold({.cells = 100, .remote = 1}, 4));
}

// Runs `part(transport)` for every worker, each in a process of its own but worker 0, which runs
// here. True where all others returned true.
template <class Part>
bool in_processes(unsigned workers, const Part& part) {
  std::vector<std::unique_ptr<Transport>> ends = connect_by_pipes(workers);
  std::vector<pid_t> children;
  for (unsigned w = 1; w < workers; ++w) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (unsigned other = 0; other < workers; ++other) {
        if (other != w) ends[other].reset();
      }
      bool is_good = false;
      try {
        is_good = part(*ends[w]);
      } catch (...) {  // a failure too: is_good stays false
      }
      ::_exit(is_good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (unsigned w = 1; w < workers; ++w) ends[w].reset();
  bool are_good = part(*ends[0]);
  ends.clear();
  for (const pid_t child : children) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    are_good = are_good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  return are_good;
}

TEST_CASE("cells: processes over pipes give the bits of one process") {
  const std::string expected = gossip({}, 1);
  for (const unsigned workers : {2U, 3U}) {
    CHECK(in_processes(workers, [&](Transport& end) {
      Gossip model({});
      Transport* const ends[] = {&end};
      ParallelEngine engine(model, model.cell_options(), ends);
      model.set_up(engine);
      engine.run_until(at(2'000));
      engine.run_until(at(5'000));
      return bits_of(engine) == expected;
    }));
  }
}

TEST_CASE("cells: PHOLD in two processes gives the bits of one") {
  const PholdOptions options = {.cells = 100};
  const std::string expected = phold(options, 1);
  CHECK(in_processes(2, [&](Transport& end) {
    Phold model(options);
    Transport* const ends[] = {&end};
    ParallelEngine engine(model, model.cell_options(), ends);
    model.set_up(engine);
    engine.run_until(Instant() + Duration::seconds(3));
    return std::to_string(engine.executed()) + " " + engine.digest().hex() == expected;
  }));
}

struct BreaksInCellFive {
  struct Act {};
  using CellEvents = EventTypes<Act>;
  void handle(auto& context, EntityId, Act) {
    if (context.cell() == CellId(5)) throw std::domain_error("cell 5 is broken");
  }
};

TEST_CASE("cells: an exception in one process ends the run in all") {
  CHECK(in_processes(3, [](Transport& end) {
    BreaksInCellFive model;
    Transport* const ends[] = {&end};
    ParallelEngine engine(model, {.cells = 6, .lookahead = Duration::nanoseconds(10)}, ends);
    for (std::uint32_t c = 0; c < 6; ++c) {
      engine.schedule_at(at(c), CellId(c), EntityId(0), BreaksInCellFive::Act{});
    }
    try {
      engine.run_until(at(100));
    } catch (const std::domain_error& error) {  // where cell 5 lives
      return end.index() == 2 && error.what() == std::string("cell 5 is broken");
    } catch (const std::runtime_error& error) {
      return end.index() != 2 && error.what() == std::string("cells: worker 2: cell 5 is broken");
    }
    return false;
  }));
}

}  // namespace
}  // namespace spindle::sim

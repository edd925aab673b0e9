// What every transport must do, whatever its ends are connected by. Here each end is driven by a
// thread; tests/determinism/cells_test.cpp drives pipes from processes.

#include <signal.h>
#include <sys/time.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/cells/pipe_transport.hpp"
#include "sim/cells/team.hpp"
#include "sim/cells/thread_transport.hpp"

namespace spindle::sim {
namespace {

// The ends of a group, and what keeps them.
struct Group {
  std::shared_ptr<ThreadTransport> threads;
  std::vector<std::unique_ptr<Transport>> pipes;
  std::vector<Transport*> ends;
};

Group by_threads(unsigned workers) {
  Group group;
  group.threads = std::make_shared<ThreadTransport>(workers);
  for (unsigned w = 0; w < workers; ++w) group.ends.push_back(&group.threads->end(w));
  return group;
}

Group by_pipes(unsigned workers) {
  Group group;
  group.pipes = connect_by_pipes(workers);
  for (const auto& end : group.pipes) group.ends.push_back(end.get());
  return group;
}

constexpr auto kKinds = {by_threads, by_pipes};

Bytes bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}
std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Content and length say who sent it to whom in which exchange.
std::string letter(unsigned from, unsigned to, unsigned round, std::size_t length) {
  std::string text =
      std::to_string(from) + ">" + std::to_string(to) + "#" + std::to_string(round) + " ";
  if (text.size() < length) text.resize(length, static_cast<char>('a' + round % 26));
  return text;
}

// Every worker sends letters of the given lengths in turn; returns how many arrived wrong.
unsigned wrong_letters(const Group& group, unsigned rounds,
                       const std::vector<std::size_t>& lengths) {
  const auto workers = static_cast<unsigned>(group.ends.size());
  std::atomic<unsigned> wrong{0};
  const auto length_of = [&](unsigned from, unsigned to, unsigned round) {
    return lengths[(from + 2 * to + round) % lengths.size()];
  };
  // By worker, two sets each: what was sent stays until the next exchange has ended.
  std::vector<std::array<std::vector<std::string>, 2>> sent(workers);
  run_together(workers, [&](unsigned me) {
    Transport& end = *group.ends[me];
    for (unsigned round = 0; round < rounds; ++round) {
      std::vector<std::string>& letters = sent[me][round % 2];
      letters.clear();
      for (unsigned to = 0; to < workers; ++to) {
        letters.push_back(letter(me, to, round, length_of(me, to, round)));
      }
      letters.push_back(letter(me, workers, round, length_of(me, workers, round)));
      std::vector<Bytes> own;
      for (unsigned to = 0; to < workers; ++to) own.push_back(bytes_of(letters[to]));
      const auto parcels = end.exchange(bytes_of(letters[workers]), own);
      for (unsigned from = 0; from < workers; ++from) {
        const bool is_right =
            parcels.size() == workers &&
            text_of(parcels[from].own) == letter(from, me, round, length_of(from, me, round)) &&
            text_of(parcels[from].common) ==
                letter(from, workers, round, length_of(from, workers, round));
        if (!is_right) wrong.fetch_add(1);
      }
    }
  });
  return wrong.load();
}

TEST_CASE("transport: every end receives what each of them sent to it and to all") {
  for (const auto make : kKinds) {
    for (const unsigned workers : {1U, 2U, 3U, 8U}) {
      const Group group = make(workers);
      for (unsigned w = 0; w < workers; ++w) {
        CHECK(group.ends[w]->index() == w);
        CHECK(group.ends[w]->workers() == workers);
      }
      CHECK(wrong_letters(group, 200, {0, 10, 1'000}) == 0);
    }
  }
}

TEST_CASE("transport: nothing at all is a message too") {
  for (const auto make : kKinds) {
    const Group group = make(2);
    std::atomic<unsigned> empty{0};
    run_together(2, [&](unsigned me) {
      for (const Parcel& parcel : group.ends[me]->exchange({}, std::vector<Bytes>(2))) {
        if (parcel.common.empty() && parcel.own.empty()) empty.fetch_add(1);
      }
    });
    CHECK(empty.load() == 4);
  }
}

// A pipe holds 64 KiB: all ends write far more before any has read it all.
TEST_CASE("transport: messages larger than any buffer do not deadlock") {
  for (const auto make : kKinds) {
    CHECK(wrong_letters(make(3), 4, {3'000'000, 65'536, 65'537, 1'000'000}) == 0);
  }
}

TEST_CASE("transport: interrupted calls are resumed") {
  // A signal every 0.2 ms, whose handler interrupts system calls.
  static std::atomic<unsigned> signals{0};
  struct sigaction quiet = {};
  struct sigaction before = {};
  quiet.sa_handler = [](int) { signals.fetch_add(1); };
  sigaction(SIGALRM, &quiet, &before);
  const itimerval often = {{0, 200}, {0, 200}};
  setitimer(ITIMER_REAL, &often, nullptr);
  const Group group = by_pipes(2);
  unsigned wrong = 0;
  const unsigned at_start = signals.load();
  while (signals.load() < at_start + 20) wrong += wrong_letters(group, 2, {3'000'000, 100'000});
  const itimerval off = {};
  setitimer(ITIMER_REAL, &off, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  CHECK(wrong == 0);
}

TEST_CASE("transport: a worker that has gone is an error, not a hang and not a signal") {
  const std::string large(1'000'000, 'x');
  for (const std::string& text : {std::string(), large}) {
    Group group = by_pipes(3);
    group.pipes[1].reset();
    const std::vector<Bytes> own(3, bytes_of(text));
    try {
      group.ends[0]->exchange({}, own);
      FAIL("nothing was thrown");
    } catch (const std::runtime_error& error) {
      CHECK_THAT(error.what(), Catch::StartsWith("transport: worker 1 has gone"));
    }
  }
}

TEST_CASE("transport: a group has at least one worker") {
  CHECK_THROWS_AS(by_threads(0), std::invalid_argument);
  CHECK_THROWS_AS(by_pipes(0), std::invalid_argument);
}

}  // namespace
}  // namespace spindle::sim

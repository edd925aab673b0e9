#include "sim/event_queue.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <vector>

#include "sim/random_stream.hpp"
#include "tests/support/queue_model.hpp"

namespace spindle::sim {
namespace {

Event event_at(std::int64_t ns, std::uint32_t cell = 0, std::uint64_t entity = 0,
               std::uint32_t source = 0, std::uint64_t counter = 0) {
  return {.time = Instant::from_ns(ns),
          .cell = CellId(cell),
          .entity = EntityId(entity),
          .source_cell = CellId(source),
          .source_counter = counter};
}

constexpr auto kTimes = {test::QueueTimes::kSixteen, test::QueueTimes::kClusters};

TEST_CASE("event queue: any sequence of operations agrees with a sorted set") {
  // Up to some 300 operations a case, over 4 cells.
  for (const test::QueueTimes times : kTimes) {
    REQUIRE(rc::check("queue equals set", [times] {
      const auto length = *rc::gen::inRange<std::size_t>(0, 1'200);
      const auto bytes = *rc::gen::container<std::vector<std::uint8_t>>(
          length, rc::gen::arbitrary<std::uint8_t>());
      return test::QueueModel<EventQueue>::agrees(bytes, times);
    }));
  }
}

TEST_CASE("event queue: thousands of pending events agree with a sorted set") {
  // Some 20,000 operations, half of them pushes: long ties or full clusters, and slots that are
  // used again while what was cancelled in them is still to be swept.
  for (const test::QueueTimes times : kTimes) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      RandomStream stream(Seed{seed}, 0, Purpose{1}, 0);
      std::vector<std::uint8_t> bytes(80'000);
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(stream.below(256));
      CHECK(test::QueueModel<EventQueue>::agrees(bytes, times));
    }
  }
}

TEST_CASE("event queue: cancelling nine of ten events takes no more memory") {
  EventQueue queue;
  RandomStream stream(Seed{9}, 0, Purpose{1}, 0);
  std::uint64_t counter = 0;
  const auto push = [&](std::int64_t from) {
    ++counter;
    return queue.push(event_at(from + stream.below(1'000'000), 0, counter % 64, 0, counter));
  };
  for (int i = 0; i < 5'000; ++i) push(0);
  const auto churn = [&](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      const std::int64_t now = queue.pop().time.ns();
      for (int k = 0; k < 9; ++k) queue.cancel(push(now));
      push(now);
    }
  };
  churn(10'000);
  const std::size_t before = queue.memory_bytes();
  churn(50'000);
  CHECK(queue.size() == 5'000);
  CHECK(queue.memory_bytes() <= before + before / 10);
}

TEST_CASE("event queue: ties break by cell, entity, source cell, source counter") {
  // In order; pushed in several permutations.
  const std::vector<Event> ordered = {
      event_at(1, 9, 9, 9, 9), event_at(2, 0, 9, 9, 9), event_at(2, 1, 0, 9, 9),
      event_at(2, 1, 1, 0, 9), event_at(2, 1, 1, 1, 0), event_at(2, 1, 1, 1, 1),
      event_at(2, 1, 1, 2, 0), event_at(2, 1, 2, 0, 0), event_at(2, 2, 0, 0, 0),
      event_at(3, 0, 0, 0, 0), event_at(4, 0, 0, 0, 0)};
  for (const std::size_t stride : {1U, 2U, 3U, 5U, 7U, 10U}) {  // all prime to 11
    EventQueue queue;
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      Event event = ordered[i * stride % ordered.size()];
      event.payload = i * stride % ordered.size();
      queue.push(event);
    }
    for (std::size_t i = 0; i < ordered.size(); ++i) REQUIRE(queue.pop().payload == i);
    REQUIRE(queue.empty());
  }
}

TEST_CASE("event queue: negative and extreme times keep their order") {
  EventQueue queue;
  queue.push(event_at(Instant::never().ns()));
  queue.push(event_at(0));
  queue.push(event_at(-1));
  CHECK(queue.pop().time.ns() == -1);
  CHECK(queue.pop().time.ns() == 0);
  CHECK(queue.pop().time == Instant::never());
}

TEST_CASE("event queue: handles outlive their event harmlessly") {
  EventQueue queue;
  CHECK_FALSE(queue.contains(EventHandle()));
  const EventHandle first = queue.push(event_at(1));
  CHECK_FALSE(queue.contains(EventHandle()));
  CHECK(queue.find(first)->time.ns() == 1);
  CHECK(queue.cancel(first));
  CHECK_FALSE(queue.cancel(first));
  // The slot is used again: the old handle must not reach the new event.
  const EventHandle second = queue.push(event_at(2));
  CHECK_FALSE(first == second);
  CHECK_FALSE(queue.contains(first));
  CHECK_FALSE(queue.reschedule(first, Instant::from_ns(9)));
  CHECK_FALSE(queue.find(first).has_value());
  CHECK(queue.next_time().ns() == 2);
  CHECK(queue.reschedule(second, Instant::from_ns(7)));
  CHECK(queue.pop().time.ns() == 7);
  CHECK_FALSE(queue.contains(second));
}

TEST_CASE("event queue: cancelled events leave no trace") {
  EventQueue queue;
  std::vector<EventHandle> handles;
  for (int i = 0; i < 1000; ++i) handles.push_back(queue.push(event_at(i)));
  for (const EventHandle handle : handles) queue.cancel(handle);
  CHECK(queue.empty());
  queue.push(event_at(5));
  CHECK(queue.size() == 1);
  queue.clear();
  CHECK(queue.empty());
}

}  // namespace
}  // namespace spindle::sim

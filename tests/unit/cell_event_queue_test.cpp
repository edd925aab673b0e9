#include "sim/cells/cell_event_queue.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <vector>

#include "sim/random_stream.hpp"
#include "tests/support/queue_model.hpp"

namespace spindle::sim {
namespace {

using Model = test::QueueModel<CellEventQueue>;

Event event_at(std::int64_t ns, std::uint64_t entity, std::uint64_t counter) {
  return {.time = Instant::from_ns(ns),
          .entity = EntityId(entity),
          .source_counter = counter,
          .type = 7};
}

constexpr auto kTimesOfCells = {test::QueueTimes::kSixteen, test::QueueTimes::kClusters};

TEST_CASE("cell event queue: any sequence of operations agrees with a sorted set") {
  // Up to some 300 operations a case, over 4 cells.
  for (const test::QueueTimes times : kTimesOfCells) {
    REQUIRE(rc::check("queue equals set", [times] {
      const auto length = *rc::gen::inRange<std::size_t>(0, 1'200);
      const auto bytes = *rc::gen::container<std::vector<std::uint8_t>>(
          length, rc::gen::arbitrary<std::uint8_t>());
      return Model::agrees(bytes, times);
    }));
  }
}

TEST_CASE("cell event queue: thousands of pending events agree with a sorted set") {
  // Some 20,000 operations, half of them pushes: long ties or full clusters, and slots that are
  // used again while what was cancelled in them is still to be swept.
  for (const test::QueueTimes times : kTimesOfCells) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      RandomStream stream(Seed{seed}, 0, Purpose{1}, 0);
      std::vector<std::uint8_t> bytes(80'000);
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(stream.below(256));
      CHECK(Model::agrees(bytes, times));
    }
  }
}

TEST_CASE("cell event queue: it names the entities that come next") {
  CellEventQueue queue;
  RandomStream stream(Seed{4}, 0, Purpose{1}, 0);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    queue.push(event_at(stream.below(1'000'000), i, i));
  }
  std::size_t named = 0;
  std::size_t between = 0;  // events that came before the one named for their turn
  while (!queue.empty()) {
    std::vector<EntityId> ahead;
    while (const EntityId* entity = queue.entity_ahead(ahead.size())) ahead.push_back(*entity);
    named += ahead.size();
    if (ahead.empty()) queue.pop();
    for (std::size_t i = 0; i < ahead.size();) {
      REQUIRE_FALSE(queue.empty());
      if (queue.pop().entity == ahead[i]) {
        ++i;
      } else {
        ++between;
      }
    }
  }
  CHECK(named > 15'000);  // most of them, or it would be of no use
  CHECK(between < 2'000);
}

TEST_CASE("cell event queue: a handle of an event that has gone names nothing") {
  CellEventQueue queue;
  CHECK_FALSE(queue.cancel({}));
  const CellEventHandle first = queue.push(event_at(1, 0, 0));
  CHECK_FALSE(queue.cancel({}));
  CHECK(queue.pop().type == 7);
  const CellEventHandle second = queue.push(event_at(2, 0, 1));  // in the same record
  CHECK_FALSE(first == second);
  CHECK_FALSE(queue.cancel(first));
  CHECK_FALSE(queue.reschedule(first, Instant()));
  CHECK(queue.reschedule(second, Instant::from_ns(5)));
  CHECK(queue.next_time() == Instant::from_ns(5));
  CHECK(queue.cancel(second));
  CHECK(queue.empty());
}

}  // namespace
}  // namespace spindle::sim

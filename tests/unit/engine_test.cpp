#include "sim/engine.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/instants.hpp"

namespace spindle::sim {
namespace {

constexpr CellId kCell{0};
constexpr EntityId kEntity{0};
using test::at;

TEST_CASE("engine: typed events carry their payload, and the clock follows them") {
  struct Request {
    std::uint32_t drive;
    float size;
  };
  Engine engine;
  std::vector<std::string> seen;
  const auto request = engine.on<Request>([&](Engine& e, const Event& event, Request payload) {
    seen.push_back(std::to_string(e.now().ns()) + ":" + std::to_string(event.entity.value()) + ":" +
                   std::to_string(payload.drive) + ":" + std::to_string(payload.size));
  });
  const auto tick = engine.on([&](Engine& e, const Event&, NoPayload) {
    seen.push_back("tick " + std::to_string(e.now().ns()));
  });
  engine.schedule_at(at(20), request, kCell, EntityId(3), {7, 0.5F});
  engine.schedule_after(Duration::nanoseconds(10), tick, kCell, kEntity);
  CHECK(engine.run_until(at(100)) == RunEnd::kHorizon);
  CHECK(seen == std::vector<std::string>{"tick 10", "20:3:7:0.500000"});
  CHECK(engine.now() == at(100));
  CHECK(engine.executed() == 2);
  CHECK(engine.executed(tick) == 1);
}

TEST_CASE("engine: simultaneous events run by cell, entity, then as scheduled") {
  Engine engine({.cells = 2});
  std::vector<int> seen;
  const auto mark = engine.on<int>([&](Engine&, const Event&, int n) { seen.push_back(n); });
  engine.schedule_at(at(5), mark, CellId(1), EntityId(0), 4);
  engine.schedule_at(at(5), mark, CellId(0), EntityId(9), 2);
  engine.schedule_at(at(5), mark, CellId(0), EntityId(9), 3);
  engine.schedule_at(at(5), mark, CellId(0), EntityId(1), 1);
  engine.call_at(at(5), CellId(1), EntityId(0), [&](Engine&) { seen.push_back(5); });
  engine.run_until(Instant::never());
  CHECK(seen == std::vector<int>{1, 2, 3, 4, 5});
  CHECK(engine.now() == at(5));
}

TEST_CASE("engine: the horizon is exclusive, so windows add up to one run") {
  const auto run = [](const std::vector<std::int64_t>& horizons) {
    Engine engine;
    EventType<NoPayload> tick;
    tick = engine.on([&](Engine& e, const Event& event, NoPayload) {
      e.schedule_after(Duration::nanoseconds(10), tick, event.cell, event.entity);
    });
    engine.schedule_at(at(0), tick, kCell, EntityId(1));
    engine.schedule_at(at(0), tick, kCell, EntityId(2));
    for (const std::int64_t horizon : horizons) engine.run_until(at(horizon));
    return std::pair(engine.executed(), engine.digest().value());
  };
  const auto whole = run({100});
  CHECK(whole.first == 20);
  CHECK(run({10, 20, 25, 50, 99, 100}) == whole);
  CHECK(run({101}).first == 22);
}

TEST_CASE("engine: stop, limit and continue") {
  Engine engine({.event_limit = 5});
  EventType<NoPayload> tick;
  tick = engine.on([&](Engine& e, const Event& event, NoPayload) {
    e.schedule_after(Duration::nanoseconds(10), tick, event.cell, event.entity);
    if (e.executed() == 2) e.request_stop();
  });
  engine.schedule_at(at(10), tick, kCell, kEntity);
  CHECK(engine.run_until(at(1000)) == RunEnd::kStopped);
  CHECK(engine.executed() == 2);
  CHECK(engine.now() == at(20));
  CHECK(engine.run_until(at(1000)) == RunEnd::kEventLimit);
  CHECK(engine.executed() == 5);
  CHECK(engine.now() == at(50));
  engine.request_stop();
  CHECK(engine.run_until(at(1000)) == RunEnd::kStopped);
  CHECK(engine.pending() == 1);
}

TEST_CASE("engine: cancel and reschedule, typed events and closures alike") {
  Engine engine;
  std::vector<int> seen;
  const auto mark = engine.on<int>([&](Engine&, const Event&, int n) { seen.push_back(n); });
  const EventHandle a = engine.schedule_at(at(1), mark, kCell, kEntity, 1);
  const EventHandle b = engine.schedule_at(at(2), mark, kCell, kEntity, 2);
  const EventHandle c = engine.call_at(at(3), kCell, kEntity, [&](Engine&) { seen.push_back(3); });
  const EventHandle d = engine.call_after(Duration::nanoseconds(4), kCell, kEntity,
                                          [&](Engine&) { seen.push_back(4); });
  CHECK(engine.cancel(a));
  CHECK_FALSE(engine.cancel(a));
  CHECK(engine.cancel(c));
  CHECK(engine.reschedule(b, at(9)));
  CHECK(engine.is_pending(d));
  const EventHandle e = engine.schedule_at(at(5), mark, kCell, kEntity, 5);
  CHECK(engine.reschedule(e, Instant::never()));
  CHECK_FALSE(engine.is_pending(e));
  engine.run_until(Instant::never());
  CHECK(seen == std::vector<int>{4, 2});
}

TEST_CASE("engine: a closure may schedule closures") {
  Engine engine;
  int left = 100;
  std::function<void(Engine&)> again = [&](Engine& e) {
    if (--left > 0) e.call_after(Duration::nanoseconds(1), kCell, kEntity, again);
  };
  engine.call_at(at(0), kCell, kEntity, again);
  engine.run_until(Instant::never());
  CHECK(left == 0);
  CHECK(engine.now() == at(99));
}

TEST_CASE("engine: never, and times beyond it, schedule nothing") {
  Engine engine;
  const auto tick = engine.on([](Engine&, const Event&, NoPayload) {});
  engine.run_until(at(10));
  const auto forever = Duration::nanoseconds(Instant::never().ns());
  CHECK_FALSE(engine.is_pending(engine.schedule_at(Instant::never(), tick, kCell, kEntity)));
  CHECK_FALSE(engine.is_pending(engine.schedule_after(forever, tick, kCell, kEntity)));
  CHECK_FALSE(engine.is_pending(engine.call_after(forever, kCell, kEntity, [](Engine&) {})));
  CHECK(engine.pending() == 0);
}

TEST_CASE("engine: misuse is refused") {
  CHECK_THROWS_AS(Engine({.cells = 0}), std::invalid_argument);
  // Refused before 32 GiB are asked for, which would be another error.
  CHECK_THROWS_AS(Engine({.cells = 0xffffffffU}), std::invalid_argument);
  Engine engine({.cells = 2});
  const auto tick = engine.on([](Engine&, const Event&, NoPayload) {});
  const EventHandle pending = engine.schedule_at(at(50), tick, kCell, kEntity);
  engine.run_until(at(10));
  CHECK_THROWS_AS(engine.schedule_at(at(9), tick, kCell, kEntity), std::logic_error);
  CHECK_THROWS_AS(engine.schedule_after(Duration::nanoseconds(-1), tick, kCell, kEntity),
                  std::logic_error);
  CHECK_THROWS_AS(engine.reschedule(pending, at(9)), std::logic_error);
  CHECK_THROWS_AS(engine.schedule_at(at(20), tick, CellId(2), kEntity), std::logic_error);
  CHECK_THROWS_AS(engine.schedule_at(at(20), EventType<NoPayload>(), kCell, kEntity),
                  std::logic_error);
  engine.call_at(at(20), kCell, kEntity, [](Engine& e) { e.run_until(at(30)); });
  CHECK_THROWS_AS(engine.run_until(at(40)), std::logic_error);
  // A handler's exception leaves the engine usable.
  CHECK(engine.run_until(at(60)) == RunEnd::kHorizon);
  CHECK(engine.executed(tick) == 1);
}

}  // namespace
}  // namespace spindle::sim

#include "sim/cells/parallel_engine.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/instants.hpp"

namespace spindle::sim {
namespace {

constexpr EntityId kAnyEntity{0};
constexpr Duration kLookahead = Duration::nanoseconds(100);

using test::at;
Duration ns(std::int64_t n) {
  return Duration::nanoseconds(n);
}

// A model whose events do what the test says.
struct Scripted {
  struct Do {
    std::uint32_t what = 0;
  };
  struct Tick {};  // comes again every 10 ns
  using CellEvents = EventTypes<Do, Tick>;
  using GlobalEvents = EventTypes<Do>;
  struct Summary {
    std::int64_t last_ns = -1;
    std::uint64_t count = 0;
  };
  using Cell = CellContext<Scripted>;
  using Global = CoordinatorContext<Scripted>;

  explicit Scripted(std::uint32_t cells = 4) : of_cells(cells) {}

  void handle(Cell& context, EntityId entity, Do event) {
    touch(context);
    scripts.at(event.what)(context, entity);
  }
  void handle(Cell& context, EntityId entity, Tick tick) {
    touch(context);
    context.schedule_after(ns(10), entity, tick);
  }
  void coordinate(Global& context, EntityId entity, Do event) {
    decisions.at(event.what)(context, entity);
  }
  [[nodiscard]] Summary summarise(CellId cell) const noexcept { return of_cells[cell.value()]; }
  void touch(const Cell& context) {
    Summary& cell = of_cells[context.cell().value()];
    cell = {context.now().ns(), cell.count + 1};
  }

  std::vector<std::function<void(Cell&, EntityId)>> scripts;
  std::vector<std::function<void(Global&, EntityId)>> decisions;
  std::vector<Summary> of_cells;
};
using Do = Scripted::Do;
using Tick = Scripted::Tick;

CellOptions options(Duration window = {}) {
  return {.cells = 4, .lookahead = kLookahead, .window = window};
}

template <class Engine>
void tick_everywhere(Engine& engine) {
  for (std::uint32_t c = 0; c < 4; ++c) engine.schedule_at(at(c), CellId(c), EntityId(c), Tick{});
}

// The text of what run_until throws.
template <class Error, class Engine>
std::string error_of(Engine& engine, Instant horizon) {
  try {
    engine.run_until(horizon);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST_CASE("parallel engine: the horizon is exclusive and leaves the clock there") {
  for (const unsigned threads : {1U, 2U, 9U}) {
    Scripted model;
    ParallelEngine engine(model, options(), threads);
    CHECK(engine.workers() == std::min(threads, 4U));
    tick_everywhere(engine);
    CHECK(engine.run_until(at(10)) == RunEnd::kHorizon);
    CHECK(engine.now() == at(10));
    CHECK(engine.executed() == 4);
    CHECK(engine.run_until(at(11)) == RunEnd::kHorizon);
    CHECK(engine.executed() == 5);
    CHECK(engine.executed(CellId(0)) == 2);
    CHECK(engine.executed(CellId(3)) == 1);
    CHECK(engine.summaries()[0].last_ns == 10);
    CHECK(engine.summaries()[3].last_ns == 3);
  }
}

TEST_CASE("parallel engine: without a horizon it runs until nothing is pending") {
  for (const unsigned threads : {1U, 3U}) {
    Scripted model;
    std::vector<std::int64_t> seen(4);
    model.scripts = {[&](Scripted::Cell& context, EntityId) {
      seen[context.cell().value()] = context.now().ns();
      if (context.cell() == CellId(3)) return;
      // Empty time is skipped, however long.
      context.send_after(Duration::days(300), CellId(context.cell().value() + 1), kAnyEntity,
                         Do{0});
      context.send_at(Instant::never(), CellId(3), kAnyEntity, Do{0});
    }};
    ParallelEngine engine(model, options(), threads);
    engine.schedule_at(at(5), CellId(0), kAnyEntity, Do{0});
    engine.schedule_at(Instant::never(), CellId(0), kAnyEntity, Do{0});
    CHECK(engine.run_until(Instant::never()) == RunEnd::kHorizon);
    CHECK(engine.executed() == 4);
    const std::int64_t day = Duration::days(1).ns();
    CHECK(seen == std::vector<std::int64_t>{5, 5 + 300 * day, 5 + 600 * day, 5 + 900 * day});
    CHECK(engine.now() == at(seen[3]));
    CHECK(engine.run_until(Instant::never()) == RunEnd::kHorizon);
    CHECK(engine.now() == at(seen[3]));
  }
}

TEST_CASE("parallel engine: what is sent below the lookahead is refused, with cell and time") {
  Scripted model;
  model.scripts = {[](auto& c, EntityId) { c.send_after(ns(99), CellId(2), kAnyEntity, Do{0}); },
                   [](auto& c, EntityId) { c.decide_after(ns(99), kAnyEntity, Do{0}); },
                   [](auto& c, EntityId) { c.schedule_after(ns(-1), kAnyEntity, Do{0}); },
                   [](auto& c, EntityId) { c.send_after(ns(100), CellId(4), kAnyEntity, Do{0}); },
                   // The least delay, and a cell's own events, which need none.
                   [](auto& c, EntityId) {
                     c.send_after(ns(100), CellId(2), kAnyEntity, Do{5});
                     c.send_after(ns(0), c.cell(), kAnyEntity, Do{5});
                   },
                   [](auto&, EntityId) {}};
  const auto refusal = [&](std::uint32_t what, Duration window, unsigned threads) {
    ParallelEngine engine(model, options(window), threads);
    engine.schedule_at(at(7), CellId(1), kAnyEntity, Do{what});
    return error_of<std::logic_error>(engine, at(1'000));
  };
  for (const Duration window : {ns(1), ns(100)}) {
    for (const unsigned threads : {1U, 4U}) {
      CHECK_THAT(refusal(0, window, threads),
                 Catch::StartsWith("cells: cell 1 at 7 ns sends to cell 2 for 106 ns"));
      CHECK_THAT(refusal(1, window, threads),
                 Catch::StartsWith("cells: cell 1 at 7 ns sends to the coordinator for 106 ns"));
      CHECK_THAT(refusal(2, window, threads),
                 Catch::StartsWith("cells: cell 1 at 7 ns schedules an event at 6 ns"));
      CHECK_THAT(refusal(3, window, threads), Catch::StartsWith("cells: cell 4 of 4"));
      CHECK(refusal(4, window, threads) == "nothing was thrown");
    }
  }
}

TEST_CASE("parallel engine: decisions see every cell just before them, and act at once") {
  for (const unsigned threads : {1U, 2U, 4U}) {
    for (const std::int64_t window : {1, 33, 100}) {
      Scripted model;
      std::vector<std::int64_t> seen;
      std::vector<std::pair<std::int64_t, EntityId>> orders;
      model.scripts = {[&](auto& c, EntityId entity) { orders.emplace_back(c.now().ns(), entity); },
                       [](auto& c, EntityId) { c.decide_after(ns(100), EntityId(1), Do{1}); }};
      model.decisions = {[&](auto& c, EntityId) {
                           for (const auto& cell : c.summaries()) seen.push_back(cell.last_ns);
                           c.schedule_at(c.now(), CellId(1), EntityId(40), Do{0});
                           c.decide_at(c.now(), EntityId(9), Do{1});  // after it, at the same time
                         },
                         [&](auto& c, EntityId entity) {
                           c.schedule_at(c.now(), CellId(1), entity, Do{0});
                           c.schedule_at(Instant::never(), CellId(1), entity, Do{0});
                         }};
      ParallelEngine engine(model, options(ns(window)), threads);
      tick_everywhere(engine);
      engine.schedule_at(at(2), CellId(3), kAnyEntity, Do{1});
      engine.decide_at(at(51), kAnyEntity, Do{0});
      engine.run_until(at(200));
      // Cell 1 acts at 51 too, but not yet.
      CHECK(seen == std::vector<std::int64_t>{50, 41, 42, 43});
      CHECK(orders == std::vector<std::pair<std::int64_t, EntityId>>{
                          {51, EntityId(9)}, {51, EntityId(40)}, {102, EntityId(1)}});
    }
  }
}

TEST_CASE(
    "parallel engine: a handler's stop takes effect one lookahead later, a decision's at once") {
  for (const unsigned threads : {1U, 4U}) {
    for (const std::int64_t window : {3, 100}) {
      Scripted model;
      model.scripts = {[](auto& c, EntityId) { c.request_stop(); }};
      model.decisions = {[](auto& c, EntityId) { c.request_stop(); }};
      ParallelEngine engine(model, options(ns(window)), threads);
      tick_everywhere(engine);
      engine.schedule_at(at(50), CellId(2), kAnyEntity, Do{0});
      engine.schedule_at(at(45), CellId(1), kAnyEntity, Do{0});
      CHECK(engine.run_until(at(1'000)) == RunEnd::kStopped);
      CHECK(engine.now() == at(145));
      CHECK(engine.executed() == 2 + 4 * 15);
      engine.decide_at(at(200), kAnyEntity, Do{0});
      CHECK(engine.run_until(at(1'000)) == RunEnd::kStopped);
      CHECK(engine.now() == at(200));
      CHECK(engine.summaries()[0].last_ns == 190);
      CHECK(engine.run_until(at(210)) == RunEnd::kHorizon);
      CHECK(engine.summaries()[0].last_ns == 200);
    }
  }
}

TEST_CASE("parallel engine: a decision's stop is forgotten once it has ended a run") {
  for (const unsigned threads : {1U, 4U}) {
    Scripted model;
    unsigned later = 0;
    model.decisions = {[](auto& c, EntityId) { c.request_stop(); },
                       [&](auto&, EntityId) { ++later; }};
    ParallelEngine engine(model, options(), threads);
    tick_everywhere(engine);
    engine.decide_at(at(200), kAnyEntity, Do{0});
    engine.decide_at(at(300), kAnyEntity, Do{1});
    CHECK(engine.run_until(at(1'000)) == RunEnd::kStopped);
    CHECK(engine.now() == at(200));
    // Every later round of decisions, which asks for no stop, would bring the old one back.
    CHECK(engine.run_until(at(1'000)) == RunEnd::kHorizon);
    CHECK(engine.now() == at(1'000));
    CHECK(later == 1);
  }
}

TEST_CASE("parallel engine: a handler's stop outlives one from outside that comes before it") {
  Scripted model;
  ParallelEngine<Scripted>* running = nullptr;
  model.scripts = {[&](auto& c, EntityId) {
    c.request_stop();
    running->request_stop();
  }};
  ParallelEngine engine(model, options(ns(10)), 2);
  running = &engine;
  tick_everywhere(engine);
  engine.schedule_at(at(50), CellId(2), kAnyEntity, Do{0});
  CHECK(engine.run_until(at(1'000)) == RunEnd::kStopped);
  CHECK(engine.now() < at(150));
  CHECK(engine.run_until(at(1'000)) == RunEnd::kStopped);
  CHECK(engine.now() == at(150));
  CHECK(engine.run_until(at(1'000)) == RunEnd::kHorizon);
}

TEST_CASE(
    "parallel engine: a stop from outside ends the window, or the next run before its first") {
  Scripted model;
  ParallelEngine<Scripted>* running = nullptr;
  model.scripts = {[&](auto&, EntityId) { running->request_stop(); }};
  ParallelEngine engine(model, options(ns(20)), 2);
  running = &engine;
  tick_everywhere(engine);
  engine.schedule_at(at(50), CellId(2), kAnyEntity, Do{0});
  CHECK(engine.run_until(at(1'000)) == RunEnd::kStopped);
  CHECK(engine.now() == at(60));  // of the window from 40
  engine.request_stop();
  CHECK(engine.run_until(at(1'000)) == RunEnd::kStopped);
  CHECK(engine.now() == at(60));
  CHECK(engine.run_until(at(70)) == RunEnd::kHorizon);
}

TEST_CASE("parallel engine: of several exceptions, the first in total order is thrown") {
  for (const unsigned threads : {1U, 2U, 3U, 4U}) {
    for (const std::int64_t window : {1, 50, 100}) {
      Scripted model;
      model.scripts = {[](auto& c, EntityId entity) {
        throw std::domain_error(std::to_string(c.cell().value()) + "/" +
                                std::to_string(entity.value()));
      }};
      ParallelEngine engine(model, options(ns(window)), threads);
      tick_everywhere(engine);
      engine.schedule_at(at(41), CellId(0), EntityId(9), Do{0});
      engine.schedule_at(at(40), CellId(3), EntityId(1), Do{0});
      engine.schedule_at(at(40), CellId(2), EntityId(8), Do{0});
      engine.schedule_at(at(40), CellId(2), EntityId(7), Do{0});
      CHECK(error_of<std::domain_error>(engine, at(1'000)) == "2/7");
      CHECK_THAT(error_of<std::logic_error>(engine, at(1'000)),
                 Catch::StartsWith("cells: the run has failed"));
    }
  }
}

TEST_CASE("parallel engine: a decision's exception comes before those of cells at its time") {
  for (const unsigned threads : {1U, 4U}) {
    Scripted model;
    model.scripts = {[](auto&, EntityId) { throw std::domain_error("cell"); }};
    model.decisions = {[](auto&, EntityId) { throw std::domain_error("decision"); }};
    ParallelEngine engine(model, options(), threads);
    engine.schedule_at(at(40), CellId(0), kAnyEntity, Do{0});
    engine.decide_at(at(40), kAnyEntity, Do{0});
    CHECK(error_of<std::domain_error>(engine, at(1'000)) == "decision");
  }
}

TEST_CASE("parallel engine: a model without messages runs to the horizon in one window") {
  Scripted model;
  const Duration forever = ns(Instant::never().ns());
  ParallelEngine engine(model, {.cells = 4, .lookahead = forever}, 2);
  tick_everywhere(engine);
  CHECK(engine.run_until(at(1'000)) == RunEnd::kHorizon);
  CHECK(engine.executed() == 400);
}

// A queue that names the entity of its next event, whatever it is asked.
struct SeesAhead : EventQueue {
  [[nodiscard]] const EntityId* entity_ahead(std::size_t) const {
    if (empty()) return nullptr;
    next = top().entity;
    return &next;
  }
  mutable EntityId next;
};
struct Prefetching {
  struct Tick {};
  using CellEvents = EventTypes<Tick>;
  void handle(auto& context, EntityId entity, Tick tick) {
    context.schedule_after(ns(10), entity, tick);
  }
  void prefetch(EntityId entity) const noexcept { fetched.push_back(entity.value()); }
  mutable std::vector<std::uint64_t> fetched;
};

TEST_CASE("parallel engine: a queue that sees ahead lets the model fetch, and changes nothing") {
  Prefetching model;
  ParallelEngine<Prefetching, SeesAhead> engine(model, options());
  ParallelEngine<Prefetching, EventQueue> plain(model, options());
  for (std::uint32_t c = 0; c < 3; ++c) {
    engine.schedule_at(at(c), CellId(c), EntityId(c), Prefetching::Tick{});
    plain.schedule_at(at(c), CellId(c), EntityId(c), Prefetching::Tick{});
  }
  plain.run_until(at(20));
  CHECK(model.fetched.empty());
  engine.run_until(at(20));
  CHECK(model.fetched == std::vector<std::uint64_t>{1, 2, 0, 1, 2, 0});
  CHECK(engine.digest().value() == plain.digest().value());
}

TEST_CASE("parallel engine: misuse is refused") {
  Scripted model;
  const auto build = [&](const CellOptions& bad) { return ParallelEngine(model, bad).workers(); };
  CHECK_THROWS_AS(build({.cells = 0, .lookahead = kLookahead}), std::invalid_argument);
  CHECK_THROWS_AS(build({.cells = 4, .lookahead = ns(0)}), std::invalid_argument);
  CHECK_THROWS_AS(build({.cells = 4, .lookahead = ns(-1)}), std::invalid_argument);
  CHECK_THROWS_AS(build(options(ns(101))), std::invalid_argument);
  CHECK_THROWS_AS(build(options(ns(-1))), std::invalid_argument);
  CHECK(build(options(ns(100))) == 1);
  ThreadTransport transport(5);
  Transport* const end = &transport.end(0);
  CHECK_THROWS_AS(ParallelEngine(model, options(), std::span(&end, 1)), std::invalid_argument);
  CHECK_THROWS_AS(ParallelEngine(model, options(), std::span<Transport* const>()),
                  std::invalid_argument);

  ParallelEngine engine(model, options());
  model.scripts = {[&](auto&, EntityId) { engine.run_until(at(100)); }};
  engine.run_until(at(10));
  CHECK_THROWS_AS(engine.schedule_at(at(9), CellId(0), kAnyEntity, Do{0}), std::logic_error);
  CHECK_THROWS_AS(engine.schedule_at(at(10), CellId(4), kAnyEntity, Do{0}), std::logic_error);
  CHECK_THROWS_AS(engine.decide_at(at(9), kAnyEntity, Do{0}), std::logic_error);
  engine.schedule_at(at(10), CellId(0), kAnyEntity, Do{0});
  CHECK_THAT(error_of<std::logic_error>(engine, at(20)),
             Catch::StartsWith("cells: run_until inside a handler"));

  // A handler of one worker must not reach into the queue of another.
  const auto refusal_of = [&](const std::function<void(ParallelEngine<Scripted>&)>& use) {
    ParallelEngine other(model, options(), 2);
    model.scripts = {[&](auto&, EntityId) { use(other); }};
    model.decisions = {[&](auto&, EntityId) { use(other); }};
    other.schedule_at(at(10), CellId(0), kAnyEntity, Do{0});
    return error_of<std::logic_error>(other, at(20));
  };
  CHECK_THAT(refusal_of([](auto& e) { e.schedule_at(at(30), CellId(3), kAnyEntity, Tick{}); }),
             Catch::StartsWith("cells: schedule_at inside a handler"));
  CHECK_THAT(refusal_of([](auto& e) { e.decide_at(at(30), kAnyEntity, Do{0}); }),
             Catch::StartsWith("cells: decide_at inside a handler"));
}

}  // namespace
}  // namespace spindle::sim

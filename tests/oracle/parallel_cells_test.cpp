// The parallel engine against a sequential simulation in total order: each cell must execute the
// same events, in the same order, with the same payloads.

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "sim/cells/parallel_engine.hpp"
#include "tests/support/gossip_model.hpp"
#include "tests/support/sequential_cells.hpp"

namespace spindle::sim {
namespace {

using test::Gossip;
using test::GossipOptions;
using test::SequentialCells;
using test::SequentialHandle;

Instant at(std::int64_t ns) {
  return Instant::from_ns(ns);
}

TEST_CASE("parallel engine: every cell runs what a sequential simulation runs") {
  const GossipOptions options;
  Gossip<SequentialHandle> expected(options);
  SequentialCells sequential(expected, expected.cell_options());
  expected.set_up(sequential);
  sequential.run_until(at(20'000));
  REQUIRE(sequential.executed() > 10'000);

  for (const unsigned threads : {1U, 3U}) {
    Gossip model(options);
    ParallelEngine engine(model, model.cell_options(), threads);
    model.set_up(engine);
    CHECK(engine.run_until(at(20'000)) == RunEnd::kHorizon);
    CHECK(engine.executed() == sequential.executed());
    CHECK(model.log == expected.log);
  }
}

TEST_CASE("parallel engine: so it is for any model, window and number of threads") {
  const bool agrees = rc::check([] {
    GossipOptions options;
    options.cells = *rc::gen::inRange(1U, 20U);
    options.entities_per_cell = *rc::gen::inRange(1U, 5U);
    options.lookahead_ns = *rc::gen::inRange<std::int64_t>(1, 200);
    options.grid_ns = *rc::gen::inRange<std::int64_t>(1, 60);
    options.remote = *rc::gen::element(0.0, 0.2, 1.0);
    options.decisions = *rc::gen::element(0.0, 0.05, 0.5);
    options.seed = *rc::gen::inRange<std::uint64_t>(0, 1'000);
    const auto window = *rc::gen::inRange<std::int64_t>(1, options.lookahead_ns + 1);
    const auto threads = *rc::gen::inRange(1U, 5U);
    const auto horizon = at(60 * options.grid_ns);

    Gossip<SequentialHandle> expected(options);
    SequentialCells sequential(expected, expected.cell_options());
    expected.set_up(sequential);
    sequential.run_until(horizon);

    Gossip model(options);
    ParallelEngine engine(model, model.cell_options(window), threads);
    model.set_up(engine);
    RC_ASSERT(engine.run_until(horizon) == RunEnd::kHorizon);
    RC_ASSERT(engine.executed() == sequential.executed());
    RC_ASSERT(model.log == expected.log);
  });
  CHECK(agrees);
}

}  // namespace
}  // namespace spindle::sim

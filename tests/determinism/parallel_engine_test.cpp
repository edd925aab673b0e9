// The same bits for any number of threads.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/digest.hpp"
#include "sim/engine.hpp"
#include "sim/log_histogram.hpp"
#include "sim/parallel.hpp"
#include "sim/random_stream.hpp"
#include "sim/statistics.hpp"

namespace spindle::sim {
namespace {

struct CellResult {
  std::uint64_t digest = 0;
  Moments gaps;
  LogHistogram histogram;
};

// One cell's own little simulation: entities that act again after exponential times.
CellResult run_cell(std::size_t cell) {
  CellResult result;
  Engine engine;
  std::vector<RandomStream> streams;
  for (std::uint64_t entity = 0; entity < 20; ++entity) {
    streams.emplace_back(Seed{1}, 0, Purpose{1}, 20 * cell + entity);
  }
  EventType<NoPayload> act;
  act = engine.on([&](Engine& e, const Event& event, NoPayload) {
    const double gap = streams[event.entity.value()].exponential();
    result.gaps.add(gap);
    result.histogram.add(gap);
    e.schedule_after(Duration::seconds(gap), act, event.cell, event.entity);
  });
  for (std::uint64_t entity = 0; entity < 20; ++entity) {
    engine.schedule_at(Instant(), act, CellId(0), EntityId(entity));
  }
  engine.run_until(Instant() + Duration::seconds(50));
  result.digest = engine.digest().value();
  return result;
}

std::string digest_with(unsigned threads) {
  std::vector<CellResult> results(64);
  for_each_index(threads, results.size(), [&](std::size_t i) { results[i] = run_cell(i); });
  Digest digest;
  Moments gaps;
  LogHistogram histogram;
  for (const CellResult& result : results) {
    digest.add(result.digest);
    gaps.merge(result.gaps);
    histogram.merge(result.histogram);
  }
  digest.add(gaps.mean());
  digest.add(gaps.variance());
  digest.add(histogram.count());
  for (const double q : {0.0, 0.1, 0.5, 0.9, 0.999, 1.0}) digest.add(histogram.quantile(q));
  return digest.hex();
}

TEST_CASE("parallel engine: 1, 2 and 4 threads give the same bits") {
  const std::string inline_digest = digest_with(1);
  CHECK(inline_digest == "e567ac7f71d12ef7");
  for (const unsigned threads : {2U, 4U, 4U}) CHECK(digest_with(threads) == inline_digest);
}

}  // namespace
}  // namespace spindle::sim

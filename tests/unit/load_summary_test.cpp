// Statistics of what drives hold: exact, in any order, however wide the loads.
#include "models/placement/bulk/load_summary.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace spindle::models;

namespace {

EachLoad in_runs(const std::vector<std::uint32_t>& loads, std::size_t run) {
  return [&loads, run](const auto& f) {
    for (std::size_t i = 0; i < loads.size(); i += run) {
      f(std::span(loads).subspan(i, std::min(run, loads.size() - i)));
    }
  };
}

// By definition: nearest rank in the sorted list.
double ranked(const std::vector<std::uint32_t>& sorted, double p) {
  const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

void check(std::vector<std::uint32_t> loads, std::uint64_t base) {
  const LoadSummary summary = summarise(in_runs(loads, 7), base, 1);
  std::sort(loads.begin(), loads.end());
  const auto above = static_cast<double>(base);
  RC_ASSERT(summary.load.min == above + loads.front());
  RC_ASSERT(summary.load.max == above + loads.back());
  RC_ASSERT(summary.load.p0_1 == above + ranked(loads, 0.001));
  RC_ASSERT(summary.load.p50 == above + ranked(loads, 0.5));
  RC_ASSERT(summary.load.p99 == above + ranked(loads, 0.99));
  RC_ASSERT(summary.load.p99_9 == above + ranked(loads, 0.999));
  const auto n = static_cast<double>(loads.size());
  double sum = 0;
  for (const std::uint32_t load : loads) sum += load;
  double squares = 0;
  for (const std::uint32_t load : loads) squares += std::pow(load - sum / n, 2);
  const double scale = 1 + above + loads.back();
  RC_ASSERT(std::fabs(summary.load.mean - above - sum / n) < 1e-12 * scale);
  RC_ASSERT(std::fabs(summary.load.sd - std::sqrt(squares / n)) < 1e-9 * scale);
  std::uint64_t drives = 0;
  for (const LoadBar& bar : summary.histogram) drives += bar.drives;
  RC_ASSERT(drives == loads.size());
  RC_ASSERT(summary.histogram.size() <= 60);
  RC_ASSERT(summary.histogram.front().low <= summary.load.min);
  RC_ASSERT(summary.histogram.back().high > summary.load.max);
}

}  // namespace

TEST_CASE("loads are summed up as their sorted list says, close together and far apart") {
  CHECK(rc::check("loads within a few", [] {
    check(*rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint32_t>>(
              rc::gen::inRange<std::uint32_t>(0, 40))),
          *rc::gen::inRange<std::uint64_t>(0, 1'000'000));
  }));
  CHECK(rc::check("loads of any size", [] {
    check(*rc::gen::nonEmpty(
              rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>())),
          0);
  }));
}

TEST_CASE("bars of whole shards count loads one by one") {
  const std::vector<std::uint32_t> loads = {3, 5, 5, 4, 3, 5};
  const LoadSummary summary = summarise(in_runs(loads, 2), 10, 1);
  REQUIRE(summary.histogram.size() == 3);
  CHECK(summary.histogram[0].low == 13);
  CHECK(summary.histogram[0].drives == 2);
  CHECK(summary.histogram[1].drives == 1);
  CHECK(summary.histogram[2].drives == 3);
}

TEST_CASE("loads in parts of a shard come out in shards") {
  const std::vector<std::uint32_t> loads = {65536, 131072, 98304};
  const LoadSummary summary = summarise(in_runs(loads, 3), 0, 1.0 / 65536);
  CHECK(summary.load.mean == Approx(1.5));
  CHECK(summary.load.p50 == 1.5);
  CHECK(summary.load.max == 2);
  CHECK(summary.load.sd == Approx(std::sqrt(1.0 / 6)));
}

TEST_CASE("fill fractions are ranked as they are") {
  std::vector<double> values;
  for (int i = 1000; i > 0; --i) values.push_back(i / 1000.0);
  const LoadDistribution fill = distribution_of(values);
  CHECK(fill.p0_1 == 0.001);
  CHECK(fill.p50 == 0.5);
  CHECK(fill.p99 == 0.99);
  CHECK(fill.p99_9 == 0.999);
  CHECK(fill.mean == Approx(0.5005));
}

// Series and jobs against a direct integration that visits every (repetition, point, epoch).

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/tenant/load_model.hpp"

namespace {

using namespace spindle;
using models::DemandTrace;
using models::EpochGrid;
using sim::Duration;

std::vector<long double> direct(const DemandTrace& trace, double scale, const EpochGrid& grid) {
  std::vector<long double> out(grid.count, 0);
  const std::int64_t epoch = grid.epoch.ns();
  const std::int64_t horizon = epoch * static_cast<std::int64_t>(grid.count);
  for (std::int64_t shift = 0; shift < horizon; shift += trace.loop.ns()) {
    for (const auto& point : trace.points) {
      const std::int64_t begin = point.time.ns() + shift;
      const std::int64_t end = begin + trace.interval.ns();
      for (std::size_t e = 0; e < out.size(); ++e) {
        const std::int64_t from = static_cast<std::int64_t>(e) * epoch;
        const std::int64_t overlap = std::min(end, from + epoch) - std::max(begin, from);
        const long double amount = static_cast<long double>(point.amount);
        if (trace.interval.ns() == 0) {
          if (begin >= from && begin < from + epoch) out[e] += amount;
        } else if (overlap > 0) {
          out[e] += amount * static_cast<long double>(overlap) /
                    static_cast<long double>(trace.interval.ns());
        }
      }
    }
    if (trace.loop.ns() == 0) break;
  }
  for (auto& value : out) {
    value *= static_cast<long double>(scale) / static_cast<long double>(grid.epoch.to_seconds());
  }
  return out;
}

DemandTrace random_trace(bool is_series) {
  DemandTrace trace;
  const int count = *rc::gen::inRange(0, 40);
  std::int64_t time = *rc::gen::inRange<std::int64_t>(0, 5'000'000'000);
  for (int i = 0; i < count; ++i) {
    const auto amount = static_cast<double>(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000));
    trace.points.push_back({Duration::nanoseconds(time), amount / 7});
    time += *rc::gen::inRange<std::int64_t>(0, 3'000'000'000);
  }
  if (is_series) {
    trace.interval = Duration::nanoseconds(*rc::gen::inRange<std::int64_t>(1, 9'000'000'000));
  }
  trace.loop = Duration::nanoseconds(*rc::gen::element<std::int64_t>(
      0, *rc::gen::inRange<std::int64_t>(1'000'000'000, 90'000'000'000)));
  return trace;
}

std::vector<double> fill_all(const DemandTrace& trace, double scale, const EpochGrid& grid) {
  std::vector<double> out(grid.count);
  models::make_trace_load(trace, scale, grid)->fill(0, out);
  return out;
}

}  // namespace

TEST_CASE("series and jobs equal the direct integration") {
  for (const bool is_series : {true, false}) {
    REQUIRE(rc::check("series or jobs", [=] {
      const DemandTrace trace = random_trace(is_series);
      const EpochGrid grid{
          Duration::nanoseconds(*rc::gen::inRange<std::int64_t>(1'000'000, 8'000'000'000)),
          *rc::gen::inRange<std::uint64_t>(1, 60)};
      const auto model = fill_all(trace, 0.7, grid);
      const auto exact = direct(trace, 0.7, grid);
      for (std::size_t e = 0; e < exact.size(); ++e) {
        const auto value = static_cast<double>(exact[e]);
        if (std::fabs(model[e] - value) > 1e-12 * value) return false;
      }
      return true;
    }));
  }
}

TEST_CASE("a series that is played once keeps its total") {
  const DemandTrace trace{
      {{Duration(), 5}, {Duration::seconds(300), 0}, {Duration::seconds(599.5), 7.25}},
      Duration::seconds(300),
      {}};
  for (const double epoch_s : {1.0, 17.0, 300.0, 1000.0}) {
    const EpochGrid grid{Duration::seconds(epoch_s),
                         static_cast<std::uint64_t>(1000 / epoch_s) + 1};
    double total = 0;
    for (const double rate : fill_all(trace, 1, grid)) total += rate * epoch_s;
    CHECK(total == Approx(12.25).epsilon(1e-12));
  }
}

TEST_CASE("points past the loop length overlap the next repetition") {
  // A job at 10 s and one at 105 s, looped at 100 s: the second falls on 5 s of the next round.
  const DemandTrace jobs{
      {{Duration::seconds(10), 1}, {Duration::seconds(105), 2}}, {}, Duration::seconds(100)};
  const auto load = fill_all(jobs, 1, {Duration::seconds(50), 6});
  CHECK(load == std::vector<double>{1 / 50.0, 0, 3 / 50.0, 0, 3 / 50.0, 0});
}

TEST_CASE("many small samples lose no digits against one large") {
  DemandTrace trace;
  trace.points.push_back({Duration(), 1e15});
  for (int i = 0; i < 1'000'000; ++i) trace.points.push_back({Duration::nanoseconds(i), 0.1});
  const double rate = fill_all(trace, 1, {Duration::seconds(1), 1})[0];
  CHECK(rate == Approx(1e15 + 1e5).epsilon(2e-16));
}

TEST_CASE("traces at the edge of 200 years do not overflow") {
  const Duration longest = models::kLongestRun;
  const DemandTrace jobs{{{Duration(), 1}, {longest, 1}}, {}, longest};
  const EpochGrid grid{Duration::days(365), 200};
  const auto load = fill_all(jobs, 1, grid);
  CHECK(load[0] > 0);
  CHECK(load[199] == 0);
  const DemandTrace sample{{{Duration(), 1}}, longest, Duration::days(365)};
  const auto stacked = fill_all(sample, 1, grid);
  CHECK(stacked[199] == Approx(200 * stacked[0]).epsilon(1e-12));
}

TEST_CASE("traces that break their rules are refused") {
  const EpochGrid grid{Duration::hours(1), 1000};
  const auto refused = [&](const DemandTrace& trace, double scale = 1) {
    try {
      models::make_trace_load(trace, scale, grid);
    } catch (const std::invalid_argument&) {
      return true;
    }
    return false;
  };
  const Duration second = Duration::seconds(1);
  CHECK(refused({{{second, 1}, {Duration(), 1}}, second, {}}));
  CHECK(refused({{{Duration::seconds(-1), 1}}, second, {}}));
  CHECK(refused({{{second, -1}}, second, {}}));
  CHECK(refused({{{second, std::nan("")}}, second, {}}));
  CHECK(refused({{{second, 1}}, Duration::seconds(-1), {}}));
  CHECK(refused({{{second, 1}}, second, Duration::seconds(-1)}));
  CHECK(refused({{{second, 1}}, second, {}}, -1));
  CHECK(refused({{{models::kLongestRun, 1}}, second, {}}));
  CHECK(refused({{{Duration(), 1}}, second, Duration::nanoseconds(1)}));
  CHECK_FALSE(refused({{}, second, {}}));
}

#include "sim/log_histogram.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace spindle::sim {
namespace {

// Values over the whole range, some of them 0 and some equal.
rc::Gen<double> value() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange(0, 1000), rc::gen::inRange(-60, 60)),
      [](const std::pair<int, int>& p) { return std::ldexp(p.first, p.second / 2); });
}

TEST_CASE("log histogram: quantiles are within the stated error of the ranked value") {
  REQUIRE(rc::check("error bound", [] {
    auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(value()));
    const double q = *rc::gen::inRange(0, 1001) / 1000.0;
    LogHistogram histogram;
    for (const double v : values) histogram.add(v);
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    const double rank = std::max(1.0, std::ceil(q * n - 1e-9));
    const double exact = values[static_cast<std::size_t>(rank) - 1];
    return std::abs(histogram.quantile(q) - exact) <= LogHistogram::kRelativeError * exact &&
           histogram.quantile(0) == values.front() && histogram.quantile(1) == values.back() &&
           histogram.count() == values.size();
  }));
}

TEST_CASE("log histogram: merged parts, in any order, equal the whole") {
  REQUIRE(rc::check("merge", [] {
    const auto a = *rc::gen::container<std::vector<double>>(value());
    const auto b = *rc::gen::container<std::vector<double>>(value());
    LogHistogram whole;
    LogHistogram first;
    LogHistogram second;
    for (const double v : b) whole.add(v), second.add(v);
    for (const double v : a) whole.add(v), first.add(v);
    LogHistogram ab = first;
    ab.merge(second);
    LogHistogram ba = second;
    ba.merge(first);
    return ab == whole && ba == whole;
  }));
}

TEST_CASE("log histogram: the rank rule") {
  LogHistogram histogram;
  CHECK(std::isnan(histogram.quantile(0.5)));
  for (int i = 1; i <= 100; ++i) histogram.add(i);
  // In double, 0.07 * 100 is above 7: still the 7th value.
  CHECK(histogram.quantile(0.07) == Approx(7).epsilon(LogHistogram::kRelativeError));
  CHECK(histogram.quantile(0.071) == Approx(8).epsilon(LogHistogram::kRelativeError));
  CHECK(histogram.quantile(0.5) == Approx(50).epsilon(LogHistogram::kRelativeError));
  CHECK(histogram.quantile(0.999) == 100);
}

TEST_CASE("log histogram: zeros, underflow and overflow") {
  LogHistogram histogram;
  histogram.add(0, 10);
  histogram.add(-0.0, 10);
  histogram.add(1e-300, 10);
  histogram.add(1e300, 10);
  histogram.add(std::numeric_limits<double>::infinity(), 10);
  histogram.add(1, 0);
  CHECK(histogram.count() == 50);
  CHECK(histogram.zeros() == 20);
  CHECK(histogram.underflow() == 10);
  CHECK(histogram.overflow() == 20);
  CHECK(histogram.quantile(0.4) == 0);
  CHECK_FALSE(std::signbit(histogram.min()));
  CHECK(histogram.quantile(0.5) == LogHistogram::kSmallest);
  CHECK(std::isinf(histogram.quantile(0.9)));
  CHECK_THROWS_AS(histogram.add(-1), std::invalid_argument);
  CHECK_THROWS_AS(histogram.add(std::nan("")), std::invalid_argument);
}

TEST_CASE("log histogram: the edges of the range and of buckets") {
  for (const double v : {LogHistogram::kSmallest, std::nextafter(LogHistogram::kLargest, 0.0), 1.0,
                         std::nextafter(1.0, 0.0), 1 + 1.0 / 64, std::nextafter(2.0, 0.0)}) {
    LogHistogram histogram;
    histogram.add(v / 2 < LogHistogram::kSmallest ? v : v / 2);
    histogram.add(v, 3);
    histogram.add(v * 2 < LogHistogram::kLargest ? v * 2 : v);
    CHECK(histogram.underflow() + histogram.overflow() == 0);
    CHECK(std::abs(histogram.quantile(0.5) - v) <= LogHistogram::kRelativeError * v);
  }
}

}  // namespace
}  // namespace spindle::sim

#include "sim/statistics.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

TEST_CASE("moments: a sample known by hand") {
  Moments sample;
  CHECK(sample.count() == 0);
  CHECK(sample.mean() == 0);
  for (const double x : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) sample.add(x);
  CHECK(sample.mean() == Approx(5));
  CHECK(sample.variance() == Approx(32.0 / 7));
  CHECK(sample.standard_deviation() == Approx(std::sqrt(32.0 / 7)));
  CHECK(sample.min() == 2);
  CHECK(sample.max() == 9);
}

TEST_CASE("moments: a large offset does not drown the variance") {
  Moments sample;
  for (int i = 0; i < 1000; ++i) sample.add(1e9 + i % 2);
  CHECK(sample.variance() == Approx(0.25 * 1000 / 999).epsilon(1e-9));
}

TEST_CASE("moments: merged parts equal the whole, and the same order the same bits") {
  REQUIRE(rc::check("merge", [] {
    const auto a = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000));
    const auto b = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000));
    Moments whole;
    Moments first;
    Moments second;
    for (const int x : a) whole.add(x), first.add(x);
    for (const int x : b) whole.add(x), second.add(x);
    Moments merged = first;
    merged.merge(second);
    Moments again = first;
    again.merge(second);
    return merged.count() == whole.count() && merged.min() == whole.min() &&
           merged.max() == whole.max() && std::abs(merged.mean() - whole.mean()) < 1e-9 &&
           std::abs(merged.variance() - whole.variance()) <= 1e-9 * (1 + whole.variance()) &&
           merged.mean() == again.mean() && merged.variance() == again.variance();
  }));
}

TEST_CASE("time average: a staircase known by hand") {
  const auto second = [](double s) { return Instant() + Duration::seconds(s); };
  TimeWeighted length(second(10), 2);
  CHECK(length.mean() == 0);
  length.set(second(11), 5);    // 2 for 1 s
  length.add(second(14), -4);   // 5 for 3 s
  length.set(second(14), 100);  // 1 for no time
  length.set(second(14), 1);
  length.advance(second(16));  // 1 for 2 s
  CHECK(length.length_s() == Approx(6));
  CHECK(length.mean() == Approx(19.0 / 6));
  CHECK(length.variance() == Approx((4 + 75 + 2) / 6.0 - 19.0 * 19 / 36));
  CHECK(length.max() == 100);
  CHECK(length.value() == 1);
}

TEST_CASE("intervals: Student's quantiles as tabulated") {
  CHECK(student_95(1) == Approx(12.706204736).epsilon(1e-9));
  CHECK(student_95(10) == Approx(2.228138852).epsilon(1e-9));
  // Beyond the table's end: values of the exact distribution.
  CHECK(student_95(31) == Approx(2.039513446).epsilon(1e-7));
  CHECK(student_95(60) == Approx(2.000297822).epsilon(1e-8));
  CHECK(student_95(1000000) == Approx(1.959966357).epsilon(1e-9));
  for (std::uint64_t v = 1; v < 200; ++v) REQUIRE(student_95(v) > student_95(v + 1));
}

TEST_CASE("intervals: Student's quantiles for any confidence") {
  // Tabulated, and closed forms for one and two degrees of freedom.
  CHECK(student_quantile(0.9, 1) == Approx(6.313751515).epsilon(1e-9));
  CHECK(student_quantile(0.5, 1) == Approx(1).epsilon(1e-12));
  CHECK(student_quantile(0.999, 1) == Approx(636.6192488).epsilon(1e-9));
  CHECK(student_quantile(0.5, 2) == Approx(std::sqrt(2.0 / 3)).epsilon(1e-12));
  CHECK(student_quantile(0.99, 10) == Approx(3.169272673).epsilon(1e-9));
  CHECK(student_quantile(0.8, 30) == Approx(1.310415025).epsilon(1e-9));
  CHECK(student_quantile(0.99, 120) == Approx(2.617421145).epsilon(1e-9));
  CHECK(student_quantile(0.99, 1'000'000'000) == Approx(2.575829309).epsilon(1e-8));
  for (const std::uint64_t degrees : {1U, 2U, 7U, 30U, 31U, 500U, 1000U, 1001U, 100'000U}) {
    CHECK(student_quantile(0.95, degrees) == Approx(student_95(degrees)).epsilon(1e-7));
  }
  // The two methods meet: one more degree of freedom changes the quantile by less than 1e-5.
  for (const double confidence : {0.1, 0.9, 0.9999}) {
    CHECK(student_quantile(confidence, 1000) ==
          Approx(student_quantile(confidence, 1001)).epsilon(1e-5));
    CHECK(student_quantile(confidence, 1000) > student_quantile(confidence, 1001));
  }
  for (const double bad : {0.0, 1.0, -1.0, std::nan("")}) {
    CHECK_THROWS_AS(student_quantile(bad, 3), std::invalid_argument);
  }
  CHECK_THROWS_AS(student_quantile(0.9, 0), std::invalid_argument);
}

TEST_CASE("intervals: too few values say nothing") {
  Moments sample;
  sample.add(3);
  CHECK(std::isinf(student_interval(sample).high));
  CHECK(std::isinf(student_interval(sample, 0.5).high));
  CHECK(std::isinf(normal_interval(sample).low));
  sample.add(5);
  CHECK(student_interval(sample).low == Approx(4 - 12.7062047));
  CHECK(student_interval(sample, 0.5).low == Approx(4 - 1));
  CHECK(normal_interval(sample).high == Approx(4 + 1.9599640));
}

TEST_CASE("intervals: Poisson's, as tabulated") {
  // Garwood's exact limits.
  CHECK(poisson_interval(0).low == 0);
  CHECK(poisson_interval(0).high == Approx(3.688879454).epsilon(1e-9));
  CHECK(poisson_interval(1).high == Approx(5.571643).epsilon(2e-3));
  CHECK(poisson_interval(1).low < 0.025318);
  CHECK(poisson_interval(10).low == Approx(4.795389).epsilon(2e-3));
  CHECK(poisson_interval(10).high == Approx(18.390356).epsilon(1e-3));
  CHECK(poisson_interval(100).low == Approx(81.363966).epsilon(1e-4));
  CHECK(poisson_interval(100).high == Approx(121.626972).epsilon(1e-4));
}

}  // namespace
}  // namespace spindle::sim

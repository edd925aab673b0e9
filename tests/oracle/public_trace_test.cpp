// Measured burstiness of public traces, as published beside the data (peak/mean of counts or bytes
// per bin). The files are not part of the source: without them the tests are skipped.

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <vector>

#include "app/trace/trace_reader.hpp"
#include "models/tenant/load_statistics.hpp"
#include "tests/support/public_data.hpp"

namespace {

using namespace spindle;
using models::DemandTrace;
using models::EpochGrid;
using sim::Duration;

// Empty where the data are not there: the test then counts as skipped.
std::filesystem::path data_file(const std::string& name) {
  if (const auto folder = test::public_data()) return *folder / name;
  WARN("skipped: no public traces (SPINDLE_DATA_DIR names their folder)");
  return {};
}

double peak_to_mean(const DemandTrace& trace, const EpochGrid& grid) {
  std::vector<double> load(grid.count);
  models::make_trace_load(trace, 1, grid)->fill(0, load);
  return models::load_statistics(load).peak_to_mean;
}

constexpr EpochGrid kHoursOfDay{Duration::hours(1), 24};
constexpr EpochGrid kMinutesOfDay{Duration::seconds(60), 1440};

void check_jobs(const std::string& file, double jobs, double jobs_1h, double jobs_1min,
                double bytes, double bytes_1h, double bytes_1min) {
  const auto path = data_file(file);
  if (path.empty()) return;
  const auto result = app::read_jobs(
      path, {.time_column = "2", .read_column = "4", .write_column = "6", .loop = {}});
  REQUIRE(result.problems.empty());
  REQUIRE(result.reads);
  REQUIRE(result.writes);
  CHECK(static_cast<double>(result.reads->points.size()) == jobs);
  DemandTrace counts = *result.reads;
  double total = 0;
  for (DemandTrace::Point& point : counts.points) {
    if (point.time < Duration::days(1)) total += point.amount;
    point.amount = 1;
  }
  // Published with two or three digits: the limits are half a unit of the last one.
  CHECK(total == Approx(bytes).epsilon(0.005));
  CHECK(peak_to_mean(counts, kHoursOfDay) == Approx(jobs_1h).margin(0.051));
  CHECK(peak_to_mean(counts, kMinutesOfDay) == Approx(jobs_1min).margin(0.051));
  CHECK(peak_to_mean(*result.reads, kHoursOfDay) == Approx(bytes_1h).margin(0.051));
  CHECK(peak_to_mean(*result.reads, kMinutesOfDay) == Approx(bytes_1min).epsilon(0.0075));
}

void check_series(const std::string& file, std::size_t rows, double p2m_5min, double p2m_1h,
                  double mean) {
  const auto path = data_file(file);
  if (path.empty()) return;
  const auto result = app::read_series(path, {.time_column = "timestamp",
                                              .value_column = "value",
                                              .interval = Duration::seconds(300),
                                              .loop = {}});
  REQUIRE(result.problems.empty());
  REQUIRE(result.trace->points.size() == rows);
  // Per 5 min: of the samples themselves. Per hour: hours from the first sample on are the clock
  // hours here (samples at minutes 4, 9, ...), and published over those with 10 samples or more.
  double sum = 0, peak = 0;
  for (const auto& point : result.trace->points) {
    sum += point.amount;
    peak = std::max(peak, point.amount);
  }
  CHECK(sum / static_cast<double>(rows) == Approx(mean).epsilon(0.005));
  CHECK(peak / sum * static_cast<double>(rows) == Approx(p2m_5min).epsilon(0.005));
  CHECK(peak_to_mean(*result.trace, {Duration::hours(1), 14 * 24}) == Approx(p2m_1h).epsilon(0.02));
}

}  // namespace

TEST_CASE("Facebook 2010 jobs are as bursty as published") {
  check_jobs("swim/swim_FB-2010_samples_24_times_1hr_0.tsv", 24442, 1.65, 6.0, 1.08e15, 2.1, 36.8);
}
TEST_CASE("Facebook 2010 jobs with paths are as bursty as published") {
  check_jobs("swim/swim_FB-2010_samples_24_times_1hr_withInputPaths_0.tsv", 25428, 1.6, 4.8,
             1.21e15, 2.7, 25.4);
}
TEST_CASE("Facebook 2009 jobs are as bursty as published") {
  check_jobs("swim/swim_FB-2009_samples_24_times_1hr_0.tsv", 5894, 2.3, 8.8, 26.9e12, 7.1, 404);
  check_jobs("swim/swim_FB-2009_samples_24_times_1hr_1.tsv", 6638, 2.1, 5.2, 33.6e12, 5.8, 74);
}
TEST_CASE("the CloudWatch request series of a load balancer is as bursty as published") {
  check_series("nab/elb_request_count_8c0756.csv", 4032, 10.6, 3.4, 61.8);
}
TEST_CASE("the CloudWatch network series of an instance is as bursty as published") {
  check_series("nab/ec2_network_in_257a54.csv", 4032, 429, 45.5, 5.71e5);
}

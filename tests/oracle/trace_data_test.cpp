// What `trace stats` finds in public traces agrees with what was computed independently and
// published beside them, within 5 % (and half a unit of the published last digit). The files are
// not part of the source: without them the tests are skipped.

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/trace/request_trace.hpp"
#include "models/tenant/trace_statistics.hpp"
#include "tests/support/public_data.hpp"

namespace {

using namespace spindle;
using models::TraceRecord;
using models::TraceSummary;

struct DataFile {
  std::string name;
  std::string format;     // as it must be guessed; csv is named
  std::string time = {};  // column, of csv
};

// Empty where the data are not there: the test then counts as skipped.
std::vector<TraceRecord> records_of(const DataFile& file, models::TraceShape& shape) {
  const auto folder = test::public_data();
  if (!folder) {
    WARN("skipped: no public traces (SPINDLE_DATA_DIR names their folder)");
    return {};
  }
  CAPTURE(file.name);
  app::RequestTraceOptions options;
  options.lines.time = file.time;
  app::RequestTraceFile trace((*folder / file.name).string(), options);
  REQUIRE(trace.is_open());
  REQUIRE(trace->format() != nullptr);
  CHECK(trace->format()->name == file.format);
  std::vector<TraceRecord> records(200'000);
  records.resize(trace->read(records));
  CHECK(trace->problems().empty());
  CHECK(trace->out_of_order() == 0);
  shape = trace->shape();
  return records;
}

std::optional<TraceSummary> summary_of(const DataFile& file) {
  models::TraceShape shape;
  const std::vector<TraceRecord> records = records_of(file, shape);
  if (records.empty()) return std::nullopt;
  models::TraceStatistics statistics(shape);
  statistics.add(records);
  return statistics.finish();
}

auto near(double published) {
  return Approx(published).epsilon(0.05);
}

}  // namespace

TEST_CASE("requests to language models are as bursty as published") {
  if (const auto code = summary_of({"azure/azure_llm_code.csv", "csv", "TIMESTAMP"})) {
    CHECK(code->rows == 8819);
    CHECK(code->rate_per_s == near(2.57));
    CHECK(code->scales[0].peak_to_mean == near(26.1));
    CHECK(code->scales[1].peak_to_mean == near(4.2));
    CHECK(code->scales[0].dispersion == near(13.2));
    CHECK(code->scales[1].dispersion == near(164));
    CHECK(code->gap_scv == near(173));
  }
  if (const auto talk = summary_of({"azure/azure_llm_conv.csv", "csv", "TIMESTAMP"})) {
    CHECK(talk->rows == 19366);
    CHECK(talk->rate_per_s == near(5.53));
    CHECK(talk->scales[0].peak_to_mean == near(2.9));
    CHECK(talk->scales[1].peak_to_mean == near(1.5));
    CHECK(talk->scales[0].dispersion == near(1.4));
    CHECK(talk->scales[1].dispersion == near(16));
    CHECK(talk->gap_scv == near(1.2));
  }
}

TEST_CASE("block requests have the sizes, shares and bursts published") {
  if (const auto search = summary_of({"mqsim/mqsim_wsrch-small.trace", "disksim"})) {
    CHECK(search->rows == 24783);
    CHECK(search->span_s == near(60.06));
    CHECK(search->rate_per_s == near(413));
    CHECK(search->read_share == Approx(0.9998).margin(0.00005));
    CHECK(search->size_bytes.p50 == near(8192));
    CHECK(search->size_bytes.p90 == near(32768));
    CHECK(search->size_bytes.mean == near(15.4e3));
    CHECK(search->objects == 24780);
    CHECK(search->scales[0].peak_to_mean == near(1.28));
    CHECK(search->gap_scv == near(1.8));
    CHECK(search->tenants == 6);
  }
  if (const auto orders = summary_of({"mqsim/mqsim_tpcc-small.trace", "disksim"})) {
    CHECK(orders->rows == 6999);
    CHECK(orders->rate_per_s == near(51'300));
    CHECK(orders->read_share == Approx(0.626).margin(0.0005));
    CHECK(orders->size_bytes.p50 == near(8192));
    CHECK(orders->size_bytes.p99 == near(16384));
    CHECK(orders->objects == 6994);
    CHECK(orders->gap_scv == near(1.14));
    CHECK(orders->tenants == 16);
  }
}

namespace {

struct JobFigures {
  double jobs, bytes;
  double jobs_1s, jobs_1min, jobs_1h, bytes_1min, bytes_1h, scv;
};

// Published over the day from second 0 on, where `trace stats` has bins from the first request on:
// so the records are put at their own times, and the day's bins all count.
void check_jobs(const std::string& name, const JobFigures& published, std::int64_t first_s) {
  models::TraceShape shape;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::vector<TraceRecord> records = records_of({name, "swim"}, shape);
  if (records.empty()) return;
  models::TraceStatistics statistics(shape);
  models::BinnedLoad jobs[] = {models::BinnedLoad(kSecond), models::BinnedLoad(60 * kSecond),
                               models::BinnedLoad(3600 * kSecond)};
  models::BinnedLoad bytes[] = {models::BinnedLoad(60 * kSecond),
                                models::BinnedLoad(3600 * kSecond)};
  for (const TraceRecord& record : records) {
    statistics.add(record);
    const std::int64_t time = record.time_ns + first_s * kSecond;
    if (time >= sim::kDay) break;
    for (models::BinnedLoad& load : jobs) load.add(time, 1);
    for (models::BinnedLoad& load : bytes) load.add(time, static_cast<double>(record.bytes));
  }
  for (models::BinnedLoad& load : jobs) load.finish(sim::kDay);
  for (models::BinnedLoad& load : bytes) load.finish(sim::kDay);
  const TraceSummary summary = statistics.finish();
  CHECK(static_cast<double>(records.size()) == published.jobs);
  CHECK(summary.bytes == near(published.bytes));
  CHECK(jobs[0].peak_to_mean() == near(published.jobs_1s));
  CHECK(jobs[1].peak_to_mean() == near(published.jobs_1min));
  CHECK(jobs[2].peak_to_mean() == near(published.jobs_1h));
  CHECK(bytes[0].peak_to_mean() == near(published.bytes_1min));
  CHECK(bytes[1].peak_to_mean() == near(published.bytes_1h));
  CHECK(summary.gap_scv == near(published.scv));
}

}  // namespace

TEST_CASE("Hadoop jobs are as bursty as published") {
  const std::string name = "swim/swim_FB-20";
  check_jobs(name + "09_samples_24_times_1hr_0.tsv", {5894, 26.9e12, 44, 8.8, 2.3, 404, 7.1, 13},
             49);
  check_jobs(name + "09_samples_24_times_1hr_1.tsv", {6638, 33.6e12, 39, 5.2, 2.1, 74, 5.8, 2.9},
             23);
  check_jobs(name + "10_samples_24_times_1hr_0.tsv", {24442, 1.08e15, 46, 6.0, 1.65, 36.8, 2.1, 44},
             9);
  check_jobs(name + "10_samples_24_times_1hr_withInputPaths_0.tsv",
             {25428, 1.21e15, 48, 4.8, 1.6, 25.4, 2.7, 2.0}, 1);
}

TEST_CASE("inputs of Hadoop jobs are as large, popular and re-read as published") {
  const auto jobs =
      summary_of({"swim/swim_FB-2010_samples_24_times_1hr_withInputPaths_0.tsv", "swim"});
  if (!jobs) return;
  CHECK(jobs->objects == 17158);
  CHECK(jobs->object_sample_rate == 1);
  CHECK(jobs->one_hit_share == near(0.92));
  CHECK(jobs->top_object_share == near(0.26));
  CHECK(jobs->zipf_alpha == near(0.96));
  CHECK(jobs->size_bytes.p50 == near(5.1e6));
  CHECK(jobs->size_bytes.p90 == near(29.6e9));
  CHECK(jobs->size_bytes.p99 == near(0.96e12));
  CHECK(jobs->size_bytes.max == near(21e12));
  CHECK(jobs->reuse.p50_s == near(61));
  CHECK(jobs->reuse.p90_s == near(600));
}

TEST_CASE("load curves of single tenants are as bursty as published") {
  struct Row {
    const char* name;
    double rows, p2m_5min, p2m_1h;
  };
  // Hours are clock hours there: the same where the file begins within the hour's first sample.
  constexpr double kOther = 0;
  for (const Row& row :
       {Row{"elb_request_count_8c0756", 4032, 10.6, 3.4},
        Row{"ec2_network_in_257a54", 4032, 429, 45.5},
        Row{"ec2_disk_write_bytes_1ef3de", 4730, 83, kOther},
        Row{"rds_cpu_utilization_cc0c53", 4032, 3.1, kOther},
        Row{"Twitter_volume_AAPL", 15902, 158, kOther},
        Row{"Twitter_volume_AMZN", 15831, 31, kOther},
        Row{"Twitter_volume_GOOG", 15842, 22, kOther}, Row{"Twitter_volume_IBM", 15893, 32, kOther},
        Row{"Twitter_volume_UPS", 15866, 42, kOther}}) {
    CAPTURE(row.name);
    const auto series = summary_of({std::string("nab/") + row.name + ".csv", "series"});
    if (!series) return;
    CHECK(static_cast<double>(series->rows) == row.rows);
    REQUIRE(series->scales.size() == 2);
    CHECK(series->scales[0].width_s == 300);
    CHECK(series->scales[0].peak_to_mean == near(row.p2m_5min));
    if (row.p2m_1h != kOther) CHECK(series->scales[1].peak_to_mean == near(row.p2m_1h));
  }
}

// What each field of a line of a request trace comes to.
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/trace/formats/scan.hpp"
#include "app/trace/request_trace.hpp"
#include "sim/time.hpp"

namespace {

using namespace spindle;
using namespace spindle::app;
using spindle::models::TraceOp;
using spindle::models::TraceRecord;

std::vector<TraceRecord> records_of(const std::string& text, RequestTraceOptions options) {
  std::istringstream input(text);
  RequestTrace trace(input, "t", options);
  std::vector<TraceRecord> records(100);
  records.resize(trace.read(records));
  for (const Problem& problem : trace.problems()) FAIL(to_string(problem));
  return records;
}

std::vector<TraceRecord> records_of(const std::string& text, const char* format) {
  RequestTraceOptions options;
  options.format = format;
  return records_of(text, options);
}

}  // namespace

TEST_CASE("lines of an object store move the range they name") {
  const auto records = records_of(
      "1000 REST.PUT.OBJECT key 1056\n1002 REST.GET.OBJECT key 1056 0 1055\n"
      "1003 REST.GET.OBJECT key 1056 100 199\n1004 REST.HEAD.OBJECT other 1056\n"
      "1005 REST.GET.OBJECT empty 0 0 -1\n1006 REST.GET.OBJECT missing\n",
      "ibm");
  REQUIRE(records.size() == 6);
  CHECK(records[0].op == TraceOp::kWrite);
  CHECK(records[1].op == TraceOp::kRead);
  CHECK(records[1].time_ns == 2 * sim::kMillisecond);
  CHECK(records[1].bytes == 1056);
  CHECK(records[1].object == records[0].object);
  CHECK(records[2].bytes == 100);
  CHECK(records[3].op == TraceOp::kOther);
  CHECK(records[3].bytes == 0);
  CHECK(records[3].object != records[0].object);
  CHECK(records[5].op == TraceOp::kOther);
}

TEST_CASE("block requests of one place of one device are of one object") {
  const auto msr = records_of(
      "128166372003061629,hm,1,Read,4096,32768,413\n128166372003061630,hm,1,Write,4096,512,1\n"
      "128166372003061631,hm,0,Read,4096,512,1\n",
      "msr");
  REQUIRE(msr.size() == 3);
  CHECK(msr[1].time_ns == 100);
  CHECK(msr[0].bytes == 32768);
  CHECK(msr[0].op == TraceOp::kRead);
  CHECK(msr[1].op == TraceOp::kWrite);
  CHECK(msr[0].object == msr[1].object);
  CHECK(msr[0].tenant == msr[1].tenant);
  CHECK(msr[0].object != msr[2].object);
  CHECK(msr[0].tenant != msr[2].tenant);
  const auto spc = records_of("0,8,8192,W,0.5\n0,8,512,r,0.500000001\n", "spc");
  REQUIRE(spc.size() == 2);
  CHECK(spc[1].time_ns == 1);
  CHECK(spc[0].op == TraceOp::kWrite);
  CHECK(spc[0].bytes == 8192);
  CHECK(spc[0].object == spc[1].object);
}

TEST_CASE("DiskSim's times are milliseconds with a point and nanoseconds without") {
  CHECK(records_of("1.5 0 8 16 1\n2.75 0 8 16 0\n", "disksim")[1].time_ns == 1'250'000);
  CHECK(records_of("1500 0 8 16 1\n2750 0 8 16 0\n", "disksim")[1].time_ns == 1250);
  RequestTraceOptions options;
  options.format = "disksim";
  options.lines.time_unit_ns = 1000;
  const auto named = records_of("1 0 8 16 11\n2.5 0 8 1 a\n", options);
  CHECK(named[1].time_ns == 1500);
  CHECK(named[0].op == TraceOp::kRead);  // flags are hexadecimal: 11 is odd
  CHECK(named[1].op == TraceOp::kWrite);
  CHECK(named[0].bytes == 16 * 512);
}

TEST_CASE("a job is one read of its input") {
  const auto jobs = records_of("job0\t10\t10\t7\t8\t9\tpath\njob1\t12\t2\t5\t0\t0\tpath\n", "swim");
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[1].time_ns == 2000 * sim::kMillisecond);
  CHECK(jobs[0].bytes == 7);
  CHECK(jobs[0].object == jobs[1].object);
}

TEST_CASE("a row of a series stands for as many requests as its value") {
  const auto rows = records_of("2014-04-10 00:04:00,94.5\n2014-04-10 00:09:00,0\n", "series");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].requests == 94.5);
  CHECK(rows[1].requests == 0);
  CHECK(rows[1].time_ns == 300'000 * sim::kMillisecond);
}

TEST_CASE("columns of a table may be named or numbered, in any unit") {
  RequestTraceOptions options;
  options.format = "csv";
  options.lines.time = std::string("t");
  options.lines.bytes = std::string("blocks");
  options.lines.op = std::string("kind");
  options.lines.bytes_per_unit = 512;
  options.lines.time_unit_ns = 1000;
  options.lines.read_word = std::string("0");
  const auto named = records_of("kind,blocks,t\n0,3,10\n1,4,12.5\n", options);
  REQUIRE(named.size() == 2);
  CHECK(named[1].time_ns == 2500);
  CHECK(named[0].bytes == 1536);
  CHECK(named[0].op == TraceOp::kRead);
  CHECK(named[1].op == TraceOp::kWrite);
  options.lines.time = std::string("3");
  options.lines.bytes = std::string("2");
  options.lines.op = std::string("1");
  CHECK(records_of("0\t3\t10\n1\t4\t12.5\n", options).size() == 2);
  CHECK(records_of("0  3 10\n1   4 12.5\n", options)[1].time_ns == 2500);
}

TEST_CASE("times are exact to the nanosecond and bounded") {
  constexpr std::int64_t kSecond = 1'000'000'000;
  CHECK(clock_ns("12.000000001", kSecond) == 12 * kSecond + 1);
  CHECK(clock_ns("-0.5", kSecond) == -kSecond / 2);
  CHECK(clock_ns("-1.5", kSecond) == -kSecond * 3 / 2);
  CHECK(clock_ns("0.25", 100) == 25);
  CHECK(clock_ns("1e3", 1'000'000) == kSecond);
  CHECK(clock_ns("1970-01-02 00:00:00.5", 1) == 86'400 * kSecond + kSecond / 2);
  for (const char* text : {"", "-", ".", "1.2.3", "1 2", "nan", "inf", "1e300", "9e18x",
                           "99999999999999999999", "3000-01-01 00:00:00", "2020-13-01 00:00:00"}) {
    CAPTURE(text);
    CHECK_FALSE(clock_ns(text, kSecond).has_value());
  }
}

TEST_CASE("names have numbers of their own") {
  CHECK(name_number("abcdefgh") == name_number("abcdefgh"));
  CHECK(name_number("abcdefgh") != name_number("abcdefgi"));
  CHECK(name_number("") != name_number(std::string_view("\0", 1)));
  CHECK(name_number("a") != name_number(std::string_view("a\0", 2)));
  CHECK(pair_number(1, 2) != pair_number(2, 1));
}

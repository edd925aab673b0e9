// What every format of request traces must keep, over every row of the registry: good lines are
// read and recognised, bad ones are told with their line or counted, and no bytes break the reader.

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/trace/request_trace.hpp"
#include "tests/fuzz/request_trace_input.hpp"
#include "tests/support/files.hpp"
#include "tests/support/trace_lines.hpp"

namespace {

using namespace spindle;
using namespace spindle::app;
using models::TraceRecord;
using test::trace_lines;
using test::TraceLines;

struct Reading {
  std::vector<TraceRecord> records;
  std::vector<Problem> problems;
  std::uint64_t skipped = 0;
  std::uint64_t out_of_order = 0;
  std::string format;
};

Reading read_text(const std::string& text, const RequestTraceOptions& options) {
  std::istringstream input(text);
  RequestTrace trace(input, "t", options);
  Reading out;
  out.records.resize(1000);
  out.records.resize(trace.read(out.records));
  out.problems = trace.problems();
  out.skipped = trace.skipped();
  out.out_of_order = trace.out_of_order();
  if (trace.format() != nullptr) out.format = trace.format()->name;
  return out;
}

const TraceLines& lines_of(const TraceFormat& format) {
  const auto found = trace_lines().find(format.name);
  INFO("give good lines of the format in tests/support/trace_lines.hpp: " << format.name);
  REQUIRE(found != trace_lines().end());
  return found->second;
}

RequestTraceOptions options_of(const TraceFormat& format, std::uint64_t skip_bad = 0) {
  RequestTraceOptions options;
  options.format = format.name;
  options.lines = lines_of(format).options;
  options.skip_bad = skip_bad;
  return options;
}

std::string joined(const std::string& header, const std::vector<std::string>& lines,
                   const std::string& end = "\n") {
  std::string text = header.empty() ? "" : header + end;
  for (const std::string& line : lines) text += line + end;
  return text;
}

bool equal(const std::vector<TraceRecord>& a, const std::vector<TraceRecord>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.time_ns == y.time_ns && x.object == y.object && x.tenant == y.tenant &&
           x.bytes == y.bytes && x.requests == y.requests && x.op == y.op;
  });
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string all_messages(const Reading& reading) {
  std::string out;
  for (const Problem& problem : reading.problems) out += to_string(problem) + "\n";
  return out;
}

}  // namespace

TEST_CASE("good lines of every trace format are read and recognised") {
  for (const TraceFormat& format : trace_formats()) {
    CAPTURE(format.name);
    const TraceLines& good = lines_of(format);
    const Reading reading = read_text(joined(good.header, good.lines), options_of(format));
    CAPTURE(all_messages(reading));
    CHECK(reading.problems.empty());
    REQUIRE(reading.records.size() == good.lines.size());
    CHECK(reading.records.front().time_ns == 0);
    CHECK(reading.records.back().time_ns >= 5'000'000'000);
    RequestTraceOptions guess;
    guess.lines = good.options;  // --time names the columns of csv, and so the format
    CHECK(read_text(joined(good.header, good.lines), guess).format == format.name);
  }
}

TEST_CASE("ends of lines, empty lines and a byte order mark change no trace") {
  for (const TraceFormat& format : trace_formats()) {
    CAPTURE(format.name);
    const TraceLines& good = lines_of(format);
    const RequestTraceOptions options = options_of(format);
    const std::string text = joined(good.header, good.lines);
    const Reading plain = read_text(text, options);
    CHECK(
        equal(read_text(joined(good.header, good.lines, "\r\n"), options).records, plain.records));
    CHECK(equal(read_text(joined(good.header, good.lines, "\n\n \n"), options).records,
                plain.records));
    CHECK(equal(read_text("\xef\xbb\xbf" + text, options).records, plain.records));
    CHECK(equal(read_text(text.substr(0, text.size() - 1), options).records, plain.records));
  }
}

TEST_CASE("a bad line of a trace is told with its number and a mend, or left out and counted") {
  for (const TraceFormat& format : trace_formats()) {
    const TraceLines& good = lines_of(format);
    const Reading plain = read_text(joined(good.header, good.lines), options_of(format));
    for (const std::string bad : {"@@@@@@", "1", "\"open,quote", ",,,,,,,", "-1,-1,-1,-1,-1,-1",
                                  "99999999999999999999 9 9 9 9 9 9"}) {
      CAPTURE(format.name, bad);
      std::vector<std::string> lines = good.lines;
      lines.insert(lines.begin() + 3, bad);
      const std::size_t number = good.header.empty() ? 4 : 5;
      const Reading refused = read_text(joined(good.header, lines), options_of(format));
      REQUIRE(refused.problems.size() == 1);
      CHECK(refused.problems[0].file == "t");
      CHECK(refused.problems[0].line == number);
      CHECK(refused.problems[0].message.size() > 10);
      const Reading skipped = read_text(joined(good.header, lines), options_of(format, 1));
      CHECK(skipped.problems.empty());
      CHECK(skipped.skipped == 1);
      CHECK(equal(skipped.records, plain.records));
      lines.insert(lines.begin() + 3, bad);
      const Reading too_many = read_text(joined(good.header, lines), options_of(format, 1));
      REQUIRE(too_many.problems.size() == 1);
      CHECK(too_many.problems[0].line == number + 1);
      CHECK(has(too_many.problems[0].message, "2 lines are bad, more than --skip-bad allows"));
    }
  }
}

TEST_CASE(
    "a trace cut within its last line is read as far as it goes, or says which line is short") {
  for (const TraceFormat& format : trace_formats()) {
    const TraceLines& good = lines_of(format);
    const std::string text = joined(good.header, good.lines);
    const std::size_t last = good.lines.back().size();
    const std::size_t number = good.lines.size() + (good.header.empty() ? 0 : 1);
    for (std::size_t cut = 2; cut < last; ++cut) {
      const Reading reading = read_text(text.substr(0, text.size() - cut), options_of(format));
      CAPTURE(format.name, cut, all_messages(reading));
      REQUIRE(reading.problems.size() <= 1);
      if (reading.problems.empty()) {
        CHECK(reading.records.size() == good.lines.size());
      } else {
        CHECK(reading.problems[0].line == number);
      }
    }
  }
}

TEST_CASE("traces that are empty, headers alone, binary or of endless lines are refused") {
  for (const TraceFormat& format : trace_formats()) {
    CAPTURE(format.name);
    const TraceLines& good = lines_of(format);
    const RequestTraceOptions options = options_of(format, 100);
    const auto only_problem = [&](const std::string& text) {
      const Reading reading = read_text(text, options);
      CAPTURE(all_messages(reading));
      REQUIRE(reading.problems.size() == 1);
      return to_string(reading.problems[0]);
    };
    CHECK(has(only_problem(""), "empty file"));
    CHECK(has(only_problem("\n \n\n"), "empty file"));
    if (!good.header.empty()) CHECK_FALSE(only_problem(good.header + "\n").empty());
    const std::string text = joined(good.header, good.lines);
    CHECK(has(only_problem(text + std::string("\0\1\2\n", 4)), "binary"));
    CHECK(has(only_problem(std::string("\0\1\2\n", 4) + text), "t:1: zero byte"));
    CHECK(has(only_problem(text + std::string(70'000, '7')), "more than 65,536 bytes"));
    CHECK(has(only_problem("\x1f\x8b" + text), "damaged"));
  }
}

TEST_CASE("lines of a trace may be out of order by a second, and no more") {
  for (const TraceFormat& format : trace_formats()) {
    CAPTURE(format.name);
    const TraceLines& good = lines_of(format);
    // The last line is 5 s or more after the first: an early line after it goes back too far.
    std::vector<std::string> lines = good.lines;
    lines.push_back(good.lines[1]);
    const Reading reading = read_text(joined(good.header, lines), options_of(format));
    REQUIRE(reading.problems.size() == 1);
    CHECK(reading.problems[0].line == lines.size() + (good.header.empty() ? 0 : 1));
    CHECK(has(reading.problems[0].message, "sort the file by time"));
  }
  const RequestTraceOptions spc = options_of(*find_trace_format("spc"));
  const Reading near =
      read_text("0,1,512,r,1.0\n0,2,512,r,3.0\n0,3,512,r,2.0\n0,4,512,r,3.5\n", spc);
  CHECK(near.problems.empty());
  CHECK(near.out_of_order == 1);
  REQUIRE(near.records.size() == 4);
  CHECK(near.records[2].time_ns == 2'000'000'000);  // with the line before it
  CHECK(near.records[3].time_ns == 2'500'000'000);
}

TEST_CASE("times of mixed units are refused") {
  const auto messages = [](const char* name, const std::string& text) {
    return all_messages(read_text(text, options_of(*find_trace_format(name))));
  };
  CHECK(has(messages("disksim", "1.5 0 8 8 1\n2500000 0 8 8 1\n"),
            "t:2: time '2500000' is in another unit"));
  CHECK(has(messages("disksim", "1500000 0 8 8 1\n2.5 0 8 8 1\n"),
            "t:2: time '2.5' is in another unit"));
  // Seconds since 1970, then milliseconds, and the other way round.
  CHECK(has(messages("libcachesim", "1600000000,1,1\n1600000001000,1,1\n"),
            "t:2: time '1600000001000' is "));
  CHECK(has(messages("spc", "0,1,1,r,5\n0,1,1,r,1600000000\n"),
            "t:2: time is more than 1e9 s after the first"));
  CHECK(has(messages("ibm", "1600000001000 REST.GET.OBJECT a 1\n1600000002 REST.GET.OBJECT a 1\n"),
            "t:2: time goes back"));
  CHECK(
      has(messages("msr", "1281663720,hm,1,Read,0,512,1\n"), "not in units of 100 ns since 1601"));
}

TEST_CASE("options that a trace format has no use for are refused") {
  for (const TraceFormat& format : trace_formats()) {
    CAPTURE(format.name);
    const TraceLines& good = lines_of(format);
    const std::string text = joined(good.header, good.lines);
    RequestTraceOptions options = options_of(format);
    options.lines.time = format.takes_columns ? "" : "1";
    CHECK(read_text(text, options).problems.size() == 1);
    options = options_of(format);
    options.lines.time_unit_ns = 1'000'000;
    CHECK(read_text(text, options).problems.empty() == format.takes_time_unit);
  }
  RequestTraceOptions unknown;
  unknown.format = "blkparse";
  CHECK(has(all_messages(read_text("1 2 3\n", unknown)), "\"blkparse\" is no format (ibm, msr, "));
  CHECK(has(all_messages(read_text("<html>\n", {})), "t:1: '<html>' looks like no format known"));
}

TEST_CASE("any bytes as a trace are read or refused") {
  // The fuzz target's own corpus, then lines spliced at random.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(SPINDLE_SOURCE_DIR) / "tests/fuzz/corpus/request_trace")) {
    CAPTURE(entry.path().string());
    CHECK(test::reads_or_refuses(test::read_file(entry.path())));
    ++files;
  }
  CHECK(files >= trace_formats().size());
  rc::check("any bytes as a trace are read or refused", [] {
    const auto all = trace_formats();
    const TraceFormat& format = all[*rc::gen::inRange<std::size_t>(0, all.size())];
    const TraceLines& good = trace_lines().at(format.name);
    std::string text = joined(good.header, good.lines);
    const int changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      if (*rc::gen::arbitrary<bool>()) {
        text[at] = static_cast<char>(*rc::gen::inRange(0, 256));
      } else {
        text.erase(at, *rc::gen::inRange<std::size_t>(1, 12));
        if (text.empty()) text = "\n";
      }
    }
    const auto choice = static_cast<char>(*rc::gen::inRange(0, 256));
    RC_ASSERT(test::reads_or_refuses(choice + text));
  });
}

// `spindle trace stats` as a user meets it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "app/trace/formats/line_parser.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/public_data.hpp"

using namespace spindle::test;

namespace {

// 400 requests in 200 s: reads of 1,000 bytes of ten objects by turns, every fourth a write.
std::string log_text() {
  std::string text = "t,key,size,verb\n";
  for (int i = 0; i < 400; ++i) {
    text += std::to_string(i / 2) + (i % 2 == 0 ? ".0" : ".5") + ",object-" +
            std::to_string(i % 10) + ",1000," + (i % 4 == 3 ? "PUT" : "GET") + "\n";
  }
  return text;
}

const std::string kLogColumns = " --time t --object key --bytes size --op verb";

}  // namespace

TEST_CASE("trace stats prints a table, and the same figures as JSON and CSV") {
  const Scratch folder;
  write_file(folder.path() / "log.csv", log_text());
  const Outcome table = shell(folder.path(), "\"$SPINDLE\" trace stats log.csv" + kLogColumns);
  CHECK(table.exit_code == 0);
  CHECK(table.err.empty());
  CHECK(contains(table.out, "trace: log.csv\nformat: csv (as named)\n"));
  CHECK(contains(table.out, "reads of reads and writes"));
  CHECK(contains(table.out, " 75.0 %\n"));
  CHECK_FALSE(contains(table.out, "nan"));
  CHECK_FALSE(contains(table.out, "tenants"));  // there is no column of them
  const Outcome json =
      shell(folder.path(), "\"$SPINDLE\" trace stats log.csv --format json" + kLogColumns);
  REQUIRE(json.exit_code == 0);
  const auto figures = nlohmann::json::parse(json.out);
  CHECK(figures.at("requests") == 400);
  CHECK(figures.at("span_s") == 199.5);
  CHECK(figures.at("peak_to_mean.1s") == 1);
  CHECK(figures.at("peak_to_mean.1min") == 1);
  CHECK(figures.at("peak_to_mean.1h").is_null());
  CHECK(figures.at("idc.1s") == 0);
  CHECK(figures.at("read_share") == 0.75);
  CHECK(figures.at("size_bytes.mean") == 1000);
  CHECK(figures.at("objects") == 10);
  CHECK(figures.at("one_hit_share") == 0);
  CHECK(figures.at("tenants").is_null());
  for (const char* key : {"rate_per_s", "idc.1min", "hurst", "b", "size_bytes.p10",
                          "size_bytes.p50", "size_bytes.p90", "size_bytes.p99", "zipf_alpha"}) {
    CHECK(figures.contains(key));
  }
  const Outcome csv =
      shell(folder.path(), "\"$SPINDLE\" trace stats log.csv --format csv" + kLogColumns);
  CHECK(contains(csv.out, "figure,value\n"));
  CHECK(contains(csv.out, "span_s,199.5\n"));
  CHECK(contains(csv.out, "peak_to_mean.1h,\n"));
}

TEST_CASE("compressed traces have the figures of plain ones") {
  const Scratch folder;
  write_file(folder.path() / "log.csv", log_text());
  const std::string stats = "\"$SPINDLE\" trace stats log.csv" + kLogColumns;
  const Outcome plain = shell(folder.path(), stats);
  const Outcome packed = shell(folder.path(), "gzip log.csv && mv log.csv.gz log.csv && " + stats);
  CHECK(plain.exit_code == 0);
  CHECK(packed.out == plain.out);
  const Outcome cut =
      shell(folder.path(),
            "head -c 300 log.csv > cut.gz && \"$SPINDLE\" trace stats cut.gz" + kLogColumns);
  CHECK(cut.exit_code == 3);
  CHECK(contains(cut.err, "the compressed data end after this line"));
}

TEST_CASE("trace stats refuses what it cannot read, with exit code 3 and no figures") {
  const Scratch folder;
  write_file(folder.path() / "bad.csv", log_text() + "soon,object-1,1000,GET\n");
  write_file(folder.path() / "page.html", "<html>\n");
  const auto fails = [&](const std::string& arguments, const std::string& message) {
    const Outcome outcome = shell(folder.path(), "\"$SPINDLE\" trace stats " + arguments);
    CAPTURE(arguments, outcome.err);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.out.empty());
    CHECK(contains(outcome.err, message));
  };
  fails("missing.csv", "missing.csv: is no regular file, or is not there");
  fails(".", "is no regular file");
  fails("page.html", "page.html:1: '<html>' looks like no format known (ibm, msr, ");
  fails("bad.csv" + kLogColumns, "bad.csv:402: time 'soon' is neither");
  fails("bad.csv --time tt", "did you mean t?");
  fails("bad.csv --trace-format msr --time t", "format msr knows its columns itself");
  const Outcome skipped =
      shell(folder.path(), "\"$SPINDLE\" trace stats bad.csv --skip-bad 1" + kLogColumns);
  CHECK(skipped.exit_code == 0);
  CHECK(contains(skipped.out, "lines left out: 1\n"));
}

TEST_CASE("trace stats says what makes its figures doubtful") {
  const Scratch folder;
  write_file(folder.path() / "log.csv", log_text());
  // A row is missing at 00:05, so that a sample seems to be 10 min long.
  write_file(folder.path() / "load.csv",
             "t,v\n2024-01-01 00:00:00,1\n2024-01-01 00:10:00,4\n2024-01-01 00:15:00,4\n"
             "2024-01-01 00:20:00,4\n");
  write_file(folder.path() / "huge.csv", "t,v\n0,1e308\n300,1e308\n600,1\n");
  const auto stats = [&](const std::string& arguments) {
    return shell(folder.path(), "\"$SPINDLE\" trace stats " + arguments);
  };
  const Outcome none = stats("log.csv --read-is get" + kLogColumns);
  CHECK(none.exit_code == 0);
  CHECK(contains(none.err, "No request's operation is \"get\": all were taken for writes."));
  CHECK(stats("log.csv --read-is GET" + kLogColumns).err.empty());
  const Outcome crowded = stats("load.csv");
  CHECK(crowded.exit_code == 0);
  CHECK(contains(crowded.err, "2 of 4 rows come at most half a sample after the row before"));
  CHECK(contains(crowded.err, "a sample is 10 min long"));
  const Outcome huge = stats("huge.csv");
  CHECK(huge.exit_code == 3);
  CHECK(contains(huge.err, "'1e308' is more than 1e300"));
}

TEST_CASE("wrong options of trace are usage errors") {
  const Scratch folder;
  for (const char* arguments :
       {"", " stats", " fits x", " stats x --trace-format blkparse", " stats x --time-unit weeks",
        " stats x --bytes-unit 512", " stats x --objects 1", " stats x --skip-bad -1"}) {
    CAPTURE(arguments);
    const Outcome outcome = shell(folder.path(), std::string("\"$SPINDLE\" trace") + arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK_FALSE(outcome.err.empty());
  }
  CHECK(contains(shell(folder.path(), "\"$SPINDLE\" trace stats --help").out, "Examples:"));
}

TEST_CASE("formats of traces are listed as the page about them lists them") {
  const Scratch folder;
  const std::string listed = shell(folder.path(), "\"$SPINDLE\" list traces").out;
  const std::string page = read_file(fs::path(SPINDLE_SOURCE_DIR) / "docs/user/trace.md");
  for (const spindle::app::TraceFormat& format : spindle::app::trace_formats()) {
    const std::string name(format.name);
    CAPTURE(name);
    CHECK(contains(listed, "\n" + name + " "));
    CHECK(contains(page, "\n| `" + name + "` |"));
  }
}

TEST_CASE("the example in the page about traces prints what it shows") {
  const auto data = public_data();
  if (!data) {
    WARN("skipped: no public traces (SPINDLE_DATA_DIR names their folder)");
    return;
  }
  const std::string page = read_file(fs::path(SPINDLE_SOURCE_DIR) / "docs/user/trace.md");
  const std::size_t command_at = page.find("```sh\n") + 6;
  const std::size_t shown_at = page.find("```text\n") + 8;
  const std::string command = page.substr(command_at, page.find("```", command_at) - command_at);
  const std::string shown = page.substr(shown_at, page.find("```", shown_at) - shown_at);
  const Outcome outcome = shell(*data / "swim", "spindle() { \"$SPINDLE\" \"$@\"; }\n" + command);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out == shown);
}

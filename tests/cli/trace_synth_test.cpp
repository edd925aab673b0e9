// `spindle trace fit` and `spindle trace synth` as a user meets them.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.hpp"

namespace {

using namespace spindle::test;
using Json = nlohmann::json;

// Two hours of requests at every second, three of them in every tenth; half of them writes.
std::string requests() {
  std::string text = "time,op,size,key\n";
  for (int second = 0; second < 7200; ++second) {
    for (int i = 0; i < (second % 10 == 3 ? 3 : 1); ++i) {
      const char* op = (second + i) % 2 == 0 ? "read" : "write";
      text += std::to_string(second) + "," + op + "," + (second % 4 == 0 ? "512" : "8192") + ",a\n";
    }
  }
  return text;
}

const std::string kSynthColumns = " --time time --op op --bytes size --object key";

}  // namespace

TEST_CASE("trace fit writes a tenant that a scenario takes, and a scenario that runs") {
  const Scratch folder;
  write_file(folder.path() / "web.csv", requests());
  const Outcome block = shell(folder.path(), "\"$SPINDLE\" trace fit web.csv" + kSynthColumns);
  CHECK(block.exit_code == 0);
  // The last request comes a second before the twelfth ten minutes end.
  CHECK(contains(block.err, "The last 599 s of the trace"));
  CHECK(contains(block.out, "// Fitted to web.csv (csv): 8,640 requests"));
  CHECK(contains(block.out, "// Peak to mean of requests: "));
  const Json tenant = Json::parse(block.out, nullptr, true, true);
  CHECK(tenant["name"] == "web");
  CHECK(tenant["arrivals"] == "even");
  CHECK(tenant["load"]["model"] == "cascade");
  // Reads are of two sizes, and writes of one.
  CHECK(tenant["object"] == "8192 B");
  CHECK(tenant["range_sizes"]["distribution"] == "empirical");
  const Outcome whole = shell(folder.path(), "\"$SPINDLE\" trace fit web.csv" + kSynthColumns +
                                                 " --scenario --name a-b --out fit.json");
  CHECK(whole.exit_code == 0);
  CHECK(whole.out.empty());
  CHECK(shell(folder.path(), "\"$SPINDLE\" validate fit.json").exit_code == 0);
  CHECK(shell(folder.path(), "\"$SPINDLE\" run fit.json -q").exit_code == 0);
}

TEST_CASE("trace fit says what it leaves out, and its twin has the peaks that it claims") {
  const Scratch folder;
  // 500 requests a second for 30 s where only a part of ten minutes is left.
  std::string text = "time\n";
  for (int second = 0; second <= 7170; ++second) {
    const bool is_burst = second >= 6600 && second < 6630;
    for (int i = 0; i < (is_burst ? 500 : 5); ++i) text += std::to_string(second) + "\n";
  }
  write_file(folder.path() / "tail.csv", text);
  const std::string fit = "\"$SPINDLE\" trace fit tail.csv --time time --scenario --out fit.json";
  const Outcome left_out = shell(folder.path(), fit);
  REQUIRE(left_out.exit_code == 0);
  CHECK(contains(left_out.err,
                 "The last 570 s of the trace (34.9 % of its load) lies in no whole 10 min"));
  CHECK(contains(left_out.err, "The whole trace's peak in 1 min, "));
  CHECK(contains(left_out.err, "The whole trace's peak in 1 s, "));
  const std::string told = read_file(folder.path() / "fit.json");
  CHECK(contains(told, "// The last 570 s of the trace"));
  CHECK(contains(told, "1 in 10 min, 1 in 1 min, 1 in 1 s"));
  // Five minutes keep the burst; the last four and a half are like the rest.
  const Outcome kept = shell(folder.path(), fit + " --bins '5 min, 1 min, 1 s'");
  REQUIRE(kept.exit_code == 0);
  CHECK_FALSE(contains(kept.err, "whole trace's peak"));
  REQUIRE(shell(folder.path(), "\"$SPINDLE\" trace synth fit.json --out twin.csv -q").exit_code ==
          0);
  const Outcome stats = shell(
      folder.path(), "\"$SPINDLE\" trace stats twin.csv --bins '5 min, 1 min, 1 s' --format json");
  REQUIRE(stats.exit_code == 0);
  const Json twin = Json::parse(stats.out);
  // 6,900 s at 5/s and 30 s at 495/s more; 30 s of the burst lie in one minute.
  const double mean = (6900 * 5.0 + 30 * 495.0) / 6900;
  CHECK(twin["peak_to_mean.1min"].get<double>() ==
        Approx((300 + 30 * 495) / (60 * mean)).epsilon(0.01));
  CHECK(twin["peak_to_mean.1s"].get<double>() == Approx(500 / mean).epsilon(0.01));
  // The run's epochs are seconds, and its load peaks as the trace.
  const Json whole = Json::parse(read_file(folder.path() / "fit.json"), nullptr, true, true);
  CHECK(whole["run"]["epoch"] == "1 s");
}

TEST_CASE("trace fit: names, sizes and counts that mean little") {
  const Scratch folder;
  // 60 requests of no size; a line break in the file's name must not end the comment.
  std::string text = "time,size\n";
  for (int second = 0; second <= 60; ++second) text += std::to_string(second) + ",0\n";
  write_file(folder.path() / "a\n{\"b.csv", text);
  const Outcome few =
      shell(folder.path(), "\"$SPINDLE\" trace fit a*.csv --time time --bytes size --scenario");
  INFO(few.out << few.err);
  REQUIRE(few.exit_code == 0);
  CHECK(contains(few.err, "Only 60 requests were fitted"));
  CHECK(contains(few.out, "// Only 60 requests were fitted"));
  CHECK(contains(few.out, "Sizes are unknown (0 in every request); 1 B stands for them."));
  const Json whole = Json::parse(few.out, nullptr, true, true);
  CHECK(whole["tenants"].size() == 1);
  CHECK(whole["tenants"][0]["object"] == "1 B");
  write_file(folder.path() / "few.json", few.out);
  CHECK(shell(folder.path(), "\"$SPINDLE\" validate few.json").exit_code == 0);
}

TEST_CASE("trace synth writes what trace stats reads: plain, packed, of one class, for an hour") {
  const Scratch folder;
  write_file(folder.path() / "web.csv", requests());
  write_file(folder.path() / "small.json", small_scenario());
  const std::string synth =
      "\"$SPINDLE\" trace synth small.json --duration '1 h' --set tenants.0.reads='10 MB/s' ";
  const Outcome plain = shell(folder.path(), synth);
  REQUIRE(plain.exit_code == 0);
  CHECK(plain.out.starts_with("time of 3600 s,op,object,bytes,tenant\n"));
  CHECK(contains(plain.out, ",1000000,batch/0\n"));
  for (const std::string name : {"t.csv", "t.csv.gz", "t.csv.zst"}) {
    const Outcome outcome = shell(folder.path(), synth + "--out " + name);
    CHECK(outcome.exit_code == 0);
    CHECK(contains(outcome.err, " requests of "));
    const Outcome stats = shell(folder.path(), "\"$SPINDLE\" trace stats --format json " + name);
    REQUIRE(stats.exit_code == 0);
    const Json figures = Json::parse(stats.out);
    CHECK(figures["format"] == "spindle (from the first lines)");
    CHECK(figures["span_s"] == 3600);
    CHECK(figures["size_bytes.max"] == 1e6);
  }
  CHECK(read_file(folder.path() / "t.csv") == plain.out);
  CHECK(read_file(folder.path() / "t.csv.gz").size() < plain.out.size() / 2);
  const Outcome one = shell(folder.path(), synth + "--tenant batch --as libcachesim");
  CHECK(one.out.starts_with("time,obj_id,obj_size,op\n"));
  CHECK(shell(folder.path(), synth + "--seed 2").out != plain.out);
}

TEST_CASE("trace fit and synth say what is wrong") {
  const Scratch folder;
  write_file(folder.path() / "web.csv", requests());
  write_file(folder.path() / "small.json", small_scenario());
  write_file(folder.path() / "two.csv", "time\n1\n1.0000001\n");
  const auto fails = [&](const std::string& command, int code, const std::string& why) {
    const Outcome outcome = shell(folder.path(), "\"$SPINDLE\" trace " + command);
    INFO(command << "\n" << outcome.err);
    CHECK(outcome.exit_code == code);
    CHECK(contains(outcome.err, why));
  };
  fails("fit none.csv", 3, "is no regular file");
  fails("fit web.csv" + kSynthColumns + " --bins '1 h, 7 min'", 2, "divide each other");
  fails("fit web.csv" + kSynthColumns + " --bins '1 parsec'", 2, "--bins: ");
  fails("fit web.csv" + kSynthColumns + " --object-size 0", 2, "--object-size");
  fails("fit web.csv --time nothing", 3, "no column");
  write_file(folder.path() / "one.csv", "time\n1\n");
  write_file(folder.path() / "zero.csv",
             "timestamp,value\n2014-01-01 00:00:00,0\n2014-01-01 00:05:00,0\n"
             "2014-01-01 00:10:00,0\n");
  std::string large = "time,size\n";
  for (int second = 0; second <= 200; ++second)
    large += std::to_string(second) + ",900000000000000000\n";
  write_file(folder.path() / "large.csv", large);
  write_file(folder.path() / "steep.csv",
             "timestamp,value\n2014-01-01 00:00:00,1e300\n2014-01-01 00:05:00,1e300\n"
             "2014-01-01 00:10:00,1e300\n");
  fails("fit one.csv --time time", 3, "the span is 0 s");
  fails("fit zero.csv", 3, "no load: all values are 0");
  fails("fit steep.csv --scenario --out refused.json", 3, "more than 1e18 requests a second");
  fails("fit large.csv --time time --bytes size --scenario --out refused.json", 3,
        "900 PB, fits no fleet");
  CHECK_FALSE(fs::exists(folder.path() / "refused.json"));
  fails("fit web.csv" + kSynthColumns + " --name \"$(printf 'a\\nb')\"", 2,
        "--name: a control character");
  fails("fit two.csv --time time --bins '1 h, 1 min'", 3, "no load in two or more whole bins");
  fails("fit web.csv" + kSynthColumns + " --out none/fit.json", 1, "none/fit.json");
  fails("synth none.json", 3, "none.json");
  fails("synth small.json --tenant bath", 2, "did you mean batch?");
  fails("synth small.json --duration '90 min'", 3, "whole number of epochs");
  fails("synth small.json --as msr", 2, "--as");
}

TEST_CASE("trace fit and synth write plain files, through links, and never what they read") {
  const Scratch folder;
  write_file(folder.path() / "web.csv", requests());
  write_file(folder.path() / "small.json", small_scenario());
  const auto run = [&](const std::string& command) {
    return shell(folder.path(), command).exit_code;
  };
  const std::string fit = "\"$SPINDLE\" trace fit web.csv" + kSynthColumns;
  CHECK(run(fit + " --out web.csv") == 2);
  CHECK(run(fit + " --out ./../$(basename \"$PWD\")/web.csv") == 2);
  CHECK(read_file(folder.path() / "web.csv") == requests());
  CHECK(run("\"$SPINDLE\" trace synth small.json -q --out small.json") == 2);
  CHECK(read_file(folder.path() / "small.json") == small_scenario());
  CHECK(run("mkfifo pipe && " + fit + " --out pipe") == 2);
  CHECK(run("test -p pipe") == 0);
  CHECK(run(fit + " --out /dev/null") == 2);
  CHECK(run("mkdir inner && " + fit + " --out inner") == 2);
  write_file(folder.path() / "target.json", "before");
  CHECK(run("ln -s target.json link.json && " + fit + " --out link.json") == 0);
  CHECK(run("test -L link.json") == 0);
  CHECK(contains(read_file(folder.path() / "target.json"), "cascade"));
}

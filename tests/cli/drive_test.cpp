// `spindle drive` as a user meets it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

nlohmann::json bench(const Scratch& scratch, const std::string& options) {
  const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" drive --format json " + options);
  INFO(options << "\n" << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return nlohmann::json::parse(outcome.out);
}

const std::string kTrace = "t,op,lba,n,ms\n0.00,R,0,8,7\n0.02,W,4096,16,9\n0.05,R,80000,8,11\n";
const std::string kTraceColumns = "--trace t.csv --columns time=t,kind=op,block=lba,count=n";

}  // namespace

TEST_CASE("drive: parts of the response add up, and names are those of the design") {
  const Scratch scratch;
  const auto json = bench(scratch, "--depth 4 --scheduler sstf --requests 5000");
  double sum = 0;
  for (const char* part : {"queue", "overhead", "seek", "rotation", "transfer"}) {
    for (const char* what : {".mean_s", ".p50_s", ".p99_s", ".p99_9_s"}) {
      CHECK(json.contains(std::string(part) + what));
    }
    sum += json[std::string(part) + ".mean_s"].get<double>();
  }
  // Each response is rounded to the clock's nanosecond.
  CHECK(json["total.mean_s"].get<double>() == Approx(sum).margin(1e-9));
  CHECK(json["requests"] == 5000);
  CHECK(json["mb_per_s"].get<double>() == Approx(json["iops"].get<double>() * 4096 / 1e6));
  std::uint64_t counted = 0;
  for (const auto& bar : json["histogram"]) counted += bar["count"].get<std::uint64_t>();
  CHECK(counted == 5000);
  CHECK_FALSE(json.contains("demerit_s"));
}

TEST_CASE("drive: equal seeds print equal bytes, other seeds others") {
  const Scratch scratch;
  const std::string command = "\"$SPINDLE\" drive --scheduler sptf --depth 8 --requests 3000";
  const Outcome first = shell(scratch.path(), command + " --seed 5");
  CHECK(first.exit_code == 0);
  CHECK(first.out == shell(scratch.path(), command + " --seed 5").out);
  CHECK(first.out != shell(scratch.path(), command + " --seed 6").out);
}

TEST_CASE("drive: workloads differ as they should") {
  const Scratch scratch;
  const auto read = bench(scratch, "--requests 5000");
  const auto write = bench(scratch, "--requests 5000 --workload random_write");
  const auto mixed = bench(scratch, "--requests 5000 --workload mixed");
  const auto along = bench(scratch, "--requests 2000 --workload sequential --size '512 KB'");
  const auto seek = [](const auto& json) { return json["seek.mean_s"].template get<double>(); };
  CHECK(seek(write) - seek(read) == Approx(0.8e-3).epsilon(1e-3));  // the write settle
  CHECK(seek(mixed) > seek(read));
  CHECK(seek(mixed) < seek(write));
  CHECK(along["mb_per_s"].get<double>() == Approx(281).epsilon(0.01));
  // Half the load that the drive can bear: it is served as it comes.
  CHECK(bench(scratch, "--requests 20000 --rate 40")["iops"].get<double>() ==
        Approx(40).epsilon(0.03));  // sd of the mean rate: .7 %
}

// 100,000 arrivals at a third of the capacity: the mean response is known to .3 %, the integrated
// one to 5 % by its own account.
TEST_CASE("drive: what is predicted stands beside what is simulated") {
  const Scratch scratch;
  const auto json = bench(scratch, "--rate 30 --depth 1024 --predict");
  CHECK(json["predicted.utilisation"].get<double>() == Approx(30 * 11.45e-3).epsilon(0.02));
  CHECK(json["predicted.total.mean_s"].get<double>() ==
        Approx(json["total.mean_s"].get<double>()).epsilon(0.05));
  CHECK(json["predicted.total.p99_s"].get<double>() ==
        Approx(json["total.p99_s"].get<double>()).epsilon(0.15));
  CHECK_FALSE(bench(scratch, "--rate 30 --requests 10").contains("predicted.utilisation"));
  for (const auto& [options, part] :
       {std::pair{"--predict", "--rate"},
        std::pair{"--predict --rate 30 --workload sequential", "random_read"}}) {
    const Outcome outcome = shell(scratch.path(), std::string("\"$SPINDLE\" drive ") + options);
    INFO(outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find(part) != std::string::npos);
  }
}

TEST_CASE("drive: percentiles of the response ascend through its quantiles") {
  const Scratch scratch;
  const auto json = bench(scratch, "--requests 5000");
  const auto all = json["total.percentiles_s"].get<std::vector<double>>();
  REQUIRE(all.size() == 99);
  CHECK(std::is_sorted(all.begin(), all.end()));
  CHECK(all.front() < all.back());
  CHECK(all[49] == json["total.p50_s"].get<double>());
  CHECK(all[98] == json["total.p99_s"].get<double>());
}

TEST_CASE("drive: a trace is played at its times, and held to measured responses") {
  const Scratch scratch;
  write_file(scratch.path() / "t.csv", kTrace);
  const auto open = bench(scratch, kTraceColumns);
  CHECK(open["requests"] == 3);
  CHECK(open["span_s"].get<double>() > 0.05);
  CHECK(open["queue.max_s"] == 0);
  CHECK(bench(scratch, kTraceColumns + " --closed")["span_s"].get<double>() < 0.05);

  // Each alone on an idle drive: its own demerit is 0 against itself, 1 ms when all are 1 ms more.
  write_file(scratch.path() / "one.csv", "t,lba,n,r\n0,0,8,0\n");
  const std::string one =
      "--trace one.csv --columns time=t,block=lba,count=n,response=r --time-unit ms";
  const auto alone = bench(scratch, one);
  const double response = alone["total.mean_s"].get<double>();
  CHECK(alone["demerit_s"].get<double>() == Approx(response).margin(1e-12));
}

TEST_CASE("drive: a compressed trace prints what the plain one does") {
  const Scratch scratch;
  write_file(scratch.path() / "t.csv", kTrace);
  const auto plain = bench(scratch, kTraceColumns);
  REQUIRE(shell(scratch.path(), "gzip -f t.csv && mv t.csv.gz t.csv").exit_code == 0);
  CHECK(bench(scratch, kTraceColumns) == plain);
}

TEST_CASE("drive: list mechanics has a row for each drive, with what the bench gives") {
  const Scratch scratch;
  const Outcome list = shell(scratch.path(), "\"$SPINDLE\" list mechanics");
  REQUIRE(list.exit_code == 0);
  for (const char* name : {"barracuda", "cheetah-9lp", "nearline-16tb", "nearline-30tb", "talk"}) {
    CHECK(list.out.find(std::string("\n") + name) != std::string::npos);
  }
  const auto alone = bench(scratch, "--drive nearline-20tb --requests 20000");
  const std::string row = list.out.substr(list.out.find("\nnearline-20tb") + 1);
  std::istringstream words(row.substr(0, row.find("Toshiba")));
  std::string name, capacity, unit, rpm, heads, rate, one, sixteen;
  words >> name >> capacity >> unit >> rpm >> heads >> rate >> one >> sixteen;
  CHECK(unit == "TB");
  CHECK(heads == "20");
  CHECK(rate == "281");
  CHECK(std::stod(one) == Approx(alone["iops"].get<double>()).margin(0.05));
  CHECK(std::stod(sixteen) == Approx(168).margin(1.5));
}

TEST_CASE("drive: numbered columns, blanks, nanoseconds and larger blocks") {
  const Scratch scratch;
  write_file(scratch.path() / "t.txt", "1000000000  0   5  2 1\n1000000500  0  77  1 0\n");
  const auto json = bench(scratch,
                          "--trace t.txt --columns time=1,block=3,count=4,kind=5 --time-unit ns "
                          "--read-is 1 --block '4 KiB' --drive nearline-20tb");
  CHECK(json["requests"] == 2);
  CHECK(json["mb_per_s"].get<double>() * json["span_s"].get<double>() ==
        Approx(3 * 4096 / 1e6).epsilon(1e-9));
}

TEST_CASE("drive: bad traces are refused with file and line, and nothing is printed") {
  struct Bad {
    const char* name;
    std::string text;
    std::string columns;
    std::vector<const char*> parts;
  };
  const std::string row = "0.03,R,0,8,7\n";
  const std::string past = "99999999999999";
  const std::vector<Bad> all{
      {"time goes back", kTrace + "0.04,R,0,8,7\n", kTraceColumns, {"t.csv:5:", "goes back"}},
      {"block past the end",
       kTrace + "0.06,R," + past + ",8,7\n",
       kTraceColumns,
       {"t.csv:5:", "past the drive's end"}},
      {"count that wraps around",
       kTrace + "0.06,R,1,18446744073709551615,7\n",
       kTraceColumns,
       {"t.csv:5:", "past the drive's end"}},
      {"missing column", "t,kind,lba,n\n0,R,0,8\n", kTraceColumns, {"t.csv:1:", "no column", "op"}},
      {"last line cut short", kTrace + "0.06,R,80", kTraceColumns, {"t.csv:5:", "too few fields"}},
      {"last line not a number", kTrace + "0.06,R,8\x01,8,7", kTraceColumns, {"t.csv:5:", "block"}},
      {"neither read nor write",
       kTrace + "0.06,X,8,8,7\n",
       kTraceColumns,
       {"t.csv:5:", "--read-is"}},
      {"no blocks", kTrace + "0.06,R,8,0,7\n", kTraceColumns, {"t.csv:5:", "count"}},
      {"time that is none", kTrace + "nan,R,8,8,7\n", kTraceColumns, {"t.csv:5:", "time"}},
      {"empty", "", kTraceColumns, {"t.csv", "empty file"}},
      {"header alone", "t,op,lba,n\n", kTraceColumns, {"t.csv", "no rows"}},
      {"gzip that is none",
       std::string("\x1f\x8b\x08\x08") + "abc",
       kTraceColumns,
       {"t.csv", "end"}},
      {"negative response",
       kTrace + "0.06,R,8,8,-1\n",
       kTraceColumns + ",response=ms",
       {"t.csv:5:", "response", "negative"}}};
  const Scratch scratch;
  for (const Bad& bad : all) {
    write_file(scratch.path() / "t.csv", bad.text);
    const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" drive " + bad.columns);
    INFO(bad.name << "\n" << outcome.err);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.out.empty());
    for (const char* part : bad.parts) CHECK(outcome.err.find(part) != std::string::npos);
  }
}

TEST_CASE("drive: bad options exit with 2, bad drive files with 3, help with 0") {
  const Scratch scratch;
  write_file(scratch.path() / "t.csv", kTrace);
  write_file(scratch.path() / "bad.json", "{ \"schema_version\": 1, \"rpm\": 0 }\n");
  for (const char* options :
       {"--drive tlak", "--size 4", "--size '0 B'", "--size '1 EB'", "--depth 0", "--depth 70000",
        "--scheduler fifo", "--workload reads", "--requests 0", "--rate -1", "--rate nan",
        "--patience 5", "--read-share 2", "--trace t.csv", "--trace t.csv --columns lba=1",
        "--columns block=1,count=2", "--trace t.csv --columns block=1,count=2 --size '4 KB'",
        "--trace t.csv --columns block=lba,count=n --block '1 B'", "--format yaml"}) {
    const Outcome outcome = shell(scratch.path(), std::string("\"$SPINDLE\" drive ") + options);
    INFO(options << "\n" << outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(!outcome.err.empty());
  }
  const Outcome bad = shell(scratch.path(), "\"$SPINDLE\" drive --drive bad.json");
  CHECK(bad.exit_code == 3);
  CHECK(bad.err.find("bad.json:1:31: rpm: ") != std::string::npos);
  const Outcome help = shell(scratch.path(), "\"$SPINDLE\" drive --help");
  CHECK(help.exit_code == 0);
  CHECK(help.out.find("Examples:") != std::string::npos);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" schema drive").out ==
        read_file(fs::path(SPINDLE_SOURCE_DIR) / "scenarios/drives/schema.json"));
}

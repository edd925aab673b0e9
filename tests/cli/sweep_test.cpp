// `spindle sweep` and `spindle merge` as a user meets them.
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using OrderedJson = nlohmann::ordered_json;

namespace {

// The small scenario with a sweep of 4 points x 3 replications. Without demand a run takes
// milliseconds.
OrderedJson small_sweep() {
  OrderedJson scenario = OrderedJson::parse(small_scenario());
  scenario.erase("compare");
  for (const char* key : {"reads", "writes"}) scenario["tenants"][0].erase(key);
  scenario["sweep"] = OrderedJson::parse(R"({
    "list": [{"placement.policy": "random"}, {"placement.policy": "d_choices", "placement.d": 2}],
    "axes": [{"path": "data.extent", "values": ["100 GB", "200 GB"]}],
    "repeat": 3})");
  return scenario;
}

void write_sweep(const Scratch& scratch, const OrderedJson& scenario) {
  write_file(scratch.path() / "s.json", scenario.dump(1));
}

// Bytes of every file of a folder, by name; folders in it are left out.
std::map<std::string, std::string> bytes_of(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory()) out[entry.path().filename()] = read_file(entry.path());
  }
  return out;
}

std::vector<OrderedJson> rows_in(const fs::path& file) {
  std::vector<OrderedJson> rows;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) rows.push_back(OrderedJson::parse(line));
  return rows;
}

Outcome sweep(const Scratch& scratch, const std::string& options) {
  return shell(scratch.path(), "\"$SPINDLE\" sweep s.json --progress none " + options);
}

const std::set<std::string> kFiles = {"scenario.json", "sweep.csv", "sweep.json", "sweep.jsonl"};

std::set<std::string> names_of(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& [name, bytes] : bytes_of(folder)) names.insert(name);
  return names;
}

}  // namespace

TEST_CASE("sweep: one row a run, with parameters, seed, version, digest and every metric") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  const Outcome outcome = sweep(scratch, "--out out");
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.err.find("; 12 runs; results in out\n") != std::string::npos);
  CHECK(names_of(scratch.path() / "out") == kFiles);
  const std::vector<OrderedJson> rows = rows_in(scratch.path() / "out/sweep.jsonl");
  REQUIRE(rows.size() == 12);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i]["point"] == i / 3);
    CHECK(rows[i]["replication"] == i % 3);
    CHECK(rows[i]["placement.policy"] == (i < 6 ? "random" : "d_choices"));
    CHECK(rows[i]["placement.d"] == (i < 6 ? OrderedJson() : OrderedJson(2)));
    CHECK(rows[i]["data.extent"] == (i / 3 % 2 == 0 ? "100 GB" : "200 GB"));
    // Common random numbers: replication r of every point has the same seed.
    CHECK(rows[i]["seed"] == rows[i % 3]["seed"]);
    ids.insert(rows[i]["run_id"]);
  }
  CHECK(ids.size() == 12);
  CHECK(rows[0]["seed"] == 1);
  CHECK(rows[1]["seed"] != rows[2]["seed"]);
  const std::string csv = read_file(scratch.path() / "out/sweep.csv");
  CHECK(csv.rfind("point,replication,run_id,placement.policy,placement.d,data.extent,seed,version,"
                  "digest,capacity.fill.mean,",
                  0) == 0);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 13);
}

TEST_CASE("sweep: replication 0 of a point is what run makes of it") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  REQUIRE(sweep(scratch, "--out out -q").exit_code == 0);
  REQUIRE(shell(scratch.path(),
                "\"$SPINDLE\" run s.json -q --out run --set placement.policy=d_choices --set "
                "placement.d=2 --set data.extent='200 GB'")
              .exit_code == 0);
  const OrderedJson metrics = OrderedJson::parse(read_file(scratch.path() / "run/metrics.json"));
  const OrderedJson row = rows_in(scratch.path() / "out/sweep.jsonl")[9];
  for (const auto& [name, value] : metrics.items()) {
    INFO(name);
    CHECK(row[name].dump() == value.dump());
  }
}

TEST_CASE("sweep: the same bytes for any number of jobs and threads") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  REQUIRE(sweep(scratch, "-q --out a --jobs 1 --threads 1").exit_code == 0);
  const auto first = bytes_of(scratch.path() / "a");
  for (const char* options :
       {"--jobs 2 --threads 2", "--jobs 5 --threads 1", "--jobs 1 --threads 3"}) {
    INFO(options);
    REQUIRE(sweep(scratch, std::string("-q --out b ") + options).exit_code == 0);
    CHECK(bytes_of(scratch.path() / "b") == first);
  }
}

TEST_CASE("merge: the bytes of the sweep in one piece") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  REQUIRE(sweep(scratch, "-q --out whole").exit_code == 0);
  for (const int shards : {3, 7, 14}) {
    const std::string out = "of" + std::to_string(shards);
    for (int i = 0; i < shards; ++i) {
      const std::string shard = std::to_string(i) + "/" + std::to_string(shards);
      REQUIRE(sweep(scratch, "-q --out " + out + " --shard " + shard).exit_code == 0);
    }
    const Outcome merged = shell(scratch.path(), "\"$SPINDLE\" merge " + out);
    INFO(merged.err);
    CHECK(merged.exit_code == 0);
    CHECK(bytes_of(scratch.path() / out) == bytes_of(scratch.path() / "whole"));
  }
  // By the environment of a Slurm array.
  REQUIRE(shell(scratch.path(),
                "export SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=2\n"
                "for i in 1 2; do SLURM_ARRAY_TASK_ID=$i \"$SPINDLE\" sweep s.json -q --out slurm"
                " || exit; done; \"$SPINDLE\" merge slurm/shard-1-of-2 slurm/shard-0-of-2 -q "
                "--out joined")
              .exit_code == 0);
  CHECK(bytes_of(scratch.path() / "joined") == bytes_of(scratch.path() / "whole"));
}

TEST_CASE("merge: what does not make one study is refused") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  for (const char* shard : {"0/3", "1/3", "2/3"}) {
    REQUIRE(sweep(scratch, std::string("-q --out a --shard ") + shard).exit_code == 0);
  }
  REQUIRE(sweep(scratch, "-q --out b --shard 2/3 --set fleet.drives=99").exit_code == 0);
  REQUIRE(sweep(scratch, "-q --out c --shard 2/3 --limit 2").exit_code == 0);
  fs::copy(scratch.path() / "a/shard-2-of-3", scratch.path() / "old");
  const std::string version =
      OrderedJson::parse(read_file(scratch.path() / "old/sweep.json"))["version"];
  for (const char* name : {"sweep.json", "sweep.jsonl"}) {
    std::string text = read_file(scratch.path() / "old" / name);
    for (std::size_t at = 0; (at = text.find(version, at)) != std::string::npos; ++at) {
      text[at] = '7';
    }
    write_file(scratch.path() / "old" / name, text);
  }
  const std::string two = "a/shard-0-of-3 a/shard-1-of-3 ";
  for (const auto& [folders, problem] : std::vector<std::pair<std::string, std::string>>{
           {two, "4 of 12 runs are missing (the first: point 0, replication 2)"},
           {two + "a/shard-1-of-3", "both have point 0, replication 1 (they overlap)"},
           {two + "b/shard-2-of-3", "b/shard-2-of-3: of another study than a/shard-0-of-3"},
           {two + "c/shard-2-of-3", "2 of 12 runs are missing (the first: point 2, replication 2)"},
           {two + "old", "old: of another version than a/shard-0-of-3"},
           {two + "nowhere", "nowhere/sweep.json: no such file"}}) {
    const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" merge --out m " + folders);
    INFO(outcome.err);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find(problem) != std::string::npos);
    CHECK(outcome.err.find("1 problem; nothing was merged\n") != std::string::npos);
    CHECK_FALSE(fs::exists(scratch.path() / "m"));
  }
  CHECK(shell(scratch.path(), "\"$SPINDLE\" merge " + two).exit_code == 2);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" merge a --out a/shard-0-of-3").exit_code == 2);
}

TEST_CASE("sweep: a sweep that was killed goes on to the same bytes") {
  const Scratch scratch;
  OrderedJson scenario = small_sweep();
  scenario["sweep"]["repeat"] = 100;
  write_sweep(scratch, scenario);
  REQUIRE(sweep(scratch, "-q --out whole").exit_code == 0);
  const Outcome killed =
      shell(scratch.path(),
            "\"$SPINDLE\" sweep s.json -q --out out --jobs 2 & p=$!\n"
            "i=0; until [ \"$(stat -c %s out/sweep.journal)\" -gt 100000 ] || [ $i -gt 1000 ]; do "
            "i=$((i+1)); sleep 0.01; done 2>/dev/null\nkill -KILL $p; wait $p; "
            "printf 'torn' >> out/sweep.journal");
  INFO(killed.err);
  CHECK_FALSE(fs::exists(scratch.path() / "out/sweep.csv"));
  // Without --resume its rows are safe.
  const Outcome refused = sweep(scratch, "--out out");
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("add --resume") != std::string::npos);
  const Outcome resumed = sweep(scratch, "--out out --resume");
  INFO(resumed.err);
  CHECK(resumed.exit_code == 0);
  CHECK(resumed.err.find(" were there)") != std::string::npos);
  CHECK(bytes_of(scratch.path() / "out") == bytes_of(scratch.path() / "whole"));
}

TEST_CASE("sweep: an interrupt keeps the rows and says how to go on") {
  const Scratch scratch;
  OrderedJson scenario = small_sweep();
  scenario["sweep"]["repeat"] = 200;
  write_sweep(scratch, scenario);
  const Outcome outcome = shell(scratch.path(),
                                "\"$SPINDLE\" sweep s.json -q --out out & p=$!\n"
                                "i=0; until [ -s out/sweep.journal ] || [ $i -gt 1000 ]; do "
                                "i=$((i+1)); sleep 0.01; done 2>/dev/null\nkill -INT $p; wait $p");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 130);
  CHECK(outcome.err.find("go on with the same command and --resume\n") != std::string::npos);
  CHECK(names_of(scratch.path() / "out") == std::set<std::string>{"sweep.journal"});
  REQUIRE(sweep(scratch, "-q --out out --resume").exit_code == 0);
  REQUIRE(sweep(scratch, "-q --out whole").exit_code == 0);
  CHECK(bytes_of(scratch.path() / "out") == bytes_of(scratch.path() / "whole"));
}

TEST_CASE("sweep: a limit does some runs, and a changed sweep takes over what still counts") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  const Outcome five = sweep(scratch, "--out out --limit 5");
  CHECK(five.exit_code == 0);
  CHECK(five.err.find("; 5 runs, 7 left for --resume; results in out\n") != std::string::npos);
  CHECK(rows_in(scratch.path() / "out/sweep.jsonl").size() == 5);
  CHECK(sweep(scratch, "--out out").exit_code == 2);
  const Outcome all = sweep(scratch, "--out out --resume");
  CHECK(all.err.find("; 12 runs (5 were there); ") != std::string::npos);
  // Another axis, other numbers of points: rows are known by their runs.
  const std::string wider =
      "--axis data.extent='50 GB,100 GB,200 GB' --set question='Is it wider?' ";
  const Outcome more = sweep(scratch, wider + "--out out --resume");
  INFO(more.err);
  CHECK(more.err.find("; 18 runs (12 were there); ") != std::string::npos);
  REQUIRE(sweep(scratch, wider + "--out whole -q").exit_code == 0);
  CHECK(bytes_of(scratch.path() / "out") == bytes_of(scratch.path() / "whole"));
  // What changes the runs leaves nothing to take over.
  const Outcome other = sweep(scratch, "--seed 2 --out out --resume --repeat 1");
  CHECK(other.err.find("; 4 runs; ") != std::string::npos);
}

TEST_CASE("sweep: a run that fails leaves the others, and a row in failures") {
  const Scratch scratch;
  OrderedJson scenario = small_sweep();
  scenario["sweep"] = OrderedJson::parse(R"({"axes": [{"path": "tenants.0.load", "values": [
      {"model": "constant"},
      {"model": "series", "file": "none.csv", "time_column": "t", "value_column": "v",
       "counts": "bytes", "interval": "1 h"}]}]})");
  write_sweep(scratch, scenario);
  const Outcome outcome = sweep(scratch, "--out out");
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 1);
  CHECK(outcome.err.find("s.json: sweep point 1 (tenants.0.load={\"model\"") != std::string::npos);
  CHECK(outcome.err.find(", replication 0 failed: ") != std::string::npos);
  CHECK(outcome.err.find("; 1 run, 1 failed; results in out\n") != std::string::npos);
  CHECK(rows_in(scratch.path() / "out/sweep.jsonl").size() == 1);
  const std::vector<OrderedJson> failures = rows_in(scratch.path() / "out/failures.jsonl");
  REQUIRE(failures.size() == 1);
  CHECK(failures[0]["point"] == 1);
  CHECK(failures[0]["error"].get<std::string>().find("none.csv") != std::string::npos);
  CHECK(read_file(scratch.path() / "out/failures.csv")
            .rfind("point,replication,run_id,tenants.0.load,seed,version,error\n", 0) == 0);
  // Of shards too.
  CHECK(sweep(scratch, "-q --out of --shard 0/2").exit_code == 0);
  CHECK(sweep(scratch, "-q --out of --shard 1/2").exit_code == 1);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" merge of -q").exit_code == 1);
  CHECK(bytes_of(scratch.path() / "of") == bytes_of(scratch.path() / "out"));
}

TEST_CASE("sweep: invalid points are all reported before anything runs") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  const Outcome outcome =
      sweep(scratch, "--out out --axis data.extent='100 GB,100' --axis fleet.zones=3,1,99");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find("command line: sweep point 3 (placement.policy=random, data.extent=100, "
                         "fleet.zones=3) and 5 more: data.extent: missing unit") !=
        std::string::npos);
  CHECK(outcome.err.find("fleet.zones: 99 ") != std::string::npos);
  CHECK(outcome.err.find("nothing was run\n") != std::string::npos);
  CHECK_FALSE(fs::exists(scratch.path() / "out"));
  const Outcome unknown = sweep(scratch, "--axis placement.e=1");
  CHECK(unknown.exit_code == 3);
  CHECK(unknown.err.find("unknown path") != std::string::npos);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" sweep s.json --shard 3/3").exit_code == 2);
}

TEST_CASE("sweep: the scenario that it leaves is the study again, command line and all") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  REQUIRE(sweep(scratch, "-q --out a --axis fleet.drives=90,99 --repeat 2 --seed 5").exit_code ==
          0);
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" sweep a/scenario.json -q --out b").exit_code == 0);
  CHECK(bytes_of(scratch.path() / "a") == bytes_of(scratch.path() / "b"));
  CHECK(rows_in(scratch.path() / "a/sweep.jsonl").size() == 16);
}

TEST_CASE("sweep: a dry run lists the points and writes nothing") {
  const Scratch scratch;
  write_sweep(scratch, small_sweep());
  const Outcome table = sweep(scratch, "--dry-run --shard 1/5");
  CHECK(table.exit_code == 0);
  CHECK(table.out.find("point  placement.policy  placement.d  data.extent") != std::string::npos);
  CHECK(table.err == "4 points x 3 replications = 12 runs; shard 1 of 5: 3; nothing was run\n");
  const Outcome csv = sweep(scratch, "--dry-run -q --format csv --limit 2");
  CHECK(csv.out ==
        "point,placement.policy,placement.d,data.extent\n0,random,,100 GB\n1,random,,200 GB\n");
  const OrderedJson listed = OrderedJson::parse(sweep(scratch, "--dry-run -q --format json").out);
  CHECK(listed.size() == 4);
  CHECK(listed[3]["placement.d"] == 2);
  CHECK(names_of(scratch.path()) == std::set<std::string>{"s.json"});
}

TEST_CASE("sweep: two sweeps do not share a folder") {
  const Scratch scratch;
  OrderedJson scenario = small_sweep();
  scenario["sweep"]["repeat"] = 300;
  write_sweep(scratch, scenario);
  const Outcome outcome =
      shell(scratch.path(),
            "\"$SPINDLE\" sweep s.json -q --out out & p=$!\n"
            "i=0; until [ -s out/sweep.journal ] || [ $i -gt 1000 ]; do "
            "i=$((i+1)); sleep 0.01; done 2>/dev/null\n"
            "\"$SPINDLE\" sweep s.json -q --out out --resume; echo $?; kill -INT $p; wait $p");
  INFO(outcome.err);
  CHECK(outcome.out == "2\n");
  CHECK(outcome.err.find("another sweep is at work in this folder") != std::string::npos);
}

TEST_CASE("sweep: the shipped study has a thousand runs") {
  const Scratch scratch;
  const Outcome outcome = shell(
      scratch.path(), "\"$SPINDLE\" sweep \"$SOURCE\"/scenarios/sweep/placement.json --dry-run");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err == "100 points x 10 replications = 1,000 runs; nothing was run\n");
}

// `spindle place` as a user meets it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

Outcome place(const Scratch& scratch, const std::string& options) {
  return shell(scratch.path(), "\"$SPINDLE\" place -q " + options);
}

nlohmann::json placed(const Scratch& scratch, const std::string& options) {
  const Outcome outcome = place(scratch, "--format json --drives 1000 " + options);
  INFO(options << "\n" << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return nlohmann::json::parse(outcome.out);
}

// Without the one line that a clock writes.
std::string without_rate(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  std::string line;
  while (std::getline(in, line)) {
    if (line.find("placements_per_s") == std::string::npos) out += line + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("place: figures have the names of the design") {
  const Scratch scratch;
  const auto json = placed(scratch, "--per-drive 50 --capacity-units 80 --policy d_choices");
  for (const char* name : {"mean", "sd", "min", "p0_1", "p50", "p99", "p99_9", "max"}) {
    CHECK(json[std::string("load.") + name].is_number());
  }
  for (const char* name : {"mean", "sd", "min", "p0_1", "p50", "p99_9", "max"}) {
    CHECK(json[std::string("capacity.fill.") + name].is_number());
  }
  CHECK(json["drives"] == 1000);
  CHECK(json["placed"] == 50'000);
  CHECK(json["load.mean"] == 50);
  CHECK(json["k_eff"] == 50);
  CHECK(json["capacity.fill.mean"].get<double>() == Approx(50.0 / 80));
  const double max = json["load.max"];
  CHECK(json["capacity.skew.over"].get<double>() == Approx(max / 50 - 1));
  CHECK(json["capacity.stranded"].get<double>() == Approx(1 - 50 / max));
  CHECK(json["placements_per_s"].get<double>() > 0);
  CHECK_FALSE(json.contains("histogram"));
  // Nobody said what a drive holds.
  CHECK(placed(scratch, "--per-drive 50")["capacity.fill.max"].is_null());
}

TEST_CASE("place: the histogram counts every drive once") {
  const Scratch scratch;
  for (const char* policy : {"random", "d_choices", "shuffle_shard --width 20 --tenants 30"}) {
    const auto json = placed(scratch, std::string("--histogram --policy ") + policy);
    std::uint64_t drives = 0;
    for (const auto& bar : json["histogram"]) {
      drives += bar["drives"].get<std::uint64_t>();
      CHECK(bar["low"].get<double>() < bar["high"].get<double>());
    }
    CHECK(drives == 1000);
  }
}

TEST_CASE("place: equal seeds print equal bytes but for the clock's figure, others do not") {
  const Scratch scratch;
  const std::string options = "--drives 1000 --format csv --histogram --seed ";
  const std::string first = without_rate(place(scratch, options + "5").out);
  CHECK(first.find("load.sd,") != std::string::npos);
  CHECK(first == without_rate(place(scratch, options + "5").out));
  CHECK(first != without_rate(place(scratch, options + "6").out));
}

TEST_CASE("place: every policy of the list places") {
  const Scratch scratch;
  std::istringstream rows(shell(scratch.path(), "\"$SPINDLE\" list policies").out);
  std::string line;
  int policies = 0;
  std::getline(rows, line);  // the header, and a rule below it
  std::getline(rows, line);
  while (std::getline(rows, line)) {
    const std::string name = line.substr(0, line.find(' '));
    std::string options = "--shards 3 --per-drive 6 --policy " + name;
    if (name == "shuffle_shard") options += " --width 30 --tenants 5";
    if (name == "k_of_d") options += " --candidates 6";
    CHECK(placed(scratch, options)["placed"] == 6000);
    ++policies;
  }
  CHECK(policies >= 4);
}

TEST_CASE("place: fills until the first drive is full") {
  const Scratch scratch;
  for (const char* policy : {"random", "d_choices", "d_choices --sizes exponential", "static"}) {
    const auto json =
        placed(scratch, std::string("--until-full --capacity-units 40 --policy ") + policy);
    CAPTURE(policy);
    CHECK(json["capacity.fill.max"].get<double>() <= 1);
    CHECK(json["capacity.fill.max"].get<double>() > 0.8);
    CHECK(json["placed"].get<double>() <= 40'000);
  }
}

TEST_CASE("place: impossible requests are refused together, and nothing is placed") {
  const Scratch scratch;
  const auto refuses = [&](const std::string& options, const std::vector<std::string>& words) {
    const Outcome outcome = place(scratch, options);
    INFO(options << "\n" << outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find("nothing was placed") != std::string::npos);
    for (const std::string& word : words) CHECK(outcome.err.find(word) != std::string::npos);
  };
  refuses("--shards 9 --zones 2 --racks 9 --max-per-zone 3 --policy d_choices --d 0",
          {"9 shards need 3 zones at 3 a zone, but the fleet has 2", "d = 0", "2 problems"});
  refuses("--drives 4 --shards 5", {"5 shards"});
  // Of three racks of four drives, two stay open whole.
  refuses("--drives 12 --racks 3 --max-per-rack 3 --shards 8 --empty-share 0.25", {"8 shards"});
  refuses("--drives 10 --zones 3 --racks 4", {"3 zones of 4 racks on 10 drives"});
  refuses("--policy k_of_d --shards 9 --candidates 8", {"8 candidates for the 9 shards"});
  refuses("--policy k_of_d --shards 9", {"needs --candidates"});
  refuses("--policy shuffle_shard --shards 9 --width 4 --drives 1000", {"width 4"});
  refuses("--policy d_choise", {"did you mean \"d_choices\"?"});
  refuses("--policy random --d 3 --refresh 7 --drives 4 --shards 5",
          {"--d: random does not use it", "--refresh", "5 shards", "3 problems"});
  refuses("--policy static --drives 1e7 --per-drive 1000", {"2^32 at most"});
  refuses("--policy static --sizes exponential", {"--sizes: static does not use it"});
  refuses("--policy crush --d 3", {"--d: crush does not use it"});
  refuses("--policy random --change rack_lost", {"--change: random does not use it"});
  refuses("--policy crush --change rack_last", {"did you mean rack_lost?"});
  refuses("--policy crush --change host_lost", {"state --drives-per-host"});
  refuses("--policy crush --change rack_lost:1", {"there are 1, counted from 0"});
  refuses("--policy crush --change rack_lost:x", {"rack_lost:7"});
  refuses("--policy crush --tenants 3", {"--tenants: crush does not use it"});
  refuses("--drives 1000 --empty-share 1e-6", {"less than one of a zone's"});
  refuses("--until-full", {"without a capacity"});
  refuses("--until-full --capacity-units 10 --per-drive 5", {"state one of them"});
  refuses("--capacity-units 10 --per-drive 11", {"11 units a drive"});
  refuses("--drives 1000 --cell 7", {"divisor"});
  refuses("--drives 2.5", {"whole number"});
  refuses("--models 80", {"CAPACITY:SHARE"});
  refuses("--sizes lognormal:x", {"lognormal:2"});
  refuses("--drives 2e7 --memory '10 MB'", {"there are 10 MB", "fewer drives"});
  refuses("--drives 1e6 --turnovers 1 --memory '100 MB'", {"it takes 408 MB", "there are 100 MB"});
}

TEST_CASE("place: what finds no room is told, and what cannot be foretold is not") {
  const Scratch scratch;
  const auto full = placed(scratch, "--policy crush --shards 3 --per-drive 12 --capacity-units 12");
  CHECK(full["placed"].get<double>() + 3 * full["unplaced_objects"].get<double>() == 12'000);
  CHECK(full["capacity.fill.max"] == 1);
  CHECK(placed(scratch, "--per-drive 12")["unplaced_objects"] == 0);
  // A tenth of the drives gets (1 - .9^10) / .1 times its share, known to 3 % or so.
  const std::string empty = "--policy d_choices --d 10 --empty-share 0.1 ";
  const auto varied = placed(scratch, empty + "--sizes exponential");
  CHECK(varied["cohort.multiplier"].get<double>() == Approx(6.513).epsilon(0.15));
  CHECK(varied["cohort.expected"].get<double>() == Approx(6.513).epsilon(0.001));
  for (const char* what :
       {"--noise 100", "--buckets 1000", "--racks 100 --shards 9 --max-per-rack 1"}) {
    CHECK(placed(scratch, empty + what)["cohort.expected"].is_null());
  }
  CHECK(place(scratch, "--drives 100 --seed -1").exit_code == 2);
  CHECK(place(scratch, "--drives 100 --seed 18446744073709551616").exit_code == 2);
}

TEST_CASE("place: a table of sizes is read, and its faults are told by line") {
  const Scratch scratch;
  write_file(scratch.path() / "sizes.txt", "# bytes, how often\n1 3\n7,1\n");
  const auto json = placed(scratch, "--per-drive 400 --sizes sizes.txt");
  CHECK(json["k_eff"].get<double>() == Approx(400 / 2.08).epsilon(0.02));
  write_file(scratch.path() / "bad.txt", "1 3\n-7 1\n\nx\n2 1 1\n");
  const Outcome outcome = place(scratch, "--sizes bad.txt");
  CHECK(outcome.exit_code == 2);
  for (const char* place : {"bad.txt:2:", "bad.txt:4:", "bad.txt:5:"}) {
    CHECK(outcome.err.find(place) != std::string::npos);
  }
  for (const char* path : {"none.txt", "/dev/zero", "."}) {
    CHECK(place(scratch, std::string("--sizes ") + path).err.find("can be read") !=
          std::string::npos);
  }
}

TEST_CASE("place: an empty cohort, kinds of drives and a file of results") {
  const Scratch scratch;
  const auto cohort = placed(scratch, "--policy d_choices --d 10 --empty-share 0.1");
  CHECK(cohort["cohort.expected"].get<double>() == Approx(6.513).epsilon(1e-3));
  CHECK(cohort["cohort.multiplier"].get<double>() == Approx(6.513).epsilon(0.2));
  const auto kinds =
      placed(scratch, "--policy d_choices --models 150:0.5,300:0.5 --sampling capacity");
  REQUIRE(kinds["classes"].size() == 2);
  CHECK(kinds["classes"][1]["drives"] == 500);
  const Outcome outcome = place(scratch, "--drives 100 --out result.json --format json");
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.empty());
  CHECK(nlohmann::json::parse(read_file(scratch.path() / "result.json"))["drives"] == 100);
}

// 3 zones x 10 racks x 4 hosts x 3 drives, 12,000 objects: a drive holds 100 shards. What must move
// is the share of the weight that is lost, or that goes to what doubled; drives that are out give
// their own shards and no others.
TEST_CASE("place: what a change of the fleet moves under crush") {
  const Scratch scratch;
  const auto moved = [&](const std::string& change) {
    const Outcome outcome = place(scratch,
                                  "--format json --drives 360 --per-drive 100 --shards 3 --zones 3 "
                                  "--racks 10 --max-per-rack 1 "
                                  "--policy crush --drives-per-host 3 --change " +
                                      change);
    REQUIRE(outcome.exit_code == 0);
    return nlohmann::json::parse(outcome.out);
  };
  const auto out = moved("drive_out:7");
  CHECK(out["movement.least"].get<double>() == Approx(1.0 / 360).epsilon(1e-6));
  // 100 +- 10 shards of 36,000.
  CHECK(out["movement.drives"].get<double>() == Approx(1.0 / 360).epsilon(0.5));
  CHECK(out["movement.positions"] == out["movement.drives"]);
  for (const auto& [change, least] :
       {std::pair{"drive_lost:7", 1.0 / 360}, std::pair{"host_lost:7", 1.0 / 120},
        std::pair{"rack_lost:7", 1.0 / 30}, std::pair{"rack_doubled:7", 9.0 / 330}}) {
    CAPTURE(change);
    const auto json = moved(change);
    CHECK(json["movement.least"].get<double>() == Approx(least).epsilon(1e-6));
    CHECK(json["movement.drives"].get<double>() > 0.7 * least);
    CHECK(json["movement.positions"] >= json["movement.drives"]);
    CHECK(json["movement.objects"] >= json["movement.positions"]);
  }
  CHECK(moved("zone_doubled:1")["movement.least"].get<double>() < 1e-12);
  const Outcome table = place(scratch, "--drives 360 --policy crush --change drive_lost");
  CHECK(table.out.find("drive_lost: ") != std::string::npos);
}

TEST_CASE("place: the examples of its page run as they stand") {
  const Scratch scratch;
  const std::string page = read_file(fs::path(SPINDLE_SOURCE_DIR) / "docs/user/place.md");
  const std::string fence = "```sh\nspindle ";
  int examples = 0;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
    const std::size_t begin = at + fence.size();
    const std::string command = page.substr(begin, page.find('\n', begin) - begin);
    CAPTURE(command);
    CHECK(shell(scratch.path(), "\"$SPINDLE\" " + command).exit_code == 0);
    ++examples;
  }
  CHECK(examples == 4);
}

TEST_CASE("place: an interrupt ends it with 130 and no figures") {
  const Scratch scratch;
  const Outcome outcome = shell(
      scratch.path(),
      "timeout --preserve-status -s INT 1 \"$SPINDLE\" place -q --drives 1e6 --per-drive 1e6");
  CHECK(outcome.exit_code == 130);
  CHECK(outcome.out.empty());
}

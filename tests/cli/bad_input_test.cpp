// Every bad input gets exit 2 or 3, a message that says where, and nothing is written.
#include <catch2/catch.hpp>
#include <regex>
#include <vector>

#include "tests/cli/program.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::test;

namespace {

// The small scenario with one piece of text replaced by another.
struct BadScenario {
  const char* name;
  const char* from;
  const char* to;
  const char* message;  // must stand in stderr
};

const BadScenario kBadScenarios[] = {
    {"missing unit", "\"300 TB\"", "300", "data.logical"},
    {"number as text without unit", "\"300 TB\"", "\"300\"", "data.logical"},
    {"bits for bytes", "\"300 TB\"", "\"300 Tb\"", "TB"},
    {"TiB misspelt", "\"300 TB\"", "\"300 TIB\"", "TiB"},
    {"negative size", "\"300 TB\"", "\"-300 TB\"", "data.logical"},
    {"size of zero", "\"100 GB\"", "\"0 GB\"", "data.extent"},
    {"NaN literal", "\"300 TB\"", "NaN", ":7:"},
    {"NaN quantity", "\"300 TB\"", "\"nan TB\"", "data.logical"},
    {"infinite quantity", "\"300 TB\"", "\"inf TB\"", "data.logical"},
    {"overflowing literal", "20, \"size\"", "1e400, \"size\"", ":12:"},
    {"overflowing quantity", "\"300 TB\"", "\"1e400 TB\"", "data.logical"},
    {"time where bytes belong", "\"300 TB\"", "\"300 h\"", "data.logical"},
    {"bytes where time belongs", "\"2 d\"", "\"2 TB\"", "run.duration"},
    {"five shards in four racks", "\"zones\": 3, \"racks_per_zone\": 3",
     "\"zones\": 1, \"racks_per_zone\": 4", "rack"},
    {"nine shards in two zones of three", "\"zones\": 3, \"racks_per_zone\": 3",
     "\"zones\": 2, \"racks_per_zone\": 4", "zone"},
    {"more racks than drives", "\"drives\": 90", "\"drives\": 8", "fleet.drives"},
    {"no drives", "\"drives\": 90", "\"drives\": 0", "fleet.drives"},
    {"fractional count", "\"drives\": 90", "\"drives\": 90.5", "fleet.drives"},
    {"negative count", "\"drives\": 90", "\"drives\": -90", "fleet.drives"},
    {"unknown drive", "\"talk\"", "\"tlak\"", "talk"},
    {"unknown policy", "\"policy\": \"random\" }", "\"policy\": \"randon\" }", "random"},
    {"option of another policy", "{ \"policy\": \"random\" }",
     "{ \"policy\": \"random\", \"d\": 2 }", "placement.d"},
    {"d of zero", "{ \"policy\": \"random\" }", "{ \"policy\": \"d_choices\", \"d\": 0 }",
     "placement.d"},
    {"width below the shards", "{ \"policy\": \"random\" }",
     "{ \"policy\": \"shuffle_shard\", \"width\": 4 }", "placement.width"},
    {"unknown scheme", "\"erasure\"", "\"eraser\"", "erasure"},
    {"no data shards", "\"data\": 5", "\"data\": 0", "redundancy.data"},
    {"unknown key", "\"question\":", "\"colour\": 1, \"question\":", "colour"},
    {"misspelt key", "\"racks_per_zone\"", "\"rack_per_zone\"", "racks_per_zone"},
    {"duplicate key", "\"name\": \"small\",", "\"name\": \"small\",\n  \"name\": \"small\",",
     "duplicate"},
    {"missing version", "\"schema_version\": 1,", "", "schema_version"},
    {"future version", "\"schema_version\": 1", "\"schema_version\": 99", "schema_version"},
    {"bad name", "\"name\": \"small\"", "\"name\": \"../evil\"", "name"},
    {"text for an object", "{ \"duration\": \"2 d\", \"epoch\": \"1 h\" }", "\"2 d\"", "run"},
    {"epoch longer than the run", "\"epoch\": \"1 h\"", "\"epoch\": \"3 d\"", "run.epoch"},
    {"run not a whole number of epochs", "\"epoch\": \"1 h\"", "\"epoch\": \"7 h\"", "run"},
    {"run of 300 years", "\"2 d\"", "\"300 yr\"", "run.duration"},
    {"more bytes than the fleet holds", "\"300 TB\"", "\"300 PB\"", "data.logical"},
    {"more extents than memory", "\"100 GB\"", "\"1 kB\"", "data.extent"},
    {"more tenants than extents", "\"count\": 20", "\"count\": 900000", "tenants"},
    {"duty above one", "{ \"model\": \"on_off\", \"on\": \"2 h\", \"off\": \"6 h\" }",
     "{ \"model\": \"slots\", \"duty\": 1.5 }", "tenants.0.load.duty"},
    {"window over a day", "{ \"model\": \"on_off\", \"on\": \"2 h\", \"off\": \"6 h\" }",
     "{ \"model\": \"daily_window\", \"window\": \"25 h\" }", "tenants.0.load.window"},
    {"on period of zero", "\"on\": \"2 h\"", "\"on\": \"0 h\"", "tenants.0.load.on"},
    {"rate without time", "\"50 TB/d\"", "\"50 TB\"", "tenants.0.reads"},
    {"variant on an unknown path", "\"set\": {}", "\"set\": { \"placment.policy\": \"random\" }",
     "compare.variants.0"},
    {"variants of one name", "\"name\": \"two choices\"", "\"name\": \"random\"", "compare"},
    {"broken variant", "\"d\": 2", "\"d\": 0", "compare.variants.1"},
    {"no tenants", "\"tenants\": [{", "\"tenants\": [], \"tenants_\": [{", "tenants"},
};

void require_refused(const fs::path& folder, const std::string& arguments,
                     const std::string& message,
                     const std::vector<const char*>& commands = {"run", "compare"}) {
  for (const char* command : commands) {
    const Outcome outcome = shell(folder, std::string("\"$SPINDLE\" ") + command + " " + arguments);
    INFO(command << " " << arguments << "\n" << outcome.err);
    CHECK((outcome.exit_code == 2 || outcome.exit_code == 3));
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find(message) != std::string::npos);
    CHECK_FALSE(fs::exists(folder / "results"));
    CHECK_FALSE(fs::exists(folder / "out"));
  }
}

}  // namespace

TEST_CASE("bad scenarios are refused with file, line and path, and write nothing") {
  const Scratch scratch;
  for (const BadScenario& bad : kBadScenarios) {
    write_file(scratch.path() / "bad.json", replaced(small_scenario(), bad.from, bad.to));
    INFO(bad.name);
    // What only a variant breaks does not stop `run`, which runs the base alone.
    const bool in_variant = std::string(bad.message).rfind("compare.variants", 0) == 0;
    require_refused(scratch.path(), "bad.json", bad.message,
                    in_variant ? std::vector{"compare"} : std::vector{"run", "compare"});
    const Outcome outcome = shell(scratch.path(), "\"$SPINDLE\" validate bad.json");
    CHECK(outcome.exit_code == 3);
    CHECK(std::regex_search(outcome.err, std::regex("^bad\\.json:[1-9][0-9]*:[1-9][0-9]*: ")));
  }
}

TEST_CASE("broken files are refused") {
  const Scratch scratch;
  const fs::path file = scratch.path() / "bad.json";
  const std::string good = small_scenario();
  SECTION("empty") {
    write_file(file, "");
  }
  SECTION("blank") {
    write_file(file, " \n\n");
  }
  SECTION("truncated") {
    write_file(file, good.substr(0, good.size() / 2));
  }
  SECTION("deep nesting") {
    write_file(file, std::string(100000, '['));
  }
  SECTION("binary") {
    write_file(file, std::string("\x00\xff\xfe\x01", 4));
  }
  SECTION("not an object") {
    write_file(file, "[1, 2]");
  }
  SECTION("trailing text") {
    write_file(file, good + "x");
  }
  SECTION("invalid UTF-8") {
    write_file(file, replaced(good, "Does", "D\xc3\x28s"));
  }
  require_refused(scratch.path(), "bad.json", "bad.json:");
}

TEST_CASE("paths that are no scenario are refused") {
  const Scratch scratch;
  fs::create_directory(scratch.path() / "folder");
  require_refused(scratch.path(), "absent.json", "absent.json");
  require_refused(scratch.path(), "folder", "folder");
}

TEST_CASE("bad --set and bad output folders are refused") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  write_file(scratch.path() / "file", "in the way");
  require_refused(scratch.path(), "small.json --set fleet.drivs=3", "fleet.drives");
  require_refused(scratch.path(), "small.json --set fleet.drives", "=");
  require_refused(scratch.path(), "small.json --set =3", "--set");
  require_refused(scratch.path(), "small.json --set 'data.logical=300 h'", "data.logical");
  require_refused(scratch.path(), "small.json --set tenants.7.count=3", "tenants");
  require_refused(scratch.path(), "small.json --set 'name={'", "name");
  require_refused(scratch.path(), "small.json --out file", "file");
  require_refused(scratch.path(), "small.json --out file/below", "file");
  require_refused(scratch.path(), "small.json --out /dev/null/x", "/dev/null");
  require_refused(scratch.path(), "small.json --format yaml", "yaml");
  require_refused(scratch.path(), "small.json --threads 0", "threads");
  require_refused(scratch.path(), "small.json --seed -1", "seed");
}

TEST_CASE("run and explain ask for the base alone, compare and validate for every variant") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", replaced(small_scenario(), "\"d\": 2", "\"d\": 0"));
  CHECK(shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out out").exit_code == 0);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" explain small.json").exit_code == 0);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" validate small.json").exit_code == 3);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" compare small.json -q").exit_code == 3);
}

TEST_CASE("bad usage exits with 2, help with 0") {
  const Scratch scratch;
  CHECK(shell(scratch.path(), "\"$SPINDLE\"").exit_code == 2);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" fly").exit_code == 2);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" run").exit_code == 2);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" run a b").exit_code == 2);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" list nothing").exit_code == 2);
  const Outcome help = shell(scratch.path(), "\"$SPINDLE\" --help");
  CHECK(help.exit_code == 0);
  CHECK(help.out.find("Examples:") != std::string::npos);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" run --help").exit_code == 0);
}

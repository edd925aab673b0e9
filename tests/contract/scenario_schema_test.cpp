// schema.json and the reader come from one table: the file is the generated one, and an independent
// validator judges documents as the reader does.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/files.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::app;
using spindle::test::base_scenario;
using spindle::test::replaced;

namespace {

namespace fs = std::filesystem;

struct Edit {
  const char* from;
  const char* to;
};

constexpr const char* kLoad =
    "{ \"model\": \"daily_window\", \"window\": \"4 h\", \"start\": \"random\" }";
constexpr const char* kDemand = "\"reads\": \"1 PB/d\", \"writes\": \"0 B/d\",";

// Each changes the base scenario; all that they break can be said in draft-07.
constexpr Edit kEdits[] = {
    {"", ""},
    // Good ones.
    {"Which placement", "Welche Verteilung \xC3\xA9"},
    {"\"schema_version\": 1", "\"$schema\": \"schema.json\", \"schema_version\": 1.0"},
    {"\"seed\": 1,", ""},
    {"\"seed\": 1", "\"seed\": 9007199254740992"},
    {"\"30 d\"", "\" 30d \""},
    {"\"30 d\"", "\"2.592e6 s\""},
    {"\"share\": 1, \"capacity\"", "\"share\": \"50 %\", \"capacity\""},
    {"\"1.5 %/yr\"", "\"0.015 / yr\""},
    {"\"1.5 %/yr\"", "\"0 %/yr\""},
    {"\"policy\": \"random\"", "\"policy\": \"static\""},
    {"\"policy\": \"random\"", "\"policy\": \"d_choices\""},
    {"\"policy\": \"random\"", "\"policy\": \"d_choices\", \"d\": 4, \"metric\": \"heat\""},
    {"\"policy\": \"random\"", "\"policy\": \"shuffle_shard\", \"width\": 50"},
    {"\"scheme\": \"replication\", \"copies\": 3", "\"scheme\": \"replication\""},
    {"\"distribution\": \"lognormal\", \"sigma\": 1.5", ""},
    {"\"distribution\": \"lognormal\", \"sigma\": 1.5",
     "\"distribution\": \"zipf\", \"exponent\": 0"},
    {kLoad, "{}"},
    {kLoad, "{ \"model\": \"slots\", \"duty\": \"4 %\" }"},
    {kLoad, "{ \"model\": \"on_off\", \"on\": \"1 h\", \"off\": \"23 h\" }"},
    {kLoad, "{ \"model\": \"daily_window\", \"window\": \"4 h\", \"start\": \"2 h\" }"},
    {kLoad, R"({"model": "cascade", "period": "1 d", "levels": [[0.5, 0.3, 0.2], [0.7, 0.3]]})"},
    {kLoad, R"({"model": "b_model", "period": "1 d", "bias": "70 %", "halvings": 12})"},
    {"\"power_law\", \"exponent\": 1, \"scale\": \"1 d\", \"oldest\": \"365 d\"",
     "\"exponential\", \"tau\": \"9 d\""},
    {kDemand, ""},
    // Bad ones.
    {"\"schema_version\": 1,", ""},
    {"\"schema_version\": 1", "\"schema_version\": 2"},
    {"\"schema_version\": 1", "\"schema_version\": \"1\""},
    {"\"schema_version\": 1", "\"schema_version\": true"},
    {"\"base\"", "\"Base\""},
    {"\"base\"", "\"\""},
    {"\"base\"", "7"},
    {"\"Which placement wastes least?\"", "\"\""},
    {"Which placement", "Which\\nplacement"},
    {"Which placement", "Which\\u009b2Jplacement"},
    {"least?", "least?\\n"},
    {"\"seed\": 1", "\"seed\": -1"},
    {"\"seed\": 1", "\"seed\": 1.5"},
    {"\"seed\": 1", "\"seed\": null"},
    {"\"seed\": 1", "\"seed\": 9007199254740994"},
    {"\"seed\"", "\"sede\""},
    {"\"30 d\"", "30"},
    {"\"30 d\"", "\"30\""},
    {"\"30 d\"", "\"30 days\""},
    {"\"30 d\"", "\"30 TB\""},
    {"\"30 d\"", "\"-30 d\""},
    {"\"30 d\"", "\"0 d\""},
    {"\"30 d\"", "\"0.0e5 d\""},
    {"\"30 d\"", "\".5 d\""},
    {"\"30 d\"", "\"1,000 d\""},
    {"\"20 TB\"", "\"20 Tb\""},
    {"\"20 TB\"", "\"20 tib\""},
    {"\"20 TB\"", "20"},
    {"\"1.5 %/yr\"", "\"1.5 %\""},
    {"\"1.5 %/yr\"", "0.015"},
    {"\"nearline-20tb\"", "\"nearline\""},
    {"\"share\": 1, \"capacity\"", "\"share\": 0, \"capacity\""},
    {"\"share\": 1, \"capacity\"", "\"share\": \"0 %\", \"capacity\""},
    {"\"zones\": 3", "\"zones\": 65"},
    {"\"zones\": 3", "\"zones\": \"3\""},
    {"\"copies\": 3", "\"copies\": 0"},
    {"\"copies\": 3", "\"data\": 3"},
    {"\"replication\"", "\"erasure\""},
    {"\"replication\"", "\"raid\""},
    {"\"scheme\": \"replication\", \"copies\": 3", "\"copies\": 3"},
    {"\"policy\": \"random\"", "\"policy\": \"random\", \"d\": 4"},
    {"\"policy\": \"random\"", "\"policy\": \"shuffle_shard\""},
    {"\"policy\": \"random\"", "\"policy\": \"d_choices\", \"metric\": \"coldest\""},
    {"\"sigma\": 1.5", "\"sigma\": \"1.5\""},
    {"\"sigma\": 1.5", "\"exponent\": 1.5"},
    {"\"1 PB/d\"", "\"1 PB\""},
    {"\"object\": \"1 MB\",", ""},
    {"\"window\": \"4 h\", ", ""},
    {"\"start\": \"random\"", "\"start\": \"noon\""},
    {kLoad, "{ \"model\": \"slots\", \"duty\": 1.5 }"},
    {kLoad, R"({"model": "cascade", "period": "1 d", "levels": [[0.5, 1.5]]})"},
    {kLoad, R"({"model": "cascade", "period": "1 d", "levels": [0.5, 0.5]})"},
    {kLoad, R"({"model": "cascade", "period": "1 d", "levels": []})"},
    {kLoad, "{ \"model\": \"jobs\", \"file\": \"j\", \"time_column\": 1, \"read_column\": 2 }"},
    {"\"fill\": 0.8", "\"fill\": 0"},
    {"\"fill\": 0.8", "\"fill\": 1.01"},
    {"{ \"placement.policy\": \"random\" }", "[]"},
    {"\"name\": \"a\", ", ""},
};

// The base scenario, changed in one place.
std::vector<std::string> documents() {
  std::vector<std::string> texts;
  for (const Edit& edit : kEdits) texts.push_back(replaced(base_scenario(), edit.from, edit.to));
  // Thresholds: two good blocks, then bad ones.
  for (const char* block :
       {"{}",
        "{ \"capacity.skew.over\": \"<2 %\", \"cost.drives\": \" <= 5000 \", "
        "\"durability.mttdl_years\": \">= 1e6 yr\", \"tenant.burst_bytes_per_s.p50\": "
        "\"> 1 GB/s\", \"durability.ci_high\": \"< 1 %/yr\" }",
        "[]", "{ \"heat\": \"< 1\" }", "{ \"heat.cov\": 1 }", "{ \"heat.cov\": \"1\" }",
        "{ \"heat.cov\": \"=< 1\" }", "{ \"heat.cov\": \"< 1 TB\" }", "{ \"heat.cov\": \"< nan\" }",
        "{ \"durability.mttdl_years\": \"> 5\" }",
        "{ \"tenant.burst_bytes_per_s.p50\": \"> 1 GB\" }"}) {
    texts.push_back(replaced(base_scenario(), "\"targets\"",
                             "\"thresholds\": " + std::string(block) + ", \"targets\""));
  }
  // What happens over time: three good blocks, then bad ones.
  for (const char* block :
       {R"("events": [])",
        R"("events": [{"at": "0 s", "event": "zone_down", "zone": 2, "lasts": "6 h"},
                      {"at": "1 d", "event": "rack_landing", "racks_per_zone": 1,
                       "policy": "none", "target_fill": "80 %", "rate": "0 B/s"}])",
        R"("failure": {"outages": [{"domain": "rack", "rate": "1 /yr", "lasts": "forever"}]})",
        R"("events": {})", R"("events": [{"at": "1 d"}])", R"("events": [{"event": "zone_lost"}])",
        R"("events": [{"at": "1 d", "event": "zone_lost", "zone": 0, "lasts": "1 h"}])",
        R"("events": [{"at": "1 d", "event": "rack_down", "zone": 0, "lasts": "1 h"}])",
        R"("events": [{"at": "1 d", "event": "zone_down", "zone": 0, "lasts": "0 h"}])",
        R"("events": [{"at": "1 d", "event": "rack_landing", "racks_per_zone": 0}])",
        R"("events": [{"at": "1 d", "event": "rack_landing", "racks_per_zone": 1,
                       "target_fill": 1.1}])",
        R"("failure": {"outages": [{"domain": "row", "rate": "1 /yr", "lasts": "1 h"}]})",
        R"("failure": {"outages": [{"domain": "rack", "rate": "1 h", "lasts": "1 h"}]})"}) {
    texts.push_back(replaced(base_scenario(), "\"targets\"", std::string(block) + ", \"targets\""));
  }
  // Trace-driven classes, whose demand the trace tells.
  for (const char* column : {"3", "\"bytes\"", "0", "1.5", "\"\"", "true"}) {
    texts.push_back(replaced(replaced(base_scenario(), kDemand, ""), kLoad,
                             "{ \"model\": \"jobs\", \"file\": \"j\", \"time_column\": 1, "
                             "\"read_column\": " +
                                 std::string(column) + " }"));
  }
  return texts;
}

}  // namespace

TEST_CASE("scenario: scenarios/schema.json is what the table gives") {
  const std::string committed =
      spindle::test::read_file(fs::path(SPINDLE_SOURCE_DIR) / "scenarios" / "schema.json");
  INFO("regenerate it: build/release/spindle schema > scenarios/schema.json");
  const bool equal = committed == scenario_schema();
  CHECK(equal);
}

TEST_CASE("scenario: an independent validator judges documents as the reader does") {
  const std::vector<std::string> texts = documents();
  nlohmann::json array = nlohmann::json::array();
  for (const std::string& text : texts) array.push_back(nlohmann::json::parse(text));
  const fs::path folder = fs::path(SPINDLE_BINARY_DIR) / "schema_check";
  fs::create_directories(folder);
  std::ofstream(folder / "schema.json") << scenario_schema();
  std::ofstream(folder / "documents.json") << array;
  const fs::path script = fs::path(SPINDLE_SOURCE_DIR) / "tests" / "contract" / "schema_check.py";
  const std::string command = "/usr/bin/python3 \"" + script.string() + "\" \"" +
                              (folder / "schema.json").string() + "\" \"" +
                              (folder / "documents.json").string() + "\" > \"" +
                              (folder / "verdicts.txt").string() + "\"";
  const int status = std::system(command.c_str());
  constexpr int kNoModule = 77;
  constexpr int kNoPython = 127;
  if (WIFEXITED(status) && (WEXITSTATUS(status) == kNoModule || WEXITSTATUS(status) == kNoPython)) {
    WARN("skipped: /usr/bin/python3 with the jsonschema module is not installed");
    return;
  }
  REQUIRE(status == 0);
  std::ifstream verdicts(folder / "verdicts.txt");
  std::size_t accepted = 0;
  for (const std::string& text : texts) {
    std::string verdict;
    REQUIRE(std::getline(verdicts, verdict));
    const ReadResult result = read_scenario_text(text, "s.json", {});
    INFO(text);
    for (const Problem& problem : result.problems) UNSCOPED_INFO(to_string(problem));
    CHECK((verdict == "valid") == result.scenario.has_value());
    if (result.scenario) ++accepted;
  }
  CHECK(accepted == 32);
}

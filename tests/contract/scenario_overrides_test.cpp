// "--set" and variants: the same checks, and where their problems are reported.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <vector>

#include "app/scenario/reader.hpp"
#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using spindle::test::all_problems;
using spindle::test::base_scenario;
using spindle::test::replaced;

namespace {

ReadResult with_overrides(const std::vector<std::string>& sets) {
  return read_scenario_text(base_scenario(), "s.json", sets);
}

Scenario scenario_with(const std::vector<std::string>& sets) {
  return spindle::test::valid(with_overrides(sets));
}

void check_line(const ReadResult& result, const std::string& start, const std::string& fragment) {
  INFO(all_problems(result));
  INFO("expected " << start << " … " << fragment);
  CHECK_FALSE(result.scenario);
  CHECK(std::any_of(result.problems.begin(), result.problems.end(), [&](const Problem& problem) {
    const std::string line = to_string(problem);
    return line.starts_with(start) && line.find(fragment) != std::string::npos;
  }));
}

}  // namespace

TEST_CASE("scenario: --set changes values, elements, objects and what the file leaves out") {
  CHECK(scenario_with({"fleet.drives=90000"}).fleet.drives == 90000);
  CHECK(scenario_with({"run.epoch=2 h"}).run.epoch == sim::Duration::hours(2));
  CHECK(scenario_with({"run.epoch=\"2 h\""}).run.epoch == sim::Duration::hours(2));
  CHECK(scenario_with({"name=2024"}).name == "2024");
  CHECK(scenario_with({"seed=1e3"}).seed == 1000);
  CHECK(scenario_with({"traces.dir=data"}).trace_dir == std::filesystem::current_path() / "data");
  CHECK(scenario_with({"tenants.0.count=7"}).tenants[0].options.count == 7);
  CHECK(scenario_with({"tenants.0.load={\"model\": \"constant\"}"}).tenants[0].options.load.kind ==
        models::LoadKind::kConstant);
  CHECK(scenario_with({"tenants=[{\"name\": \"n\", \"object\": \"1 kB\"}]"}).tenants.size() == 1);
  CHECK(scenario_with({"tenants.0={\"name\": \"n\", \"object\": \"1 kB\"}"})
            .tenants[0]
            .options.object_size.value == 1000);
  CHECK(scenario_with({"fleet.models.0.afr=2 %/yr"}).fleet.models[0].model.annual_failure_rate ==
        0.02);
  // In order: the later one wins.
  CHECK(scenario_with({"seed=2", "seed=3"}).seed == 3);
  CHECK(scenario_with({"compare.variants.0.set={\"seed\": 5}"}).variants[0].overrides_json ==
        "{\"seed\":5}");
}

TEST_CASE("scenario: setting the choice of a union drops the keys of the old one") {
  const Scenario placed = scenario_with({"placement={\"policy\": \"d_choices\", \"d\": 4}",
                                         "placement.policy=shuffle_shard", "placement.width=50"});
  CHECK(placed.placement.policy == "shuffle_shard");
  CHECK(placed.placement.width == 50);
  CHECK(placed.placement.choices == models::PlacementOptions{}.choices);
  // Keys of the new choice stay, whatever the order.
  CHECK(scenario_with({"placement.d=4", "placement.policy=d_choices"}).placement.choices == 4);
  const Scenario erasure =
      scenario_with({"redundancy.scheme=erasure", "redundancy.data=4", "redundancy.parity=2"});
  CHECK(erasure.redundancy.kind == models::SchemeKind::kErasure);
  CHECK(scenario_with({"tenants.0.cooling.model=none"}).tenants[0].options.cooling.kind ==
        models::CoolingKind::kNone);
  // Only the tag drops: a key of another choice set on its own is an error.
  check_line(with_overrides({"placement.d=4"}), "--set: placement.d:", "`d` belongs to d_choices");
}

TEST_CASE("scenario: a wrong --set is reported as such") {
  check_line(with_overrides({"fleet.drives"}),
             "--set: fleet.drives:", "not of the form path=value");
  check_line(with_overrides({"=3"}), "--set: =3:", "not of the form path=value");
  check_line(with_overrides({""}), "--set: ", "not of the form path=value");
  check_line(with_overrides({"seed="}), "--set: seed:", "no value after \"=\"");
  check_line(with_overrides({"flet.drives=3"}),
             "--set: flet.drives:", "did you mean \"fleet.drives\"?");
  check_line(with_overrides({"fleet.drvies=3"}),
             "--set: fleet.drvies:", "did you mean \"fleet.drives\"?");
  check_line(with_overrides({"drives=3"}),
             "--set: drives:", "did you mean fleet.drives or zoom.drives?");
  check_line(with_overrides({"qqqqqq=3"}), "--set: qqqqqq:", "known at the top level");
  check_line(with_overrides({"fleet..drives=3"}), "--set: fleet..drives:", "unknown path");
  check_line(with_overrides({"tenants.1.count=3"}),
             "--set: tenants.1.count:", "tenants has 1 element, numbered 0");
  check_line(with_overrides({"events=[]", "events.0.at=3 d"}),
             "--set: events.0.at:", "(events is empty) — set events as a whole");
  check_line(with_overrides({"tenants.x.count=3"}), "--set: tenants.x.count:", "numbered 0");
  check_line(with_overrides({"fleet.drives.x=3"}), "--set: fleet.drives.x:", "a single value");
  check_line(with_overrides({"compare.variants.0.set.seed=3"}),
             "--set: compare.variants.0.set.seed:", "set compare.variants.0.set as a whole");
  check_line(with_overrides({"spread={\"max_per_zone\": 3"}),
             "--set: spread:", "the value is not JSON");
  check_line(with_overrides({"name=\xFF"}), "--set: name:", "invalid UTF-8");
  check_line(with_overrides({"data.logical=500"}), "--set: data.logical:", "write \"500 PB\"");
  check_line(with_overrides({"data.logical=nan"}), "--set: data.logical:", "not a finite number");
  check_line(with_overrides({"seed=true"}), "--set: seed:", "must be a whole number, got true");
  check_line(with_overrides({"placement.policy=shufle"}),
             "--set: placement.policy:", "did you mean");
  // Combinations are blamed on what was set.
  check_line(with_overrides({"fleet.drives=101"}),
             "--set: fleet.drives:", "101 drives in 102 racks");
  check_line(with_overrides({"redundancy.copies=10"}),
             "--set: redundancy.copies:", "cannot be placed");
}

TEST_CASE("scenario: every variant is checked, its problems at its own values") {
  const auto variant = [](const char* set) {
    return read_scenario_text(
        replaced(base_scenario(), "{ \"placement.policy\": \"random\" }", set), "s.json", {});
  };
  check_line(variant("{ \"placement.polcy\": \"random\" }"),
             "s.json:28:29: compare.variants.0.set.placement.polcy:",
             "did you mean \"placement.policy\"?");
  check_line(variant("{ \"placement.policy\": \"rondom\" }"),
             "s.json:28:49: compare.variants.0.set.placement.policy:", "did you mean \"random\"?");
  check_line(variant("{ \"placement\": { \"policy\": \"random\",\n \"d\": 2 } }"),
             "s.json:29:2: compare.variants.0.set.placement.d:", "belongs to d_choices");
  check_line(variant("{ \"placement.policy\": \"shuffle_shard\" }"),
             "s.json:28:27: compare.variants.0.set.placement.width:", "missing");
  check_line(variant("{ \"redundancy.copies\": 10 }"),
             "s.json:28:50: compare.variants.0.set.redundancy.copies:", "cannot be placed");
  check_line(variant("{ \"compare\": {} }"),
             "s.json:28:29: compare.variants.0.set.compare:", "a variant cannot override");
  check_line(variant("{ \"seed\": 1, \"seed\": 2 }"),
             "s.json:28:40: compare.variants.0.set.seed:", "duplicate key");
  check_line(variant("[]"), "s.json:28:27: compare.variants.0.set:", "must be an object");
  // What is wrong in the base scenario is not said again for each variant.
  const ReadResult base =
      read_scenario_text(replaced(base_scenario(), "\"1 MB\"", "\"1 Mb\""), "s.json", {});
  CHECK(base.problems.size() == 1);
}

TEST_CASE("scenario: all problems come at once, in file order") {
  std::string text = base_scenario();
  text = replaced(text, "\"targets\": { \"fill\": 0.8", "\"targets\": { \"fill\": 2");
  text = replaced(text, "\"copies\": 3", "\"copies\": 30");
  text = replaced(text, "\"20 TB\"", "20");
  text = replaced(text, "\"seed\"", "\"sede\"");
  const ReadResult result = read_scenario_text(text, "s.json", {"tenants.0.reads=1 PB"});
  INFO(all_problems(result));
  REQUIRE(result.problems.size() == 5);
  CHECK(result.problems[0].path == "sede");
  CHECK(result.problems[1].path == "fleet.models.0.capacity");
  CHECK(result.problems[2].path == "redundancy");
  CHECK(result.problems[3].path == "targets.fill");
  CHECK(result.problems[4].file == "--set");
  CHECK(to_string(result.problems[1]) ==
        "s.json:11:59: fleet.models.0.capacity: missing unit (a bare number is only for counts and "
        "ratios) — write \"20 TB\"");
}

TEST_CASE("scenario: a file of nothing but mistakes is cut off at a thousand problems") {
  std::string text = "{";
  for (int i = 0; i < 50'000; ++i) text += "\"k" + std::to_string(i) + "\": 1,\n";
  const ReadResult result = read_scenario_text(text + "\"name\": \"x\"}", "s.json", {});
  CHECK_FALSE(result.scenario);
  CHECK(result.problems.size() == 1001);
}

TEST_CASE("scenario: files that cannot be read are problems, not crashes") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / "spindle_reader_test";
  fs::remove_all(folder);
  fs::create_directories(folder / "sub");
  check_line(read_scenario(folder, {}), folder.string() + ": ", "is a directory");
  check_line(read_scenario(folder / "none.json", {}), (folder / "none.json").string() + ": ",
             "no such file");
  std::ofstream(folder / "empty.json").close();
  check_line(read_scenario(folder / "empty.json", {}),
             (folder / "empty.json").string() + ":1:1: ", "the file is empty");
  std::ofstream(folder / "list.json") << "\n [1]";
  check_line(read_scenario(folder / "list.json", {}), (folder / "list.json").string() + ":2:2: ",
             "a scenario is one JSON object, got an array");
  std::ofstream(folder / "sub" / "good.json") << base_scenario();
  // In a file, traces.dir starts at the file's folder; on the command line, at the current one.
  const ReadResult good = read_scenario(folder / "sub" / "good.json", {});
  INFO(all_problems(good));
  REQUIRE(good.scenario);
  CHECK(good.scenario->trace_dir == folder / "sub" / "");
  const ReadResult set = read_scenario(folder / "sub" / "good.json", {"traces.dir=../traces"});
  REQUIRE(set.scenario);
  CHECK(set.scenario->trace_dir == fs::current_path().parent_path() / "traces");
  fs::remove_all(folder);
}

// What the reader makes of scenarios: the good one, and every way of breaking it.
#include <algorithm>
#include <catch2/catch.hpp>
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

ReadResult read(const std::string& text, const std::vector<std::string>& sets = {}) {
  return read_scenario_text(text, "s.json", sets);
}

struct Bad {
  const char* from;
  const char* to;
  const char* path;
  std::size_t line;
  const char* fragment;
};

// Single values that are wrong.
constexpr Bad kWrongValues[] = {
    {"\"schema_version\": 1,", "", "schema_version", 1, "missing"},
    {"\"schema_version\": 1", "\"schema_version\": 2", "schema_version", 2, "it reads 1 only"},
    {"\"schema_version\": 1", "\"schema_version\": \"1\"", "schema_version", 2,
     "must be a whole number, got the text \"1\" — write 1"},
    {"\"name\": \"base\"", "\"name\": \"Base case\"", "name", 3, "write \"base-case\""},
    {"\"name\": \"base\"", "\"name\": \"\"", "name", 3, "empty text"},
    {"\"name\": \"base\",", "", "name", 1, "missing (it is required) — add \"name\""},
    {"Which placement", "Which\\nplacement", "question", 4, "a control character"},
    {"Which placement", "Which\\u001b[2Jplacement", "question", 4, "a control character"},
    {"Which placement", "Which\\u009b2Jplacement", "question", 4, "a control character"},
    {"\"batch\"", "\"bat\\tch\"", "tenants.0.name", 19, "a control character"},
    {"\"seed\": 1", "\"seed\": -1", "seed", 5, "is negative"},
    {"\"seed\": 1", "\"seed\": 1.5", "seed", 5, "must be a whole number"},
    {"\"seed\": 1", "\"seed\": 9007199254740993", "seed", 5, "too large"},
    {"\"seed\": 1", "\"seed\": null", "seed", 5, "leave the key out for the default"},
    {"\"30 d\"", "\"300 yr\"", "run.duration", 6, "too large"},
    {"\"30 d\"", "\"250 yr\"", "run.duration", 6, "at most 200 yr"},
    {"\"30 d\"", "\"0 s\"", "run.duration", 6, "too small (it must be more than 0)"},
    {"\"30 d\"", "30", "run.duration", 6, "missing unit"},
    {"\"30 d\"", "\"30 days\"", "run.duration", 6, "did you mean \"30 d\"?"},
    {"\"30 d\"", "\"NaN d\"", "run.duration", 6, "not a finite number"},
    {"\"zones\": 3", "\"zones\": 65", "fleet.zones", 8, "too large (at most 64)"},
    {"\"zones\": 3", "\"zones\": 0", "fleet.zones", 8, "too small (it must be at least 1)"},
    {"\"zones\": 3", "\"zones\": true", "fleet.zones", 8, "must be a whole number, got true"},
    {"100000", "50000001", "fleet.drives", 9, "too large (at most 50,000,000)"},
    {"\"nearline-20tb\"", "\"nearline-20\"", "fleet.models.0.model", 11,
     "did you mean \"nearline-20tb\"?"},
    {"\"share\": 1, \"capacity\"", "\"share\": 0, \"capacity\"", "fleet.models.0.share", 11,
     "must be more than 0"},
    {"\"20 TB\"", "20", "fleet.models.0.capacity", 11,
     "missing unit (a bare number is only for counts and ratios) — write \"20 TB\""},
    {"\"20 TB\"", "\"20 Tb\"", "fleet.models.0.capacity", 11, "did you mean \"20 TB\"?"},
    {"\"20 TB\"", "\"20 TIB\"", "fleet.models.0.capacity", 11,
     "(TiB is 2^40 bytes, TB is 10^12) — did you mean \"20 TiB\"?"},
    {"\"20 TB\"", "\"-20 TB\"", "fleet.models.0.capacity", 11, "is negative"},
    {"\"20 TB\"", "-20", "fleet.models.0.capacity", 11, "-20 is negative"},
    {"\"20 TB\"", "\"20 h\"", "fleet.models.0.capacity", 11, "wrong unit"},
    {"\"20 TB\"", "\"1e400 TB\"", "fleet.models.0.capacity", 11, "too large to count"},
    {"\"20 TB\"", "[\"20 TB\"]", "fleet.models.0.capacity", 11, "got an array"},
    {"\"1.5 %/yr\"", "0.015", "fleet.models.0.afr", 11, "write \"0.015/yr\""},
    {"\"1.5 %/yr\"", "\"1.5 %\"", "fleet.models.0.afr", 11, "write \"1.5 %/yr\""},
    {"\"500 PB\"", "\"0 PB\"", "data.logical", 14, "must be more than 0"},
    {"\"90 GB\"", "\"0.2 B\"", "data.extent", 14, "rounds to nothing"},
    {"\"copies\": 3", "\"copies\": 65", "redundancy.copies", 15, "at most 64"},
    {"\"replication\"", "\"raid\"", "redundancy.scheme", 15,
     "unknown scheme \"raid\" (known: replication, erasure or local)"},
    {"\"max_per_rack\": 1", "\"max_per_rack\": 100", "spread.max_per_rack", 16, "at most 64"},
    {"\"policy\": \"random\"", "\"policy\": \"shufle_shard\"", "placement.policy", 17,
     "did you mean \"shuffle_shard\"?"},
    {"\"count\": 1000", "\"count\": 0", "tenants.0.count", 19, "at least 1"},
    {"\"count\": 1000", "\"count\": \"many\"", "tenants.0.count", 19, "must be a whole number"},
    {"\"sigma\": 1.5", "\"sigma\": \"1.5\"", "tenants.0.size.sigma", 20, "must be a number"},
    {"\"sigma\": 1.5", "\"sigma\": 11", "tenants.0.size.sigma", 20, "at most 10"},
    {"\"lognormal\", \"sigma\": 1.5", "\"pareto\", \"alpha\": 5e-324", "tenants.0.size.alpha", 20,
     "at least 0.001"},
    {"\"daily_window\", \"window\": \"4 h\", \"start\": \"random\"",
     "\"on_off\", \"on\": \"1 ns\", \"off\": \"1 h\"", "tenants.0.load.on", 23, "at least 1 us"},
    {"\"1 PB/d\"", "\"1 PB\"", "tenants.0.reads", 21, "write \"1 PB/d\""},
    {"\"1 PB/d\"", "\"10 Gbit/s\"", "tenants.0.reads", 21, "a byte is 8 bits"},
    {"\"object\": \"1 MB\",", "", "tenants.0.object", 19, "add \"object\": \"1 MB\""},
    {"\"object\": \"1 MB\",",
     "\"object\": \"1 MB\", \"object_sizes\": { \"distribution\": \"lognormal\" },",
     "tenants.0.object_sizes.sigma", 21, "missing"},
    {"\"object\": \"1 MB\",",
     "\"object\": \"1 MB\", \"object_sizes\": { \"distribution\": \"empirical\", \"quantiles\": [] "
     "},",
     "tenants.0.object_sizes.quantiles", 21, "empty"},
    {"\"object\": \"1 MB\",",
     "\"object\": \"1 MB\", \"object_sizes\": { \"distribution\": \"empirical\", \"quantiles\": [{ "
     "\"share\": 0.5, \"size\": \"1 MB\" }, { \"share\": 0.4, \"size\": \"2 MB\" }] },",
     "tenants.0.object_sizes.quantiles.1.share", 21, "must not fall"},
    {"\"object\": \"1 MB\",",
     "\"object\": \"1 MB\", \"object_sizes\": { \"distribution\": \"empirical\", \"quantiles\": [{ "
     "\"share\": 0.5, \"size\": \"1 MB\" }, { \"share\": 0.9, \"size\": \"1 kB\" }] },",
     "tenants.0.object_sizes.quantiles.1.size", 21, "swap"},
    {"\"object\": \"1 MB\",",
     "\"object\": \"1 MB\", \"object_sizes\": { \"distribution\": \"empirical\", \"quantiles\": [{ "
     "\"share\": 0.5, \"size\": \"2 MB\" }] },",
     "tenants.0.object", 21, "write \"2000000 B\""},
    {"\"object\": \"1 MB\",",
     "\"object\": \"1 MB\", \"object_sizes\": { \"distribution\": \"lognormal\", \"sigma\": 9 },",
     "tenants.0.object", 21, "the largest objects"},
    {"\"object\": \"1 MB\",", "\"object\": \"1 MB\", \"range\": \"2 MB\",", "tenants.0.range", 21,
     "a range lies within its object"},
    {"\"object\": \"1 MB\",",
     "\"object\": \"1 MB\", \"range_sizes\": { \"distribution\": \"equal\" },",
     "tenants.0.range_sizes", 21, "add \"range\""},
    {"\"exponent\": 1", "\"exponent\": 0", "tenants.0.cooling.exponent", 22, "more than 0"},
    {"\"daily_window\", \"window\": \"4 h\", \"start\": \"random\"",
     "\"diurnal\", \"curve\": [[5, -1]]", "tenants.0.load.curve.0", 23, ""},
    {"\"daily_window\", \"window\": \"4 h\", \"start\": \"random\"",
     "\"diurnal\", \"curve\": [[0, 1e308]]", "tenants.0.load.curve", 23, "at most 1e9"},
    {"\"window\": \"4 h\"", "\"window\": \"25 h\"", "tenants.0.load.window", 23, "at most 24 h"},
    {"\"start\": \"random\"", "\"start\": \"noon\"", "tenants.0.load.start", 23,
     "(or write \"random\")"},
    {"\"mttr\": \"24 h\"", "\"mttr\": \"0 h\"", "repair.mttr", 25, "more than 0"},
    {"\"fill\": 0.8", "\"fill\": 80", "targets.fill", 26, "did you mean \"80 %\"?"},
    {"\"80 %\"", "\"180 %\"", "targets.heat", 26, "too large"},
    {"\"80 %\"", "1e-300", "targets.heat", 26, "at least 0.0001"},
};

// One problem of that path, line and fragment is among those reported, and no scenario.
void check_bad(const Bad& bad) {
  const ReadResult result = read(replaced(base_scenario(), bad.from, bad.to));
  INFO("replacing " << bad.from << " by " << bad.to << " gives:\n" << all_problems(result));
  INFO("expected line " << bad.line << ", path " << bad.path << ": " << bad.fragment);
  CHECK_FALSE(result.scenario);
  CHECK(std::any_of(result.problems.begin(), result.problems.end(), [&](const Problem& problem) {
    return problem.path == bad.path && problem.line == bad.line && problem.column > 0 &&
           problem.message.find(bad.fragment) != std::string::npos;
  }));
}

}  // namespace

TEST_CASE("scenario: the base scenario is read, every unit converted") {
  const ReadResult result = read(base_scenario());
  INFO(all_problems(result));
  REQUIRE(result.scenario);
  const Scenario& s = *result.scenario;
  CHECK(s.name == "base");
  CHECK(s.run.epochs() == 720);
  CHECK(s.fleet.zones == 3);
  CHECK(s.fleet.drives == 100000);
  REQUIRE(s.fleet.models.size() == 1);
  CHECK(s.fleet.models[0].model.capacity.value == 20'000'000'000'000U);
  CHECK(s.fleet.models[0].model.annual_failure_rate == 0.015);
  CHECK(s.data.logical.value == 500'000'000'000'000'000U);
  CHECK(s.redundancy.copies == 3);
  CHECK(s.placement.policy == "random");
  REQUIRE(s.tenants.size() == 1);
  const models::TenantClass& batch = s.tenants[0].options;
  CHECK(batch.count == 1000);
  CHECK(batch.data.value == s.data.logical.value);
  CHECK(batch.size.kind == models::SizeKind::kLognormal);
  CHECK(batch.size.sigma == 1.5);
  CHECK(batch.read_bytes_per_s == 1e15 / 86400);
  CHECK(batch.object_size.value == 1'000'000);
  CHECK(batch.cooling.kind == models::CoolingKind::kPowerLaw);
  CHECK(batch.cooling.oldest == sim::Duration::days(365));
  CHECK(batch.load.kind == models::LoadKind::kDailyWindow);
  CHECK(batch.load.window == sim::Duration::hours(4));
  CHECK(batch.load.start_is_random);
  CHECK(s.mttr_hours == 24);
  CHECK(s.targets.fill == 0.8);
  CHECK(s.targets.heat == 0.8);
  REQUIRE(s.variants.size() == 2);
  CHECK(s.variants[0].name == "a");
  CHECK(s.variants[0].overrides_json == R"({"placement.policy":"random"})");
}

TEST_CASE("scenario: a variant is the base scenario with its overrides") {
  const ReadResult result = read_scenario_text(base_scenario(), "s.json", {}, 1);
  INFO(all_problems(result));
  REQUIRE(result.scenario);
  CHECK(result.scenario->placement.policy == "d_choices");
  CHECK(result.scenario->placement.choices == 3);
  CHECK(result.scenario->redundancy.kind == models::SchemeKind::kErasure);
  CHECK(result.scenario->variants.empty());
  CHECK(read(result.scenario->resolved_json).scenario);
  const ReadResult beyond = read_scenario_text(base_scenario(), "s.json", {}, 2);
  REQUIRE(beyond.problems.size() == 1);
  CHECK(beyond.problems[0].message.find("there is no variant 2") != std::string::npos);
}

TEST_CASE("scenario: what is left out has its default") {
  std::string text = base_scenario();
  for (const char* part :
       {"\"seed\": 1,", "\"spread\": { \"max_per_zone\": 3, \"max_per_rack\": 1 },",
        "\"repair\": { \"mttr\": \"24 h\" },",
        "\"targets\": { \"fill\": 0.8, \"heat\": \"80 %\" },",
        ", \"capacity\": \"20 TB\", \"afr\": \"1.5 %/yr\"",
        "\"reads\": \"1 PB/d\", \"writes\": \"0 B/d\","}) {
    text = replaced(text, part, "");
  }
  const ReadResult result = read(text);
  INFO(all_problems(result));
  REQUIRE(result.scenario);
  CHECK(result.scenario->seed == 1);
  CHECK(result.scenario->spread.max_per_zone == 3);
  CHECK(result.scenario->spread.max_per_rack == 1);
  CHECK(result.scenario->mttr_hours == 24);
  CHECK(result.scenario->durability.estimator == DurabilityEstimator::kAnalytic);
  // A scenario without the direct estimator resolves to what it did before there was one.
  CHECK(result.scenario->resolved_json.find("durability") == std::string::npos);
  CHECK(result.scenario->resolved_json.find("failure") == std::string::npos);
  CHECK(result.scenario->targets.fill == 1);
  CHECK(result.scenario->tenants[0].options.read_bytes_per_s == 0);  // cold data
  const models::DriveModel& preset = *models::find_drive_preset("nearline-20tb");
  CHECK(result.scenario->fleet.models[0].model.capacity == preset.capacity);
  CHECK(result.scenario->fleet.models[0].model.annual_failure_rate == preset.annual_failure_rate);
}

TEST_CASE("scenario: trace-driven classes name their file and columns") {
  const std::string load = R"({ "model": "daily_window", "window": "4 h", "start": "random" })";
  const std::string text =
      replaced(base_scenario(), R"("reads": "1 PB/d", "writes": "0 B/d",)", "");
  const ReadResult series = read(replaced(
      text, load,
      R"({"model": "series", "file": "a.csv", "time_column": "timestamp", "value_column": 2,
          "counts": "requests", "interval": "5 min", "loop": "7 d", "scale": 2.5,
          "side": "writes"})"));
  INFO(all_problems(series));
  REQUIRE(series.scenario);
  const TraceSource& trace = series.scenario->tenants[0].trace;
  CHECK(trace.file == "a.csv");
  CHECK(trace.time_column == "timestamp");
  CHECK(trace.value_column == "2");
  CHECK(trace.counts_requests);
  CHECK(trace.side_is_writes);
  CHECK(trace.interval == sim::Duration::seconds(300));
  CHECK(trace.loop == sim::Duration::days(7));
  CHECK(series.scenario->tenants[0].options.trace_scale == 2.5);
  const ReadResult jobs = read(replaced(
      text, load, R"({"model": "jobs", "file": "j.tsv", "time_column": 2, "read_column": 4})"));
  INFO(all_problems(jobs));
  REQUIRE(jobs.scenario);
  CHECK(jobs.scenario->tenants[0].options.load.kind == models::LoadKind::kJobs);
  CHECK(jobs.scenario->tenants[0].trace.write_column.empty());
  CHECK(jobs.scenario->trace_dir == ".");
}

TEST_CASE("scenario: shares of data add up to all of it") {
  const std::string one = R"({ "name": "batch", "count": 1000, "share": 1,)";
  const std::string text = replaced(replaced(base_scenario(), one,
                                             R"({ "name": "x", "object": "1 MB", "share": "33 %" },
                        { "name": "y", "object": "1 MB", "share": 0.1 },)" +
                                                 one),
                                    "\"500 PB\"", "\"500.000000000000000001 PB\"");
  const ReadResult result = read(text);
  INFO(all_problems(result));
  REQUIRE(result.scenario);
  std::uint64_t sum = 0;
  for (const TenantSpec& tenant : result.scenario->tenants) sum += tenant.options.data.value;
  CHECK(sum == result.scenario->data.logical.value);
  CHECK(result.scenario->tenants[0].options.data.to_double() ==
        Approx(5e17 * 0.33 / 1.43).epsilon(1e-12));
}

TEST_CASE("scenario: single values that are wrong are reported at their place") {
  for (const Bad& row : kWrongValues) check_bad(row);
}

TEST_CASE("scenario: keys that do not belong are reported with the one that was meant") {
  const Bad rows[] = {
      {"\"seed\"", "\"sed\"", "sed", 5, "did you mean \"seed\"?"},
      {"\"seed\": 1", "\"mttr\": \"4 h\"", "mttr", 5, "did you mean repair.mttr?"},
      {"\"seed\": 1", "\"zzzzzz\": 1", "zzzzzz", 5, "unknown key — known here: $schema"},
      {"\"seed\": 1", "\"seed\": 1, \"seed\": 1", "seed", 5,
       "duplicate key (first given at line 5, column 3"},
      {"\"copies\": 3", "\"copies\": 3, \"copies\": 3", "redundancy.copies", 15, "duplicate key"},
      {"\"reads\"", "\"read\"", "tenants.0.read", 21, "did you mean \"reads\"?"},
      {"\"policy\": \"random\"", "\"policy\": \"random\", \"d\": 2", "placement.d", 17,
       "`d` belongs to d_choices, and `policy` is random"},
      {"\"copies\": 3", "\"copies\": 3, \"parity\": 2", "redundancy.parity", 15,
       "`parity` belongs to erasure"},
      {"\"window\": \"4 h\"", "\"window\": \"4 h\", \"duty\": 0.5", "tenants.0.load.duty", 23,
       "`duty` belongs to slots"},
      {"\"lognormal\", \"sigma\": 1.5", "\"equal\", \"sigma\": 1.5", "tenants.0.size.sigma", 20,
       "`sigma` belongs to lognormal"},
      {"\"scheme\": \"replication\", \"copies\": 3", "\"scheme\": \"erasure\", \"data\": 5",
       "redundancy.parity", 15, "missing (it is required) — add \"parity\": 4"},
      {"{ \"model\": \"daily_window\", \"window\": \"4 h\", \"start\": \"random\" }",
       "{ \"model\": \"jobs\", \"file\": \"j\", \"time_column\": 1, \"read_column\": 2 }",
       "tenants.0.reads", 21, "does not go with `load.model` jobs"},
      {"{ \"duration\": \"30 d\", \"epoch\": \"1 h\" }", "[]", "run", 6,
       "must be an object, got an array — write {\"duration\":\"30 d\",\"epoch\":\"1 h\"}"},
  };
  for (const Bad& row : rows) check_bad(row);
}

TEST_CASE("scenario: the direct estimator and its times") {
  const std::string repair = "\"repair\": { \"mttr\": \"24 h\" }";
  const auto with = [&](const std::string& more) {
    return read(replaced(base_scenario(), repair, repair + ", " + more));
  };
  const ReadResult defaults = with(R"("durability": { "estimator": "direct" })");
  INFO(all_problems(defaults));
  REQUIRE(defaults.scenario);
  CHECK(defaults.scenario->durability.estimator == DurabilityEstimator::kDirect);
  CHECK(defaults.scenario->durability.replications == 20);
  CHECK(defaults.scenario->failure.detect == sim::Duration());
  CHECK(defaults.scenario->failure.replace == sim::Duration::hours(24));
  // Written out, so that a later default changes nothing.
  CHECK(defaults.scenario->resolved_json.find("\"replace\": \"24 h\"") != std::string::npos);
  const ReadResult given = with(
      R"("durability": { "estimator": "direct", "replications": 5 }, "failure": { "detect": "1 h", "replace": "0 s" })");
  REQUIRE(given.scenario);
  CHECK(given.scenario->durability.replications == 5);
  CHECK(given.scenario->failure.detect == sim::Duration::hours(1));
  CHECK(given.scenario->failure.replace == sim::Duration());

  CHECK_THAT(all_problems(with(R"("failure": { "detect": "24 h" })")),
             Catch::Contains("failure.detect: detection takes 1 d and the whole repair 1 d"));
  CHECK_THAT(
      all_problems(with(R"("durability": { "estimator": "direct", "replications": 1 })")),
      Catch::Contains("durability.replications"));
  CHECK_THAT(all_problems(with(R"("durability": { "estimator": "splitting" })")),
             Catch::Contains("durability.estimator"));
}

TEST_CASE("scenario: texts have at most 4,096 characters, in whatever script") {
  std::string longest;
  for (int i = 0; i < 4096; ++i) longest += "\u00e9";
  CHECK(read(replaced(base_scenario(), "Which placement wastes least?", longest)).scenario);
  const ReadResult longer =
      read(replaced(base_scenario(), "Which placement wastes least?", longest + "e"));
  CHECK(all_problems(longer).find("question: ") != std::string::npos);
  CHECK(all_problems(longer).find("too long (4,097 characters, at most 4,096)") !=
        std::string::npos);
}

TEST_CASE("scenario: what is absurd only together with other values is reported") {
  const auto refused = [](const std::vector<std::string>& sets, const std::string& fragment) {
    const ReadResult result = read(base_scenario(), sets);
    INFO(all_problems(result));
    CHECK_FALSE(result.scenario);
    CHECK(all_problems(result).find(fragment) != std::string::npos);
  };
  const std::string drive = R"({"model": "nearline-20tb"})";
  refused({"fleet.racks_per_zone=1", "spread.max_per_rack=0",
           "fleet.models=[" + drive + "," + drive + "," + drive + "," + drive + "]"},
          "fleet.models: 4 models of drives in 3 racks");
  refused({"run.duration=200 yr", "run.epoch=1 d", "tenants.0.count=1000000"},
          "run.duration: up to here tenants turn on about 73,000,000,000 times");
  CHECK(read(base_scenario(), {"run.duration=200 yr", "run.epoch=1 d"}).scenario);
}

TEST_CASE("scenario: impossible combinations are reported") {
  const Bad rows[] = {
      {"\"1 h\"", "\"7 h\"", "run.duration", 6, "not a whole number of epochs of 7 h"},
      {"\"1 h\"", "\"31 d\"", "run.epoch", 6, "longer than the run"},
      {"\"1 h\"", "\"100 ms\"", "run.epoch", 6, "25,920,000 epochs (at most 20,000,000"},
      {"\"racks_per_zone\": 34", "\"racks_per_zone\": 500000", "fleet.racks_per_zone", 8,
       "1,500,000 racks (at most 1,000,000"},
      {"100000", "101", "fleet.drives", 9, "101 drives in 102 racks"},
      {"\"replication\", \"copies\": 3", "\"erasure\", \"data\": 40, \"parity\": 30",
       "redundancy.parity", 15, "40 + 30 = 70 shards (at most 64"},
      {"\"copies\": 3", "\"copies\": 10", "redundancy", 15, "10 copies cannot be placed"},
      {"\"racks_per_zone\": 34", "\"racks_per_zone\": 1", "compare.variants.1.set.redundancy", 30,
       "5+4 cannot be placed (3 shards need 3 racks at 1 a rack, but a zone has 1)"},
      {"\"policy\": \"random\" }", "\"policy\": \"shuffle_shard\", \"width\": 2 }",
       "placement.width", 17, "cannot hold the 3 shards"},
      {"\"policy\": \"random\" }", "\"policy\": \"shuffle_shard\", \"width\": 100001 }",
       "placement.width", 17, "more than the fleet's 100,000"},
      {"\"500 PB\"", "\"1 EB\"", "data.logical", 14,
       "1 EB in 3 copies takes 3 EB of drives, and the fleet has 2 EB: 1 EB too much (1.5 times"},
      {"\"90 GB\"", "\"90 MB\"", "data.extent", 14, "a larger extent, \"1.3 GB\" or more"},
      {"\"90 GB\"", "\"90 TB\"", "data.extent", 14,
       "a shard of 90 TB does not fit on a drive of 20 TB"},
      {"\"90 GB\"", "\"9 PB\"", "data.extent", 14, "1,000 tenants share 56 extents"},
      {"\"count\": 1000,",
       "\"count\": 1000000, \"share\": 1 }, { \"name\": \"c\", \"object\": "
       "\"1 MB\",",
       "tenants", 18, "1,000,001 tenants in all classes"},
      {"\"daily_window\", \"window\": \"4 h\", \"start\": \"random\"",
       "\"on_off\", \"on\": \"1 us\", \"off\": \"1 us\"", "tenants.0.load.on", 23,
       "turn on about 1.3e+15 times in the run (at most 2,000,000,000"},
      {"\"daily_window\", \"window\": \"4 h\", \"start\": \"random\"",
       "\"slots\", \"duty\": 0.5, \"slot\": \"1 ns\"", "tenants.0.load.slot", 23,
       "turn on about 1.3e+18 times"},
      {"\"share\": 1,\n", "\"share\": 1, \"object\": \"1 MB\" }, { \"name\": \"batch\",\n",
       "tenants.1.name", 19, "two classes of tenants are called \"batch\""},
      {"\"name\": \"b\"", "\"name\": \"a\"", "compare.variants.1.name", 29,
       "two variants are called \"a\""},
  };
  for (const Bad& row : rows) check_bad(row);
}

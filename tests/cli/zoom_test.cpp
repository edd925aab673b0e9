// Zooms as a user meets them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/fleet_runs.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

const char* const kZoomedFleet = R"({
  "schema_version": 1, "name": "fleet", "question": "How long do reads take?",
  "run": { "duration": "120 s", "epoch": "20 s" },
  "fleet": { "zones": 3, "racks_per_zone": 2, "drives": 60,
             "models": [{ "model": "talk" }] },
  "data": { "logical": "300 TB", "extent": "50 GB" },
  "redundancy": { "scheme": "erasure", "data": 2, "parity": 1 },
  "placement": { "policy": "d_choices", "d": 2 },
  "tenants": [{ "name": "all", "count": 4, "reads": "900 MB/s", "writes": "100 MB/s", "object": "1 MB" }],
  "zoom": { "count": 30, "from": "30 s", "duration": "50 s" }
})";

class Zooms : public FleetRuns {
 public:
  Zooms() : FleetRuns(kZoomedFleet) {}
};

}  // namespace

TEST_CASE("zoom run: latencies with intervals, and the rest of the run as without it") {
  Zooms zooms;
  const Json zoom = zooms.metrics("--threads 2");
  CHECK(zoom["zoom.drives"] == 30);
  CHECK(zoom["zoom.from_s"] == 30);
  CHECK(zoom["zoom.duration_s"] == 50);
  // 900 reads of two parts and 100 writes of three a second on 60 drives, 10 ms each.
  CHECK(zoom["zoom.heat.mean"].get<double>() == Approx(0.35).epsilon(0.03));
  CHECK(zoom["zoom.busy"].get<double>() ==
        Approx(zoom["zoom.heat.mean"].get<double>()).epsilon(0.02));
  CHECK(zoom["zoom.parts"].get<double>() == Approx(52'500).epsilon(0.05));
  for (const std::string side : {"part", "read", "write"}) {
    for (const std::string q : {"p50", "p99", "p99_9"}) {
      const std::string name = "zoom." + side + "." + q;
      INFO(name);
      CHECK(zoom[name + "_ci_low_s"] < zoom[name + "_s"]);
      // Some 850 writes: a few beyond the last quantile, too few for an upper end.
      if (name == "zoom.write.p99_9") continue;
      CHECK(zoom[name + "_s"] < zoom[name + "_ci_high_s"]);
    }
    CHECK(zoom["zoom." + side + ".p50_s"] < zoom["zoom." + side + ".p99_9_s"]);
  }
  CHECK(zoom["zoom.write.p99_s"] > zoom["zoom.read.p99_s"]);
  CHECK(zoom["zoom.read.p99_s"] > zoom["zoom.part.p99_s"]);
  const std::string csv = read_file(zooms.folder() / "out/zoom.csv");
  CHECK(csv.find("\n,read,") != std::string::npos);
  CHECK(csv.find("\n\"all\",write,") != std::string::npos);
  CHECK(zooms.metrics("--threads 1") == zoom);

  // Taken up again from the resolved scenario.
  CHECK(shell(zooms.folder(), "\"$SPINDLE\" run out/scenario.json -q --out again").exit_code == 0);
  CHECK(Json::parse(read_file(zooms.folder() / "again/metrics.json")) == zoom);

  write_file(
      zooms.folder() / "fleet.json",
      replaced(kZoomedFleet, R"("zoom": { "count": 30, "from": "30 s", "duration": "50 s" })",
               R"("targets": {})"));
  const Json without = zooms.metrics("");
  CHECK(!fs::exists(zooms.folder() / "out/zoom.csv"));
  for (const auto& [name, value] : without.items()) {
    INFO(name);
    CHECK(value == zoom[name]);
  }
  CHECK(!without.contains("zoom.drives"));
}

TEST_CASE("zoom run: drives that are asked for too much are told of") {
  Zooms zooms;
  const Outcome outcome = zooms.run(
      "--set zoom.drives=hottest --set zoom.count=5 --set 'tenants.0.reads=3.4 GB/s' --out out");
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.out.find("zoom: 5 drives of 5 asked for more than all their time") !=
        std::string::npos);
  const Json manifest = Json::parse(read_file(zooms.folder() / "out/manifest.json"));
  CHECK(manifest["zoom_notes"].size() == 1);
  // By default it looks at one epoch, that of greatest heat: under constant demand the first.
  write_file(
      zooms.folder() / "fleet.json",
      replaced(kZoomedFleet, R"("from": "30 s", "duration": "50 s")", R"("drives": "hottest")"));
  const Json zoom = zooms.metrics("");
  CHECK(zoom["zoom.from_s"] == 0);
  CHECK(zoom["zoom.duration_s"] == 20);
  CHECK(zoom["zoom.heat.max"] == zoom["heat.util.max"]);
}

TEST_CASE("zoom run: what it cannot do is refused with path and mend") {
  Zooms zooms;
  struct Case {
    std::string sets;
    std::string path;
    std::string says;
  };
  for (const Case& bad : {
           Case{"--set run.fidelity=mechanical", "run.fidelity", "leave `zoom` out"},
           Case{"--set zoom.count=61", "zoom.count", "at most 60"},
           Case{"--set zoom.count=0", "zoom.count", "1"},
           Case{"--set zoom.drives=coldest", "zoom.drives", "hottest"},
           Case{"--set 'zoom.from=80 s'", "zoom.from", "begin earlier"},
           Case{"--set 'zoom.duration=200 s'", "zoom.duration", "begin earlier"},
           Case{"--set 'zoom.duration=0 s'", "zoom.duration", "too small"},
           Case{"--set zoom.cuont=3", "zoom.cuont", "did you mean"},
           Case{"--set 'tenants.0.reads=9000 TB/s' --set 'tenants.0.object=1 B'", "zoom.duration",
                "fewer drives"},
           Case{"--set fleet.models.0.mechanics=none", "fleet.models.0.mechanics", "presets"},
       }) {
    const Outcome outcome = zooms.run(bad.sets + " --out out");
    INFO(bad.sets << "\n" << outcome.err);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find(bad.path + ": ") != std::string::npos);
    CHECK(outcome.err.find(bad.says) != std::string::npos);
    CHECK(!fs::exists(zooms.folder() / "out"));
  }
}

// Scenarios at mechanical fidelity, as a user meets them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "app/scenario/units.hpp"
#include "tests/cli/fleet_runs.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

// Drives of preset talk, one model of which is called by its file; half-megabyte shards of 2+1.
const char* const kMechanicalFleet = R"({
  "schema_version": 1, "name": "fleet", "question": "How long do reads take?",
  "run": { "duration": "60 s", "epoch": "10 s", "fidelity": "mechanical" },
  "fleet": { "zones": 3, "racks_per_zone": 2, "drives": 60,
             "models": [{ "model": "talk" }] },
  "data": { "logical": "300 TB", "extent": "50 GB" },
  "redundancy": { "scheme": "erasure", "data": 2, "parity": 1 },
  "placement": { "policy": "d_choices", "d": 2 },
  "tenants": [{ "name": "all", "count": 4, "reads": "900 MB/s", "writes": "100 MB/s", "object": "1 MB" }]
})";

class Runs : public FleetRuns {
 public:
  Runs() : FleetRuns(kMechanicalFleet) {}
};

}  // namespace

TEST_CASE("mechanical run: latencies, and utilisation as flow has it") {
  Runs runs;
  const Json mechanical = runs.metrics("");
  // 900 reads a second of 2 parts and 100 writes of 3, 10 ms each, on 60 drives: a load of .35.
  // Poisson: 60,000 requests +- 245, so that 2 % are five standard deviations.
  CHECK(mechanical["requests.arrivals"].get<double>() == Approx(60'000).epsilon(0.02));
  CHECK(mechanical["requests.arrivals"] ==
        mechanical["requests.answered"].get<double>() + mechanical["requests.open"].get<double>());
  CHECK(mechanical["heat.mechanical_to_flow"].get<double>() == Approx(1).epsilon(0.02));
  CHECK(mechanical["drive.service.mean_s"].get<double>() == Approx(0.010).epsilon(0.005));
  CHECK(mechanical["drive.iops"].get<double>() == Approx(35).epsilon(0.02));
  CHECK(mechanical["latency.write.mean_s"] > mechanical["latency.read.mean_s"]);
  CHECK(mechanical["latency.read.p99_s"] > mechanical["latency.read.p50_s"]);
  CHECK(read_file(runs.folder() / "out/latency.csv").find("\n\"all\",write,") != std::string::npos);

  const Json flow = runs.metrics("--set run.fidelity=flow");
  CHECK(!flow.contains("requests.open"));
  CHECK(read_file(runs.folder() / "out/latency.csv").find("\n\"all\",write,") != std::string::npos);
  CHECK(mechanical["heat.util.mean"].get<double>() ==
        Approx(flow["heat.util.mean"].get<double>()).epsilon(0.05));
  for (const char* name : {"latency.read.mean_s", "latency.read.p50_s", "latency.write.mean_s",
                           "drive.utilisation", "drive.service.mean_s", "drive.iops"}) {
    INFO(name);
    CHECK(flow[name].get<double>() == Approx(mechanical[name].get<double>()).epsilon(0.05));
  }
  CHECK(flow["drive.saturated_share"] == 0);
  // The order of service shortens waits and leaves heat, disk time in order of arrival, as it is.
  const Json choosing =
      runs.metrics("--set run.fidelity=flow --set fleet.models.0.scheduler=sptf ");
  CHECK(choosing["heat.util.max"] == flow["heat.util.max"]);
  CHECK(choosing["drive.wait.mean_s"] < flow["drive.wait.mean_s"]);
  CHECK(choosing["drive.utilisation"] < flow["drive.utilisation"]);
}

TEST_CASE("mechanical run: the epoch of peak heat goes by demand, not by chance") {
  Runs runs;
  // 50 epochs of 210 requests or so: the busiest lies 15 % above the mean. Demand is as great in
  // all, and the last is the one in which drives have been at work longest.
  const Json metrics = runs.metrics("--set run.duration='5 s' --set run.epoch='100 ms'");
  const std::string series = read_file(runs.folder() / "out/timeseries.csv");
  const std::size_t last = series.rfind('\n', series.size() - 2);
  std::size_t field = last;
  for (int comma = 0; comma < 4; ++comma) field = series.find(',', field + 1);
  CHECK(metrics["heat.util.mean"].get<double>() ==
        Approx(std::stod(series.substr(field + 1))).epsilon(1e-9));
  CHECK(metrics["heat.peak_to_mean"] > 1.05);
}

TEST_CASE("mechanical run: progress begins with the requests") {
  Runs runs;
  const Outcome outcome = shell(runs.folder(), "\"$SPINDLE\" run fleet.json --progress lines");
  CHECK(outcome.err.find("fleet: 10 %") != std::string::npos);
}

TEST_CASE("mechanical run: patience bounds the wait of what lies far from the others") {
  Runs runs;
  const std::string sptf =
      "--set fleet.models.0.scheduler=sptf --set fleet.models.0.depth=64 --set 'tenants.0.reads=3 "
      "GB/s' --set run.duration='20 s' ";
  const auto read_p99_9 = [&](const std::string& patience) {
    return runs.metrics(sptf + "--set fleet.models.0.patience='" + patience + "'")
        .at("drive.wait.p99_s")
        .get<double>();
  };
  // Without patience it is fcfs by another name.
  const double none = runs.metrics(sptf + "--set fleet.models.0.patience='0 s'")
                          .at("drive.service.mean_s")
                          .get<double>();
  const double fcfs =
      runs.metrics(sptf + "--set fleet.models.0.scheduler=fcfs").at("drive.service.mean_s");
  CHECK(none == Approx(fcfs).epsilon(0.01));
  CHECK(runs.metrics(sptf) == runs.metrics(sptf + "--set fleet.models.0.patience='5 s'"));
  CHECK(read_p99_9("100 ms") != read_p99_9("5 s"));
}

TEST_CASE("mechanical run: the order of service and a drive file are heeded") {
  Runs runs;
  const std::string busy = "--set 'tenants.0.reads=2 GB/s' ";
  const double by_arrival = runs.metrics(busy)["latency.read.mean_s"].get<double>();
  const double by_angle =
      runs.metrics(busy + "--set fleet.models.0.scheduler=sptf")["latency.read.mean_s"]
          .get<double>();
  CHECK(by_angle < 0.9 * by_arrival);
  const std::string text = read_file(fs::path(SPINDLE_SOURCE_DIR) / "scenarios/drives/talk.json");
  write_file(runs.folder() / "mine.json", text);
  const std::string mine = "--set fleet.models.0.mechanics=mine.json ";
  CHECK(runs.metrics(busy + mine)["latency.read.mean_s"].get<double>() == by_arrival);
  // A slower platter.
  write_file(runs.folder() / "mine.json", replaced(text, "7500", "5400"));
  CHECK(runs.metrics(mine)["drive.service.mean_s"].get<double>() > 0.0115);
  write_file(runs.folder() / "mine.json", replaced(text, "7500", "0"));
  const Outcome broken = runs.run(mine + "--out broken");
  CHECK(broken.exit_code != 0);
  CHECK(broken.err.find("mine.json:") != std::string::npos);
  CHECK(broken.err.find("rpm") != std::string::npos);
  CHECK(!fs::exists(runs.folder() / "broken"));
}

TEST_CASE("mechanical run: a cache or a second arm that it would not play is refused") {
  Runs runs;
  const std::string text = read_file(fs::path(SPINDLE_SOURCE_DIR) / "scenarios/drives/talk.json");
  const std::size_t end = text.rfind('}');
  for (const std::string more :
       {R"("bus": "600 MB/s", "cache": {"segments": 4, "segment": "256 KiB"})",
        R"("actuators": 2)"}) {
    write_file(runs.folder() / "mine.json", text.substr(0, end) + ",\n" + more + "\n}\n");
    const Outcome outcome = runs.run("--set fleet.models.0.mechanics=mine.json --out refused");
    INFO(outcome.err);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find("--set: fleet.models.0.mechanics: ") != std::string::npos);
    CHECK(outcome.err.find("one arm and no cache") != std::string::npos);
    CHECK(!fs::exists(runs.folder() / "refused"));
    write_file(runs.folder() / "fleet.json",
               replaced(kMechanicalFleet, R"("model": "talk")",
                        R"("model": "talk", "mechanics": "mine.json")"));
    const Outcome stated = runs.run("--out refused");
    CHECK(stated.err.find("fleet.json:5:57: fleet.models.0.mechanics: ") == 0);
    write_file(runs.folder() / "fleet.json", kMechanicalFleet);
  }
  // A capacity that its drive has not: where it is stated.
  write_file(runs.folder() / "fleet.json", replaced(kMechanicalFleet, R"("model": "talk")",
                                                    R"("model": "talk", "capacity": "21 TB")"));
  const Outcome large = runs.run("--out refused");
  INFO(large.err);
  CHECK(large.exit_code == 3);
  CHECK(large.err.find("fleet.json:5:56: fleet.models.0.capacity: ") == 0);
}

TEST_CASE("mechanics of a fleet: files are read by every command and at any fidelity") {
  Runs runs;
  const auto outcome = [&](const std::string& command, const std::string& mechanics) {
    return shell(runs.folder(), "\"$SPINDLE\" " + command +
                                    " fleet.json --set run.fidelity=flow --set "
                                    "fleet.models.0.mechanics=" +
                                    mechanics);
  };
  const std::string text = read_file(fs::path(SPINDLE_SOURCE_DIR) / "scenarios/drives/talk.json");
  write_file(runs.folder() / "broken.json", replaced(text, "7500", "0"));
  write_file(runs.folder() / "small.json", "{ \"model\": 1 }");
  for (const std::string command : {"run -q", "validate", "explain", "compare -q"}) {
    INFO(command);
    const Outcome absent = outcome(command, "absent.json");
    CHECK(absent.exit_code == 3);
    CHECK(absent.err.find("fleet.models.0.mechanics: absent.json: ") != std::string::npos);
    const Outcome broken = outcome(command, "broken.json");
    CHECK(broken.exit_code == 3);
    CHECK(broken.err.find("broken.json:8:10: rpm: ") != std::string::npos);
    CHECK(outcome(command, "small.json").exit_code == 3);
  }
  CHECK(!fs::exists(runs.folder() / "results"));
  const Outcome large = outcome("validate --set 'fleet.models.0.capacity=21 TB'", "talk");
  CHECK(large.exit_code == 3);
  CHECK(large.err.find("fleet.models.0.capacity: 21 TB on a drive of 20 TB") != std::string::npos);
}

TEST_CASE("mechanics of a fleet: what flow takes disk times from is explained") {
  Runs runs;
  const auto explained = [&](const std::string& sets) {
    const Outcome outcome =
        shell(runs.folder(), "\"$SPINDLE\" explain fleet.json --set run.fidelity=flow " + sets);
    INFO(outcome.err);
    CHECK(outcome.exit_code == 0);
    return outcome.out;
  };
  CHECK(explained("").find("talk: disk times as its data sheet says, latencies of talk, fcfs") !=
        std::string::npos);
  const std::string nearline = "--set fleet.models.0.model=nearline-20tb ";
  CHECK(explained(nearline).find("nearline-20tb: disk times and latencies of nearline-20tb") !=
        std::string::npos);
  // A drive that is called nearline-20tb and holds more is not the one whose mechanics are known.
  const std::string larger = nearline + "--set 'fleet.models.0.capacity=30 TB' ";
  CHECK(explained(larger).find("as its data sheet says, no latencies (capacity: 30 TB on a drive "
                               "of 20 TB") != std::string::npos);
  const Json metrics = runs.metrics(larger + "--set run.fidelity=flow");
  CHECK(!metrics.contains("latency.read.mean_s"));
  CHECK(!fs::exists(runs.folder() / "out/latency.csv"));
}

TEST_CASE("mechanical run: what it cannot do is refused with its place") {
  Runs runs;
  const auto refused = [&](const std::string& set, const std::string& path) {
    const Outcome outcome = runs.run("--out refused --set '" + set + "'");
    INFO(set << "\n" << outcome.err);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find(path) != std::string::npos);
    CHECK(!fs::exists(runs.folder() / "refused"));
  };
  refused(R"(events=[{"at":"1 s","event":"rack_down","rack":0,"lasts":"1 s"}])", "events");
  refused(R"(failure.outages=[{"domain":"rack","rate":"1 /yr","lasts":"1 h"}])", "failure.outages");
  refused("repair.bandwidth=10 MB/s", "repair.bandwidth");
  refused("tenants.0.writes_are=new_data", "tenants.0.writes_are");
  refused(R"(tenants.0.cooling={"model":"exponential","tau":"1 d"})", "tenants.0.cooling");
  refused("fleet.models.0.mechanics=nearline", "there are no mechanics called \"nearline\"");
  refused("fleet.models.0.scheduler=elevator", "fleet.models.0.scheduler");
  refused("fleet.models.0.depth=0", "fleet.models.0.depth");
  refused("run.duration=20 yr", "run.duration");
  const Outcome large = runs.run("--out refused --set 'fleet.models.0.capacity=21 TB'");
  CHECK(large.exit_code != 0);
  CHECK(large.err.find("fleet.models.0.capacity") != std::string::npos);
}

TEST_CASE("mechanical run: compare tells latencies of the variants that have them") {
  Runs runs;
  const Outcome outcome = shell(
      runs.folder(),
      "\"$SPINDLE\" compare fleet.json -q --out cmp --set 'compare={\"variants\": [{\"name\": "
      "\"drives\", \"set\": {}}, {\"name\": \"flow\", \"set\": {\"run.fidelity\": \"flow\"}}, "
      "{\"name\": \"sheet\", \"set\": {\"run.fidelity\": \"flow\", \"fleet.models.0.capacity\": "
      "\"30 TB\"}}]}'");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 0);
  const std::size_t table = outcome.out.find("\nrequests ");
  REQUIRE(table != std::string::npos);
  CHECK(outcome.out.find("\ndrives ", table) != std::string::npos);
  CHECK(outcome.out.find("\nflow ", table) != std::string::npos);
  // A drive without mechanics has no latencies.
  CHECK(outcome.out.find("\nsheet ", table) == std::string::npos);
  CHECK(outcome.out.find("\nRequests: ", table) != std::string::npos);
}

TEST_CASE("mechanical run: compare keeps its other variants where one fails, and names it") {
  Runs runs;
  // Parts of 4.5 TB are more sectors than a part may have: it ends as the drives are made ready.
  const std::string failing =
      R"({"name": "huge, 2+1", "set": {"data.extent": "10 TB", "tenants.0.object": "9 TB"}})";
  const auto compare = [&](const std::string& variants, const std::string& options) {
    return shell(runs.folder(), "\"$SPINDLE\" compare fleet.json " + options +
                                    " --set run.duration='20 s' --set 'compare={\"variants\": [" +
                                    variants + "]}'");
  };
  const std::string calm = R"({"name": "calm", "set": {}}, )";
  const Outcome outcome = compare(calm + failing, "--out cmp");
  INFO(outcome.err << outcome.out);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("fleet.json: compare.variants.1: \"huge, 2+1\" failed: ") !=
        std::string::npos);
  CHECK(outcome.err.find("; 2 variants, 1 failed; results in cmp") != std::string::npos);
  CHECK(outcome.out.find("\nhuge, 2+1 (failed) ") != std::string::npos);
  CHECK(outcome.out.find("\nhuge, 2+1 failed: ") != std::string::npos);
  CHECK(fs::exists(runs.folder() / "cmp/calm/metrics.json"));
  CHECK(!fs::exists(runs.folder() / "cmp/huge-2+1"));
  const Json json = Json::parse(read_file(runs.folder() / "cmp/compare.json"))["variants"];
  CHECK(json[0]["metrics"]["requests.answered"] > 0);
  CHECK(!json[0].contains("failed"));
  CHECK(json[1]["failed"].get<std::string>().find("2^32 sectors") != std::string::npos);
  CHECK(json[1]["metrics"].empty());
  // The others are what they are alone.
  compare(R"({"name": "calm", "set": {}})", "-q --out alone");
  CHECK(Json::parse(read_file(runs.folder() / "alone/compare.json"))["variants"][0] == json[0]);

  const Outcome none = compare(failing, "-q --out none");
  CHECK(none.exit_code == 1);
  CHECK(none.err.find("compare.variants.0") != std::string::npos);
  CHECK(none.out.empty());
  CHECK(!fs::exists(runs.folder() / "none"));
}

TEST_CASE("mechanical run: a fleet asked for far more than it serves ends with the reason",
          "[.large]") {
  Runs runs;
  const Outcome outcome = runs.run("--out over --set 'tenants.0.reads=250 GB/s'");
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("parts of requests wait at the drives") != std::string::npos);
  CHECK(!fs::exists(runs.folder() / "over" / "metrics.json"));
}

TEST_CASE("mechanical run: what it takes of memory under overload is foretold", "[.large]") {
  Runs runs;
  for (const char* reads : {"20 GB/s", "50 GB/s"}) {
    const std::string set = std::string("--set 'tenants.0.reads=") + reads + "'";
    const Outcome explained =
        shell(runs.folder(), "\"$SPINDLE\" explain fleet.json " + set +
                                 " | sed -n 's/.*about \\(.*\\) of memory.*/\\1/p'");
    const auto estimate = spindle::app::parse_bytes(replaced(explained.out, "\n", ""));
    INFO(explained.out << explained.err);
    REQUIRE(estimate.value);
    runs.metrics(set);
    const Json manifest = Json::parse(read_file(runs.folder() / "out/manifest.json"));
    const double share = estimate.value->to_double() / manifest["peak_memory_bytes"].get<double>();
    INFO(reads << ": " << share);
    CHECK(share > 0.95);
    CHECK(share < 1.5);
  }
}

TEST_CASE("mechanical run: one digest for any number of threads") {
  Runs runs;
  const auto text = [&](const std::string& threads) {
    const Outcome outcome = runs.run("--format json --out t" + threads + " --threads " + threads);
    CHECK(outcome.exit_code == 0);
    const Json manifest = Json::parse(read_file(runs.folder() / ("t" + threads) / "manifest.json"));
    return outcome.out + manifest["digest"].get<std::string>();
  };
  const std::string one = text("1");
  for (const char* threads : {"2", "3", "4"}) CHECK(text(threads) == one);
}

TEST_CASE("mechanical run: cut short before its first epoch ends, it tells no heat") {
  Runs runs;
  const Outcome cut = shell(
      runs.folder(),
      "timeout -s INT 2 \"$SPINDLE\" run fleet.json -q --out out --set run.duration='90 d' --set "
      "run.epoch='30 d'; test $? = 124");
  INFO(cut.err);
  REQUIRE(cut.exit_code == 0);
  const Json metrics = Json::parse(read_file(runs.folder() / "out/metrics.json"));
  for (const char* name : {"heat.util.mean", "heat.drive_peak", "heat.end_to_start", "heat.cov"}) {
    INFO(name);
    CHECK(metrics[name].is_null());
  }
  CHECK(metrics["requests.answered"] > 0);
}

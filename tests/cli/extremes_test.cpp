// Values at the ends of their ranges: a number comes out where one is due, and the exit code is 0.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

namespace {

Json metrics_with(const Scratch& scratch, const std::string& sets) {
  write_file(scratch.path() / "small.json", small_scenario());
  const Outcome outcome =
      shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out out --format csv " + sets);
  INFO(sets << "\n" << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.out.find(",nan") == std::string::npos);
  return Json::parse(read_file(scratch.path() / "out/metrics.json"));
}

}  // namespace

TEST_CASE("the largest demand in the smallest objects asks for a number of drives") {
  const Scratch scratch;
  const Json metrics =
      metrics_with(scratch, "--set tenants.0.reads='1000000 EB/s' --set tenants.0.object='1 B'");
  CHECK(metrics["cost.drives_for_heat"].get<double>() > 1e20);
  const Outcome table =
      shell(scratch.path(),
            "\"$SPINDLE\" compare small.json -q --set tenants.0.reads='1000000 EB/s' "
            "--set tenants.0.object='1 B'");
  CHECK(table.exit_code == 0);
  CHECK(table.out.find("e+2") != std::string::npos);
}

TEST_CASE("the smallest demand is no breach of conservation") {
  const Scratch scratch;
  metrics_with(scratch, "--set tenants.0.reads='1e-300 B/yr' --set tenants.0.writes='0 B/s'");
}

TEST_CASE("an extent that practically cannot be lost has loss probability 0") {
  const Scratch scratch;
  const Json metrics = metrics_with(
      scratch,
      "--set 'redundancy={\"scheme\": \"erasure\", \"data\": 32, \"parity\": 32}' "
      "--set spread.max_per_zone=0 --set spread.max_per_rack=0 --set repair.mttr='1 ns'");
  CHECK(metrics["durability.annual_loss_probability"] == 0);
  CHECK(metrics["durability.loss_probability_in_run"] == 0);
  CHECK(metrics["durability.expected_lost_bytes_per_year"] == 0);
}

// Sanitizers reserve far more memory than any limit that a test could set.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("what does not fit in memory is refused before it begins") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  const std::string fleet =
      " --set 'fleet={\"zones\": 3, \"racks_per_zone\": 100, \"drives\": 100000, \"models\": "
      "[{\"model\": \"nearline-20tb\"}]}' --set data.logical='100 PB' --set data.extent='10 GB'";
  const std::string cases[] = {
      fleet +
          " --set tenants.0.count=100000 --set placement.policy=shuffle_shard "
          "--set placement.width=50000",
      fleet + " --set tenants.0.count=1000000",
      " --set run.duration='20000000 s' --set run.epoch='1 s'"};
  // A process of 1 GB stands for a machine of that size.
  for (const std::string& sets : cases) {
    const Outcome outcome =
        shell(scratch.path(), "ulimit -v 1000000; \"$SPINDLE\" run small.json --out out" + sets);
    INFO(sets << "\n" << outcome.err);
    CHECK(outcome.exit_code == 1);
    CHECK(outcome.err.find("of memory and there are 1.02 GB") != std::string::npos);
    CHECK_FALSE(fs::exists(scratch.path() / "out"));
  }
}
#endif

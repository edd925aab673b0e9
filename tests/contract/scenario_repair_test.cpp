// Orders of repair, lazy repair and links, as scenarios state them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/read_scenario.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle;
using namespace spindle::app;
using test::base_scenario;

namespace {

Scenario plain_repair(const std::vector<std::string>& sets) {
  return test::valid_scenario(base_scenario(), sets);
}

}  // namespace

TEST_CASE("repair: whose turn it is, and what links let through") {
  const Scenario without = plain_repair({"repair.bandwidth=10 MB/s"});
  CHECK(without.repair.order == models::RebuildOrder::kFirstComeFirstServed);
  CHECK(without.repair.start_at == 1);
  CHECK(without.repair.network.rack_uplink == 0);
  CHECK(without.repair.network.zone_link == 0);
  const Scenario with = plain_repair({"repair.bandwidth=10 MB/s", "repair.order=most_exposed_first",
                                      "repair.start_at=2", "fleet.network.rack_uplink=5 GB/s",
                                      "fleet.network.zone_link=100 GB/s"});
  CHECK(with.repair.order == models::RebuildOrder::kMostExposedFirst);
  CHECK(with.repair.start_at == 2);
  CHECK(with.repair.network.rack_uplink == 5e9);
  CHECK(with.repair.network.zone_link == 100e9);
  const auto json = nlohmann::json::parse(with.resolved_json);
  CHECK(json["repair"]["order"] == "most_exposed_first");
  CHECK(json["fleet"]["network"]["rack_uplink"] == "5 GB/s");
  CHECK(test::valid(read_scenario_text(with.resolved_json, "resolved.json", {})).resolved_json ==
        with.resolved_json);
}

TEST_CASE("repair: turns and links without a bandwidth are refused, each by name") {
  for (const auto& [set, path] :
       {std::pair<std::string, std::string>{"repair.order=most_exposed_first", "repair.order"},
        {"repair.start_at=2", "repair.start_at"},
        {"repair.yields=to_clients", "repair.yields"},
        {R"(fleet.network={"rack_uplink": "5 GB/s"})", "fleet.network"}}) {
    const std::string text = test::one_problem({set});
    CAPTURE(text);
    CHECK(text.find(path) != std::string::npos);
    CHECK(text.find("repair has no bandwidth") != std::string::npos);
  }
}

TEST_CASE("repair: lazy repair that would come too late is refused") {
  // Three copies may lack two.
  CHECK(plain_repair({"repair.bandwidth=10 MB/s", "repair.start_at=2"}).repair.start_at == 2);
  const std::string text = test::one_problem({"repair.bandwidth=10 MB/s", "repair.start_at=3"});
  CAPTURE(text);
  CHECK(text.find("3 copies may lack 2 shards") != std::string::npos);
  CHECK(test::one_problem({"repair.bandwidth=10 MB/s", "repair.start_at=0"})
            .find("repair.start_at") != std::string::npos);
  CHECK(test::one_problem({"repair.bandwidth=10 MB/s", "fleet.network.zone_link=0 B/s"})
            .find("fleet.network.zone_link") != std::string::npos);
}

TEST_CASE("repair: that it yields to clients, and what it is left") {
  const Scenario without = plain_repair({"repair.bandwidth=10 MB/s"});
  CHECK_FALSE(without.repair.yields_to_clients);
  CHECK(without.repair.least_share == 0.1);
  const Scenario with = plain_repair(
      {"repair.bandwidth=10 MB/s", "repair.yields=to_clients", "repair.least_share=25 %"});
  CHECK(with.repair.yields_to_clients);
  CHECK(with.repair.least_share == 0.25);
  for (const char* share : {"0", "1.5"}) {
    CHECK(
        test::one_problem({"repair.bandwidth=10 MB/s", std::string("repair.least_share=") + share})
            .find("repair.least_share") != std::string::npos);
  }
  const std::string text =
      test::one_problem({"repair.bandwidth=10 MB/s", "repair.yields=to_clients",
                         R"(zoom={ "count": 1, "from": "1 d" })"});
  CHECK(text.find("repair.yields") != std::string::npos);
  CHECK(text.find("zoom") != std::string::npos);
}

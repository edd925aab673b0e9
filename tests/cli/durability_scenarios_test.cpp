// Scenarios about the loss of data answer what they ask.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/compared.hpp"

using namespace spindle::test;
using Json = nlohmann::json;

// With 200 % a year and a week to repair: the chain of every scheme within what 20 replications
// count, and the order that the chain gives.
TEST_CASE("replication-vs-erasure: counted losses agree with the chain of every scheme") {
  const Json variants = compared("replication-vs-erasure.json");
  REQUIRE(variants.size() == 5);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    INFO(variants[i]["name"]);
    CHECK(metric(variants, i, "durability.estimators_agree") == 1);
  }
  const char* loss = "durability.analytic_loss_probability_in_run";
  CHECK(metric(variants, 2, loss) < metric(variants, 3, loss));  // 4 copies, 5+4
  CHECK(metric(variants, 3, loss) < metric(variants, 1, loss));  // 5+4, 3 copies
  CHECK(metric(variants, 3, "cost.overhead") == Approx(1.8));
}

TEST_CASE("copysets-vs-random: the same bytes are lost, the less surely the fewer sets there are") {
  const Json variants = compared("copysets-vs-random.json");
  REQUIRE(variants.size() == 4);
  const auto width = [&](std::size_t i) {
    return metric(variants, i, "durability.loss_probability_in_run_ci_high") -
           metric(variants, i, "durability.loss_probability_in_run_ci_low");
  };
  for (std::size_t i = 0; i < variants.size(); ++i) {
    CHECK(metric(variants, i, "durability.estimators_agree") == 1);
    if (i > 0) CHECK(width(i) > width(i - 1));
  }
}

TEST_CASE("zone-loss-then-drives: one spare shard is worse than three copies until rebuilt") {
  const Json variants = compared("zone-loss-then-drives.json");
  REQUIRE(variants.size() == 5);
  const char* loss = "durability.loss_probability_in_run";
  CHECK(metric(variants, 0, loss) == Approx(2.3e-5).epsilon(0.02));
  CHECK(metric(variants, 1, loss) == Approx(1.5e-6).epsilon(0.02));
  CHECK(metric(variants, 3, loss) < 1e-3 * metric(variants, 0, loss));
}

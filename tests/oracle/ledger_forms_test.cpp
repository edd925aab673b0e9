// A fleet of ledgers against the same fleet mapped extent by extent (docs/theory/ledger.md).

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment/experiment.hpp"
#include "tests/support/both_forms.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using test::both;
using test::BothForms;
using test::check_close;
using test::of;
using test::run_form;

namespace {

// Lag-1 autocorrelation of what the fleet's hottest and mean drives bear, by epoch.
double lag_1(const std::vector<double>& series) {
  double mean = 0;
  for (const double x : series) mean += x / static_cast<double>(series.size());
  double top = 0;
  double bottom = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    bottom += (series[i] - mean) * (series[i] - mean);
    if (i > 0) top += (series[i] - mean) * (series[i - 1] - mean);
  }
  return top / bottom;
}

const std::string kComparison = SPINDLE_SOURCE_DIR "/scenarios/comparison.json";

BothForms both_of(const std::string& file, std::vector<std::string> sets) {
  BothForms out;
  out.mapped = app::run_experiment(test::valid(app::read_scenario(file, sets)), 2);
  sets.emplace_back("run.form=ledger");
  out.ledger = app::run_experiment(test::valid(app::read_scenario(file, sets)), 2);
  return out;
}

}  // namespace

// Standard errors at 3,000 drives: of a standard deviation 1.3 % in each form, of a 99.9 %
// quantile of heat about 1.5 %. Bounds of four of the difference's: a false alarm in some 15,000.
TEST_CASE("ledgers hold and bear what mapped drives do, whatever the policy") {
  const std::vector<std::vector<std::string>> policies = {
      {"placement.policy=random"},
      {R"(placement={"policy":"d_choices","d":2,"metric":"fill"})"},
      {R"(placement={"policy":"one_plus_beta","beta":0.5})"},
      {R"(placement={"policy":"shuffle_shard","width":600})"},
      {"placement.policy=static"},
      {R"(placement={"policy":"copyset","scatter_width":20})"},
      {R"(placement={"policy":"random","cell":300})"},
      {"placement.policy=least_loaded"},
      {"placement.policy=round_robin"},
      {"placement.policy=rendezvous"},
      {"placement.policy=crush"}};
  for (const auto& policy : policies) {
    INFO(policy.front());
    const BothForms pair = both(policy);
    check_close(pair, "capacity.fill.mean", 1e-3);
    check_close(pair, "capacity.fill.sd", 0.08);
    check_close(pair, "heat.util.mean", 0.015);
    check_close(pair, "heat.cov", 0.06);
    check_close(pair, "heat.util.p99_9", 0.09);
    check_close(pair, "heat.peak_to_mean", 0.02);
    check_close(pair, "blast.tenants_hit_by_drive", 0.02);
    CHECK(lag_1(pair.ledger.series.heat_max) ==
          Approx(lag_1(pair.mapped.series.heat_max)).margin(0.15));
    check_close(pair, "cost.drives_for_heat", 0.01);
    check_close(pair, "durability.nines", 1e-9);
  }
}

// At 100,000 drives with new data, failures, a landing and a zone that is down. Standard errors of
// the ledger's sample of 16,384 drives: of a standard deviation 0.6 %, of the 99.9 % quantile some
// 0.8 %. Bounds of four of them, but for what is said of single policies.
TEST_CASE("ledgers of a hundred thousand drives bear what mapped ones do", "[.large]") {
  struct Case {
    const char* placement;
    double fill_sd = 0.024;
    double p99 = 0.032;
    double p99_9 = 0.032;
  };
  for (const Case& of_policy :
       {Case{R"({"policy":"random"})"}, Case{R"({"policy":"crush"})"},
        Case{R"({"policy":"d_choices","d":2})"}, Case{R"({"policy":"one_plus_beta","beta":0.5})"},
        // Mixes stay with their drives as hot data comes: forms differ by -2 +- 1.2 %.
        Case{.placement = R"({"policy":"shuffle_shard","width":10000})", .p99_9 = 0.06},
        // Its hottest are few tenants' newest sets: forms differ by 1 +- 8 %.
        Case{.placement = R"({"policy":"static"})", .p99 = 0.04, .p99_9 = 0.33},
        Case{R"({"policy":"copyset","scatter_width":20})"},
        Case{R"({"policy":"random","cell":2000})"}, Case{R"({"policy":"k_of_d"})"},
        Case{R"({"policy":"round_robin"})"},
        // Its spread of fill is some empty drives: 7 +- 9 %. Quantiles: -2 +- 2, -3 +- 4 %.
        Case{R"({"policy":"least_loaded"})", 0.3, 0.06, 0.12}}) {
    INFO(of_policy.placement);
    const BothForms pair = both_of(kComparison, {std::string("placement=") + of_policy.placement});
    check_close(pair, "capacity.fill.mean", 1e-3);
    check_close(pair, "capacity.fill.sd", of_policy.fill_sd);
    check_close(pair, "heat.util.mean", 0.005);
    check_close(pair, "heat.cov", 0.024);
    check_close(pair, "heat.util.p99_9", of_policy.p99_9);
    check_close(pair, "heat.util.p99", of_policy.p99);
    check_close(pair, "blast.tenants_hit_by_drive", 0.005);
    CHECK(lag_1(pair.ledger.series.heat_sum) ==
          Approx(lag_1(pair.mapped.series.heat_sum)).margin(0.01));
    CHECK(lag_1(pair.ledger.series.heat_max) ==
          Approx(lag_1(pair.mapped.series.heat_max)).margin(0.15));
  }
}

// The same fleet, 5+4, that loses a zone: rebuilt shards are drawn whatever the policy. Ledgers
// rebuild 1.8 % more. Where drives are filled unevenly mapped rebuilds wait for the fullest, and
// these stay hot the longest: 8 % less is rebuilt, and the tail of heat is 10 % longer.
TEST_CASE("ledgers of a hundred thousand drives lose a zone as mapped ones do", "[.large]") {
  struct Case {
    const char* placement;
    double repair = 0.025;
    double p99_9 = 0.032;
    double fill_sd = 0.024;
  };
  for (const Case& of_policy :
       {Case{R"({"policy":"random"})"}, Case{R"({"policy":"d_choices","d":2})"},
        Case{R"({"policy":"least_loaded"})", 0.025, 0.12, 0.3},
        Case{R"({"policy":"shuffle_shard","width":10000})", 0.11, 0.14}}) {
    INFO(of_policy.placement);
    const BothForms pair =
        both_of(kComparison, {std::string("placement=") + of_policy.placement, "data.extent=108 GB",
                              "events.0.target_fill=0.44",
                              R"(redundancy={"scheme":"erasure","data":5,"parity":4})",
                              R"(events.1={"at":"20 d","event":"zone_lost","zone":2})"});
    check_close(pair, "capacity.fill.sd", of_policy.fill_sd);
    check_close(pair, "heat.util.mean", 0.01);
    check_close(pair, "heat.cov", 0.024);
    check_close(pair, "heat.util.p99_9", of_policy.p99_9);
    check_close(pair, "repair.bytes", of_policy.repair);
  }
}

TEST_CASE("ledgers cool and are renewed as mapped data is") {
  for (const char* writes : {"0 B/d", "100 TB/d"}) {
    std::vector<std::string> sets = {
        "run.duration=20 d",
        R"(tenants.1.cooling={"model":"exponential","tau":"20 d","oldest":"1 d"})",
        "tenants.1.reads=5 PB/d"};
    if (std::string(writes) != "0 B/d") {
      sets.push_back(std::string("tenants.1.writes=") + writes);
      sets.push_back("tenants.1.writes_are=new_data");
    }
    const BothForms pair = both(sets);
    check_close(pair, "heat.end_to_start", 0.02);
    check_close(pair, "heat.cov", 0.06);
    check_close(pair, "heat.util.p99_9", 0.09);
    check_close(pair, "heat.util.mean", 0.03);
    check_close(pair, "capacity.fill.sd", 0.1);
  }
}

TEST_CASE("racks land on ledgers as on mapped drives") {
  const std::string logs = R"(tenants.1={"name":"logs","count":10,"share":0.2,"reads":"5 PB/d",)"
                           R"("writes":"100 TB/d","writes_are":"new_data","object":"4 MB",)"
                           R"("cooling":{"model":"exponential","tau":"5 d","ages":"steady"}})";
  struct Case {
    const char* policy;
    double heat;  // bound on the landed racks' heat, as a share of itself
  };
  for (const Case& of_policy :
       {Case{"coolest_first", 0.15}, Case{"new_data_first", 0.15}, Case{"none", 0.1}}) {
    INFO(of_policy.policy);
    const BothForms pair =
        both({"run.duration=12 d", logs,
              std::string(R"(events=[{"at":"2 d","event":"rack_landing","racks_per_zone":1,)") +
                  R"("target_fill":0.5,"rate":"50 MB/s","policy":")" + of_policy.policy + "\"}]"});
    check_close(pair, "landing.rack_heat_peak", of_policy.heat);
    check_close(pair, "capacity.fill.mean", 2e-3);
    check_close(pair, "heat.util.mean", 0.03);
    if (std::string(of_policy.policy) != "coolest_first") continue;
    check_close(pair, "migration.bytes", 0.03);
    check_close(pair, "migration.seconds", 0.1);
    check_close(pair, "landing.rack_heat_to_fleet", 0.1);
  }
}

TEST_CASE("a class whose first tenants are too small for the sample is renewed all the same") {
  // Sizes so far apart that most tenants have not one extent of the sample's.
  const BothForms pair = both(
      {"run.duration=10 d",
       R"(tenants=[{"name":"logs","count":30000,"size":{"distribution":"lognormal","sigma":3},)"
       R"("reads":"5 PB/d","writes":"300 TB/d","writes_are":"new_data","object":"4 MB",)"
       R"("cooling":{"model":"exponential","tau":"5 d","ages":"steady"}}])"});
  CHECK(of(pair.ledger, "turnover.new_extents") > 0);
  check_close(pair, "turnover.new_extents", 0.05);
  check_close(pair, "heat.end_to_start", 0.03);
}

TEST_CASE("racks take new data first on ledgers as on mapped drives, whatever the policy") {
  // Two racks a zone take all that is written for a day or two, by d choices too: what goes there
  // is not drawn twice, and what chance owes the others is not lost.
  const std::string logs = R"(tenants.1={"name":"logs","count":10,"share":2,"reads":"5 PB/d",)"
                           R"("writes":"100 TB/d","writes_are":"new_data","object":"4 MB",)"
                           R"("cooling":{"model":"exponential","tau":"5 d","ages":"steady"}})";
  const std::string landing =
      R"(events=[{"at":"2 d","event":"rack_landing","racks_per_zone":2,"policy":"new_data_first",)"
      R"("target_fill":0.1}])";
  for (const char* placement :
       {R"(placement={"policy":"random"})", R"(placement={"policy":"d_choices","d":2})",
        R"(placement={"policy":"shuffle_shard","width":300})"}) {
    INFO(placement);
    const BothForms pair =
        both({"run.duration=8 d", "fleet.models.0.afr=0 %/yr", logs, landing, placement});
    // 300 drives of 2 TB, at 300 TB a day; mapped ones wait for the last drive.
    CHECK(of(pair.ledger, "migration.seconds") == Approx(2 * 86400.0).epsilon(0.02));
    check_close(pair, "landing.rack_heat_peak", 0.15);
  }
  // No more is there at any time than what was placed.
  for (const char* duration : {"84 h", "96 h", "5 d", "6 d"}) {
    INFO(duration);
    const app::RunResult result = run_form(
        {"run.form=ledger", "fleet.models.0.afr=0 %/yr", logs,
         R"(events=[{"at":"2 d","event":"rack_landing","racks_per_zone":2,)"
         R"("policy":"new_data_first","target_fill":0.5}])",
         R"(placement={"policy":"d_choices","d":2})", std::string("run.duration=") + duration});
    CHECK(of(result, "capacity.fill.mean") == Approx(0.5 * 60 / 66).epsilon(2e-3));
  }
  run_form({"run.form=ledger", "run.duration=8 d", logs,
            R"(rebalance={"by":"heat","rate":"2 MB/s"})",
            R"(placement={"policy":"d_choices","d":2})",
            R"(fleet.models=[{"model":"nearline-20tb","share":2,"afr":"50 %/yr"},)"
            R"({"model":"nearline-20tb","afr":"5 %/yr"}])",
            R"(events=[{"at":"2 d","event":"rack_landing","racks_per_zone":2,"target_fill":0.5},)"
            R"({"at":"3 d","event":"rack_landing","racks_per_zone":1,"policy":"new_data_first",)"
            R"("target_fill":0.3},{"at":"5 d","event":"zone_down","zone":2,"lasts":"30 h"}])"});
}

TEST_CASE("ledgers are repaired, and lose zones, as mapped drives do") {
  const std::vector<std::string> busy = {
      "run.duration=10 d", "fleet.models.0.afr=50 %/yr", "repair.bandwidth=20 MB/s",
      R"(events=[{"at":"5 d","event":"zone_down","zone":1,"lasts":"12 h"}])"};
  const BothForms pair = both(busy);
  // The same drives fail; those whose places are filled anew differ by what they hold: 1 %.
  CHECK(of(pair.ledger, "repair.drive_failures") == of(pair.mapped, "repair.drive_failures"));
  check_close(pair, "repair.bytes", 0.05);
  // Not of the busiest epoch: each day asks for as much, and which of them it is hangs on chance.
  check_close(pair, "heat.cov", 0.06);
  const double down = pair.ledger.series.heat_sum[5 * 24 + 3] / pair.ledger.drives_in(5 * 24 + 3);
  const double mapped = pair.mapped.series.heat_sum[5 * 24 + 3] / pair.mapped.drives_in(5 * 24 + 3);
  CHECK(down == Approx(mapped).epsilon(0.02));
}

TEST_CASE("drives fail at their model's rate in racks that land, and in zones after them") {
  // Only the model listed last fails; racks that land are of the first, and number drives anew.
  const std::string models = R"(fleet.models=[{"model":"nearline-20tb","share":2,"afr":"0 %/yr"},)"
                             R"({"model":"nearline-20tb","afr":"200 %/yr"}])";
  const BothForms pair = both({"run.duration=10 d", models, "repair.bandwidth=20 MB/s",
                               R"(events=[{"at":"1 h","event":"rack_landing","racks_per_zone":15,)"
                               R"("policy":"none"}])"});
  CHECK(of(pair.mapped, "repair.drive_failures") > 20);
  CHECK(of(pair.ledger, "repair.drive_failures") == of(pair.mapped, "repair.drive_failures"));
}

TEST_CASE("data beyond what 64 bits count is as old, and as hot, as its rates say") {
  // A thousandth of the data is new a day; what is read falls by a factor e in 60 days: by an
  // eighth in the run, were what is new lost.
  const app::RunResult result = run_form(
      {"run.form=ledger", "run.duration=8 d", "fleet.drives=6000000", "fleet.racks_per_zone=2000",
       "data.logical=20 EB", "fleet.models.0.afr=0 %/yr", "data.extent=3 TB",
       R"(tenants=[{"name":"logs","count":50,"reads":"5 EB/d","writes":"20 PB/d",)"
       R"("writes_are":"new_data","object":"4 MB",)"
       R"("cooling":{"model":"exponential","tau":"60 d","ages":"steady"}}])"});
  CHECK(of(result, "heat.end_to_start") == Approx(1).epsilon(0.02));
}

TEST_CASE("a run of ledgers has the same bits for any number of threads") {
  const std::vector<std::string> sets = {
      "run.form=ledger",
      "run.duration=4 d",
      "fleet.models.0.afr=50 %/yr",
      "repair.bandwidth=20 MB/s",
      R"(rebalance={"by":"heat","rate":"5 MB/s"})",
      R"(placement={"policy":"d_choices","d":2,"metric":"fill"})",
      R"(events=[{"at":"1 d","event":"rack_landing","racks_per_zone":1,"target_fill":0.5}])"};
  const std::string one = run_form(sets, 1).digest;
  for (const unsigned threads : {2U, 3U, 4U}) CHECK(run_form(sets, threads).digest == one);
}

// Every drive holds N extents whose weights are e^(-g age). What a drive is asked for is a sum of N
// independent ones: CoV = sqrt(E w^2 / N) / E w. From data of age 0 on, with a share d renewed a
// day: E w^k = e^(-(d + k g) t) + d / (d + k g) (1 - e^(-(d + k g) t)).
TEST_CASE("left alone, drives drift apart in heat as a sum of extents does") {
  constexpr double kCooling = 1 / 5.0;
  constexpr double kRenewal = 0.03;
  constexpr double kShards = 100;
  const std::vector<std::string> sets = {
      "run.form=ledger",
      "run.duration=30 d",
      "data.extent=100 GB",
      "fleet.models.0.afr=0 %/yr",
      "repair.bandwidth=20 MB/s",
      R"(tenants=[{"name":"logs","count":40,"reads":"10 PB/d","writes":"300 TB/d",)"
      R"("writes_are":"new_data","object":"4 MB",)"
      R"("cooling":{"model":"exponential","tau":"5 d","oldest":"1 s"}}])"};
  const auto moment = [&](double k, double t) {
    const double rate = kRenewal + k * kCooling;
    return std::exp(-rate * t) + kRenewal / rate * (1 - std::exp(-rate * t));
  };
  const auto cov = [&](double t) { return std::sqrt(moment(2, t) / kShards) / moment(1, t); };
  // Of what clients ask, without what writing, repair and moves take of all drives alike.
  const auto of_demand = [](const app::RunResult& result, bool at_end) {
    const auto& series = result.series;
    const std::size_t epochs = series.heat_sum.size();
    double all = 0;
    double directed = 0;
    for (std::size_t e = at_end ? epochs - epochs / 10 : 0; e < (at_end ? epochs : epochs / 10);
         ++e) {
      all += series.heat_sum[e];
      directed += series.directed_heat[e];
    }
    return of(result, at_end ? "heat.cov_end" : "heat.cov_start") * all / (all - directed);
  };
  const app::RunResult alone = run_form(sets);
  // Of 3,000 drives: the sd of a CoV is 1.3 %, and it changes within a tenth of the run.
  CHECK(of_demand(alone, false) == Approx(cov(1.5)).epsilon(0.06));
  CHECK(of_demand(alone, true) == Approx(cov(28.5)).epsilon(0.06));
  // V = N (E w)^2 ((r - 1) + 1), r = E w^2 / (E w)^2: how hot extents are, and how many they are.
  // Swapping byte for byte evens the first out, at x = rate / bytes a drive = 0.43 a day: dV/dt =
  // -2 (g + d + x) V + ..., so that it falls to (g + d) / (g + d + x). Numbers stay.
  std::vector<std::string> swapped = sets;
  swapped.push_back(R"(rebalance={"by":"heat","rate":"50 MB/s"})");
  const app::RunResult evened = run_form(swapped);
  const double x = 50e6 * 86400 / (kShards * 100e9);
  const double r = moment(2, 28.5) / (moment(1, 28.5) * moment(1, 28.5));
  const double left = (kCooling + kRenewal) / (kCooling + kRenewal + x);
  const double expected = std::sqrt(((r - 1) * left + 1) / r);
  CHECK(of_demand(evened, true) / of_demand(alone, true) == Approx(expected).epsilon(0.08));
  CHECK(of(evened, "migration.rebalanced_bytes") <= 50e6 * 86400 * 30 * 3000 * (1 + 1e-9));
}

TEST_CASE("several landings at one time move no more than there is") {
  // What a drive that failed held may move twice.
  const app::RunResult result =
      run_form({"run.form=ledger", "run.duration=3 d", "fleet.models.0.afr=0 %/yr",
                R"(events=[{"at":"1 h","every":"1 min","times":4,"event":"rack_landing",)"
                R"("racks_per_zone":10,"target_fill":1,"rate":"10 GB/s","policy":"random_mix"}])"});
  // 30 PB on 9,000 drives of 20 TB.
  CHECK(of(result, "capacity.fill.mean") == Approx(30e15 / (9000 * 20e12)).epsilon(1e-3));
  CHECK(of(result, "migration.bytes") <= 30e15 * (1 + 1e-4));
}

TEST_CASE("outages of a zone that overlap end with the last") {
  const app::RunResult result =
      run_form({"run.form=ledger", "run.duration=5 d",
                R"(events=[{"at":"1 d","event":"zone_down","zone":0,"lasts":"48 h"},)"
                R"({"at":"2 d","event":"zone_down","zone":0,"lasts":"12 h"}])"});
  CHECK(result.drives_in(23) == 3000);
  for (const std::size_t hour : {24U, 48U, 61U, 71U}) CHECK(result.drives_in(hour) == 2000);
  CHECK(result.drives_in(72) == 3000);
}

TEST_CASE("data that finds no room after a zone is lost is neither protected nor repaired") {
  // 75 % of three zones' bytes do not fit into two: a ninth of what the lost zone held is left.
  const BothForms pair =
      both({"run.duration=10 d", "data.logical=15 PB", "repair.bandwidth=400 MB/s",
            "repair.after_zone_loss=relax", "spread.max_per_zone=1",
            R"(redundancy={"scheme":"erasure","data":1,"parity":2})",
            R"(events=[{"at":"1 d","event":"zone_lost","zone":2}])"});
  CHECK(std::isnan(of(pair.ledger, "repair.full_protection_s")));
  CHECK(of(pair.ledger, "repair.shortfall_bytes") > 0);
  CHECK(of(pair.ledger, "capacity.fill.mean") > 0.99);
  check_close(pair, "repair.bytes", 0.05);
}

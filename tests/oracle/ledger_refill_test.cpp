// Empty drives in a fleet of ledgers: those in place of failed ones that `least_loaded` fills
// first, and what repair puts on drives whatever the policy (docs/theory/ledger.md).

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/experiment/ledger_sample.hpp"
#include "app/experiment/ledger_static.hpp"
#include "app/world/row_mechanics.hpp"
#include "models/checkers/ledger_checker.hpp"
#include "models/ledger/ledger_run.hpp"
#include "tests/support/both_forms.hpp"

using namespace spindle;
using test::both;
using test::BothForms;
using test::check_close;
using test::of;
using test::run_form;

namespace {

// Some 120 drives fail in ten days; tenants write, and read, at hours of their own.
const std::vector<std::string> kRefilled = {
    "run.duration=10 d", "fleet.models.0.afr=150 %/yr", R"(placement={"policy":"least_loaded"})",
    R"(tenants.0={"name":"batch","count":300,"size":{"distribution":"lognormal","sigma":1},)"
    R"("reads":"5 PB/d","writes":"60 TB/d","writes_are":"new_data","object":"4 MB",)"
    R"("cooling":{"model":"exponential","tau":"20 d","ages":"steady"},)"
    R"("load":{"model":"daily_window","window":"4 h","start":"random"}})"};

std::vector<std::string> refilled_and(const std::vector<std::string>& more) {
  std::vector<std::string> sets = kRefilled;
  sets.insert(sets.end(), more.begin(), more.end());
  return sets;
}

// Of heat over drives and epochs, where so many refilled drives have rows of their own.
double cov_with_rows(std::uint32_t rows) {
  const app::Scenario scenario = test::valid_scenario(test::kBothForms, refilled_and({}));
  const app::LedgerSamples samples = app::make_ledger_samples(scenario);
  const app::World& world = *samples.mix.world;
  const models::Topology topology(app::timed_fleet(scenario, world.mechanics));
  const models::LedgerOptions options = app::ledger_options(scenario, samples.mix, topology);
  models::MixSample mix({world.topology, world.extents, samples.mix.placement, world.population,
                         world.costs, world.total_weight},
                        rows);
  const auto refilled = app::make_refilled_drives(scenario, samples.mix, topology, options, mix);
  const auto classes = app::ledger_classes(scenario, samples.mix);
  const auto shard = static_cast<double>(world.extents.shard_bytes);
  models::LedgerShare share(topology);
  models::LedgerFleet fleet(topology, mix, {classes, samples.parts, {}, shard, options.seed}, share,
                            2);
  const models::EpochGrid grid{scenario.run.epoch, scenario.run.epochs()};
  models::LedgerPlan plan(options, grid, fleet, classes, 2);
  models::LedgerInputs inputs{mix, fleet, options, samples.mix.scale, grid, 2};
  inputs.refilled = refilled.get();
  const models::LedgerResult result = models::run_ledger(inputs, plan);
  CHECK(models::check_ledger_fleet(fleet, plan, 2).ok());
  return result.heat.standard_deviation() / result.heat.mean();
}

}  // namespace

// What such drives bear is most of the spread of heat, which is twice that of a fleet in which none
// fails. Forms differ in which hundred drives' data came in which order: seeds by 3 %.
TEST_CASE("drives that are refilled are as hot in ledgers as mapped ones") {
  for (const std::vector<std::string>& sets :
       {std::vector<std::string>{},
        {R"(redundancy={"scheme":"erasure","data":5,"parity":4})", "data.extent=99 GB",
         "spread.max_per_zone=3"},
        {R"(events=[{"at":"4 d","event":"zone_down","zone":1,"lasts":"6 h"},)"
         R"({"at":"5 d","event":"rack_landing","racks_per_zone":1,"policy":"none"}])"}}) {
    INFO((sets.empty() ? "" : sets.front()));
    const BothForms pair = both(refilled_and(sets));
    check_close(pair, "repair.drive_failures", 1e-9);
    check_close(pair, "heat.cov", 0.12);
    check_close(pair, "heat.util.mean", 0.02);
    check_close(pair, "heat.util.p99", 0.1);
    check_close(pair, "capacity.fill.mean", 2e-3);
    check_close(pair, "capacity.fill.sd", 0.2);
  }
}

// Of more drives than there are rows the first take the sample's mixes again, and nothing is lost.
TEST_CASE("refilled drives give up their rows to later ones") {
  const double few = cov_with_rows(4);
  const double some = cov_with_rows(40);
  const double all = cov_with_rows(200);  // more than drives that fail
  CHECK(few < some);
  CHECK(some < all);
  CHECK(cov_with_rows(400) == Approx(all).epsilon(1e-12));
}

TEST_CASE("refilled drives are the same for any number of threads") {
  const std::vector<std::string> sets = refilled_and({"run.form=ledger", "run.duration=4 d"});
  const std::string one = run_form(sets, 1).digest;
  CHECK(run_form(sets, 2).digest == one);
  CHECK(run_form(sets, 4).digest == one);
}

// Windows of twelve hours, in which some drives fail, come back, and fail again.
TEST_CASE("a drive that fails as soon as it is back is not there") {
  const app::RunResult result =
      run_form(refilled_and({"run.form=ledger", "run.epoch=6 h", "fleet.models.0.afr=2000 %/yr",
                             "failure.replace=1 h", "repair.bandwidth=50 MB/s"}));
  CHECK(of(result, "repair.drive_failures") > 1000);
  CHECK(of(result, "capacity.fill.mean") == Approx(0.5).epsilon(0.02));
}

// Repair draws a drive for each shard: a policy that looks at fill has no say in it.
TEST_CASE("what repair rebuilds is spread in ledgers as in mapped fleets") {
  const std::string lost = R"(events=[{"at":"2 d","event":"zone_lost","zone":2}])";
  for (const std::string placement :
       {R"({"policy":"random"})", R"({"policy":"d_choices","d":2,"metric":"fill"})",
        R"({"policy":"shuffle_shard","width":600})"}) {
    INFO(placement);
    const BothForms pair = both({"run.duration=12 d", "placement=" + placement, "data.logical=7 PB",
                                 lost, "spread.max_per_zone=2", "repair.bandwidth=50 MB/s"});
    check_close(pair, "repair.bytes", 0.03);
    check_close(pair, "capacity.fill.mean", 5e-3);
    check_close(pair, "capacity.fill.sd", 0.08);
  }
}

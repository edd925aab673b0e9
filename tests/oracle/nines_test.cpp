// The figures of `spindle nines` against published ones and closed forms.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "app/nines/nines_figures.hpp"
#include "app/nines/nines_request.hpp"
#include "models/analytic/shared_repair.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

NinesCase case_of(NinesRequest request, const std::string& scheme) {
  request.schemes = {scheme};
  const ResolvedNines resolved = resolve_nines(request);
  INFO((resolved.problems.empty() ? "" : resolved.problems.front()));
  REQUIRE(resolved.cases.size() == 1);
  return resolved.cases.front();
}

NinesFigures figures_of(const NinesRequest& request, const std::string& scheme) {
  return nines_figures(case_of(request, scheme));
}

NinesRequest at(const char* afr, const char* mttr) {
  NinesRequest request;
  request.afr = afr;
  request.mttr = mttr;
  return request;
}

}  // namespace

TEST_CASE("nines: annual losses of the published table") {
  struct Row {
    const char *afr, *mttr, *scheme;
    double loss;
  };
  for (const Row& row : {Row{"1.5 %/yr", "24 h", "2 copies", 1.2e-6},
                         {"1.5 %/yr", "24 h", "3 copies", 7.6e-11},
                         {"1.5 %/yr", "24 h", "4 copies", 4.2e-15},
                         {"1.5 %/yr", "24 h", "5+4", 2.7e-17},
                         {"1.5 %/yr", "6 h", "5+4", 1.1e-19},
                         {"4 %/yr", "168 h", "5+4", 8.7e-12},
                         {"4 %/yr", "168 h", "3 copies", 7.0e-8}}) {
    INFO(row.scheme << ", " << row.afr << ", " << row.mttr);
    const NinesFigures figures = figures_of(at(row.afr, row.mttr), row.scheme);
    CHECK(figures.chain.loss.probability.value() == Approx(row.loss).epsilon(.05));
    CHECK(figures.chain.loss.nines() == Approx(-std::log10(row.loss)).margin(.03));
  }
  // A mean time to failure is the same rate.
  NinesRequest request = at("1.5 %/yr", "24 h");
  request.mttf = "1000000 h";
  CHECK(figures_of(request, "4+1").chain.mttdl_years == Approx(2083783333.0 / 8760).epsilon(1e-9));
}

TEST_CASE("nines: fixed windows are m + 1 times too low") {
  const ChainFigures chain = figures_of(at("0.405 %/yr", "156 h"), "17+3").chain;
  CHECK(chain.fixed_window == Approx(7.354e-12).epsilon(1e-4));
  CHECK(chain.loss.probability.value() == Approx(2.939e-11).epsilon(2e-4));
  CHECK(chain.loss.probability.value() / chain.fixed_window == Approx(4).epsilon(2e-3));
  const ChainFigures copies = figures_of(at("0.1 %/yr", "1 h"), "3 copies").chain;
  CHECK(copies.loss.probability.value() / copies.fixed_window == Approx(3).epsilon(1e-3));
}

TEST_CASE("nines: what a zone's loss leaves for 30 days") {
  NinesRequest request = at("1.5 %/yr", "24 h");
  request.spread = "3/zone,1/rack";
  const ZoneFigures code = figures_of(request, "5+4").zone;
  CHECK(code.shards == 3);
  CHECK(code.spare == 1);
  CHECK(code.lost_unrepaired == Approx(2.3e-5).epsilon(.02));
  CHECK(code.lost < code.lost_unrepaired / 10);  // a day of repair in a month
  const ZoneFigures copies = figures_of(request, "3 copies").zone;
  CHECK(copies.shards == 1);
  CHECK(copies.lost_unrepaired == Approx(1.5e-6).epsilon(.02));
  CHECK(code.fill_after == Approx(1.2));
  // Three zones, one loss in a hundred years each.
  CHECK(code.losses_per_year == Approx(.03 * code.lost));
  const NinesFigures all = figures_of(request, "5+4");
  CHECK(std::string(dominating_cause(all)) == "loss of a zone");
  CHECK(code.break_even_per_year * 3 * code.lost == Approx(all.chain.losses_per_year));
  request.zone_loss = "0 /yr";
  CHECK(std::string(dominating_cause(figures_of(request, "5+4"))) == "independent failures");
}

TEST_CASE("nines: what cannot be read at a moment, and with a zone down") {
  NinesRequest request;
  request.down = "0.1 %";
  const NinesFigures figures = figures_of(request, "5+4");
  CHECK(figures.unreadable == Approx(1.3e-13).epsilon(.04));
  CHECK(figures.unreadable_zone_down == Approx(1.5e-5).epsilon(.01));
  CHECK(figures_of(request, "11+7").unreadable_zone_down == Approx(6.6e-5).epsilon(.01));
  request.down.clear();
  CHECK(case_of(request, "5+4").shard_down == Approx(.015 / (.015 + 365)));
}

TEST_CASE("nines: shared repair by its equation") {
  // 20 million drives, 1.5 %/yr, 16 TB on each, five reads and a write a shard: 38 kB/s a drive of
  // reads, and a fifth of that of writes.
  models::SharedRepair shared{.drives = 20e6,
                              .failures_per_s = .015 / (8760 * 3600),
                              .bytes_per_s = 50e6,
                              .bytes_per_drive = 16e12,
                              .reads = 5};
  CHECK(models::shared_repair_load(shared) * 50e6 == Approx(38e3 * 6 / 5).epsilon(.01));
  // 80 TB read and 16 written over 10,000 helpers at 1 MB/s, and hardly ever a wait.
  shared.drives = 10'000;
  shared.bytes_per_s = 1e6;
  const double one = 96e12 / 1e10;
  const double load = shared.drives * shared.failures_per_s * one;
  CHECK(models::shared_repair_wait_s(shared) ==
        Approx(one / 2 + load * one / (2 * (1 - load))).epsilon(1e-12));
  shared.bytes_per_s = 1e3;
  CHECK(models::shared_repair_load(shared) > 1);
  CHECK(std::isinf(models::shared_repair_wait_s(shared)));
}

TEST_CASE("nines: the time to repair follows from what drives give to it") {
  NinesRequest request;
  request.detect = "1 h";
  request.repair_rate = "1 MB/s";
  const NinesCase of = case_of(request, "5+4");
  // Detection, half of 96 TB over 100,000 drives, the wait, and a shard of 2 GB at 1 MB/s.
  const double one = 96e12 / 1e11;
  CHECK(of.repair_load == Approx(1e5 * .015 / (8760 * 3600) * one));
  const double wait = of.repair_load * one / (2 * (1 - of.repair_load));
  CHECK(of.repair_hours * 3600 == Approx(3600 + one / 2 + wait + 2000).epsilon(1e-9));
  CHECK(of.logical_bytes == Approx(1e5 * 20e12 * .8 / 1.8));
}

TEST_CASE("nines: without repair the first year of an extent, without failures none") {
  NinesRequest request;
  request.repair_rate = "0 MB/s";
  const NinesFigures figures = figures_of(request, "3 copies");
  CHECK(figures.chain.loss.probability.value() ==
        Approx(std::pow(1 - std::exp(-.015), 3)).epsilon(1e-10));
  CHECK(figures.chain.mttdl_years == Approx((1 + 1 / 2. + 1 / 3.) / .015).epsilon(1e-10));
  CHECK(std::isnan(figures.chain.fixed_window));
  CHECK(case_of(request, "3 copies").shard_down ==
        Approx(1 - (1 - std::exp(-.015)) / .015).epsilon(1e-9));
  request = {};
  request.afr = "0 %/yr";
  const NinesFigures never = figures_of(request, "3 copies");
  CHECK(std::isinf(never.chain.mttdl_years));
  CHECK(never.chain.loss.probability.value() == 0);
  CHECK(never.lost_bytes_per_year == 0);
  CHECK(never.zone.lost == 0);
}

TEST_CASE("nines: a local code between the erasure codes of its parities") {
  const NinesRequest request = at("1.5 %/yr", "24 h");
  const double local = figures_of(request, "LRC 12+2+2").chain.loss.nines();
  CHECK(local > figures_of(request, "13+3").chain.loss.nines());
  CHECK(local < figures_of(request, "12+4").chain.loss.nines());
}

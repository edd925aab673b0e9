// What `spindle nines` makes of its texts, and how it words what it knows.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "app/nines/nines_figures.hpp"
#include "app/nines/nines_request.hpp"
#include "app/nines/nines_tables.hpp"
#include "app/nines/scheme_text.hpp"
#include "app/nines/spread_text.hpp"

using namespace spindle;
using namespace spindle::app;

namespace {

NinesCase only_case(const NinesRequest& request) {
  const ResolvedNines resolved = resolve_nines(request);
  INFO((resolved.problems.empty() ? "" : resolved.problems.front()));
  REQUIRE(resolved.problems.empty());
  REQUIRE(resolved.cases.size() == 1);
  return resolved.cases.front();
}

NinesRequest request_of(const std::string& scheme) {
  NinesRequest request;
  request.schemes = {scheme};
  return request;
}

}  // namespace

TEST_CASE("scheme text: every name a scheme has, and short ones") {
  const auto name_of = [](const char* text) {
    const auto scheme = parse_scheme(text);
    return scheme.value ? scheme.value->name() : "refused: " + scheme.problem;
  };
  for (const char* name : {"3 copies", "1 copy", "5+4", "17+3", "4+0", "LRC 12+2+2"}) {
    CHECK(name_of(name) == name);
  }
  CHECK(name_of("3x") == "3 copies");
  CHECK(name_of(" 3 Copies ") == "3 copies");
  CHECK(name_of("lrc12+2+2") == "LRC 12+2+2");
  CHECK(name_of("5 + 4") == "5+4");
}

TEST_CASE("scheme text: anything else is refused with an example") {
  for (const char* text : {"", "+", "5", "5+", "+4", "5-4", "5+4+2", "x", "copies", "3.5x", "-3x",
                           "LRC", "LRC 12+2", "LRC 12+2+2+2", "99999999999x", "5+4 copies"}) {
    const auto scheme = parse_scheme(text);
    INFO(text);
    CHECK_FALSE(scheme.value);
    CHECK(scheme.problem.find("\"LRC 12+2+2\"") != std::string::npos);
  }
  CHECK(parse_scheme("60+5").problem.find("at most 64") != std::string::npos);
  CHECK(parse_scheme("LRC 12+5+2").problem.find("equal size") != std::string::npos);
}

TEST_CASE("spread text: limits, even, none") {
  const auto limits = parse_spread("3/zone, 1/rack").value.value();
  CHECK(limits.max_per_zone == 3);
  CHECK(limits.max_per_rack == 1);
  CHECK(parse_spread("2 / rack").value.value().max_per_rack == 2);
  CHECK(parse_spread("2/rack").value.value().max_per_zone == 0);
  CHECK(parse_spread("even").value.value().is_even);
  CHECK_FALSE(parse_spread("none").value.value().is_even);
  for (const char* text : {"", "3", "zone", "3/zone,", "0/zone", "3/zone,2/zone", "3/row", "x/zone",
                           "3/zone;1/rack"}) {
    INFO(text);
    CHECK_FALSE(parse_spread(text).value);
    CHECK(parse_spread(text).problem.find("3/zone,1/rack") != std::string::npos);
  }
}

TEST_CASE("spread: even limits are the lowest that hold the shards") {
  models::DurabilityFleet fleet{.drives = 1000, .zones = 3, .racks_per_zone = 4};
  apply_spread({.is_even = true}, 16, fleet);
  CHECK(fleet.max_per_zone == 6);
  CHECK(fleet.max_per_rack == 2);
  apply_spread({.is_even = true}, 9, fleet);
  CHECK(fleet.max_per_zone == 3);
  CHECK(fleet.max_per_rack == 1);
}

TEST_CASE("spread: shares of extents by shards in a zone") {
  models::DurabilityFleet fleet{.drives = 30, .zones = 3, .racks_per_zone = 1, .max_per_zone = 9};
  CHECK(shares_in_zone(9, fleet)[3] == 1);
  const auto four = shares_in_zone(4, fleet);
  CHECK(four[1] == Approx(2.0 / 3));
  CHECK(four[2] == Approx(1.0 / 3));
  fleet.max_per_zone = 0;
  const auto any = shares_in_zone(9, fleet);
  double total = 0;
  double mean = 0;
  for (std::size_t z = 0; z < any.size(); ++z) {
    total += any[z];
    mean += static_cast<double>(z) * any[z];
  }
  CHECK(total == Approx(1).epsilon(1e-12));
  CHECK(mean == Approx(3).epsilon(1e-12));
  CHECK(any[9] == Approx(10. / 14307150));  // C(10, 9) of C(30, 9)
  fleet.zones = 1;
  CHECK(shares_in_zone(9, fleet)[9] == 1);
}

TEST_CASE("nines: what is known only as a bound is said as one") {
  CHECK(nines_text({1e-11, 1e-11}) == "11.0");
  CHECK(nines_text({0.0, 0.0}) == "never lost");
  CHECK(nines_text({std::nullopt, 5.5e-14}) == "at least 13.2");
  NinesRequest request = request_of("64 copies");
  request.mttr = "1 s";
  const NinesFigures figures = nines_figures(only_case(request));
  CHECK_FALSE(figures.chain.loss.probability);
  CHECK(figures.chain.loss.most > 0);
  CHECK(nines_text(figures.chain.loss) == "at least 304.3");
}

TEST_CASE("nines: a simulation without a loss leaves a bound, and one that says nothing none") {
  const NinesCase of = only_case(request_of("5+4"));
  NinesFigures figures = nines_figures(of);
  models::DurabilityEstimate estimate;
  add_simulation(of, estimate, figures);
  CHECK_FALSE(figures.simulated);
  estimate.losses_per_year = {0, 0, 1e-12};
  add_simulation(of, estimate, figures);
  REQUIRE(figures.simulated);
  CHECK_FALSE(figures.simulated->loss.probability);
  CHECK(nines_text(figures.simulated->loss) == "at least 12.0");
  CHECK(std::isnan(figures.simulated->to_chain));
  CHECK(figures.lost_bytes_per_year == Approx(1e-12 * of.logical_bytes));
}

TEST_CASE("nines: an estimate far from the chain does not agree with it") {
  const NinesCase of = only_case(request_of("3 copies"));
  NinesFigures figures = nines_figures(of);
  const double rate = figures.chain.losses_per_year;
  models::DurabilityEstimate estimate;
  for (const auto& [factor, agrees] :
       {std::pair{1.0, true}, {1.12, true}, {1.3, false}, {0.8, false}}) {
    estimate.losses_per_year = {factor * rate, (factor - .08) * rate, (factor + .08) * rate};
    add_simulation(of, estimate, figures);
    CHECK(figures.simulated->agrees == agrees);
    CHECK(figures.simulated->to_chain == Approx(factor));
  }
}

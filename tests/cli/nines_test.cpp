// `spindle nines` as a user meets it.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

Outcome nines(const Scratch& scratch, const std::string& options) {
  return shell(scratch.path(), "\"$SPINDLE\" nines -q " + options);
}

nlohmann::json computed(const Scratch& scratch, const std::string& options) {
  const Outcome outcome = nines(scratch, "--format json " + options);
  INFO(options << "\n" << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return nlohmann::json::parse(outcome.out);
}

nlohmann::json first_scheme(const Scratch& scratch, const std::string& options) {
  return computed(scratch, options)["schemes"][0];
}

}  // namespace

TEST_CASE("nines: figures have the names of the design, for the six schemes") {
  const Scratch scratch;
  const auto json = computed(scratch, "--analytic");
  std::vector<std::string> names;
  for (const auto& scheme : json["schemes"]) {
    names.push_back(scheme["scheme"]);
    CHECK(scheme["overhead"].get<double>() >= 1);
    CHECK(scheme["analytic"]["annual_loss_probability"].get<double>() > 0);
    CHECK(scheme["analytic"]["mttdl_years"].get<double>() > 0);
    CHECK(scheme["analytic"]["nines"].get<double>() > 5);
    CHECK(scheme["expected_lost_bytes_per_year"].get<double>() > 0);
    for (const char* key : {"annual_loss_probability", "ci_low", "ci_high", "nines", "estimator"}) {
      CHECK(scheme["simulated"].contains(key));
      CHECK(scheme["simulated"][key].is_null());
    }
    CHECK(scheme["zone_loss"]["loss_probability"].get<double>() > 0);
    CHECK(scheme["zone_down_unreadable_fraction"].get<double>() >
          scheme["unreadable_fraction"].get<double>());
    CHECK(scheme["causes"]["dominating"] == "loss of a zone");
  }
  CHECK(names ==
        std::vector<std::string>{"3 copies", "4 copies", "5+4", "10+4", "17+3", "LRC 12+2+2"});
  CHECK(json["drives"] == 100'000);
}

TEST_CASE("nines: the simulation stands beside the chain, with an interval around it") {
  const Scratch scratch;
  const auto json = computed(
      scratch, "--scheme \"3 copies, 5+4\" --afr \"4 %/yr\" --mttr \"7 d\" --spread 3/zone,1/rack");
  for (const auto& scheme : json["schemes"]) {
    const auto& simulated = scheme["simulated"];
    CHECK(simulated["estimator"] == "conditional");
    const double p = simulated["annual_loss_probability"];
    CHECK(simulated["ci_low"].get<double>() < p);
    CHECK(simulated["ci_high"].get<double>() > p);
    CHECK(simulated["ci_high"].get<double>() <= 1.1001 * p);
    CHECK(simulated["is_precise"] == true);
    CHECK(simulated["agrees"] == true);
    CHECK(simulated["nines"].get<double>() == Approx(-std::log10(p)));
    CHECK(simulated["nines_at_least"].is_null());
    CHECK(scheme["expected_lost_bytes_per_year"].get<double>() ==
          Approx(p * scheme["logical_bytes"].get<double>()));
  }
  const double code = json["schemes"][1]["simulated"]["annual_loss_probability"];
  CHECK(code == Approx(8.66e-12).epsilon(.2));
}

TEST_CASE("nines: equal seeds print equal bytes for any number of threads, others do not") {
  const Scratch scratch;
  const std::string options = "--scheme \"3x,LRC 4+2+1\" --afr \"10 %/yr\" --format csv --seed ";
  const std::string one = nines(scratch, options + "5 --threads 1").out;
  CHECK(one.find("simulated.nines,") != std::string::npos);
  CHECK(one == nines(scratch, options + "5 --threads 3").out);
  CHECK(one != nines(scratch, options + "6 --threads 1").out);
}

TEST_CASE("nines: bounded repair is computed, and simulated with drives in turn") {
  const Scratch scratch;
  const auto scheme = first_scheme(
      scratch,
      "--scheme 3x --drives 1000 --racks 4 --afr \"10 %/yr\" --detect \"1 h\" --repair-rate "
      "\"1 MB/s\" --order fifo");
  CHECK(scheme["repair_load"].get<double>() > 0);
  CHECK(scheme["repair_load"].get<double>() < 1);
  CHECK(scheme["repair_hours"].get<double>() > 1);
  CHECK(scheme["simulated"]["annual_loss_probability"].get<double>() > 0);
}

TEST_CASE("nines: drives that never fail lose nothing, and that is no estimate") {
  const Scratch scratch;
  const auto scheme = first_scheme(scratch, "--scheme 5+4 --afr \"0 %/yr\"");
  CHECK(scheme["analytic"]["annual_loss_probability"] == 0);
  CHECK(scheme["analytic"]["mttdl_years"].is_null());
  CHECK(scheme["analytic"]["nines"].is_null());
  CHECK(scheme["simulated"]["annual_loss_probability"].is_null());
  CHECK(scheme["expected_lost_bytes_per_year"] == 0);
  const Outcome table = nines(scratch, "--scheme 5+4 --afr \"0 %/yr\"");
  CHECK(table.out.find("never lost") != std::string::npos);
  CHECK(table.out.find("inf") == std::string::npos);
}

TEST_CASE("nines: without repair it is the first year of an extent, not simulated") {
  const Scratch scratch;
  const auto scheme = first_scheme(scratch, "--scheme 3x --repair-rate \"0 MB/s\"");
  CHECK(scheme["repair_hours"].is_null());
  CHECK(scheme["analytic"]["annual_loss_probability"].get<double>() ==
        Approx(std::pow(1 - std::exp(-.015), 3)));
  CHECK(scheme["simulated"]["nines"].is_null());
  const Outcome table = nines(scratch, "--scheme 3x --repair-rate \"0 MB/s\"");
  CHECK(table.out.find("nothing is ever rebuilt") != std::string::npos);
  CHECK(table.out.find("first year of an extent") != std::string::npos);
}

TEST_CASE("nines: more nines than a number holds are a bound") {
  const Scratch scratch;
  const auto scheme = first_scheme(scratch, "--scheme 64x --mttr \"1 s\" --analytic");
  CHECK(scheme["analytic"]["annual_loss_probability"].is_null());
  CHECK(scheme["analytic"]["nines"].is_null());
  CHECK(scheme["analytic"]["nines_at_least"].get<double>() > 300);
  const Outcome table = nines(scratch, "--scheme 64x --mttr \"1 s\"");
  CHECK(table.exit_code == 0);
  CHECK(table.out.find("at least 304.3") != std::string::npos);
}

TEST_CASE("nines: why fixed windows say less is told with its figures") {
  const Scratch scratch;
  const std::string options =
      "--scheme 17+3 --afr \"0.405 %/yr\" --mttr \"156 h\" --analytic --explain-window";
  const auto scheme = first_scheme(scratch, options);
  CHECK(scheme["analytic"]["fixed_window_annual_loss_probability"].get<double>() ==
        Approx(7.354e-12).epsilon(1e-4));
  CHECK(scheme["analytic"]["annual_loss_probability"].get<double>() ==
        Approx(2.939e-11).epsilon(1e-3));
  const Outcome table = nines(scratch, options);
  CHECK(table.out.find("7.354e-12") != std::string::npos);
  CHECK(table.out.find("2.939e-11") != std::string::npos);
  CHECK(table.out.find("straddle") != std::string::npos);
}

// 1e5 drives of 16 TB hold 1.6 EB, a third of it data: read once, written at 1.8, at 10 MB/s a
// drive.
TEST_CASE("nines: re-encoding tells what is read, written and freed, and how long it takes") {
  const Scratch scratch;
  const auto scheme = first_scheme(
      scratch, "--analytic --scheme 5+4 --reencode-from '3 copies' --reencode-rate '10 MB/s'");
  const auto& cost = scheme["reencoding"];
  const double logical = 1.6e18 / 3;
  CHECK(cost["from"] == "3 copies");
  CHECK(cost["read_bytes"].get<double>() == Approx(logical));
  CHECK(cost["written_bytes"].get<double>() == Approx(1.8 * logical));
  CHECK(cost["freed_bytes"].get<double>() == Approx(1.6e18));
  CHECK(cost["seconds"].get<double>() == Approx(2.8 * logical / 1e12));
  CHECK(cost["fill_after"].get<double>() == Approx(0.48));
  const Outcome table = nines(scratch, "--analytic --scheme 4x --reencode-from 5+4");
  CHECK_THAT(table.out, Catch::Contains("re-encoding from 5+4") && Catch::Contains("(no room)"));
  CHECK(nines(scratch, "--analytic --reencode-rate '1 MB/s'").exit_code == 2);
  CHECK(nines(scratch, "--analytic --reencode-from 5-4").exit_code == 2);
}

TEST_CASE("nines: what has no answer is refused, all of it together") {
  const Scratch scratch;
  const auto refuses = [&](const std::string& options, const std::vector<std::string>& words) {
    const Outcome outcome = nines(scratch, options);
    INFO(options << "\n" << outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find("nothing was computed") != std::string::npos);
    for (const std::string& word : words) CHECK(outcome.err.find(word) != std::string::npos);
  };
  refuses("--scheme \"5-4,3x\" --afr 1.5 --mttr \"0 h\" --fill 2 --drives 10 --zone-loss often",
          {"--scheme: \"5-4\"", "--afr: ", "--mttr: \"0 h\"", "--fill: ", "--drives: 10",
           "--zone-loss: ", "6 problems"});
  refuses("--scheme 17+3 --spread 3/zone,1/rack",
          {"17+3: 20 shards need 7 zones at 3 a zone, but the fleet has 3"});
  refuses("--scheme 5+4 --zones 1 --racks 8 --spread 1/rack",
          {"5+4: 9 shards need 9 racks at 1 a rack, but a zone has 8"});
  refuses("--spread 3/row", {"--spread: \"3/row\""});
  refuses("--scheme 5+4 --drives 8 --zones 1 --racks 1", {"9 drives"});
  refuses("--afr \"1 %/yr\" --mttf \"1000000 h\"", {"--afr and --mttf"});
  refuses("--mttf \"0 h\"", {"--mttf: \"0 h\""});
  refuses("--mttr \"1 d\" --repair-rate \"1 MB/s\"", {"--mttr and --repair-rate"});
  refuses("--order fifo --detect \"1 h\"", {"--order: ", "--detect: ", "2 problems"});
  refuses("--scheme 5+4 --repair-rate \"1 kB/s\"", {"repair falls behind for ever", "45.7 times"});
  refuses("--fill \"99 %\" --mttr \"1 yr\"", {"spare space exhausted"});
  refuses("--down \"100 %\"", {"--down: \"100 %\""});
  refuses("--zones 0 --precision \"0 %\"", {"--zones", "--precision: ", "2 problems"});
}

TEST_CASE("nines: a lost zone that leaves no room for its data is told") {
  const Scratch scratch;
  const std::string full = nines(scratch, "--scheme 5+4 --analytic").out;
  CHECK(full.find("they would be 120 % full") != std::string::npos);
  const std::string half = nines(scratch, "--scheme 5+4 --analytic --fill 0.5").out;
  CHECK(half.find("no room") == std::string::npos);
  const auto one = first_scheme(scratch, "--scheme 5+4 --analytic --zones 1");
  CHECK(one["zone_loss"]["loss_probability"] == 1);
  CHECK(one["zone_down_unreadable_fraction"] == 1);
}

TEST_CASE("nines: a file instead of printing, and a table for a page") {
  const Scratch scratch;
  const Outcome outcome = nines(scratch, "--analytic --format md --out nines.md");
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.out.empty());
  CHECK(read_file(scratch.path() / "nines.md").find("| LRC 12+2+2 |") != std::string::npos);
  const Outcome nowhere = nines(scratch, "--analytic --out no/such/folder/nines.md");
  CHECK(nowhere.exit_code != 0);
  CHECK(nowhere.err.find("no/such/folder") != std::string::npos);
}

TEST_CASE("nines: the examples of its page and of its help run as they stand") {
  const Scratch scratch;
  const auto runs = [&](const std::string& text, const std::string& before) {
    int examples = 0;
    for (std::size_t at = text.find(before); at != std::string::npos;
         at = text.find(before, at + 1)) {
      const std::size_t begin = at + before.size();
      const std::string command = text.substr(begin, text.find('\n', begin) - begin);
      CAPTURE(command);
      CHECK(shell(scratch.path(), "\"$SPINDLE\" nines" + command).exit_code == 0);
      ++examples;
    }
    return examples;
  };
  CHECK(runs(read_file(fs::path(SPINDLE_SOURCE_DIR) / "docs/user/nines.md"),
             "```sh\nspindle nines") == 6);
  CHECK(runs(nines(scratch, "--help").out, "\n  spindle nines") == 5);
}

TEST_CASE("nines: its page shows what the program prints") {
  const Scratch scratch;
  const std::string page = read_file(fs::path(SPINDLE_SOURCE_DIR) / "docs/user/nines.md");
  const std::string fence = "\n```\n\n```text\n";
  const std::size_t shown = page.find(fence);
  REQUIRE(shown != std::string::npos);
  const std::size_t command =
      page.rfind("spindle nines", shown) + std::string("spindle nines").size();
  const Outcome outcome = nines(scratch, page.substr(command, shown - command));
  CHECK(outcome.exit_code == 0);
  CHECK(page.substr(shown + fence.size()).starts_with(outcome.out + "```\n"));
}

TEST_CASE("nines: an interrupt ends it with 130 and no figures") {
  const Scratch scratch;
  const Outcome outcome =
      shell(scratch.path(),
            "timeout --preserve-status -s INT 1 \"$SPINDLE\" nines -q --precision \"0.1 %\"");
  CHECK(outcome.exit_code == 130);
  CHECK(outcome.out.empty());
}

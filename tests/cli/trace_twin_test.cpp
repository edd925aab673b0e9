// A public trace, the tenant that is fitted to it, and the requests that are drawn from that
// tenant: as a user would go round. The peaks of the twin are the trace's at three widths within 15
// %, shares of reads and quantiles of sizes within 5 %, for every seed. The files are not part of
// the source: without them the tests are skipped.

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"
#include "tests/support/public_data.hpp"

namespace {

using namespace spindle::test;
using Json = nlohmann::json;

struct Series {
  std::string file;
  std::string bins;          // three widths
  std::string columns = {};  // of the trace
  std::string options = {};  // of the fit
};

const std::string kJobBins = "1 s, 1 min, 1 h";
const std::string kSeriesBins = "5 min, 1 h, 1 d";

std::vector<Series> jobs() {
  const std::string path = "swim/swim_FB-20";
  return {{path + "09_samples_24_times_1hr_0.tsv", kJobBins},
          {path + "09_samples_24_times_1hr_1.tsv", kJobBins},
          {path + "10_samples_24_times_1hr_0.tsv", kJobBins},
          {path + "10_samples_24_times_1hr_withInputPaths_0.tsv", kJobBins}};
}

std::vector<Series> server_metrics() {
  return {
      {"nab/elb_request_count_8c0756.csv", kSeriesBins},
      {"nab/ec2_network_in_257a54.csv", kSeriesBins, "", " --counts bytes --object-size '5 kB'"},
      {"nab/ec2_disk_write_bytes_1ef3de.csv", kSeriesBins, "",
       " --counts bytes --object-size '64 kB' --side writes"},
      {"nab/rds_cpu_utilization_cc0c53.csv", kSeriesBins}};
}

std::vector<Series> tweets(const std::vector<std::string>& tickers) {
  std::vector<Series> all;
  for (const std::string& ticker : tickers) {
    all.push_back({"nab/Twitter_volume_" + ticker + ".csv", kSeriesBins});
  }
  return all;
}

// Traces shorter than a few hours: three widths that their spans hold.
std::vector<Series> request_series() {
  return {{"mqsim/mqsim_wsrch-small.trace", "100 ms, 1 s, 10 s"},
          {"mqsim/mqsim_tpcc-small.trace", "100 us, 1 ms, 10 ms"},
          {"azure/azure_llm_code.csv", "1 s, 1 min, 10 min", " --time TIMESTAMP"},
          {"azure/azure_llm_conv.csv", "1 s, 1 min, 10 min", " --time TIMESTAMP"}};
}

Json figures(const fs::path& folder, const std::string& command) {
  const Outcome outcome = shell(folder, command + " --format json");
  INFO(command << "\n" << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return Json::parse(outcome.out);
}

// Widths' figures of both, which the trace must have.
void check_twin(const Json& trace, const Json& twin) {
  int peaks = 0;
  for (const auto& [name, value] : trace.items()) {
    const bool is_peak = name.starts_with("peak_to_mean.");
    const bool is_size = name.starts_with("size_bytes.p");
    if (!value.is_number() || (!is_peak && !is_size && name != "read_share")) continue;
    INFO(name << ": " << value << " in the trace, " << twin[name] << " in its twin");
    REQUIRE(twin[name].is_number());
    const double found = twin[name].get<double>(), wanted = value.get<double>();
    CHECK(std::fabs(found - wanted) <= (is_peak ? 0.15 : 0.05) * wanted);
    peaks += is_peak ? 1 : 0;
  }
  CHECK(peaks == 3);
  CHECK(twin["rate_per_s"].get<double>() > 0);
}

void round_trip(const std::vector<Series>& all, int first_seed, int last_seed) {
  const auto data = public_data();
  if (!data) {
    WARN("skipped: no public traces (SPINDLE_DATA_DIR names their folder)");
    return;
  }
  for (const Series& series : all) {
    const Scratch folder;
    const std::string file = "'" + (*data / series.file).string() + "'";
    const std::string bins = " --bins '" + series.bins + "'";
    INFO(series.file);
    const Json trace =
        figures(folder.path(), "\"$SPINDLE\" trace stats " + file + series.columns + bins);
    const Outcome fit = shell(folder.path(), "\"$SPINDLE\" trace fit " + file + series.columns +
                                                 series.options + " --scenario --out twin.json");
    INFO(fit.err);
    REQUIRE(fit.exit_code == 0);
    for (int seed = first_seed; seed <= last_seed; ++seed) {
      INFO("seed " << seed);
      const Outcome synth =
          shell(folder.path(), "\"$SPINDLE\" trace synth twin.json --out twin.csv -q --seed " +
                                   std::to_string(seed));
      INFO(synth.err);
      REQUIRE(synth.exit_code == 0);
      check_twin(trace, figures(folder.path(), "\"$SPINDLE\" trace stats twin.csv" + bins));
    }
  }
}

}  // namespace

TEST_CASE("trace twins: a day of jobs") {
  round_trip(jobs(), 1, 1);
}
TEST_CASE("trace twins: servers' metrics") {
  round_trip(server_metrics(), 1, 1);
}
TEST_CASE("trace twins: tweets, many") {
  round_trip(tweets({"AAPL", "AMZN"}), 1, 1);
}
TEST_CASE("trace twins: tweets, few") {
  round_trip(tweets({"GOOG", "IBM", "UPS"}), 1, 1);
}
TEST_CASE("trace twins: short traces of requests") {
  round_trip(request_series(), 1, 2);
}

TEST_CASE("trace twins: ten seeds of all public traces", "[.large]") {
  round_trip(jobs(), 1, 10);
  round_trip(server_metrics(), 1, 10);
  round_trip(tweets({"AAPL", "AMZN", "GOOG", "IBM", "UPS"}), 1, 10);
  round_trip(request_series(), 1, 10);
}

// Any bytes as a trace of failures: the reader must report or read them, and what it reads must be
// a history of the fleet. The first byte chooses extension and limits; the rest is the file.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "app/trace/failure_trace.hpp"

namespace {

using namespace spindle;

void require(bool condition) {
  if (!condition) std::abort();
}

const models::Topology& fleet() {
  static const models::Topology topology = [] {
    models::FleetOptions options;
    options.zones = 2;
    options.racks_per_zone = 3;
    options.drives = 50;
    models::DriveModel model;
    model.name = "drive";
    model.capacity = models::Bytes{1'000'000};
    options.models = {{model, 1}};
    return models::Topology(options);
  }();
  return topology;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  std::istringstream input(std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  const std::string name = (choice & 1) != 0 ? "t.csv" : (choice & 2) != 0 ? "t.tsv" : "t";
  app::TraceLimits limits;
  if ((choice & 4) != 0) limits = {.line_bytes = 64, .rows = 20, .problems = 3};
  const app::FailureTraceResult result = app::read_failures(input, name, fleet(), limits);
  require(result.failures.empty() != result.problems.empty());
  require(result.failures.size() <= limits.rows);
  require(std::is_sorted(result.failures.begin(), result.failures.end(), models::comes_before));
  for (const models::SlotFailure& failure : result.failures) {
    require(failure.slot < fleet().drives());
    require(std::isfinite(failure.at_s) && failure.at_s >= 0);
  }
  return 0;
}

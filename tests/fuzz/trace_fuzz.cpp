// Any bytes as a trace: the reader must report or read them, and what it reads must play. The first
// byte chooses columns, extension and limits; the rest is the file.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "app/trace/trace_reader.hpp"
#include "models/tenant/load_model.hpp"

namespace {

using namespace spindle;
using sim::Duration;

void require(bool condition) {
  if (!condition) std::abort();
}

void play(const models::DemandTrace& trace) {
  const models::EpochGrid grid{Duration::hours(1), 100};
  std::vector<double> load(grid.count);
  models::make_trace_load(trace, 1, grid)->fill(0, load);
  for (const double value : load) require(std::isfinite(value) && value >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  std::istringstream input(std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  const std::string name = (choice & 1) != 0 ? "t.csv" : (choice & 2) != 0 ? "t.tsv" : "t";
  app::TraceLimits limits;
  if ((choice & 4) != 0) limits = {.line_bytes = 64, .rows = 8, .problems = 3};
  const bool by_name = (choice & 8) != 0;
  const Duration loop = (choice & 16) != 0 ? Duration::hours(7) : Duration();
  if ((choice & 32) != 0) {
    const auto result = app::read_series(input, name,
                                         {.time_column = by_name ? "timestamp" : "1",
                                          .value_column = by_name ? "value" : "2",
                                          .bytes_per_unit = 1000,
                                          .interval = Duration::seconds(300),
                                          .loop = loop},
                                         limits);
    require(result.trace.has_value() == result.problems.empty());
    require(result.problems.size() <= limits.problems + 1);
    if (result.trace) play(*result.trace);
  } else {
    const auto result = app::read_jobs(input, name,
                                       {.time_column = by_name ? "timestamp" : "2",
                                        .read_column = by_name ? "value" : "4",
                                        .write_column = by_name ? "" : "1",
                                        .loop = loop},
                                       limits);
    require(result.reads.has_value() == result.problems.empty());
    require(result.problems.size() <= limits.problems + 1);
    if (result.reads) play(*result.reads);
    if (result.writes) play(*result.writes);
  }
  return 0;
}

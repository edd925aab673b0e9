#pragma once
// A baseline: what replications of a scenario gave when it was last found good.
//
//   schema_version, scenario     1, and the scenario's name
//   scenario_digest              of the resolved scenario, less its seed and what changes no result
//   blessed                      why it was written, {reason, version} each, the latest last
//   rows                         seed, digest and metrics of each replication

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/report/metric_table.hpp"
#include "app/scenario/reader.hpp"

namespace spindle::app {

// As many as a file that may be read holds, with all metrics (ReadBounds of documents).
inline constexpr std::uint32_t kMostGateReplications = 1'000;

struct Replication {
  std::uint64_t seed = 0;
  std::string digest;
  Metrics metrics;
};

struct Blessing {
  std::string reason;
  std::string version;  // of the program
};

struct Baseline {
  std::string scenario;
  std::string scenario_digest;
  std::vector<Blessing> blessed;
  std::vector<Replication> rows;
};

struct ReadBaseline {
  std::optional<Baseline> baseline;  // empty where there are problems
  std::vector<Problem> problems;     // all of them, in file order
};
// Of a file, which need not be one: bounds as of read_scenario().
ReadBaseline read_baseline(const std::filesystem::path& file);
ReadBaseline read_baseline_text(std::string_view text, const std::string& file_name);

// The file's text: a line a replication. Reading it gives an equal baseline.
std::string baseline_text(const Baseline& baseline);

}  // namespace spindle::app

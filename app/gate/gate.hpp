#pragma once
// A scenario's replications held to a baseline's: exactly, and else by the margins of its gates.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/gate/baseline.hpp"
#include "app/scenario/scenario.hpp"
#include "sim/statistics.hpp"

namespace spindle::app {

// The probability that any gate of a scenario is called a regression where no metric has moved by
// more than its margin, by design.
inline constexpr double kFalseAlarms = 0.002;

enum class GateVerdict { kPass, kRegression, kInconclusive };
const char* verdict_word(GateVerdict verdict);

struct JudgedGate {
  Gate gate;
  double baseline = 0;  // means over the replications that are compared; NaN: undefined
  double now = 0;
  sim::Interval difference;        // of now - baseline, at confidence 1 - level; may be infinite
  double level = 0;                // Holm's share of kFalseAlarms
  std::uint64_t replications = 0;  // compared: pairs, or those of the smaller side
  std::uint64_t undefined = 0;     // replications in which one side alone has a value
  std::optional<std::uint64_t> needed;  // where inconclusive; empty: more than a million, or no
                                        // number is known
  GateVerdict verdict = GateVerdict::kPass;
};

struct GateReport {
  bool is_identical = false;      // same scenario, seeds, digests and metrics
  bool is_same_scenario = false;  // but for the seed and what changes no result
  bool is_paired = false;         // seeds match
  std::uint64_t runs = 0;
  std::uint64_t baseline_runs = 0;
  std::vector<JudgedGate> gates;             // in the scenario's order
  GateVerdict verdict = GateVerdict::kPass;  // regression, else inconclusive, else pass
};

// Preconditions: neither side is empty, and every row of the baseline has the metrics of the gates.
// Replications make pairs where seeds are equal and there are at least two such; the rest is then
// left out. Unpaired, all are compared.
GateReport judge_gates(const std::vector<Gate>& gates, const Baseline& baseline,
                       const std::vector<Replication>& runs, const std::string& scenario_digest);

}  // namespace spindle::app

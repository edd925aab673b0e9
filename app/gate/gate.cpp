#include "app/gate/gate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "sim/equivalence_test.hpp"
#include "sim/holm.hpp"

namespace spindle::app {
namespace {

using Pair = std::pair<const Replication*, const Replication*>;  // baseline's and now's

// One metric's values on both sides.
struct Sample {
  sim::ComparedMeans means;
  std::uint64_t undefined = 0;
  bool is_nowhere = false;  // defined in no replication of either side
};

bool counts_losses(const std::string& metric) {
  return metric == "durability.losses" || metric == "durability.lost_extents";
}

std::vector<Pair> pairs_of(const Baseline& baseline, const std::vector<Replication>& runs) {
  std::map<std::uint64_t, const Replication*> by_seed;
  for (const Replication& row : baseline.rows) by_seed.emplace(row.seed, &row);
  std::vector<Pair> pairs;
  for (const Replication& run : runs) {
    const auto it = by_seed.find(run.seed);
    if (it != by_seed.end()) pairs.emplace_back(it->second, &run);
  }
  return pairs;
}

Sample paired_sample(const std::vector<Pair>& pairs, const std::string& metric) {
  Sample sample;
  sample.means.is_paired = true;
  sample.means.is_count = counts_losses(metric);
  for (const auto& [before, after] : pairs) {
    const double a = before->metrics.get(metric);
    const double b = after->metrics.get(metric);
    if (std::isfinite(a) != std::isfinite(b)) ++sample.undefined;
    if (!std::isfinite(a) || !std::isfinite(b)) continue;
    sample.means.a.add(a);
    sample.means.b.add(b);
    sample.means.difference.add(b - a);
  }
  sample.is_nowhere = sample.means.difference.count() == 0 && sample.undefined == 0;
  return sample;
}

// Without partners, any value that is undefined on either side leaves the comparison open, unless
// there is none at all.
Sample unpaired_sample(const Baseline& baseline, const std::vector<Replication>& runs,
                       const std::string& metric) {
  Sample sample;
  sample.means.is_count = counts_losses(metric);
  const auto add_all = [&](const std::vector<Replication>& rows, sim::Moments& moments) {
    for (const Replication& row : rows) {
      const double value = row.metrics.get(metric);
      if (std::isfinite(value)) {
        moments.add(value);
      } else {
        ++sample.undefined;
      }
    }
  };
  add_all(baseline.rows, sample.means.a);
  add_all(runs, sample.means.b);
  sample.is_nowhere = sample.means.a.count() + sample.means.b.count() == 0;
  if (sample.is_nowhere) sample.undefined = 0;
  return sample;
}

double mean_of(const sim::Moments& moments) {
  return moments.count() > 0 ? moments.mean() : std::numeric_limits<double>::quiet_NaN();
}

JudgedGate judge(const Gate& gate, const Sample& sample, double level) {
  const sim::ComparedMeans& means = sample.means;
  JudgedGate judged{.gate = gate,
                    .baseline = mean_of(means.a),
                    .now = mean_of(means.b),
                    .difference = {},
                    .level = level,
                    .replications = std::min(means.a.count(), means.b.count()),
                    .undefined = sample.undefined,
                    .needed = std::nullopt,
                    .verdict = GateVerdict::kPass};
  if (sample.is_nowhere) return judged;
  judged.difference = sim::difference_interval(means, level);
  if (sample.undefined > 0) {
    judged.verdict = GateVerdict::kInconclusive;
    return judged;
  }
  switch (sim::judged(judged.difference, gate.margin)) {
    case sim::Equivalence::kEquivalent:
      break;
    case sim::Equivalence::kDifferent:
      judged.verdict = GateVerdict::kRegression;
      break;
    case sim::Equivalence::kUndecided:
      judged.verdict = GateVerdict::kInconclusive;
      judged.needed = sim::replications_needed(means, level, gate.margin);
      break;
  }
  return judged;
}

GateVerdict overall(const std::vector<JudgedGate>& gates) {
  GateVerdict worst = GateVerdict::kPass;
  for (const JudgedGate& gate : gates) {
    if (gate.verdict == GateVerdict::kRegression) return GateVerdict::kRegression;
    if (gate.verdict == GateVerdict::kInconclusive) worst = GateVerdict::kInconclusive;
  }
  return worst;
}

// Metrics too, as a baseline may have been merged by hand: null is null, whatever NaN equals.
bool are_same(const Replication& a, const Replication& b) {
  if (a.digest != b.digest) return false;
  return std::all_of(b.metrics.values().begin(), b.metrics.values().end(), [&](const auto& metric) {
    const auto& [name, value] = metric;
    if (!a.metrics.has(name)) return true;
    const double before = a.metrics.get(name);
    return before == value || (!std::isfinite(before) && !std::isfinite(value));
  });
}

bool are_all_same(const std::vector<Pair>& pairs) {
  return std::all_of(pairs.begin(), pairs.end(),
                     [](const Pair& pair) { return are_same(*pair.first, *pair.second); });
}

}  // namespace

const char* verdict_word(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kPass:
      return "pass";
    case GateVerdict::kRegression:
      return "regression";
    case GateVerdict::kInconclusive:
      break;
  }
  return "inconclusive";
}

GateReport judge_gates(const std::vector<Gate>& gates, const Baseline& baseline,
                       const std::vector<Replication>& runs, const std::string& scenario_digest) {
  const std::vector<Pair> pairs = pairs_of(baseline, runs);
  GateReport report;
  report.runs = runs.size();
  report.baseline_runs = baseline.rows.size();
  report.is_same_scenario = baseline.scenario_digest == scenario_digest;
  report.is_identical =
      report.is_same_scenario && pairs.size() == runs.size() && are_all_same(pairs);
  report.is_paired = report.is_identical || pairs.size() >= 2;
  std::vector<Sample> samples;
  for (const Gate& gate : gates) {
    samples.push_back(report.is_paired ? paired_sample(pairs, gate.metric)
                                       : unpaired_sample(baseline, runs, gate.metric));
  }
  const auto steps = sim::holm(gates.size(), kFalseAlarms, [&](std::size_t i, double level) {
    return judge(gates[i], samples[i], level).verdict == GateVerdict::kRegression;
  });
  for (std::size_t i = 0; i < gates.size(); ++i) {
    report.gates.push_back(judge(gates[i], samples[i], steps[i].level));
    if (!report.is_identical) continue;
    // Equal digests are equal runs: no statistics is needed, not even of one run.
    report.gates.back().verdict = GateVerdict::kPass;
    report.gates.back().difference = {};
    report.gates.back().needed.reset();
  }
  report.verdict = overall(report.gates);
  return report;
}

}  // namespace spindle::app

#include "app/gate/replications.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/report/atomic_file.hpp"
#include "app/sweep/points.hpp"
#include "app/sweep/run_study.hpp"
#include "app/sweep/study.hpp"
#include "sim/parallel.hpp"

namespace spindle::app {
namespace {

SweepBase read_base(const std::filesystem::path& file, const std::vector<std::string>& sets) {
  SweepBase base = read_sweep_base(file, sets, [](Value&, ProblemList&) {});
  if (!base.scenario) {
    throw OutputError(fmt::format("{}: changed while it was read — try again", file.string()));
  }
  return base;
}

}  // namespace

ReplicatedScenario::ReplicatedScenario(const std::filesystem::path& file,
                                       const std::vector<std::string>& sets)
    : ReplicatedScenario(read_base(file, sets), file) {}

ReplicatedScenario::ReplicatedScenario(const SweepBase& base, const std::filesystem::path& file)
    : reader_(base.root, file.string()), seed_(base.scenario->seed) {
  ProblemList none;
  point_ = reader_.read({}, none).value();
}

std::uint64_t ReplicatedScenario::seed_of(std::uint32_t replication) const {
  return replication_seed(seed_, replication);
}

Scenario ReplicatedScenario::scenario_of(std::uint32_t replication) const {
  return reader_.build(point_, seed_of(replication));
}

std::string ReplicatedScenario::digest() const {
  return id_text(run_id(point_.resolved, 0));
}

FinishedReplications run_replications(const ReplicatedScenario& scenario, std::uint32_t first,
                                      std::uint32_t end, unsigned threads,
                                      const std::function<bool(std::size_t, double)>& progress) {
  FinishedReplications out;
  if (first >= end) return out;
  const std::size_t count = end - first;
  const unsigned within = jobs_within_memory(threads, scenario.scenario_of(first));
  const auto jobs = static_cast<unsigned>(std::min<std::size_t>(std::max(1U, within), count));
  std::vector<EndedRun> ended(count);
  sim::for_each_index(jobs, count, [&](std::size_t i) {
    if (!progress(i, 0)) return;
    ended[i] = run_to_its_end(scenario.scenario_of(first + static_cast<std::uint32_t>(i)),
                              std::max(1U, threads / jobs),
                              [&](double share) { return progress(i, share); });
    // Only the metrics are kept: series and histograms of many runs would fill the memory.
    if (ended[i].result) {
      RunResult kept;
      kept.metrics = std::move(ended[i].result->metrics);
      kept.digest = std::move(ended[i].result->digest);
      ended[i].result = std::move(kept);
    }
    progress(i, 1);
  });
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t seed = scenario.seed_of(first + static_cast<std::uint32_t>(i));
    if (ended[i].result) {
      out.rows.push_back({seed, ended[i].result->digest, ended[i].result->metrics});
    } else if (!ended[i].failure.empty()) {
      out.failures.push_back(
          fmt::format("replication {} (seed {}): {}", first + i, seed, ended[i].failure));
    } else {
      out.interrupted = true;
    }
  }
  return out;
}

}  // namespace spindle::app

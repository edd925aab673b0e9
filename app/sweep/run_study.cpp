#include "app/sweep/run_study.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <new>
#include <set>

#include "app/sweep/rows.hpp"
#include "app/world/memory.hpp"
#include "app/world/world_error.hpp"
#include "sim/parallel.hpp"

namespace spindle::app {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "; ") + line;
  return out;
}

}  // namespace

EndedRun run_to_its_end(const Scenario& scenario, unsigned threads,
                        const std::function<bool(double)>& progress) {
  try {
    RunResult result = run_experiment(scenario, threads, progress);
    if (!result.violations.empty()) {
      return {{}, "conservation broken, a defect of Spindle: " + joined(result.violations)};
    }
    if (result.partial) return {};
    return {std::move(result), {}};
  } catch (const WorldError& error) {
    return {{}, error.lines().empty() ? error.what() : joined(error.lines())};
  } catch (const std::bad_alloc&) {
    return {{}, kOutOfMemory};
  } catch (const std::exception& error) {
    return {{}, error.what()};
  }
}

std::vector<std::size_t> pending_runs(const ShardRuns& runs, const RowStore& store,
                                      std::uint64_t limit) {
  std::vector<std::size_t> pending;
  std::set<std::uint64_t> taken;
  for (std::size_t k = 0; k < runs.ids.size() && pending.size() < limit; ++k) {
    if (store.has(runs.ids[k]) || !taken.insert(runs.ids[k]).second) continue;
    pending.push_back(k);
  }
  return pending;
}

unsigned jobs_within_memory(unsigned jobs, const Scenario& largest) {
  const std::vector<const Scenario*> runs(std::max(1U, jobs), &largest);
  return static_cast<unsigned>(runs_at_once(runs));
}

RunFailures do_runs(const ShardRuns& runs, const std::vector<std::size_t>& pending, RowStore& store,
                    const RunLimits& limits,
                    const std::function<bool(std::size_t, double)>& progress) {
  RunFailures failures;
  std::mutex mutex;
  const unsigned inner = std::max(1U, limits.threads / std::max(1U, limits.jobs));
  sim::for_each_index(limits.jobs, pending.size(), [&](std::size_t i) {
    if (!progress(i, 0)) return;
    const std::size_t k = pending[i];
    const std::uint64_t run = runs.run(k);
    const EndedRun ended = run_to_its_end(runs.study.scenario_of(run), inner,
                                          [&](double share) { return progress(i, share); });
    if (ended.result) {
      store.append(runs.ids[k], finished_row(runs.study, run, runs.ids[k], *ended.result));
    } else if (!ended.failure.empty()) {
      const std::lock_guard lock(mutex);
      failures.emplace(runs.ids[k], ended.failure);
    } else {
      return;
    }
    progress(i, 1);
  });
  return failures;
}

RowSource rows_of(const ShardRuns& runs, const RowStore& store) {
  return [&runs, &store](const std::function<void(const Json&)>& visit) {
    for (std::size_t k = 0; k < runs.ids.size(); ++k) {
      const std::uint64_t id = runs.ids[k];
      if (store.has(id)) visit(row_as(runs.study, runs.run(k), id, store.read(id)));
    }
  };
}

std::vector<Json> failed_rows(const ShardRuns& runs, const RunFailures& failures) {
  std::vector<Json> rows;
  for (std::size_t k = 0; k < runs.ids.size() && !failures.empty(); ++k) {
    const auto failure = failures.find(runs.ids[k]);
    if (failure == failures.end()) continue;
    rows.push_back(failed_row(runs.study, runs.run(k), runs.ids[k], failure->second));
  }
  return rows;
}

}  // namespace spindle::app

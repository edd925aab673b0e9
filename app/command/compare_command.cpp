#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <new>
#include <numeric>

#include "app/command/arguments.hpp"
#include "app/command/execute.hpp"
#include "app/command/load_scenario.hpp"
#include "app/command/stopwatch.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/experiment/experiment.hpp"
#include "app/report/atomic_file.hpp"
#include "app/report/comparison_table.hpp"
#include "app/report/result_files.hpp"
#include "app/report/timeline_text.hpp"
#include "app/text/wording.hpp"
#include "app/world/memory.hpp"
#include "app/world/world.hpp"
#include "sim/digest.hpp"
#include "sim/parallel.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

struct VariantRun {
  Scenario scenario;
  RunResult result;
  RunCost cost;
  std::string failure;  // why it ended without a result; empty where it did not
};

std::vector<VariantRun> to_runs(std::vector<Scenario> variants) {
  std::vector<VariantRun> runs;
  for (Scenario& variant : variants) runs.push_back({std::move(variant), {}, {}, {}});
  return runs;
}

std::vector<const Scenario*> scenarios_of(const std::vector<VariantRun>& runs) {
  std::vector<const Scenario*> out;
  for (const VariantRun& run : runs) out.push_back(&run.scenario);
  return out;
}

// Runs that hold more take longer, and a long one that begins last is waited for.
std::vector<std::size_t> longest_first(const std::vector<VariantRun>& runs) {
  std::vector<std::uint64_t> bytes;
  for (const VariantRun& run : runs) bytes.push_back(memory_estimate(run.scenario));
  std::vector<std::size_t> out(runs.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::stable_sort(out.begin(), out.end(),
                   [&](std::size_t a, std::size_t b) { return bytes[a] > bytes[b]; });
  return out;
}

// A variant that fails (its drives are asked for too much, say) leaves the others what they are; an
// invalid one ends the comparison.
void run_variant(VariantRun& run, unsigned threads, const std::function<bool(double)>& progress) {
  const Stopwatch stopwatch;
  try {
    run.result = run_experiment(run.scenario, threads, progress);
  } catch (const WorldError&) {
    throw;
  } catch (const std::bad_alloc&) {
    run.failure = kOutOfMemory;
  } catch (const std::exception& error) {
    run.failure = error.what();
  }
  run.cost = stopwatch.elapsed();
}

void run_variants(std::vector<VariantRun>& runs, const Arguments& arguments,
                  const std::string& label) {
  const std::size_t at_once =
      std::min<std::size_t>(runs_at_once(scenarios_of(runs)), arguments.threads);
  const auto inner = static_cast<unsigned>(std::max<std::size_t>(1, arguments.threads / at_once));
  const std::vector<std::size_t> order = longest_first(runs);
  Progress progress(arguments.progress, label, runs.size());
  sim::for_each_index(static_cast<unsigned>(at_once), runs.size(), [&](std::size_t i) {
    const std::size_t v = order[i];
    // The last to begin is soon alone.
    const unsigned threads = i + 1 == runs.size() ? arguments.threads : inner;
    run_variant(runs[v], threads, [&](double share) {
      progress.update(v, share);
      return !interrupted();
    });
    progress.update(v, 1);
  });
}

bool has_failed(const VariantRun& run) {
  return !run.failure.empty();
}

void report_failures(const fs::path& file, const std::vector<ComparedVariant>& variants) {
  for (std::size_t v = 0; v < variants.size(); ++v) {
    if (variants[v].failure.empty()) continue;
    print_message("{}: compare.variants.{}: {} failed: {}\n", file.string(), v,
                  in_quotes(variants[v].name), variants[v].failure);
  }
}

bool cools(const Scenario& scenario) {
  return std::any_of(scenario.tenants.begin(), scenario.tenants.end(),
                     [](const TenantSpec& tenant) {
                       return tenant.options.cooling.kind != models::CoolingKind::kNone;
                     });
}

// Unmet goals, and the hottest of the meltdowns.
std::vector<std::string> notes_of(const RunResult& result) {
  if (!result.timeline) return {};
  return timeline_notes(*result.timeline, result.epoch_s, 1);
}

std::vector<ComparedVariant> to_compared(const Scenario& base,
                                         const std::vector<VariantRun>& runs) {
  std::vector<std::string> names;
  for (const Variant& variant : base.variants) names.push_back(variant.name);
  const std::vector<std::string> folders = folder_names(names);
  std::vector<ComparedVariant> out;
  for (std::size_t v = 0; v < runs.size(); ++v) {
    out.push_back({names[v], folders[v], base.variants[v].overrides_json, runs[v].result.metrics,
                   runs[v].result.digest, runs[v].result.partial, notes_of(runs[v].result),
                   cools(runs[v].scenario), runs[v].failure});
  }
  return out;
}

std::string digest_of(const std::vector<ComparedVariant>& variants) {
  sim::Digest digest;
  for (const ComparedVariant& variant : variants) digest.add(std::string_view(variant.digest));
  return digest.hex();
}

}  // namespace

int compare_command(const Arguments& arguments) {
  auto comparison = load_comparison(arguments);
  if (!comparison) return kExitInvalidScenario;
  const Scenario& base = comparison->base;
  if (base.variants.empty()) {
    print_message(
        "{}: compare.variants: nothing to compare (the scenario lists no variants) — add "
        "some, or use `spindle run`\n",
        arguments.scenario.string());
    return kExitInvalidScenario;
  }
  const auto folder = output_folder(arguments, base);
  require_writable(folder);
  std::vector<VariantRun> runs = to_runs(std::move(comparison->variants));
  require_memory(scenarios_of(runs));

  run_variants(runs, arguments, base.name);
  if (std::any_of(runs.begin(), runs.end(),
                  [](const VariantRun& run) { return report_violations(run.result); })) {
    return kExitFailure;
  }

  const auto compared = to_compared(base, runs);
  report_failures(arguments.scenario, compared);
  if (std::all_of(runs.begin(), runs.end(), has_failed)) return kExitFailure;
  for (std::size_t v = 0; v < runs.size(); ++v) {
    if (has_failed(runs[v])) continue;
    if (!runs[v].result.partial) warn_of_unplaced(compared[v].name, runs[v].result);
    write_run(folder / compared[v].folder, runs[v].scenario, runs[v].result, runs[v].cost);
  }
  const std::string json = comparison_json(base.name, compared);
  FileBatch batch(folder);
  batch.add("compare.csv", comparison_csv(compared));
  batch.add("compare.json", json);
  batch.commit();

  write_output(arguments.format == Format::kJson ? json
                                                 : comparison_table(compared, arguments.format));
  const bool partial = std::any_of(runs.begin(), runs.end(),
                                   [](const VariantRun& run) { return run.result.partial; });
  const auto failed = std::count_if(runs.begin(), runs.end(), has_failed);
  if (!arguments.quiet) {
    print_message("digest {}; {} variants{}; results in {}{}\n", digest_of(compared), runs.size(),
                  failed > 0 ? fmt::format(", {} failed", failed) : "", folder.string(),
                  partial ? " (partial: interrupted)" : "");
  }
  if (failed > 0) return kExitFailure;
  return partial ? kExitInterrupted : kExitOk;
}

}  // namespace spindle::app

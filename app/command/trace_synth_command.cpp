#include "app/command/trace_synth_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/command/load_scenario.hpp"
#include "app/command/seed_check.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/text/wording.hpp"
#include "app/trace/packed_output.hpp"
#include "app/trace/trace_writer.hpp"
#include "app/world/world.hpp"
#include "models/tenant/request_synthesis.hpp"

namespace spindle::app {
namespace {

constexpr const char* kTraceSynthFooter = R"(Examples:
  spindle trace synth scenarios/fleet-of-traces.json --out fleet.csv.zst
      every request of the run, of all tenants, in order of time
  spindle trace synth scenarios/comparison.json --tenant web --duration "1 h" --seed 7
      one class of tenants for an hour, to standard output
  spindle trace stats fleet.csv.zst
      reads it back: the header says how long it is

Columns: time (s), operation, object, bytes, tenant. More: docs/user/trace.md.)";

struct Count {
  std::uint64_t requests = 0;
  double bytes = 0;
};

// Writes every request; false where the user interrupts.
bool write_all(const models::TenantPopulation& population, std::optional<std::uint32_t> only_class,
               const TraceWriter& writer, PackedOutput& output, Progress& progress, Count& count) {
  constexpr std::size_t kBatch = 4096;
  const models::EpochGrid& grid = population.grid();
  const double run_ns = static_cast<double>(grid.epoch.ns()) * static_cast<double>(grid.count);
  models::RequestSynthesis synthesis(population, only_class);
  models::SyntheticRequest request;
  std::string lines = writer.header();
  for (bool more = true; more;) {
    for (std::size_t i = 0; i < kBatch && (more = synthesis.next(request)); ++i) {
      writer.append(request, lines);
      ++count.requests;
      count.bytes += static_cast<double>(request.bytes);
    }
    output.write(lines);
    lines.clear();
    if (interrupted()) return false;
    progress.update(0, more ? static_cast<double>(request.time_ns) / run_ns : 1);
  }
  output.finish();
  return true;
}

Arguments scenario_arguments(const TraceSynthArguments& arguments) {
  Arguments out;
  out.scenario = arguments.scenario;
  out.sets = arguments.sets;
  if (arguments.seed) out.sets.push_back(fmt::format("seed={}", *arguments.seed));
  if (!arguments.duration.empty()) out.sets.push_back("run.duration=" + arguments.duration);
  return out;
}

// Nothing and a message where no class has that name.
std::optional<std::uint32_t> find_class(const Scenario& scenario, const std::string& name) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < scenario.tenants.size(); ++i) {
    names.push_back(scenario.tenants[i].options.name);
    if (names.back() == name) return i;
  }
  const std::string near = nearest(name, names);
  print_message("spindle trace synth: --tenant: no class {} (there are {}){}\n", in_quotes(name),
                listed(names), near.empty() ? "" : " — did you mean " + near + "?");
  return std::nullopt;
}

}  // namespace

CLI::App& declare_trace_synth(CLI::App& trace, TraceSynthArguments& arguments) {
  CLI::App& synth = *trace.add_subcommand("synth", "Write the requests of a scenario's tenants");
  synth.footer(kTraceSynthFooter);
  synth.add_option("SCENARIO", arguments.scenario, "Scenario file (JSON with comments)")
      ->required();
  synth.add_option("--tenant", arguments.tenant, "One class of tenants (default: all)");
  synth.add_option("--duration", arguments.duration,
                   "Whole epochs, e.g. \"1 h\" (default: the scenario's)");
  synth
      .add_option("--seed", arguments.seed, "Seed of all random numbers (default: the scenario's)")
      ->check(seed_check());
  synth.add_option("--set", arguments.sets, "Change one value: path=value")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  synth.add_option("--out", arguments.out,
                   "File; packed where it ends in .gz or .zst (default: standard output)");
  synth.add_option("--as", arguments.layout, "Layout of lines")
      ->check(CLI::IsMember({"spindle", "libcachesim"}))
      ->capture_default_str();
  synth.add_option("--progress", arguments.progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  synth.add_flag("-q,--quiet", arguments.quiet, "No progress and no closing line on stderr");
  return synth;
}

int trace_synth_command(const TraceSynthArguments& arguments) {
  const std::optional<Scenario> scenario =
      load_scenario(scenario_arguments(arguments), VariantCheck::kBaseAlone);
  if (!scenario) return kExitInvalidScenario;
  std::optional<std::uint32_t> only_class;
  if (!arguments.tenant.empty()) {
    only_class = find_class(*scenario, arguments.tenant);
    if (!only_class) return kExitUsage;
  }
  const std::filesystem::path out = file_to_write(arguments.out, {arguments.scenario});
  const models::TenantPopulation population = build_population(*scenario);
  const TraceWriter writer(
      arguments.layout == "spindle" ? TraceLayout::kSpindle : TraceLayout::kLibCacheSim,
      population);
  std::optional<AtomicFile> file;
  if (!out.empty()) file.emplace(out);
  PackedOutput output(packing_of(arguments.out), [&](std::string_view packed) {
    file ? file->write(packed) : write_output(packed);
  });
  Count count;
  {
    Progress progress(progress_style(arguments.progress, arguments.quiet), scenario->name, 1);
    if (!write_all(population, only_class, writer, output, progress, count)) {
      return kExitInterrupted;
    }
  }
  if (file) {
    file->finish();
    file->commit();
  }
  if (!arguments.quiet && file) {
    print_message("{} of {} in {}\n", counted(count.requests, "request"), human_bytes(count.bytes),
                  arguments.out);
  }
  return kExitOk;
}

}  // namespace spindle::app

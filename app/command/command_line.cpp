#include "app/command/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <new>
#include <thread>

#include "app/command/arguments.hpp"
#include "app/command/check_options.hpp"
#include "app/command/diff_command.hpp"
#include "app/command/drive_options.hpp"
#include "app/command/nines_command.hpp"
#include "app/command/place_command.hpp"
#include "app/command/sweep_command.hpp"
#include "app/command/trace_command.hpp"
#include "app/command/trace_fit_command.hpp"
#include "app/command/trace_synth_command.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/world/memory.hpp"
#include "app/world/world.hpp"

namespace spindle::app {
namespace {

constexpr const char* kCommandLineFooter = R"(Examples:
  spindle compare scenarios/comparison.json
      the main job: placements x redundancy, one table
  spindle run scenarios/petabyte-hour.json --set fleet.drives=12300
      one scenario with one value changed
  spindle sweep scenarios/sweep/placement.json
      every point of a study, several at a time: one tidy row a run
  spindle check scenarios/regress/balance.json
      one scenario, held to its own thresholds: for continuous integration
  spindle check scenarios/regress/balance.json --baseline results/baselines/balance.json
      the same, and whether metrics are where they were
  spindle explain scenarios/comparison.json
      what a scenario means, and the memory it takes, without running it
  spindle drive --drive nearline-20tb --depth 16 --scheduler sptf
      one drive on the bench: reads per second, and where their time goes
  spindle place --drives 2e7 --per-drive 100 --policy d_choices --histogram
      placement alone: how far drives are apart, in seconds
  spindle nines --scheme "3 copies, 5+4" --afr "1.5 %/yr" --mttr "24 h"
      how durable schemes are: nines, bytes lost a year, and what the loss of a zone leaves
  spindle trace stats requests.csv.gz
      how bursty a trace is, how large and how popular its objects are
  spindle trace fit requests.csv.gz --scenario --out twin.json
      a tenant as bursty as that; `trace synth` writes its requests
  spindle list metrics
      every number that a run reports

Exit codes: 0 ok, 1 runtime failure, 2 usage, 3 invalid scenario,
4 threshold broken or regression, 5 inconclusive, 130 interrupted.
Scenario format: docs/user/scenario.md, or `spindle schema`.)";

constexpr const char* kRunFooter = R"(Examples:
  spindle run scenarios/peak-to-mean.json
  spindle run scenarios/comparison.json --set placement.policy=random --seed 7
  spindle run scenarios/real-load.json --set traces.dir=/data/traces --format json)";

constexpr const char* kRanksFooter = R"(Examples:
  mpirun -n 2 spindle-mpi run scenarios/fleet-30m.json
      one simulation of a fleet of ledgers, each rank with its racks
  mpirun -n 2 spindle-mpi sweep scenarios/sweep/placement.json
      the runs of a study, to whichever rank is free

Results are those of `spindle`, byte for byte, which has all other commands.
docs/user/cluster.md says more.)";

constexpr const char* kRanksRunFooter =
    R"(The scenario's fleet is one of ledgers ("form": "ledger" in `run`, or --set run.form=ledger).
Each rank holds the drives of its racks, and results are those of `spindle run`, byte for byte,
for any number of ranks and threads. --threads is of each rank. Rank 0 prints and writes files;
the line at the end says what sharing cost.
Examples:
  mpirun -n 2 spindle-mpi run scenarios/fleet-30m.json
  mpirun -n 2 spindle-mpi run scenarios/comparison.json --set run.form=ledger --threads 1
  mpirun --map-by ppr:1:node --bind-to none spindle-mpi run scenarios/fleet-30m.json --threads 64
      a rank a machine, with all of its cores)";

constexpr const char* kCompareFooter = R"(Examples:
  spindle compare scenarios/comparison.json
  spindle compare scenarios/comparison.json --set run.duration="7 d" --out results/week
  spindle compare scenarios/comparison.json --format csv > comparison.csv)";

// What CLI11 fills in before it becomes Arguments.
struct RawOptions {
  std::string scenario;
  std::vector<std::string> sets;
  std::optional<std::uint64_t> seed;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::string out;
  std::string format = "table";
  std::string progress = "auto";
  bool quiet = false;
  std::string list_kind;
  std::string schema_kind = "scenario";
  CheckOptions check;
  DriveArguments drive;
  PlaceArguments place;
  NinesArguments nines;
  TraceStatsArguments trace_stats;
  TraceFitArguments trace_fit;
  TraceSynthArguments trace_synth;
  SweepArguments sweep;
  MergeArguments merge;
  DiffArguments diff;
};

constexpr const char* kScenarioHelp = "Scenario file (JSON with comments)";

void add_scenario_options(CLI::App& command, RawOptions& raw,
                          const char* scenario_help = kScenarioHelp) {
  command.add_option("SCENARIO", raw.scenario, scenario_help)->required();
  command.add_option("--set", raw.sets, "Change one value: path=value, e.g. tenants.0.count=100")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_option("--seed", raw.seed, "Seed of all random numbers (default: the scenario's)");
}

void add_run_options(CLI::App& command, RawOptions& raw,
                     const char* scenario_help = kScenarioHelp) {
  add_scenario_options(command, raw, scenario_help);
  command.add_option("--threads", raw.threads, "Worker threads; results do not depend on it")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--out", raw.out, "Folder for result files (default: results/<name>)");
  command.add_option("--format", raw.format, "What to print: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  command.add_option("--progress", raw.progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  command.add_flag("-q,--quiet", raw.quiet, "No progress and no closing line on stderr");
}

Arguments to_arguments(const RawOptions& raw) {
  Arguments arguments;
  arguments.scenario = raw.scenario;
  arguments.sets = raw.sets;
  if (raw.seed) arguments.sets.push_back(fmt::format("seed={}", *raw.seed));
  arguments.threads = raw.threads;
  arguments.out = raw.out;
  arguments.format = parse_format(raw.format).value_or(Format::kTable);
  arguments.progress = progress_style(raw.progress, raw.quiet);
  arguments.quiet = raw.quiet;
  arguments.list_kind = raw.list_kind;
  return arguments;
}

using Command = std::function<int(const Arguments&)>;

// Declares every command; the chosen one's function lands in `chosen`.
void declare_commands(CLI::App& app, RawOptions& raw, Command& chosen) {
  auto& run = *app.add_subcommand("run", "Run one scenario");
  add_run_options(run, raw);
  run.footer(kRunFooter);
  run.callback([&chosen] { chosen = run_command; });

  auto& compare = *app.add_subcommand("compare", "Run a scenario's variants, paired, in one table");
  add_run_options(compare, raw);
  compare.footer(kCompareFooter);
  compare.callback([&chosen] { chosen = compare_command; });

  declare_sweep(app, raw.sweep).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return sweep_command(raw.sweep); };
  });
  declare_merge(app, raw.merge).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return merge_command(raw.merge); };
  });
  declare_diff(app, raw.diff).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return diff_command(raw.diff); };
  });

  auto& check =
      *app.add_subcommand("check", "Run a scenario; hold it to its thresholds, and to a baseline");
  add_run_options(check, raw, "Scenario file, or the folder of a finished run");
  declare_check_options(check, raw.check);
  check.callback([&chosen, &raw] {
    chosen = [&raw](const Arguments& arguments) { return check_command(arguments, raw.check); };
  });

  auto& validate = *app.add_subcommand("validate", "Check a scenario; report every problem");
  add_scenario_options(validate, raw);
  validate.callback([&chosen] { chosen = validate_command; });

  auto& explain = *app.add_subcommand("explain", "Say what a scenario means, without running it");
  add_scenario_options(explain, raw);
  explain.callback([&chosen] { chosen = explain_command; });

  auto& list = *app.add_subcommand("list", "List what there is of a kind");
  list.add_option("KIND", raw.list_kind,
                  "policies, drives, mechanics, schemes, loads, sizes, cooling, traces, metrics")
      ->required();
  list.callback([&chosen] { chosen = list_command; });

  declare_drive(app, raw.drive).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return drive_command(raw.drive); };
  });

  declare_place(app, raw.place).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return place_command(raw.place); };
  });

  declare_nines(app, raw.nines).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return nines_command(raw.nines); };
  });

  CLI::App& trace = declare_trace(app);
  declare_trace_stats(trace, raw.trace_stats).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return trace_stats_command(raw.trace_stats); };
  });
  declare_trace_fit(trace, raw.trace_fit).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return trace_fit_command(raw.trace_fit); };
  });
  declare_trace_synth(trace, raw.trace_synth).callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return trace_synth_command(raw.trace_synth); };
  });

  auto& schema = *app.add_subcommand("schema", "Print the JSON schema of files");
  schema.add_option("KIND", raw.schema_kind, "scenario or drive")
      ->check(CLI::IsMember({"scenario", "drive"}))
      ->capture_default_str();
  schema.callback([&chosen, &raw] {
    chosen = [&raw](const Arguments&) { return schema_command(raw.schema_kind == "drive"); };
  });
  app.add_subcommand("version", "Print version and build")->callback([&chosen] {
    chosen = [](const Arguments&) { return version_command(); };
  });
}

int report_exceptions(const std::function<int()>& work) {
  try {
    const int code = work();
    finish_output();
    return code;
  } catch (const WorldError& error) {
    for (const std::string& line : error.lines()) print_message("{}\n", line);
    return kExitInvalidScenario;
  } catch (const UnwritableFolder& error) {
    print_message("{}\n", error.what());
    return kExitUsage;
  } catch (const std::bad_alloc&) {
    print_message("spindle: {}\n", kOutOfMemory);
    return kExitFailure;
  } catch (const std::exception& error) {
    print_message("spindle: {}\n", error.what());
    return kExitFailure;
  }
}

}  // namespace

int run_command_line(int argc, char** argv, const Ranks* ranks) {
  occupy_standard_streams();
  watch_for_interrupt();
  CLI::App app{
      "Spindle simulates object-storage fleets: which placement and which redundancy give\n"
      "how much heat, capacity skew and durability.",
      "spindle"};
  app.require_subcommand(1);
  app.footer(kCommandLineFooter);
  RawOptions raw;
  if (ranks != nullptr) {
    raw.sweep.crew = &ranks->crew;
    raw.sweep.launcher = "mpi";
    raw.sweep.threads = raw.threads = ranks->crew.cores();
    app.name("spindle-mpi");
    app.footer(kRanksFooter);
  }
  Command chosen;
  declare_commands(app, raw, chosen);
  if (ranks != nullptr) {
    app.get_subcommand("run")->description("Run one scenario, a fleet of ledgers, on all ranks");
    app.get_subcommand("run")->footer(kRanksRunFooter);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11's own codes are 100 and up; help is the only success among its exceptions.
    return report_exceptions([&] { return app.exit(error) == 0 ? kExitOk : kExitUsage; });
  }
  if (ranks != nullptr && !app.got_subcommand("sweep") && !app.got_subcommand("run")) {
    print_message(
        "spindle-mpi {}: ranks share the runs of a sweep, or one run of a fleet of ledgers, and do "
        "nothing else together — use spindle\n",
        app.get_subcommands().front()->get_name());
    return kExitUsage;
  }
  return report_exceptions([&] {
    Arguments arguments = to_arguments(raw);
    arguments.ranks = ranks;
    return chosen(arguments);
  });
}

}  // namespace spindle::app

// The command line of `spindle sweep`.
#include "app/command/seed_check.hpp"
#include "app/command/sweep_command.hpp"
#include "app/scenario/sweep_fields.hpp"

namespace spindle::app {
namespace {

constexpr const char* kSweepFooter = R"(Examples:
  spindle sweep scenarios/sweep/placement.json
      every point of the scenario's sweep block; rows in results/sweep-placement/sweep.csv
  spindle sweep scenarios/sweep/placement.json --axis data.extent="8 GB","32 GB" --repeat 5
      the same with one axis replaced and fewer replications
  spindle sweep scenarios/comparison.json --axis placement.policy=random,d_choices --dry-run
      axes without a sweep block; list the points and run nothing
  spindle sweep scenarios/sweep/placement.json --resume
      after Ctrl-C, a crash or an edit: only what is missing is run
  spindle sweep scenarios/sweep/placement.json --shard 0/4 --out study
      the first of four parts, into study/shard-0-of-4; then: spindle merge study
  spindle sweep scenarios/sweep/placement.json --launcher slurm --shards 20 --threads 8 --submit
      as an array job of a cluster, merged at its end
  mpirun -n 64 spindle-mpi sweep scenarios/sweep/placement.json
      by 64 ranks, each of which takes the next run when it is free

Exit codes: 0 ok, 1 some runs failed, 2 usage, 3 invalid points, 130 interrupted.
More: docs/user/sweep.md, docs/user/cluster.md.)";

}  // namespace

CLI::App& declare_sweep(CLI::App& app, SweepArguments& arguments) {
  CLI::App& sweep = *app.add_subcommand("sweep", "Run every point of a study, a row each");
  sweep.footer(kSweepFooter);
  sweep.add_option("SCENARIO", arguments.scenario, "Scenario file (JSON with comments)")
      ->required();
  sweep.add_option("--set", arguments.sets, "Change one value of all points: path=value")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  sweep
      .add_option("--axis", arguments.axes,
                  "Add an axis, or replace the one of that path: path=v1,v2,...")
      ->type_name("PATH=VALUES")
      ->allow_extra_args(false);
  sweep.add_option("--repeat", arguments.repeat, "Replications of each point")
      ->check(CLI::Range(std::uint64_t{1}, kMostSweepRuns));
  sweep
      .add_option("--seed", arguments.seed,
                  "Seed of the scenario (default: its own), from which replications' seeds follow")
      ->check(seed_check());
  sweep
      .add_option("--jobs", arguments.jobs,
                  "Runs at once (of each rank; default: as many as threads)")
      ->check(CLI::Range(1, 1024));
  sweep
      .add_option("--threads", arguments.threads,
                  "Threads of all runs together (of each rank); results depend on neither")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  sweep.add_option("--shard", arguments.shard,
                   "Part i of n, from 0: i/n, or auto/n (default: as the environment of a Slurm "
                   "array or MPI says)");
  sweep.add_flag("--resume", arguments.resume, "Go on where an earlier sweep of the folder ended");
  sweep.add_option("--limit", arguments.limit, "Do at most so many runs now")
      ->check(CLI::Range(std::uint64_t{1}, kMostSweepRuns));
  sweep.add_flag("--dry-run", arguments.dry_run, "Check and list the points; run nothing");
  sweep
      .add_option(
          "--launcher", arguments.launcher,
          "local: run here; slurm: write an array job and a job that merges its shards; mpi: "
          "share the runs among the ranks of spindle-mpi, whose default this is")
      ->check(CLI::IsMember({"local", "slurm", "mpi"}))
      ->capture_default_str();
  sweep.add_option("--shards", arguments.shards, "Of --launcher slurm: tasks of the array")
      ->check(CLI::Range(1, 1'000'000));
  sweep.add_flag("--submit", arguments.submit, "Of --launcher slurm: send both with sbatch");
  sweep.add_flag("--sqlite", arguments.sqlite, "Write the rows as a table too: sweep.sqlite");
  sweep.add_option("--out", arguments.out, "Folder for result files (default: results/<name>)");
  sweep
      .add_option("--format", arguments.format,
                  "How --dry-run lists points: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  sweep.add_option("--progress", arguments.progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  sweep.add_flag("-q,--quiet", arguments.quiet, "No progress and no closing line on stderr");
  return sweep;
}

}  // namespace spindle::app

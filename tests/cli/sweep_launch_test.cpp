// `spindle sweep --launcher slurm`, with an sbatch of its own that runs what it is sent.
#include <catch2/catch.hpp>
#include <string>

#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

void write_study(const Scratch& scratch) {
  std::string scenario = small_scenario();
  const std::size_t at = scenario.find("\"compare\"");
  scenario.replace(at, std::string::npos,
                   R"("sweep": {"axes": [{"path": "placement.policy",
                                          "values": ["random", "static"]}], "repeat": 2}})");
  write_file(scratch.path() / "s.json", scenario);
}

// Runs every task of the array one after the other, and prints the number of a job.
constexpr const char* kFakeSbatch = R"(#!/bin/sh
for script; do :; done
echo "$@" | sed "s|$PWD/||" >> log
n=$(sed -n 's/^#SBATCH --array=0-//p' "$script")
if [ -z "$n" ]; then sh "$script" 2>> log; echo 43; exit; fi
export SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=$((n + 1))
for i in $(seq 0 $n); do SLURM_ARRAY_TASK_ID=$i sh "$script" 2>/dev/null; done
echo "42;cluster"
)";

}  // namespace

TEST_CASE("sweep launcher: an array job and a job that merges it make the study") {
  const Scratch scratch;
  write_study(scratch);
  fs::create_directory(scratch.path() / "bin");
  write_file(scratch.path() / "bin/sbatch", kFakeSbatch);
  fs::permissions(scratch.path() / "bin/sbatch", fs::perms::owner_all);
  const Outcome outcome =
      shell(scratch.path(),
            "PATH=\"$PWD/bin:$PATH\" \"$SPINDLE\" sweep s.json --launcher slurm --shards 3 "
            "--threads 1 --submit --out 'the study' --set fleet.drives=99");
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.err.find("4 runs in 3 shards: job 42, merged by job 43; results in ") == 0);
  const std::string log = read_file(scratch.path() / "log");
  CHECK(log.find("--parsable the study/sweep.sbatch\n") == 0);
  CHECK(log.find("--parsable --dependency=afterany:42 the study/merge.sbatch\n") !=
        std::string::npos);
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" sweep s.json -q --out here --set fleet.drives=99")
              .exit_code == 0);
  CHECK(read_file(scratch.path() / "the study/sweep.csv") ==
        read_file(scratch.path() / "here/sweep.csv"));
}

TEST_CASE("sweep launcher: a dry run prints the scripts, and options that make no sense are told") {
  const Scratch scratch;
  write_study(scratch);
  const std::string command = "\"$SPINDLE\" sweep s.json --launcher slurm ";
  const Outcome printed = shell(
      scratch.path(), command + "--shards 8 --threads 2 --dry-run --out o --axis \"seed's=1\"");
  CHECK(printed.exit_code == 3);
  const Outcome scripts =
      shell(scratch.path(), command + "--shards 8 --threads 2 --dry-run --out o --repeat 3");
  INFO(scripts.err);
  CHECK(scripts.exit_code == 0);
  CHECK(scripts.out.find("#SBATCH --array=0-7\n#SBATCH --cpus-per-task=2\n") != std::string::npos);
  CHECK(scripts.out.find("/s.json --repeat 3 --threads 2 --resume ") != std::string::npos);
  CHECK_FALSE(fs::exists(scratch.path() / "o"));
  CHECK(shell(scratch.path(), command).exit_code == 2);
  CHECK(shell(scratch.path(), command + "--shards 2 --shard 0/2").exit_code == 2);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" sweep s.json --submit").exit_code == 2);
  const Outcome alone = shell(scratch.path(),
                              "PATH=/nowhere \"$SPINDLE\" sweep s.json --launcher slurm --shards 2 "
                              "--submit --out o");
  CHECK(alone.exit_code == 1);
  CHECK(alone.err.find("gave no job") != std::string::npos);
}

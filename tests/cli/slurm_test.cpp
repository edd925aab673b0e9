// `spindle sweep --launcher slurm` in a Slurm of four nodes that the test brings up on this
// machine.
#include <catch2/catch.hpp>
#include <set>
#include <sstream>
#include <string>

#include "tests/cli/cluster.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;

TEST_CASE(
    "slurm: an array job on four nodes and the job that merges it leave a local sweep's bytes") {
  const Scratch scratch;
  if (!has_slurm(scratch)) return;
  write_file(scratch.path() / "s.json", quick_sweep(R"("random", "static", "round_robin")", 6));
  const Outcome cluster =
      shell(scratch.path(),
            "\"$SOURCE/tests/cli/slurm_cluster.sh\" slurm \"$SPINDLE\" sweep s.json "
            "--launcher slurm --shards 8 --threads 1 --submit --out study");
  INFO(cluster.out << cluster.err << read_file(scratch.path() / "study/slurm-merge.log")
                   << read_file(scratch.path() / "study/slurm-0.log"));
  REQUIRE(cluster.exit_code == 0);
  CHECK(cluster.err.find("18 runs in 8 shards: job 1, merged by job ") != std::string::npos);

  // A line a job: number, array task, state, node.
  std::set<std::string> nodes;
  std::istringstream lines(cluster.out);
  int jobs = 0;
  for (std::string number, task, state, node; lines >> number >> task >> state >> node; ++jobs) {
    CHECK(state == "COMPLETED");
    nodes.insert(node);
  }
  CHECK(jobs == 9);
  CHECK(nodes.size() > 1);

  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" sweep s.json -q --out here").exit_code == 0);
  check_same_study(scratch.path() / "here", scratch.path() / "study");
}

// docs/user/cluster.md: its commands run as they stand, where what they need is here, and leave the
// bytes of a sweep on one machine.
#include <catch2/catch.hpp>
#include <string>

#include "tests/cli/cluster.hpp"
#include "tests/cli/page_examples.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

// The one ```sh block that has this word.
std::string block_with(const std::string& word) {
  std::string found;
  for (const Example& example :
       examples(read_file(fs::path(SPINDLE_SOURCE_DIR) / "docs/user/cluster.md"))) {
    if (example.command.find(word) == std::string::npos) continue;
    CHECK(found.empty());
    found = example.command;
  }
  REQUIRE(!found.empty());
  return found;
}

// Runs a block of the page by `shell_command`, and compares what it left in `folder`.
void check_block(const Scratch& scratch, const std::string& shell_command, const std::string& block,
                 const char* folder) {
  write_file(scratch.path() / "study.json", quick_sweep(R"("random", "static")", 6));
  write_file(scratch.path() / "block.sh",
             "set -e\nPATH='" SPINDLE_BINARY_DIR "':\"$PATH\"\n" + block);
  const Outcome outcome = shell(scratch.path(), shell_command + " block.sh");
  INFO(outcome.out << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" sweep study.json -q --out here").exit_code == 0);
  check_same_study(scratch.path() / "here", scratch.path() / folder);
}

}  // namespace

TEST_CASE("cluster page: shards of an indexed job") {
  const Scratch scratch;
  check_block(scratch, "sh", block_with("JOB_COMPLETION_INDEX"), "by-pods");
}

TEST_CASE("cluster page: ranks of MPI") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  check_block(scratch, kMpiSettings + "sh", block_with("mpirun"), "by-mpi");
}

TEST_CASE("cluster page: an array job of Slurm") {
  const Scratch scratch;
  if (!has_slurm(scratch)) return;
  check_block(scratch, "\"$SOURCE/tests/cli/slurm_cluster.sh\" slurm sh",
              block_with("--launcher slurm"), "by-slurm");
}

// `spindle-mpi` under mpirun, where both are here: sweeps. Runs: mpi_run_test.cpp.
#include <catch2/catch.hpp>
#include <string>

#include "tests/cli/cluster.hpp"
#include "tests/cli/program.hpp"

using namespace spindle::test;

namespace {

void write_study(const Scratch& scratch, int repeat) {
  write_file(scratch.path() / "s.json",
             quick_sweep(R"("random", "static", "round_robin")", repeat));
}

void check_same(const Scratch& scratch, const std::string& one, const std::string& other) {
  check_same_study(scratch.path() / one, scratch.path() / other);
}

}  // namespace

TEST_CASE("mpi: ranks that share a sweep leave the bytes of one process") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  write_study(scratch, 20);
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" sweep s.json -q --out here").exit_code == 0);
  for (const char* ranks : {"1", "2", "4"}) {
    const Outcome outcome = shell(scratch.path(), kMpiLaunch + "ranks " + ranks +
                                                      " \"$MPI\" sweep s.json --progress none "
                                                      "--launcher mpi --jobs 2 --out by-" +
                                                      ranks);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    CHECK(outcome.err.find("60 runs; results in by-") != std::string::npos);
    check_same(scratch, "here", std::string("by-") + ranks);
  }
  // A shard of a study may be spread too; what the environment says of ranks is none.
  for (const char* shard : {"0/2", "1/2"}) {
    REQUIRE(shell(scratch.path(),
                  kMpiLaunch + "ranks 2 \"$MPI\" sweep s.json -q --out cut --shard " + shard)
                .exit_code == 0);
  }
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" merge cut -q").exit_code == 0);
  check_same(scratch, "here", "cut");
}

TEST_CASE("mpi: runs that fail have their rows, and what cannot be is told once") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  write_study(scratch, 2);
  const auto sweep = [&](const std::string& rest) {
    return shell(scratch.path(), kMpiLaunch + "ranks 2 \"$MPI\" " + rest);
  };
  // One load reads a file that is not there.
  const std::string failing =
      "sweep s.json --progress none --axis tenants.0.load='{\"model\": \"constant\"},"
      "{\"model\": \"series\", \"file\": \"none.csv\", \"time_column\": \"t\", \"value_column\": "
      "\"v\", \"counts\": \"bytes\", \"interval\": \"1 h\"}' --out ";
  const Outcome outcome = sweep(failing + "out");
  INFO(outcome.err);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err.find("6 runs, 6 failed; results in out") != std::string::npos);
  CHECK(shell(scratch.path(), "\"$SPINDLE\" " + failing + "here").exit_code == 1);
  check_same(scratch, "here", "out");
  CHECK(read_file(scratch.path() / "out/failures.csv") ==
        read_file(scratch.path() / "here/failures.csv"));

  CHECK(sweep("sweep nowhere.json").exit_code == 3);
  const Outcome compare = sweep("compare s.json");
  CHECK(compare.exit_code == 2);
  CHECK(compare.err.find("spindle-mpi compare: ranks share the runs of a sweep") !=
        std::string::npos);
  CHECK_FALSE(fs::exists(scratch.path() / "results"));
  // A rank without mpirun is alone.
  const auto single = [&](const std::string& rest) {
    return shell(scratch.path(), kMpiLaunch + "\"$MPI\" " + rest).exit_code;
  };
  CHECK(single("sweep") == 2);
  CHECK(single("sweep s.json --launcher local") == 2);
  CHECK(single("sweep s.json -q --out single") == 0);
  const Outcome lonely = shell(scratch.path(), "\"$SPINDLE\" sweep s.json --launcher mpi");
  CHECK(lonely.exit_code == 2);
  CHECK(lonely.err.find("mpirun -n N spindle-mpi sweep") != std::string::npos);
}

TEST_CASE("mpi: a rank that dies ends the sweep, which can be resumed to the same bytes") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  write_study(scratch, 3000);
  const Outcome outcome = shell(scratch.path(), kMpiLaunch + R"sh(
cat > rank.sh <<'END'
echo $$ > pid.$OMPI_COMM_WORLD_RANK
exec "$@"
END
ranks 2 sh rank.sh "$MPI" sweep s.json --progress none --out out &
launched=$!
# Until rows have come in.
until [ -s out/sweep.journal ] && [ "$(wc -l < out/sweep.journal)" -gt 20 ]; do
  kill -0 $launched || break
  sleep 0.05
done
kill -KILL "$(cat pid.1)"
wait $launched)sh");
  INFO(outcome.err);
  CHECK(outcome.exit_code != 0);
  CHECK_FALSE(fs::exists(scratch.path() / "out/sweep.csv"));
  REQUIRE(fs::exists(scratch.path() / "out/sweep.journal"));

  // The rest of so many is not waited for: the study is cut to what a second takes.
  const std::string shorter = " sweep s.json -q --repeat 20 --out ";
  const Outcome resumed =
      shell(scratch.path(), kMpiLaunch + "ranks 2 \"$MPI\"" + shorter + "out --resume");
  INFO(resumed.err);
  REQUIRE(resumed.exit_code == 0);
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\"" + shorter + "here").exit_code == 0);
  check_same(scratch, "here", "out");
  CHECK_FALSE(fs::exists(scratch.path() / "out/sweep.journal"));
}

TEST_CASE("mpi: the thousand runs of a study, in one piece, in shards and by ranks", "[.large]") {
  const Scratch scratch;
  if (!has_mpi(scratch)) return;
  const std::string study = " sweep \"$SOURCE/scenarios/sweep/placement.json\" -q --out ";
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\"" + study + "here").exit_code == 0);
  REQUIRE(shell(scratch.path(), kMpiLaunch + "ranks 2 \"$MPI\"" + study + "ranks").exit_code == 0);
  check_same(scratch, "here", "ranks");
  for (const char* shards : {"3", "7"}) {
    const std::string folder = std::string("cut-") + shards;
    const Outcome outcome =
        shell(scratch.path(), std::string("for i in $(seq 0 $((") + shards +
                                  " - 1))); do \"$SPINDLE\"" + study + folder + " --shard $i/" +
                                  shards + " || exit 1; done; \"$SPINDLE\" merge -q " + folder);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    check_same(scratch, "here", folder);
  }
}

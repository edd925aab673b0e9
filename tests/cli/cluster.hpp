#pragma once
// Whether what clusters have is here; said where it is not, so that the test counts as skipped.

#include <catch2/catch.hpp>
#include <string>

#include "tests/cli/program.hpp"

namespace spindle::test {

// Of Open MPI: also by root, as in containers, and with more ranks than cores.
inline const std::string kMpiSettings =
    "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
    "OMPI_MCA_rmaps_base_oversubscribe=1\n";

// After it `ranks 2 "$MPI" ...` runs two ranks.
inline const std::string kMpiLaunch =
    kMpiSettings + "ranks() { mpirun -q -n \"$@\"; }\nMPI='" SPINDLE_BINARY_DIR "/spindle-mpi'\n";

inline bool has_mpi(const Scratch& scratch) {
  if (fs::exists(SPINDLE_BINARY_DIR "/spindle-mpi") &&
      shell(scratch.path(), kMpiSettings + "mpirun -q -n 1 true").exit_code == 0) {
    return true;
  }
  WARN("skipped: no mpirun, or spindle-mpi was not built (scripts/setup.sh mpi)");
  return false;
}

inline bool has_slurm(const Scratch& scratch) {
  // A node does not start without control groups, as in a bare change of root.
  const std::string programs =
      "PATH=\"$PATH:/usr/sbin:/sbin\"; for program in munged slurmctld slurmd sbatch; do command "
      "-v $program || exit 1; done; "
      "[ -e /sys/fs/cgroup/cgroup.procs ] || [ -d /sys/fs/cgroup/freezer ]";
  if (shell(scratch.path(), programs).exit_code == 0) return true;
  WARN("skipped: no Slurm here (scripts/setup.sh slurm), or no control groups");
  return false;
}

// Two folders have the files of one study, byte for byte.
inline void check_same_study(const fs::path& one, const fs::path& other) {
  for (const char* file : {"sweep.csv", "sweep.jsonl", "sweep.json", "scenario.json"}) {
    INFO(one << ", " << other << ": " << file);
    const std::string content = read_file(one / file);
    CHECK(!content.empty());
    CHECK(content == read_file(other / file));
  }
}

}  // namespace spindle::test

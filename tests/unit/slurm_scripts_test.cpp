// Words of a shell command survive it.
#include "app/sweep/slurm_scripts.hpp"

#include <catch2/catch.hpp>
#include <string>

using spindle::app::shell_quoted;

TEST_CASE("slurm scripts: texts are one word of a shell, whatever is in them") {
  CHECK(shell_quoted("data.extent=8") == "data.extent=8");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("1 h") == "'1 h'");
  CHECK(shell_quoted("it's $HOME") == "'it'\\''s $HOME'");
}

TEST_CASE("slurm scripts: logs go beside the results, where sbatch can be told so") {
  spindle::app::SlurmRequest request{
      .name = "s", .program = "/bin/spindle", .out = "/o", .command = {}};
  request.shards = 5;
  const std::string script = slurm_array_script(request);
  CHECK(script.find("#SBATCH --array=0-4\n") != std::string::npos);
  CHECK(script.find("#SBATCH --output=/o/slurm-%a.log\n") != std::string::npos);
  request.out = "/my study";
  CHECK(slurm_merge_script(request).find("--output") == std::string::npos);
  CHECK(slurm_merge_script(request).find("exec /bin/spindle merge '/my study'\n") !=
        std::string::npos);
}

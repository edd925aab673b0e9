#include "app/command/sweep_launch.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/sweep/slurm_scripts.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kArrayScript = "sweep.sbatch";
constexpr const char* kMergeScript = "merge.sbatch";

fs::path in_full(const fs::path& path) {
  std::error_code ignored;
  return fs::absolute(path, ignored).lexically_normal();
}

SlurmRequest slurm_request(const SweepArguments& arguments, const Study& study) {
  std::error_code ignored;
  SlurmRequest request;
  request.name = study.base().name;
  request.program = fs::read_symlink("/proc/self/exe", ignored);
  request.out =
      in_full(arguments.out.empty() ? fs::path("results") / request.name : fs::path(arguments.out));
  request.shards = arguments.shards.value();
  request.threads = arguments.threads;
  request.sqlite = arguments.sqlite;
  std::vector<std::string>& words = request.command;
  words = {"sweep", in_full(arguments.scenario).string()};
  const auto add = [&](const char* option, const std::string& value) {
    words.emplace_back(option);
    words.push_back(value);
  };
  for (const std::string& set : arguments.sets) add("--set", set);
  for (const std::string& axis : arguments.axes) add("--axis", axis);
  if (arguments.repeat) add("--repeat", std::to_string(*arguments.repeat));
  if (arguments.seed) add("--seed", std::to_string(*arguments.seed));
  if (arguments.jobs) add("--jobs", std::to_string(*arguments.jobs));
  return request;
}

// What a command prints, without the line break at its end; nothing where it fails.
std::optional<std::string> output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string out;
  std::array<char, 256> piece{};
  while (std::fgets(piece.data(), piece.size(), pipe) != nullptr) out += piece.data();
  if (::pclose(pipe) != 0) return std::nullopt;
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

// "123" of "123;cluster".
std::string job_number(const std::string& text) {
  const std::string number = text.substr(0, text.find(';'));
  const bool digits =
      !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
  return digits ? number : std::string();
}

// The number of the job; empty, and a message, where it was not taken.
std::string submit(const std::string& options, const fs::path& script) {
  const std::string command =
      fmt::format("sbatch --parsable {}{}", options, shell_quoted(script.string()));
  const std::string number = job_number(output_of(command).value_or(""));
  if (number.empty()) {
    print_message("spindle sweep: `{}` gave no job — is Slurm here? The scripts are in {}\n",
                  command, script.parent_path().string());
  }
  return number;
}

}  // namespace

std::string launcher_problem(const SweepArguments& arguments) {
  const bool slurm = arguments.launcher == "slurm";
  if (arguments.launcher == "mpi" && arguments.crew == nullptr) {
    return "--launcher mpi: this program has no ranks — start spindle-mpi: mpirun -n N spindle-mpi "
           "sweep …";
  }
  if (arguments.launcher != "mpi" && arguments.crew != nullptr) {
    return "spindle-mpi shares runs among its ranks — use spindle for other launchers";
  }
  if (!slurm && (arguments.shards || arguments.submit)) {
    return "--shards and --submit are of --launcher slurm — add it, or leave them out";
  }
  if (slurm && !arguments.shards) return "--launcher slurm: state how many --shards there are";
  if (slurm && (!arguments.shard.empty() || arguments.limit || arguments.resume)) {
    return "--shard, --limit and --resume are of runs here — leave them out with --launcher slurm";
  }
  return {};
}

int launch_on_slurm(const SweepArguments& arguments, const Study& study) {
  const SlurmRequest request = slurm_request(arguments, study);
  const std::string array = slurm_array_script(request);
  const std::string merge = slurm_merge_script(request);
  if (arguments.dry_run) {
    print_output("# {}\n{}\n# {}, after it\n{}", kArrayScript, array, kMergeScript, merge);
    return kExitOk;
  }
  require_writable(request.out);
  make_folder(request.out);
  FileBatch batch(request.out);
  batch.add(kArrayScript, array);
  batch.add(kMergeScript, merge);
  batch.commit();
  if (!arguments.submit) {
    print_message("{} in {} shards: scripts in {}; to send them: --submit\n",
                  counted(study.runs(), "run"), request.shards, request.out.string());
    return kExitOk;
  }
  const std::string sweep_job = submit("", request.out / kArrayScript);
  if (sweep_job.empty()) return kExitFailure;
  // Also after shards with failed runs: their rows are merged too.
  const std::string merge_job =
      submit(fmt::format("--dependency=afterany:{} ", sweep_job), request.out / kMergeScript);
  if (merge_job.empty()) return kExitFailure;
  print_message("{} in {} shards: job {}, merged by job {}; results in {}\n",
                counted(study.runs(), "run"), request.shards, sweep_job, merge_job,
                request.out.string());
  return kExitOk;
}

}  // namespace spindle::app

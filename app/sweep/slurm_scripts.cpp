#include "app/sweep/slurm_scripts.hpp"

#include <fmt/format.h>

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

// Lines that sbatch reads hold no quotes: a path with blanks keeps its log where it is submitted.
std::string log_option(const fs::path& out, const char* file) {
  const std::string path = (out / file).string();
  if (path.find_first_of(" \t\"'\\") != std::string::npos) return {};
  return fmt::format("#SBATCH --output={}\n", path);
}

}  // namespace

std::string shell_quoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,:+%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string slurm_array_script(const SlurmRequest& request) {
  std::string command = shell_quoted(request.program.string());
  for (const std::string& word : request.command) command += " " + shell_quoted(word);
  return fmt::format(
      "#!/bin/sh\n"
      "#SBATCH --job-name={}\n"
      "#SBATCH --array=0-{}\n"
      "#SBATCH --cpus-per-task={}\n"
      "{}"
      "# The array says which shard this is; one that is requeued goes on where it was.\n"
      "exec {} --threads {} --resume --progress lines --out {}\n",
      request.name, request.shards - 1, request.threads, log_option(request.out, "slurm-%a.log"),
      command, request.threads, shell_quoted(request.out.string()));
}

std::string slurm_merge_script(const SlurmRequest& request) {
  return fmt::format(
      "#!/bin/sh\n"
      "#SBATCH --job-name={}-merge\n"
      "{}"
      "exec {} merge {}{}\n",
      request.name, log_option(request.out, "slurm-merge.log"),
      shell_quoted(request.program.string()), shell_quoted(request.out.string()),
      request.sqlite ? " --sqlite" : "");
}

}  // namespace spindle::app

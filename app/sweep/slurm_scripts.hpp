#pragma once
// Batch scripts for Slurm: an array job of a sweep's shards, and a job that merges them.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace spindle::app {

struct SlurmRequest {
  std::string name;                  // of the scenario
  std::filesystem::path program;     // this one
  std::filesystem::path out;         // of the whole study
  std::vector<std::string> command;  // of a shard, but for program and folder
  std::uint32_t shards = 1;
  unsigned threads = 1;
  bool sqlite = false;  // of the merged study
};

// Paths are absolute in both. A shard that is started again goes on where it was.
std::string slurm_array_script(const SlurmRequest& request);
std::string slurm_merge_script(const SlurmRequest& request);

// The text as one word of a POSIX shell.
std::string shell_quoted(const std::string& text);

}  // namespace spindle::app

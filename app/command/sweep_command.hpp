#pragma once
// `spindle sweep`: every point of a study, and `spindle merge`: its shards joined.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/sweep/crew.hpp"

namespace spindle::app {

struct SweepArguments {
  std::string scenario;
  std::vector<std::string> sets;
  std::vector<std::string> axes;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint32_t> repeat;
  std::optional<unsigned> jobs;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::string shard;
  std::optional<std::uint64_t> limit;
  bool resume = false;
  bool dry_run = false;
  std::string launcher = "local";
  std::optional<std::uint32_t> shards;
  bool submit = false;
  bool sqlite = false;
  std::string out;
  std::string format = "table";
  std::string progress = "auto";
  bool quiet = false;
  Crew* crew = nullptr;  // the ranks of `spindle-mpi`
};

CLI::App& declare_sweep(CLI::App& app, SweepArguments& arguments);
// Returns an exit code and reports its own errors on stderr.
int sweep_command(const SweepArguments& arguments);

struct MergeArguments {
  std::vector<std::string> folders;
  std::string out;
  bool sqlite = false;
  bool quiet = false;
};

CLI::App& declare_merge(CLI::App& app, MergeArguments& arguments);
int merge_command(const MergeArguments& arguments);

}  // namespace spindle::app

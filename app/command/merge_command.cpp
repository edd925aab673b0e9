#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "app/command/sweep_command.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/sweep/merge.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMergeFooter = R"(Examples:
  spindle merge study
      the folders study/shard-*-of-*, into study
  spindle merge a/shard-0-of-2 b/shard-1-of-2 --out study
      shards from two machines

The files are those of the sweep done in one piece, byte for byte. Refused: shards of other
versions or scenarios, runs that two shards have, runs that are missing.
Exit codes: 0 ok, 1 some runs had failed, 2 usage, 3 shards that do not make a study.)";

// Where the merged files go: a shard's own folder would lose its part.
fs::path place_to_write(const MergeArguments& arguments, const std::vector<fs::path>& shards) {
  if (arguments.out.empty() && arguments.folders.size() > 1) {
    throw UnwritableFolder("spindle merge: several folders, and no --out — state one");
  }
  const fs::path out = arguments.out.empty() ? arguments.folders.front() : arguments.out;
  std::error_code error;
  for (const fs::path& shard : shards) {
    if (!fs::equivalent(shard, out, error)) continue;
    throw UnwritableFolder(
        fmt::format("{}: is what is merged, or holds no shards (it would be written over) — name "
                    "the folder of the shards, or another --out",
                    out.string()));
  }
  require_writable(out);
  return out;
}

}  // namespace

CLI::App& declare_merge(CLI::App& app, MergeArguments& arguments) {
  CLI::App& merge = *app.add_subcommand("merge", "Join the shards of a sweep");
  merge.footer(kMergeFooter);
  merge.add_option("DIR", arguments.folders, "Folders of shards, or the folder that holds them")
      ->required();
  merge.add_option("--out", arguments.out, "Folder for the joined files (default: DIR)");
  merge.add_flag("--sqlite", arguments.sqlite, "Write the rows as a table too: sweep.sqlite");
  merge.add_flag("-q,--quiet", arguments.quiet, "No closing line on stderr");
  return merge;
}

int merge_command(const MergeArguments& arguments) {
  const std::vector<fs::path> given(arguments.folders.begin(), arguments.folders.end());
  const std::vector<fs::path> shards = shard_folders(given);
  const fs::path out = place_to_write(arguments, shards);
  const Merged merged = merge_studies(shards, out, arguments.sqlite);
  if (!merged.problems.empty()) {
    for (const std::string& problem : merged.problems) print_message("{}\n", problem);
    print_message("{}; nothing was merged\n", counted(merged.problems.size(), "problem"));
    return kExitInvalidScenario;
  }
  if (!arguments.quiet || merged.failed > 0) {
    print_message("digest {}; {} of {}{}; results in {}\n", merged.written.digest,
                  counted(merged.runs, "run"), counted(shards.size(), "shard"),
                  merged.failed > 0 ? fmt::format(", {} failed", grouped(merged.failed)) : "",
                  out.string());
  }
  return merged.failed > 0 ? kExitFailure : kExitOk;
}

}  // namespace spindle::app

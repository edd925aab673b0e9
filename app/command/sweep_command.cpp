#include "app/command/sweep_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "app/command/load_study.hpp"
#include "app/command/sweep_launch.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/progress.hpp"
#include "app/console/streams.hpp"
#include "app/report/atomic_file.hpp"
#include "app/report/text_table.hpp"
#include "app/sweep/crew_runs.hpp"
#include "app/sweep/finished_study.hpp"
#include "app/sweep/rows.hpp"
#include "app/sweep/run_study.hpp"
#include "app/text/wording.hpp"
#include "app/world/memory.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFailuresShown = 20;

StudyRequest to_request(const SweepArguments& arguments) {
  StudyRequest request{arguments.scenario, arguments.sets, arguments.axes, arguments.repeat};
  if (arguments.seed) request.sets.push_back(fmt::format("seed={}", *arguments.seed));
  return request;
}

ProgressStyle progress_style(const SweepArguments& arguments) {
  if (arguments.quiet || arguments.progress == "none") return ProgressStyle::kNone;
  if (arguments.progress == "bar") return ProgressStyle::kBar;
  return arguments.progress == "lines" ? ProgressStyle::kLines : ProgressStyle::kAuto;
}

CheckedStudy check_points(const SweepArguments& arguments, const Study& study, const Shard& shard) {
  Progress progress(progress_style(arguments), study.base().name + ": reading points", 1);
  return check_study(study, shard, arguments.threads, [&](double share) {
    progress.update(0, share);
    return !interrupted();
  });
}

fs::path folder_of(const SweepArguments& arguments, const Study& study, const Shard& shard) {
  const fs::path folder =
      arguments.out.empty() ? fs::path("results") / study.base().name : fs::path(arguments.out);
  return shard.count > 1 ? folder / shard.folder() : folder;
}

// "12 points x 20 replications = 240 runs", and the shard's part of them.
std::string size_text(const Study& study, const Shard& shard) {
  std::string text =
      fmt::format("{} x {} = {}", counted(study.points().size(), "point"),
                  counted(study.points().repeat(), "replication"), counted(study.runs(), "run"));
  if (shard.count > 1) {
    text += fmt::format("; shard {} of {}: {}", shard.index, shard.count,
                        grouped(shard.runs_of(study.runs())));
  }
  return text;
}

std::string cell(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// A point's number, then what it sets.
Json listed_point(const Study& study, std::uint64_t point) {
  Json row = Json::object();
  row["point"] = point;
  for (const std::string& column : study.points().columns()) row[column] = nullptr;
  for (const Override& change : study.points().at(point)) {
    row[change.path] = to_json(change.value);
  }
  return row;
}

void list_points(const SweepArguments& arguments, const Study& study, const Shard& shard) {
  const Format format = parse_format(arguments.format).value();
  const std::uint64_t count =
      std::min(study.points().size(), arguments.limit.value_or(study.points().size()));
  std::vector<Column> columns{{"point"}};
  for (const std::string& column : study.points().columns()) columns.push_back({column, false});
  TextTable table(columns);
  for (std::uint64_t point = 0; point < count; ++point) {
    const Json row = listed_point(study, point);
    if (format == Format::kJson) {
      write_output(fmt::format("{}{}", point == 0 ? "[\n" : ",\n", row.dump()));
      continue;
    }
    std::vector<std::string> cells;
    for (const auto& [name, value] : row.items()) cells.push_back(cell(value));
    table.add_row(std::move(cells));
  }
  write_output(format == Format::kJson ? "\n]\n" : table.render(format));
  if (!arguments.quiet) print_message("{}; nothing was run\n", size_text(study, shard));
}

void report_failures(const ShardRuns& runs, const RunFailures& failures, const fs::path& folder) {
  std::size_t shown = 0;
  for (std::size_t k = 0; k < runs.ids.size() && shown < failures.size(); ++k) {
    const auto failure = failures.find(runs.ids[k]);
    if (failure == failures.end()) continue;
    if (++shown > kMostFailuresShown) {
      print_message("{} further failures: {}\n", grouped(failures.size() - kMostFailuresShown),
                    (folder / "failures.csv").string());
      return;
    }
    const std::uint64_t point = runs.study.point_of(runs.run(k));
    print_message("{}: sweep point {} ({}), replication {} failed: {}\n", runs.study.file(), point,
                  described(runs.study.points().at(point)), runs.study.replication_of(runs.run(k)),
                  failure->second);
  }
}

// Throws UnwritableFolder where rows would be lost.
void require_fresh(const fs::path& folder) {
  if (!holds_unfinished_sweep(folder)) return;
  throw UnwritableFolder(
      fmt::format("{}: holds a sweep that did not end — add --resume to go on with it, choose "
                  "another --out, or remove the folder",
                  folder.string()));
}

StudyFacts facts_of(const ShardRuns& runs, const std::string& digest) {
  return {.name = runs.study.base().name,
          .study = digest,
          .version = sweep_version(),
          .points = runs.study.points().size(),
          .repeat = runs.study.points().repeat(),
          .shard = runs.shard,
          .columns = runs.study.points().columns(),
          .scenario_json = runs.study.base().resolved_json};
}

struct Done {
  RunFailures failures;
  std::uint64_t taken_over = 0;  // rows that were there
};

Done do_pending(const SweepArguments& arguments, const ShardRuns& runs, std::uint64_t largest_run,
                RowStore& store) {
  Done done;
  if (arguments.resume) done.taken_over = store.load(sweep_version());
  const std::vector<std::size_t> pending = pending_runs(
      runs, store, arguments.limit.value_or(std::numeric_limits<std::uint64_t>::max()));
  const unsigned wanted = arguments.jobs.value_or(arguments.threads);
  const std::size_t most = std::max<std::size_t>(1, pending.size());
  Progress progress(progress_style(arguments), runs.study.base().name, most);
  if (arguments.crew != nullptr) {
    done.failures = do_runs_in_crew(
        *arguments.crew, {to_request(arguments), wanted, arguments.threads, largest_run}, runs,
        pending, store, [&](std::size_t i, double share) { progress.update(i, share); },
        interrupted);
    return done;
  }
  const auto jobs = static_cast<unsigned>(
      std::min<std::size_t>(jobs_within_memory(wanted, runs.study.scenario_of(largest_run)), most));
  done.failures =
      do_runs(runs, pending, store, {jobs, arguments.threads}, [&](std::size_t i, double share) {
        progress.update(i, share);
        return !interrupted();
      });
  return done;
}

// Rows in their places, and what there is to say of them.
int finish(const SweepArguments& arguments, const ShardRuns& runs, const fs::path& folder,
           const std::string& digest, const Done& done, RowStore& store) {
  const WrittenStudy written = write_study(folder, facts_of(runs, digest), rows_of(runs, store),
                                           failed_rows(runs, done.failures), arguments.sqlite);
  store.remove_journal();
  report_failures(runs, done.failures, folder);
  if (written.unplaced > 0) {
    print_message(
        "warning: {} of {} left extents that found no legal drives with room "
        "(capacity.unplaced_extents): they are missing from fill and heat\n",
        grouped(written.unplaced), counted(written.finished, "run"));
  }
  const std::uint64_t left =
      runs.ids.size() - written.finished - failed_rows(runs, done.failures).size();
  if (!arguments.quiet) {
    print_message(
        "digest {}; {}{}{}{}; results in {}\n", written.digest, counted(written.finished, "run"),
        done.taken_over > 0 ? fmt::format(" ({} were there)", grouped(done.taken_over)) : "",
        done.failures.empty() ? "" : fmt::format(", {} failed", grouped(done.failures.size())),
        left > 0 ? fmt::format(", {} left for --resume", grouped(left)) : "", folder.string());
  }
  return done.failures.empty() ? kExitOk : kExitFailure;
}

// Ranks of a crew are no shards, and what numbers them says nothing of any.
const char* variable(const SweepArguments& arguments, std::string_view name) {
  if (arguments.crew != nullptr && (name.starts_with("OMPI_") || name.starts_with("PMI_"))) {
    return nullptr;
  }
  return std::getenv(std::string(name).c_str());
}

int run_shard(const SweepArguments& arguments, const ShardRuns& runs, const CheckedStudy& checked) {
  const fs::path folder = folder_of(arguments, runs.study, runs.shard);
  require_writable(folder);
  const std::uint64_t largest_run = checked.largest_point * runs.study.points().repeat();
  const Scenario largest = runs.study.scenario_of(largest_run);
  const Scenario* const one[] = {&largest};
  require_memory(one);
  if (!arguments.resume) require_fresh(folder);
  make_folder(folder);
  RowStore store(folder, runs.ids);
  const Done done = do_pending(arguments, runs, largest_run, store);
  if (interrupted()) {
    report_failures(runs, done.failures, folder);
    print_message(
        "interrupted: {} of {} are kept in {} — go on with the same command and "
        "--resume\n",
        grouped(store.size()), counted(runs.ids.size(), "row"), folder.string());
    return kExitInterrupted;
  }
  return finish(arguments, runs, folder, checked.digest, done, store);
}

}  // namespace

int sweep_command(const SweepArguments& arguments) {
  std::string problem = launcher_problem(arguments);
  const auto shard =
      !problem.empty() ? std::nullopt
                       : read_shard(
                             arguments.shard,
                             [&](const char* name) { return variable(arguments, name); }, problem);
  if (!shard) {
    print_message("spindle sweep: {}\n", problem);
    return kExitUsage;
  }
  const std::optional<Study> study = load_study(to_request(arguments));
  if (!study) return kExitInvalidScenario;
  CheckedStudy checked = check_points(arguments, *study, *shard);
  if (checked.interrupted) {
    print_message("interrupted: points were still being checked, and nothing was run\n");
    return kExitInterrupted;
  }
  if (report_problems(checked.problems)) return kExitInvalidScenario;
  for (const std::string& line : checked.warnings) print_message("{}\n", line);
  if (arguments.launcher == "slurm") return launch_on_slurm(arguments, *study);
  if (arguments.dry_run) {
    list_points(arguments, *study, *shard);
    return kExitOk;
  }
  const ShardRuns runs{*study, *shard, std::move(checked.ids)};
  return run_shard(arguments, runs, checked);
}

}  // namespace spindle::app

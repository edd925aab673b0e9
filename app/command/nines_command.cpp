#include "app/command/nines_command.hpp"

#include <fmt/format.h>

#include <cmath>
#include <thread>

#include "app/command/seed_check.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/progress.hpp"
#include "app/console/streams.hpp"
#include "app/nines/nines_report.hpp"
#include "app/report/atomic_file.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr const char* kNinesFooter = R"(Examples:
  spindle nines
      six schemes at 1.5 %/yr and a day of repair: bytes, nines, and what a zone's loss leaves
  spindle nines --scheme 5+4 --spread 3/zone,1/rack --afr "4 %/yr" --mttr "7 d"
      one scheme under a spread rule, by the chain and simulated
  spindle nines --scheme "5+4, 17+3" --detect "15 min" --repair-rate "1 MB/s" --capacity "20 TB"
      the time to repair computed from what drives give to it
  spindle nines --scheme "5+4, 10+4, LRC 12+2+2" --reencode-from "3 copies" --analytic
      and what it takes to get there: bytes read and written, and days
  spindle nines --scheme 17+3 --mttf "2000000 h" --mttr "156 h" --explain-window --analytic
      why a calculator that counts in fixed windows says a nine more

More: docs/user/nines.md.)";

bool refuse(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) print_message("spindle nines: {}\n", problem);
  if (problems.empty()) return false;
  print_message("{}; nothing was computed\n", counted(problems.size(), "problem"));
  return true;
}

void add_fleet_options(CLI::App& nines, NinesRequest& request) {
  nines
      .add_option("--scheme", request.schemes,
                  "5+4, \"3 copies\" (or 3x), \"LRC 12+2+2\"; several by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("six of them");
  nines
      .add_option("--spread", request.spread,
                  "Shards of an extent at most, e.g. 3/zone,1/rack; even: as evenly as they go; "
                  "none: anywhere")
      ->capture_default_str();
  nines.add_option("--drives", request.drives, "Drives of the fleet; 1e6 is a million")
      ->capture_default_str();
  nines.add_option("--zones", request.zones, "Zones")->capture_default_str();
  nines.add_option("--racks", request.racks, "Racks a zone")->capture_default_str();
  nines.add_option("--capacity", request.capacity, "What a drive holds")->capture_default_str();
  nines.add_option("--fill", request.fill, "Share of it in use")->capture_default_str();
}

void add_failure_options(CLI::App& nines, NinesRequest& request) {
  nines.add_option("--afr", request.afr, "Failures of a drive in a year")->capture_default_str();
  nines.add_option("--mttf", request.mttf, "Instead: mean time to failure, e.g. \"1000000 h\"");
  nines
      .add_option("--mttr", request.mttr,
                  "Mean time from a failure to restored shards, exponential, each by itself")
      ->capture_default_str();
  nines.add_option("--repair-rate", request.repair_rate,
                   "Instead: what each drive gives to repair, e.g. \"20 MB/s\"; shards wait for "
                   "their turn. \"0 MB/s\": nothing is ever rebuilt");
  nines
      .add_option("--detect", request.detect, "With --repair-rate: from a failure to its noticing")
      ->capture_default_str();
  nines.add_option("--order", request.order, "With --repair-rate: whose turn it is")
      ->check(CLI::IsMember({"most_exposed_first", "fifo"}))
      ->capture_default_str();
  nines
      .add_option("--extent", request.extent,
                  "With --repair-rate: bytes of an extent, whose shards take their time")
      ->capture_default_str();
  nines.add_option("--down", request.down,
                   "Share of drives that are down at a time, for reads (default: by failures and "
                   "repair)");
  nines.add_option("--zone-loss", request.zone_loss, "Losses of a zone in a year, with all in it")
      ->capture_default_str();
  nines
      .add_option("--zone-rebuild", request.zone_rebuild,
                  "How long the shards of a lost zone stay missing")
      ->capture_default_str();
}

// Without failures or repair there is no lasting rate, and below a double's range none to be told.
bool is_simulable(const NinesCase& of, const NinesFigures& figures) {
  return figures.chain.losses_per_year > 0 && std::isfinite(of.repair_hours);
}

// False where the user interrupted it.
bool simulate(const NinesArguments& arguments, NinesReport& report) {
  Progress progress(progress_style(arguments.progress, arguments.quiet), "nines",
                    report.cases.size());
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    if (!is_simulable(report.cases[i], report.figures[i])) continue;
    const models::EstimateOptions options{.seed = {arguments.seed},
                                          .precision = report.precision,
                                          .threads = arguments.threads,
                                          .stopped = [] { return interrupted(); }};
    const auto estimate = models::estimate_durability(
        report.cases[i].of, options, [&](double share) { progress.update(i, share); });
    if (interrupted()) return false;
    add_simulation(report.cases[i], estimate, report.figures[i]);
  }
  return true;
}

}  // namespace

CLI::App& declare_nines(CLI::App& app, NinesArguments& arguments) {
  CLI::App& nines = *app.add_subcommand("nines", "How durable a scheme is, computed and simulated");
  nines.footer(kNinesFooter);
  add_fleet_options(nines, arguments.request);
  add_failure_options(nines, arguments.request);
  nines
      .add_option("--precision", arguments.request.precision,
                  "Of the simulation: half the 95 % interval over the estimate")
      ->capture_default_str();
  nines.add_option("--reencode-from", arguments.request.reencode_from,
                   "Also what it takes to keep under each scheme what is under this one now");
  nines
      .add_option("--reencode-rate", arguments.request.reencode_rate,
                  "With --reencode-from: what each drive gives to it, for reads and writes")
      ->capture_default_str();
  nines.add_flag("--analytic", arguments.analytic, "No simulation: the chain alone");
  nines.add_flag("--explain-window", arguments.explain_window,
                 "Also what counting failures in fixed windows would say, and why it is less");
  nines.add_option("--seed", arguments.seed, "Seed of all random numbers")
      ->check(seed_check())
      ->capture_default_str();
  arguments.threads = std::max(1U, std::thread::hardware_concurrency());
  nines.add_option("--threads", arguments.threads, "Worker threads; results do not depend on it")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  nines.add_option("--format", arguments.format, "What to print: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  nines.add_option("--out", arguments.out, "File to write instead of printing");
  nines.add_option("--progress", arguments.progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  nines.add_flag("-q,--quiet", arguments.quiet, "No progress on stderr");
  nines.parse_complete_callback([&nines, &arguments] {
    for (const CLI::Option* option : nines.get_options()) {
      if (option->count() > 0) arguments.request.given.insert(option->get_name());
    }
  });
  return nines;
}

int nines_command(const NinesArguments& arguments) {
  ResolvedNines resolved = resolve_nines(arguments.request);
  if (arguments.request.given.contains("--out") && arguments.out.empty()) {
    resolved.problems.push_back("--out: no name of a file — state one, or leave the option out");
  }
  if (refuse(resolved.problems)) return kExitUsage;
  const std::filesystem::path out = file_to_write(arguments.out, {});
  NinesReport report{.cases = std::move(resolved.cases),
                     .reencoding = std::move(resolved.reencoding),
                     .seed = arguments.seed,
                     .precision = resolved.precision,
                     .is_simulated = !arguments.analytic,
                     .explains_window = arguments.explain_window};
  for (const NinesCase& of : report.cases) report.figures.push_back(nines_figures(of));
  if (report.is_simulated && !simulate(arguments, report)) return kExitInterrupted;
  const std::string text = report.render(parse_format(arguments.format).value());
  write_output_to(out, text);
  return kExitOk;
}

}  // namespace spindle::app

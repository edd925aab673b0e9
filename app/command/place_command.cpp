#include "app/command/place_command.hpp"

#include <fmt/format.h>

#include <ctime>
#include <optional>

#include "app/command/seed_check.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/progress.hpp"
#include "app/console/streams.hpp"
#include "app/place/place_report.hpp"
#include "app/report/atomic_file.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "app/world/memory.hpp"

namespace spindle::app {
namespace {

constexpr const char* kPlaceFooter = R"(Examples:
  spindle place --drives 2e7 --per-drive 100 --policy d_choices --d 2 --histogram
      two choices: how far drives are apart
  spindle place --drives 1e6 --policy random --until-full --capacity-units 546
      what one random choice strands when the first drive is full
  spindle place --shards 9 --zones 3 --racks 34 --max-per-zone 3 --max-per-rack 1 --policy random
      objects of nine shards under a spread rule
  spindle place --drives 1e5 --policy d_choices --d 10 --refresh 1e6
      ten choices on loads that are old
  spindle place --models 80:0.3,160:0.3,220:0.3,300:0.1 --sampling capacity --policy d_choices
      drives of several capacities
  spindle place --drives 9720 --shards 9 --zones 3 --racks 12 --max-per-rack 1 --policy crush --change rack_lost
      what the loss of a rack moves

Units are shards of mean size. More: docs/user/place.md.)";

bool refuse_to_place(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) print_message("spindle place: {}\n", problem);
  if (problems.empty()) return false;
  print_message("{}; nothing was placed\n", counted(problems.size(), "problem"));
  return true;
}

// Bytes that may be taken; nothing and a message where the option is wrong.
std::optional<double> memory_limit(const std::string& text) {
  if (text.empty()) return static_cast<double>(usable_memory_bytes());
  const Parsed<models::Bytes> bytes = parse_bytes(text, "4 GB");
  if (!bytes.value) {
    refuse_to_place({"--memory: " + bytes.problem});
    return std::nullopt;
  }
  return bytes.value->to_double();
}

std::string policy_text(const PlaceRequest& request) {
  if (request.policy == "d_choices") return fmt::format("d_choices, d = {}", request.choices);
  if (request.policy == "one_plus_beta") {
    return fmt::format("one_plus_beta, beta = {}", request.beta);
  }
  if (request.policy == "k_of_d") return fmt::format("k_of_d of {}", request.candidates);
  return request.policy;
}

void add_fleet_options(CLI::App& place, PlaceRequest& request) {
  place.add_option("--drives", request.drives, "Drives of the fleet; 2e7 is 20 million")
      ->capture_default_str();
  place.add_option("--per-drive", request.per_drive, "Shards to place a drive, on average")
      ->capture_default_str();
  place.add_flag("--until-full", request.until_full,
                 "Place until the first drive is full; needs a capacity");
  place.add_option("--capacity-units", request.capacity_units, "Shards that each drive holds");
  place.add_option("--models", request.models,
                   "Kinds of drives: CAPACITY:SHARE,… in shards and of the drives");
  place.add_option("--shards", request.shards, "Shards of an object, on distinct drives")
      ->capture_default_str();
  place.add_option("--zones", request.zones, "Zones")->capture_default_str();
  place.add_option("--racks", request.racks, "Racks a zone")->capture_default_str();
  place
      .add_option("--max-per-zone", request.max_per_zone,
                  "Shards of an object in a zone at most; 0: no limit")
      ->capture_default_str();
  place
      .add_option("--max-per-rack", request.max_per_rack,
                  "Shards of an object in a rack at most; 0: no limit")
      ->capture_default_str();
}

void add_policy_options(CLI::App& place, PlaceRequest& request) {
  place.add_option("--policy", request.policy, "One of `spindle list policies`")
      ->capture_default_str();
  place
      .add_option("--d", request.choices,
                  "d_choices: drives compared a shard; copyset: sets an object")
      ->capture_default_str();
  place.add_option("--beta", request.beta, "one_plus_beta: share of shards with two choices")
      ->capture_default_str();
  place.add_option("--candidates", request.candidates,
                   "k_of_d: drives compared an object, whose shards take the least loaded");
  place.add_option("--width", request.width, "shuffle_shard: drives of a tenant");
  place.add_option("--scatter-width", request.scatter_width,
                   "copyset: drives that share data with one drive (default: those of one set)");
  place.add_option("--drives-per-host", request.drives_per_host,
                   "crush: a level of hosts between racks and drives (default: none)");
  place.add_option("--change", request.change,
                   "crush: what this moves: drive_out, drive_lost, host_lost, rack_lost, "
                   "rack_doubled or zone_doubled, of number 0 or e.g. rack_lost:7");
  place
      .add_option("--inner", request.inner,
                  "shuffle_shard: random, d_choices, one_plus_beta or k_of_d")
      ->capture_default_str();
  place
      .add_option("--tenants", request.tenants,
                  "static, shuffle_shard: tenants that objects belong to")
      ->capture_default_str();
  place
      .add_option("--tenant-exponent", request.tenant_exponent,
                  "An object is the i-th tenant's in proportion to i^-exponent")
      ->capture_default_str();
  place.add_option("--sampling", request.sampling, "How candidates are drawn")
      ->check(CLI::IsMember({"uniform", "capacity"}))
      ->capture_default_str();
  place.add_option("--compare", request.compare, "What is least: fill fraction or units")
      ->check(CLI::IsMember({"fill", "units"}))
      ->capture_default_str();
  place.add_option("--cell", request.cell,
                   "All candidates of an object from one cell of so many drives");
}

void add_variant_options(CLI::App& place, PlaceRequest& request) {
  place
      .add_option("--refresh", request.refresh,
                  "Loads are read again every so many shards; 0: always")
      ->capture_default_str();
  place.add_option("--noise", request.noise, "Standard deviation of the error of loads, in shards")
      ->capture_default_str();
  place
      .add_option("--buckets", request.buckets,
                  "Loads are seen in whole multiples of so many shards")
      ->capture_default_str();
  place
      .add_option("--sizes", request.sizes,
                  "Sizes of objects: constant, exponential, lognormal:CV (sd / mean), or a file")
      ->capture_default_str();
  place
      .add_option("--turnovers", request.turnovers,
                  "After filling, replace random objects by new ones so many times over")
      ->capture_default_str();
  place
      .add_option("--empty-share", request.empty_share,
                  "Share of drives that come empty after filling: what do they get of new writes?")
      ->capture_default_str();
}

}  // namespace

CLI::App& declare_place(CLI::App& app, PlaceArguments& arguments) {
  CLI::App& place = *app.add_subcommand("place", "Place shards on drives, and nothing else");
  place.footer(kPlaceFooter);
  PlaceRequest& request = arguments.request;
  add_fleet_options(place, request);
  add_policy_options(place, request);
  add_variant_options(place, request);
  place.add_option("--seed", request.seed, "Seed of all random numbers")
      ->check(seed_check())
      ->capture_default_str();
  place.add_option("--memory", arguments.memory,
                   "Refuse what takes more, e.g. \"4 GB\" (default: the machine's memory)");
  place.add_flag("--histogram", arguments.histogram, "Also how many drives hold how much");
  place.add_option("--format", arguments.format, "What to print: table, json, csv or md")
      ->check(CLI::IsMember({"table", "json", "csv", "md"}))
      ->capture_default_str();
  place.add_option("--out", arguments.out, "File to write instead of printing");
  place.add_option("--progress", arguments.progress, "auto, bar, lines or none")
      ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
      ->capture_default_str();
  place.add_flag("-q,--quiet", arguments.quiet, "No progress on stderr");
  place.parse_complete_callback([&place, &arguments] {
    for (const CLI::Option* option : place.get_options()) {
      if (option->count() > 0) arguments.request.given.insert(option->get_name());
    }
  });
  return place;
}

int place_command(const PlaceArguments& arguments) {
  const ResolvedPlace resolved = resolve_place(arguments.request);
  if (refuse_to_place(resolved.problems)) return kExitUsage;
  const models::BulkOptions& options = resolved.options;
  const double memory =
      models::bulk_memory_bytes(options) + (resolved.change ? change_memory_bytes(options) : 0);
  const std::optional<double> limit = memory_limit(arguments.memory);
  if (!limit) return kExitUsage;
  if (memory > *limit) {
    refuse_to_place(
        {fmt::format("it takes {} of memory and there are {} (of drives, and of objects where "
                     "they are replaced) — take fewer drives or shards",
                     human_bytes(memory), human_bytes(*limit))});
    return kExitUsage;
  }
  const std::filesystem::path out = file_to_write(arguments.out, {arguments.request.sizes});
  PlaceReport report{options, {}, policy_text(arguments.request), memory, 0, arguments.histogram,
                     {}};
  try {
    models::BulkPlacement placement(options);
    Progress progress(progress_style(arguments.progress, arguments.quiet), "place", 1);
    const std::clock_t start = std::clock();
    report.result = placement.run([&](double share) {
      progress.update(0, share);
      return !interrupted();
    });
    report.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  } catch (const std::invalid_argument& error) {
    refuse_to_place({error.what()});
    return kExitUsage;
  }
  if (report.result.is_stopped) return kExitInterrupted;
  if (resolved.change) report.change = measure_change(*resolved.change, options);
  const std::string text = report.render(parse_format(arguments.format).value());
  write_output_to(out, text);
  return kExitOk;
}

}  // namespace spindle::app

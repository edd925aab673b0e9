#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "app/command/arguments.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/drive/bench_result.hpp"
#include "app/drive/drive_reader.hpp"
#include "app/report/metric_table.hpp"
#include "app/text/wording.hpp"
#include "app/trace/formats/line_parser.hpp"
#include "models/drive/drive_model.hpp"
#include "models/drive/workload.hpp"
#include "models/placement/policy.hpp"
#include "models/tenant/load_model.hpp"

namespace spindle::app {
namespace {

struct Entry {
  const char* name;
  const char* meaning;
};

constexpr std::array kSchemes = {
    Entry{"replication", "`copies` whole copies; any one can be read"},
    Entry{"erasure", "`data` + `parity` shards; any `data` of them restore the extent"},
};
constexpr std::array kSizes = {
    Entry{"equal", "all tenants of the class hold the same"},
    Entry{"zipf", "the i-th tenant holds a share of i^-exponent"},
    Entry{"lognormal", "the logarithm of the size is normal with standard deviation `sigma`"},
    Entry{"pareto", "tail of index `alpha`"},
};
constexpr std::array kCooling = {
    Entry{"none", "all data of a tenant is equally hot"},
    Entry{"exponential", "demand falls with age t as e^(-t/tau)"},
    Entry{"power_law", "demand falls with age t as (1 + t/scale)^-exponent"},
};

void print_entries(std::span<const Entry> entries) {
  TextTable table({{"name", false}, {"meaning", false}});
  for (const Entry& entry : entries) table.add_row({entry.name, entry.meaning});
  write_output(table.render(Format::kTable));
}

void print_policies() {
  TextTable table({{"name", false}, {"meaning", false}});
  for (const models::PolicyRow& row : models::policy_registry()) {
    table.add_row({row.name, row.summary});
  }
  write_output(table.render(Format::kTable));
}

void print_loads() {
  TextTable table({{"name", false}, {"meaning", false}});
  for (const models::LoadEntry& row : models::load_registry()) {
    table.add_row({std::string(row.name), std::string(row.summary)});
  }
  write_output(table.render(Format::kTable));
}

void print_drives() {
  TextTable table({{"name", false},
                   {"capacity"},
                   {"512 kB read\nms"},
                   {"reads/s"},
                   {"MB/s"},
                   {"AFR\n%/yr"},
                   {"source", false}});
  constexpr double kRead = 512e3;
  for (const models::DriveModel& drive : models::drive_presets()) {
    const double service = models::read_service(drive, kRead).mean_s;
    table.add_row({drive.name, human_bytes(drive.capacity.to_double()),
                   fmt::format("{:.1f}", 1e3 * service), fmt::format("{:.0f}", 1 / service),
                   fmt::format("{:.0f}", kRead / service / 1e6),
                   significant(100 * drive.annual_failure_rate, 3), drive.source});
  }
  write_output(table.render(Format::kTable));
}

// Random 4 KB reads a second, computed: the standard error of 20,000 is .2 %.
double bench_iops(const models::MechanicalDrive& drive, models::Scheduler scheduler,
                  std::size_t depth) {
  models::WorkloadOptions options;
  options.requests = 20'000;
  models::Workload source(drive, options);
  models::DriveRunOptions how;
  how.scheduler = scheduler;
  how.depth = depth;
  BenchResult result;
  models::run_closed(drive, how, source, result);
  return result.iops();
}

// Bytes a second of a read over the outermost 1,000 tracks, with their changes.
double outer_rate(const models::MechanicalDrive& drive) {
  const models::MechanicalSpec& spec = drive.spec();
  const std::uint64_t tracks = std::uint64_t{1000} * spec.zones.front().sectors_per_track;
  const std::uint64_t sectors = std::min(tracks, spec.sectors);
  const double seconds = drive.serve({}, drive.locate(0), sectors, false, 0).transfer_s;
  return static_cast<double>(sectors * spec.sector_bytes) / seconds;
}

// What the figures are of: the source's text up to its first stop.
std::string source_name(const std::string& source) {
  return source.substr(0, std::min({source.find(": "), source.find(". "), source.find(" (")}));
}

void print_mechanics() {
  TextTable table({{"name", false},
                   {"capacity"},
                   {"rpm"},
                   {"heads"},
                   {"outer\nMB/s"},
                   {"4 KB reads/s\ndepth 1"},
                   {"depth 16\nsptf"},
                   {"source", false}});
  for (const std::string& name : mechanical_preset_names()) {
    const models::MechanicalDrive drive(find_mechanical_preset(name).value());
    const models::MechanicalSpec& spec = drive.spec();
    const auto bytes = static_cast<double>(spec.sectors * spec.sector_bytes);
    table.add_row({spec.name, human_bytes(bytes), whole(spec.rpm), whole(spec.surfaces),
                   significant(outer_rate(drive) / 1e6, 3),
                   significant(bench_iops(drive, models::Scheduler::kFcfs, 1), 3),
                   significant(bench_iops(drive, models::Scheduler::kSptf, 16), 3),
                   source_name(spec.source)});
  }
  write_output(table.render(Format::kTable));
  write_output(
      "\nThe files in scenarios/drives/ say in `source` which figures are given, and which are "
      "derived.\n");
}

void print_metrics() {
  TextTable table({{"name", false}, {"unit", false}, {"only", false}, {"meaning", false}});
  for (const MetricRow& row : metric_table()) {
    table.add_row({row.name, row.unit, presence_text(row.presence), row.meaning});
  }
  write_output(table.render(Format::kTable));
}

void print_traces() {
  TextTable table({{"name", false}, {"fields of a line", false}, {"what", false}});
  for (const TraceFormat& format : trace_formats()) {
    table.add_row(
        {std::string(format.name), std::string(format.columns), std::string(format.summary)});
  }
  write_output(table.render(Format::kTable));
}

struct ListKind {
  const char* name;
  std::function<void()> print;
};

}  // namespace

int list_command(const Arguments& arguments) {
  const std::array<ListKind, 9> kinds = {
      ListKind{"policies", print_policies},
      ListKind{"drives", print_drives},
      ListKind{"mechanics", print_mechanics},
      ListKind{"schemes", [] { print_entries(kSchemes); }},
      ListKind{"loads", print_loads},
      ListKind{"sizes", [] { print_entries(kSizes); }},
      ListKind{"cooling", [] { print_entries(kCooling); }},
      ListKind{"traces", print_traces},
      ListKind{"metrics", print_metrics},
  };
  for (const ListKind& kind : kinds) {
    if (arguments.list_kind == kind.name) {
      kind.print();
      return kExitOk;
    }
  }
  std::string known;
  for (const ListKind& kind : kinds) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", kind.name);
  }
  print_message("spindle list: unknown kind \"{}\" — choose one of {}\n", arguments.list_kind,
                known);
  return kExitUsage;
}

}  // namespace spindle::app

#include <fmt/format.h>

#include <array>
#include <functional>

#include "app/command/arguments.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/streams.hpp"
#include "app/report/metric_table.hpp"
#include "app/text/wording.hpp"
#include "models/drive/drive_model.hpp"
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

void print_metrics() {
  TextTable table({{"name", false}, {"unit", false}, {"only", false}, {"meaning", false}});
  for (const MetricRow& row : metric_table()) {
    table.add_row({row.name, row.unit, presence_text(row.presence), row.meaning});
  }
  write_output(table.render(Format::kTable));
}

struct Kind {
  const char* name;
  std::function<void()> print;
};

}  // namespace

int list_command(const Arguments& arguments) {
  const std::array<Kind, 7> kinds = {
      Kind{"policies", print_policies},
      Kind{"drives", print_drives},
      Kind{"schemes", [] { print_entries(kSchemes); }},
      Kind{"loads", print_loads},
      Kind{"sizes", [] { print_entries(kSizes); }},
      Kind{"cooling", [] { print_entries(kCooling); }},
      Kind{"metrics", print_metrics},
  };
  for (const Kind& kind : kinds) {
    if (arguments.list_kind == kind.name) {
      kind.print();
      return kExitOk;
    }
  }
  std::string known;
  for (const Kind& kind : kinds) known += fmt::format("{}{}", known.empty() ? "" : ", ", kind.name);
  print_message("spindle list: unknown kind \"{}\" — choose one of {}\n", arguments.list_kind,
                known);
  return kExitUsage;
}

}  // namespace spindle::app

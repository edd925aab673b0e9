#include "app/world/memory.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "app/experiment/timeline_record.hpp"
#include "app/text/wording.hpp"
#include "app/world/ledger_memory.hpp"
#include "models/flow/flow_run.hpp"
#include "models/flow/heat_kernel.hpp"
#include "models/mechanical/mechanical_run.hpp"
#include "models/redundancy/read_cost.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/state/demand_journal.hpp"
#include "models/zoom/zoom_run.hpp"

namespace spindle::app {
namespace {

// Of a series, for each epoch.
constexpr double kSeriesBytes = 48;
constexpr double kTimelineSeriesBytes = 36;
constexpr double kScrubSeriesBytes = 32;
constexpr double kSeriesWork = 32;    // while it is made and reduced
constexpr double kMostColumns = 2e9;  // more do not fit anywhere

// The limit of the container (control groups, version 2); none is "max", or no file.
std::uint64_t container_limit() {
  std::ifstream in("/sys/fs/cgroup/memory.max");
  std::uint64_t bytes = 0;
  return in >> bytes ? bytes : UINT64_MAX;
}

// A row of text is about as long as the points made of it, and 50 million rows are the most.
double trace_bytes(const Scenario& scenario) {
  constexpr double kMost = 2.4e9;
  double sum = 0;
  for (const TenantSpec& spec : scenario.tenants) {
    if (spec.trace.file.empty()) continue;
    std::error_code error;
    const auto size = std::filesystem::file_size(scenario.trace_dir / spec.trace.file, error);
    if (!error) sum += static_cast<double>(size);
  }
  return std::min(sum, kMost);
}

// What the policy keeps between extents: every tenant's own list of drives, which has grown by
// doubling; cells; sets of drives; an order of drives by load, or by turns; loads as they were.
double policy_bytes(const Scenario& scenario, double tenants, double shards_per_extent) {
  constexpr double kPool = 64;  // a list of drives, empty
  const models::PlacementOptions& options = scenario.placement;
  const double drives = scenario.fleet.drives;
  const double zones = scenario.fleet.zones;
  double bytes = options.refresh > 1 ? 16 * drives : 0;
  if (options.policy == "shuffle_shard") bytes += tenants * (6.0 * options.width + kPool * zones);
  if (options.cell > 0) bytes += 2 * (4 * drives + kPool * zones * drives / options.cell);
  if (options.policy == "least_loaded") bytes += 24 * drives;
  if (options.policy == "round_robin") bytes += 5 * drives;
  if (options.policy == "copyset") {
    const double partners = std::max(1.0, shards_per_extent - 1);
    bytes += (1 + options.scatter_width / partners) * 8 * drives;
  }
  return bytes;
}

// The direct estimator: a reverse index of the shards, a bit table of drive sets, and one
// replication's changes.
double direct_bytes(const Scenario& scenario, double extents, double shards) {
  if (scenario.durability.estimator != DurabilityEstimator::kDirect) return 0;
  return extents * 2 + shards * 4.3 + scenario.fleet.drives * 40.0;
}

// Series that a run leaves: of the fleet, and where it plays events, of those and of each rack.
double series_bytes(const Scenario& scenario) {
  const auto epochs = static_cast<double>(scenario.run.epochs());
  if (!scenario.has_timeline()) return epochs * kSeriesBytes;
  const double scrub = scenario.scrub ? kScrubSeriesBytes : 0;
  // Kept while the run lasts, whether it is reported or not.
  return epochs * (kSeriesBytes + kTimelineSeriesBytes + scrub + 4.0 * scenario.racks_in_all());
}

// Extents that a class writes in so many seconds, where that is new data.
double births(const TenantSpec& spec, const Scenario& scenario, double seconds) {
  if (spec.options.writes_are != models::WriteKind::kNewData) return 0;
  return spec.options.write_bytes_per_s * seconds / scenario.data.extent.to_double();
}

// Columns of demand that data born in the run adds, at most.
double born_columns(const Scenario& scenario) {
  const models::EpochGrid grid{scenario.run.epoch, scenario.run.epochs()};
  double sum = 0;
  for (const TenantSpec& spec : scenario.tenants) {
    const double born = births(spec, scenario, scenario.run.duration.to_seconds());
    const double most =
        spec.options.count * models::DemandColumns::born_columns(spec.options.cooling, grid);
    sum += std::min(born, most);
  }
  return sum;
}

// What the journal keeps of a window, on average: who bears more or less from when on. A shard that
// comes or goes is told for its drive and for the others of its extent.
double journal_bytes(const Scenario& scenario, double extents, double shards) {
  const double seconds = std::min(double{models::kEpochsPerSweep} * scenario.run.epoch.to_seconds(),
                                  scenario.run.duration.to_seconds());
  const double years = seconds / sim::kSecondsPerYear;
  const double of_extent = shards / extents;
  double shifts = 0;
  for (const TenantSpec& spec : scenario.tenants) {
    shifts += 2 * of_extent * births(spec, scenario, seconds);
  }
  double failures = 0;  // of a drive
  for (const models::DriveShare& model : scenario.fleet.models) {
    failures = std::max(failures, model.model.annual_failure_rate * years);
  }
  shifts += 2 * failures * shards * of_extent;
  for (const models::RandomOutages& outages : scenario.outages.random) {
    // It goes and comes back. A zone touches the extents that are not as most others are: at worst
    // all of them.
    const double times = 2 * outages.per_year * years;
    shifts += times * shards * (outages.kind == models::DomainKind::kRack ? of_extent : 1);
  }
  for (const models::PowerEvents& power : scenario.failure.power) {
    const double times = 2 * power.per_year * years;
    shifts += times * shards * (power.kind == models::DomainKind::kRack ? of_extent : 1);
    shifts += times * power.dies * shards * of_extent;
  }
  // In an array that has grown by doubling.
  return shifts * 2 * sizeof(models::DemandShift);
}

// What is kept of each drive's scrub, and of each latent error: present, and one epoch's.
double scrub_bytes(const Scenario& scenario, double drives) {
  if (!scenario.scrub) return 0;
  double period_s = scenario.scrub->period.to_seconds();
  for (const models::DriveShare& share : scenario.fleet.models) {
    period_s = std::max(period_s, models::scrub_pace(*scenario.scrub, share.model).period_s);
  }
  const double present = scenario.scrub->errors_per_year * drives * period_s / sim::kSecondsPerYear;
  return drives * 34 + present * 2 * 56;
}

// A run that plays events: each extent's demand, the map's copy with its reverse index, demand that
// shifts within a window of epochs, and states of drives.
double timeline_bytes(const Scenario& scenario, double extents, double shards) {
  if (!scenario.has_timeline()) return 0;
  const double drives = scenario.fleet.drives + static_cast<double>(scenario.landing_drives());
  return extents * 8 + shards * (4 + 4 + 0.5) + drives * 200 + scrub_bytes(scenario, drives) +
         journal_bytes(scenario, extents, shards);
}

// A rebuild after a zone's loss: flags of extents and of shards under way, and those that wait.
double zone_loss_bytes(const Scenario& scenario, double extents) {
  const auto is_zone_lost = [](const auto& outages) {
    return outages.is_permanent && outages.kind == models::DomainKind::kZone;
  };
  const bool loses =
      std::any_of(scenario.outages.scripted.begin(), scenario.outages.scripted.end(),
                  is_zone_lost) ||
      std::any_of(scenario.outages.random.begin(), scenario.outages.random.end(), is_zone_lost);
  return loses ? extents * (1 + 0.125 + 8) : 0;
}

// Every request at its drives: those drawn ahead, and where the fleet is asked for more than it
// serves, those that wait.
double mechanical_bytes(const Scenario& scenario, const models::Scheme& scheme) {
  if (scenario.run.fidelity != Fidelity::kMechanical) return 0;
  // Of a drive: M/G/1 holds rho + rho^2 / (2 (1 - rho)) where services vary little, 5 at .9.
  constexpr double kQueue = 8;
  models::MechanicalSize size{
      .drives = scenario.fleet.drives,
      .drive_models = static_cast<std::uint32_t>(scenario.fleet.models.size()),
      .shards = scheme.shards(),
      .epoch = scenario.run.epoch};
  double busy = 0;
  for (const TenantSpec& spec : scenario.tenants) {
    size.tenants += spec.options.count;
    const models::RequestSize read = models::request_size(spec.options, false);
    const models::RequestSize write = models::request_size(spec.options, true);
    if (write.mean_bytes <= 0) continue;
    const double reads =
        spec.options.read_bytes_per_s * (1 - spec.options.cache.hit_ratio) / read.mean_bytes;
    const double writes = spec.options.write_bytes_per_s / write.mean_bytes;
    const models::DriveModel& drive = scenario.fleet.models.front().model;
    size.requests_per_s += reads + writes;
    size.parts_per_s += models::shard_requests_per_s(scheme, reads, writes);
    busy += reads * models::read_disk_seconds(scheme, drive, spec.options) +
            writes * models::write_disk_seconds(scheme, drive, spec.options);
  }
  for (const MechanicsSource& source : scenario.mechanics) {
    size.depth = std::max(size.depth, source.depth);
  }
  const double load = busy / scenario.fleet.drives;
  const double backlog =
      load > 1 ? (1 - 1 / load) * size.parts_per_s * scenario.run.duration.to_seconds() : 0;
  size.waiting =
      std::min<double>(models::kMostWaitingParts, kQueue * scenario.fleet.drives + backlog);
  return models::mechanical_memory_bytes(size);
}

// Latencies of a flow run: loads by period, and the laws of some kinds of request at each load.
double latency_bytes(const Scenario& scenario) {
  if (scenario.run.fidelity == Fidelity::kMechanical || scenario.mechanics.empty()) return 0;
  constexpr double kKinds = 4;
  constexpr double kLaws = 128 * kKinds * 4232;
  constexpr double kOpen = 256 * 4112;     // a window's periods
  constexpr double kLoads = 128 * 16 + 8;  // of a period
  const double periods = std::min<double>(4096, static_cast<double>(scenario.run.epochs()));
  const auto models = static_cast<double>(scenario.mechanics.size());
  const auto classes = static_cast<double>(scenario.tenants.size());
  return models * (kLaws + kOpen + periods * kLoads) + classes * (periods * 16 + 8464);
}

// Steps that a tenant's load makes in an epoch on average, 0 where it is constant there: those of a
// few epochs of a few tenants, as models differ in what they follow from.
double steps_in_epoch(const TenantSpec& spec, const models::EpochGrid& grid) {
  constexpr std::uint32_t kTenants = 8;
  constexpr std::uint64_t kEpochs = 16;
  if (!spec.trace.file.empty()) return 0;  // means over epochs
  const models::EpochGrid few{grid.epoch, std::min(kEpochs, grid.count)};
  std::vector<models::RatePiece> pieces;
  double steps = 0;
  for (std::uint32_t tenant = 0; tenant < kTenants; ++tenant) {
    const auto load = models::make_load_model(spec.options.load, few, sim::Seed{1}, tenant);
    for (std::uint64_t epoch = 0; epoch < few.count; ++epoch) {
      pieces.clear();
      load->pieces(epoch, 1, pieces);
      const bool is_constant =
          pieces.size() == 1 && pieces[0].end - pieces[0].begin == grid.epoch.ns();
      if (!is_constant) steps += 2 * static_cast<double>(pieces.size());
    }
  }
  return steps / (kTenants * static_cast<double>(few.count));
}

// How the loads of a zoom's drives go within its epochs: of each tenant with data on a drive.
double zoom_step_bytes(const Scenario& scenario, double shards_per_drive, double epochs) {
  constexpr double kPerStep = 100;  // gathered in arrays that grow, made a step, and a process's
  const models::EpochGrid grid{scenario.run.epoch, scenario.run.epochs()};
  double steps = 0;
  for (const TenantSpec& spec : scenario.tenants) {
    const double share = spec.options.data.to_double() / scenario.data.logical.to_double();
    const double tenants =
        std::min(static_cast<double>(spec.options.count), shards_per_drive * share);
    const int sides =
        (spec.options.read_bytes_per_s > 0 ? 1 : 0) + (spec.options.write_bytes_per_s > 0 ? 1 : 0);
    steps += tenants * sides * steps_in_epoch(spec, grid);
  }
  return scenario.zoom->count * steps * epochs * kPerStep;
}

// Drives of a zoom, their load, and a histogram of each class's requests. A class has data on a
// drive or not: not more classes than tenants whose data a drive holds.
double zoom_bytes(const Scenario& scenario, double shards) {
  if (!scenario.zoom) return 0;
  const ZoomOptions& zoom = *scenario.zoom;
  const double per_drive = shards / scenario.fleet.drives;
  const auto classes = static_cast<std::uint32_t>(
      std::min(static_cast<double>(scenario.tenants.size()), std::ceil(per_drive)));
  const double epochs = zoom.duration.to_seconds() / scenario.run.epoch.to_seconds() + 1;
  std::size_t depth = 1;
  for (const MechanicsSource& source : scenario.mechanics) depth = std::max(depth, source.depth);
  const auto clusters = zoom.drives == models::ZoomDrives::kRandom ? models::ZoomClusters::kDrives
                                                                   : models::ZoomClusters::kTimes;
  const double chosen = static_cast<double>(zoom.count);
  return chosen * classes * 16 * epochs + zoom_step_bytes(scenario, per_drive, epochs) +
         scenario.fleet.drives * 16.0 +
         models::zoom_memory_bytes(zoom.count,
                                   static_cast<std::uint32_t>(scenario.fleet.models.size()),
                                   classes, clusters, depth, 0);
}

std::uint64_t largest_of(std::span<const Scenario* const> runs) {
  std::uint64_t largest = 1;
  for (const Scenario* run : runs) largest = std::max(largest, memory_estimate(*run));
  return largest;
}

}  // namespace

std::uint64_t usable_memory_bytes() {
  const std::uint64_t physical = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                                 static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  rlimit limit{};
  const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return std::min({physical, container_limit(), limited ? limit.rlim_cur : UINT64_MAX});
}

std::uint64_t memory_estimate(const Scenario& scenario) {
  if (scenario.run.form == FleetForm::kLedger)
    return static_cast<std::uint64_t>(ledger_bytes(scenario, 1) + trace_bytes(scenario));
  const models::Scheme scheme(scenario.redundancy);
  const double extents = scenario.data.logical.to_double() / scenario.data.extent.to_double();
  std::uint32_t tenants = 0;
  std::uint32_t columns = 0;
  bool weighted = false;
  for (const TenantSpec& spec : scenario.tenants) {
    tenants += spec.options.count;
    columns += spec.options.count * models::DemandColumns::first_columns(spec.options.cooling);
    weighted = weighted || spec.options.cooling.kind != models::CoolingKind::kNone;
  }
  if (scenario.has_timeline()) {
    columns += static_cast<std::uint32_t>(std::min(born_columns(scenario), kMostColumns));
  }
  const auto models = static_cast<std::uint32_t>(scenario.fleet.models.size());
  const std::uint32_t racks = scenario.racks_in_all();
  const double drives = scenario.fleet.drives + static_cast<double>(scenario.landing_drives());
  // Per shard: 4 B of the explicit map. A column (a tenant's data of one age) with shards on a
  // drive: 8 B; with shards in a rack: 12 B, in an array that has grown by doubling. Per drive:
  // fill, heat and sums, about 96 B. Per tenant: its row, and its costs on each drive model. Per
  // epoch: the time series' columns, and a copy of one for its quantile.
  const double shards = extents * scheme.shards();
  const double on_drives = std::min(shards, static_cast<double>(columns) * scenario.fleet.drives);
  const double in_racks = std::min(shards, static_cast<double>(columns) * racks);
  return static_cast<std::uint64_t>(
      shards * 4 + on_drives * 8 + in_racks * 24 + extents * (weighted ? 12 : 0) + drives * 96.0 +
      tenants * (200 + 24.0 * models) + models::flow_memory_bytes(models, tenants, racks, columns) +
      policy_bytes(scenario, tenants, scheme.shards()) + direct_bytes(scenario, extents, shards) +
      timeline_bytes(scenario, extents, shards) + mechanical_bytes(scenario, scheme) +
      latency_bytes(scenario) + zoom_bytes(scenario, shards) + zone_loss_bytes(scenario, extents) +
      series_bytes(scenario) + static_cast<double>(scenario.run.epochs()) * kSeriesWork +
      trace_bytes(scenario) + 16e6);
}

std::uint64_t rank_memory_estimate(const Scenario& scenario, unsigned ranks) {
  return static_cast<std::uint64_t>(ledger_bytes(scenario, ranks) + trace_bytes(scenario));
}

std::size_t runs_at_once(std::span<const Scenario* const> runs) {
  const std::uint64_t fit = usable_memory_bytes() / 2 / largest_of(runs);
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(fit, 1, runs.size()));
}

void require_memory(std::span<const Scenario* const> runs) {
  double kept = 0;
  for (const Scenario* run : runs) kept += series_bytes(*run);
  if (runs.size() == 1) kept = 0;  // is part of the run itself
  const double needed = kept + static_cast<double>(largest_of(runs));
  const auto usable = static_cast<double>(usable_memory_bytes());
  if (needed <= usable) return;
  throw std::runtime_error(
      fmt::format("{}: the run takes about {} of memory and there are {} — set data.extent larger "
                  "(fewer shards), or take a smaller fleet, fewer tenants, epochs or variants",
                  runs.front()->name, human_bytes(needed), human_bytes(usable)));
}

void require_rank_memory(const Scenario& scenario, unsigned ranks, unsigned neighbours) {
  const double needed = static_cast<double>(rank_memory_estimate(scenario, ranks)) * neighbours;
  const auto usable = static_cast<double>(usable_memory_bytes());
  if (needed <= usable) return;
  throw std::runtime_error(
      fmt::format("{}: {} of the run's {} ranks are on one machine, take about {} of memory and "
                  "have {} — spread "
                  "them over more machines, with more threads each, or take a smaller fleet",
                  scenario.name, neighbours, ranks, human_bytes(needed), human_bytes(usable)));
}

}  // namespace spindle::app

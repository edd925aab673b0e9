#include "models/mechanical/mechanical_run.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "sim/digest.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Fixed, whatever the threads: tenants that draw together, and drives that are served together.
constexpr std::uint32_t kGroups = 64;
constexpr std::uint32_t kBlockDrives = 256;
// A window's parts should fill neither the memory nor, drive by drive, a few requests alone.
constexpr double kPartsPerWindow = 1 << 18;
constexpr double kPartsPerDrive = 8;
// Of an epoch: how closely windows follow its bursts.
constexpr std::size_t kSlices = 32;

double parts_per_window(std::uint32_t drives) {
  return std::max(kPartsPerWindow, kPartsPerDrive * drives);
}

RequestWorld world_of(const MechanicalInputs& in) {
  if (in.models.size() != in.topology.models().size()) {
    throw std::invalid_argument("mechanical run: one mechanical model a drive model is needed");
  }
  if (in.read_parts < in.scheme.needed() || in.read_parts > in.scheme.shards()) {
    throw std::invalid_argument("mechanical run: a read asks for k to n shards");
  }
  if (in.window < sim::Duration()) {
    throw std::invalid_argument("mechanical run: a window cannot be negative");
  }
  RequestWorld world{.population = in.population,
                     .placement = in.placement,
                     .places = {in.population.classes(), in.scheme, in.models},
                     .model_of_drive = {},
                     .read_parts = in.read_parts,
                     .read_needed = in.scheme.needed(),
                     .heat_weight = in.heat_weight};
  for (std::uint32_t drive = 0; drive < in.topology.drives(); ++drive) {
    world.model_of_drive.push_back(
        static_cast<std::uint8_t>(in.topology.model_of_rack(in.topology.rack_of(drive))));
  }
  return world;
}

class MechanicalRun {
 public:
  explicit MechanicalRun(const MechanicalInputs& inputs)
      : in_(inputs),
        world_(world_of(inputs)),
        demand_(inputs.population),
        tenants_(static_cast<std::uint32_t>(inputs.population.tenants().size())),
        drives_(inputs.topology.drives()),
        ends_(drives_),
        place_(drives_),
        busy_ns_(drives_),
        latency_(inputs.population.classes().size()),
        busy_(drives_, inputs.demand) {
    const std::uint32_t groups = std::min(kGroups, tenants_);
    for (std::uint32_t g = 0; g < groups; ++g) {
      groups_.emplace_back(world_, static_cast<std::uint16_t>(g), first_tenant(g, groups),
                           first_tenant(g + 1, groups));
    }
    drawn_.resize(groups);
    for (std::uint32_t first = 0; first < drives_; first += kBlockDrives) {
      const std::uint32_t count = std::min(kBlockDrives, drives_ - first);
      blocks_.emplace_back(in_.models, std::span(world_.model_of_drive).subspan(first, count));
    }
  }

  // False where `progress` asked for an end before the epoch's.
  bool run_epoch(std::uint64_t epoch, const std::function<bool(double)>& progress) {
    const sim::Instant start = sim::Instant() + static_cast<std::int64_t>(epoch) * in_.grid.epoch;
    const sim::Instant end = start + in_.grid.epoch;
    begin_epoch(epoch, start);
    for (const sim::Instant to : window_ends_) {
      run_window(to);
      const double done =
          static_cast<double>(epoch) + (to - start).to_seconds() / in_.grid.epoch.to_seconds();
      go_on_ = !progress || progress(done / static_cast<double>(in_.grid.count));
      if (!go_on_ && to < end) return false;
    }
    end_epoch();
    return true;
  }

  // Whether `progress` wants more.
  [[nodiscard]] bool goes_on() const { return go_on_; }

  MechanicalResult finish(std::uint64_t epochs) {
    MechanicalResult result{.epochs = epochs,
                            .latency = std::move(latency_),
                            .waits = {},
                            .services = {},
                            .busy = std::move(busy_)};
    for (const DriveBlock& block : blocks_) {
      result.waits.merge(block.waits());
      result.services.merge(block.services());
      result.parts_waiting += block.waiting();
    }
    for (const RequestProcesses& group : groups_) {
      result.arrivals += group.open().arrivals();
      result.open += group.open().open();
      result.without_place += group.open().without_place();
    }
    for (const ClassLatency& of : result.latency) {
      result.answered += of.reads.count() + of.writes.count();
    }
    return result;
  }

 private:
  [[nodiscard]] std::uint32_t first_tenant(std::uint32_t group, std::uint32_t groups) const {
    return static_cast<std::uint32_t>(std::uint64_t{tenants_} * group / groups);
  }

  void begin_epoch(std::uint64_t epoch, sim::Instant start) {
    sim::for_each_index(in_.threads, groups_.size(),
                        [&](std::size_t g) { groups_[g].begin_epoch(epoch, demand_); });
    for (DriveBlock& block : blocks_) block.begin_epoch(start, in_.grid.epoch);
    set_window_ends(start);
  }

  // Where the load asks for more parts than a window should have, slices of the epoch are divided;
  // where it asks for fewer, several make a window.
  void set_window_ends(sim::Instant start) {
    window_ends_.clear();
    const sim::Instant end = start + in_.grid.epoch;
    if (in_.window > sim::Duration()) {
      for (sim::Instant to = start; end - to > in_.window;) {
        window_ends_.push_back(to = to + in_.window);
      }
      window_ends_.push_back(end);
      return;
    }
    std::vector<double> parts(kSlices, 0.0);
    for (const RequestProcesses& group : groups_) group.add_expected_parts(parts);
    const double most = parts_per_window(drives_);
    const double slice_s = in_.grid.epoch.to_seconds() / kSlices;
    double held = 0;
    for (std::size_t i = 0; i < kSlices; ++i) {
      const double windows = std::ceil((held + parts[i]) / most);
      held += parts[i];
      for (double w = 1; w < windows; ++w) {
        add_window_end(start, (static_cast<double>(i) + w / windows) * slice_s);
        held = parts[i] / windows;
      }
    }
    if (window_ends_.empty() || window_ends_.back() < end) window_ends_.push_back(end);
  }

  void add_window_end(sim::Instant start, double after_s) {
    const sim::Instant to = start + sim::Duration::seconds(after_s);
    const sim::Instant last = window_ends_.empty() ? start : window_ends_.back();
    if (to > last && to < start + in_.grid.epoch) window_ends_.push_back(to);
  }

  void run_window(sim::Instant to) {
    sim::for_each_index(in_.threads, groups_.size(),
                        [&](std::size_t g) { drawn_[g] = groups_[g].draw_until(to); });
    sort_by_drive();
    sim::for_each_index(in_.threads, blocks_.size(), [&](std::size_t b) {
      const std::size_t first = b * kBlockDrives;
      const std::size_t count = std::min<std::size_t>(kBlockDrives, drives_ - first);
      blocks_[b].run_until(
          to, std::span(parts_).subspan(first_part_[b], first_part_[b + 1] - first_part_[b]),
          std::span(ends_).subspan(first, count));
    });
    join();
  }

  // A counting sort of the window's parts: drive by drive, each drive's in the order of tenants.
  void sort_by_drive() {
    std::fill(ends_.begin(), ends_.end(), 0U);
    std::size_t parts = 0;
    for (const auto& drawn : drawn_) {
      parts += drawn.size();
      for (const RequestPart& part : drawn) ++ends_[part.drive];
    }
    if (parts_.size() < parts) parts_.resize(parts);
    first_part_.assign(1, 0);
    std::size_t next = 0;
    for (std::uint32_t drive = 0; drive < drives_; ++drive) {
      place_[drive] = next;
      next += ends_[drive];
      ends_[drive] = static_cast<std::uint32_t>(next - first_part_.back());
      if ((drive + 1) % kBlockDrives == 0 || drive + 1 == drives_) first_part_.push_back(next);
    }
    for (const auto& drawn : drawn_) {
      for (const RequestPart& part : drawn) parts_[place_[part.drive]++] = part;
    }
  }

  void join() {
    std::uint64_t waiting = 0;
    for (const DriveBlock& block : blocks_) {
      for (const ServedPart& part : block.served()) {
        groups_[part.group].open().serve_part(part.request, part.finish, latency_);
      }
      waiting += block.waiting();
    }
    if (waiting <= in_.most_waiting) return;
    throw std::runtime_error(
        std::to_string(waiting) +
        " parts of requests wait at the drives (they are asked for more than they can serve) — "
        "fewer bytes/s, larger objects or more drives");
  }

  void end_epoch() {
    auto out = busy_ns_.begin();
    for (const DriveBlock& block : blocks_) {
      out = std::copy(block.busy_ns().begin(), block.busy_ns().end(), out);
    }
    busy_.add_epoch(busy_ns_, in_.grid.epoch);
  }

  const MechanicalInputs& in_;
  RequestWorld world_;
  DemandStream demand_;
  std::uint32_t tenants_;
  std::uint32_t drives_;
  std::vector<RequestProcesses> groups_;
  std::vector<sim::Instant> window_ends_;  // of the epoch
  std::vector<std::span<const RequestPart>> drawn_;
  std::vector<DriveBlock> blocks_;
  std::vector<RequestPart> parts_;       // of the window, by drive
  std::vector<std::uint32_t> ends_;      // per drive, from its block's first part
  std::vector<std::size_t> place_;       // per drive: where its next part goes
  std::vector<std::size_t> first_part_;  // per block, and the end
  std::vector<std::int64_t> busy_ns_;    // per drive, of the epoch
  std::vector<ClassLatency> latency_;
  BusyRecord busy_;
  bool go_on_ = true;
};

}  // namespace

MechanicalResult run_mechanical(const MechanicalInputs& inputs,
                                const std::function<bool(double)>& progress) {
  MechanicalRun run(inputs);
  std::uint64_t epoch = 0;
  while (epoch < inputs.grid.count && run.goes_on() && run.run_epoch(epoch, progress)) ++epoch;
  return run.finish(epoch);
}

std::string MechanicalResult::digest() const {
  sim::Digest digest;
  for (const std::uint64_t n : {epochs, arrivals, answered, open, without_place, parts_waiting}) {
    digest.add(n);
  }
  for (const ClassLatency& of : latency) {
    of.reads.add_to(digest);
    of.writes.add_to(digest);
  }
  waits.add_to(digest);
  services.add_to(digest);
  for (const double sum : busy.sum) digest.add(sum);
  for (const double sum : busy.drive_sum) digest.add(sum);
  for (const double max : busy.drive_max) digest.add(max);
  return digest.hex();
}

double mechanical_memory_bytes(const MechanicalSize& size) {
  constexpr double kPerDrive = 140;  // lanes, busy times, places of parts
  // Two processes with the pieces of their rate in an epoch, and its load's generators.
  constexpr double kPerTenant = 2 * 260 + 416;
  constexpr double kPerBlock = 64e3;  // histograms
  // Drawn into arrays that grow by doubling, sorted, served.
  constexpr double kPerPart = 3 * sizeof(RequestPart) + sizeof(ServedPart);
  constexpr double kPerQueued = 2 * (sizeof(RequestQueue::Entry) + 24.0);
  // Of a part that waits: this window's and the last one's.
  constexpr double kPerWaiting = 2 * sizeof(RequestPart);
  // Arrays that grow by doubling leave as much again behind them.
  constexpr double kGrown = 2;
  // Its slot, the count of what is served, its place among the free, and when each part was served.
  const double per_request =
      sizeof(OpenRequests::Request) + 5 + static_cast<double>(size.shards) * sizeof(sim::Instant);
  const double requests =
      size.parts_per_s > 0 ? size.waiting * size.requests_per_s / size.parts_per_s : 0;
  const double blocks = size.drives / double{kBlockDrives} + 1;
  const double window =
      std::min(parts_per_window(size.drives), size.parts_per_s * size.epoch.to_seconds());
  return size.drives * kPerDrive + size.tenants * kPerTenant + window * kPerPart +
         kGrown * (size.waiting * kPerWaiting + requests * per_request) +
         blocks * (kPerBlock + size.drive_models * static_cast<double>(size.depth) * kPerQueued);
}

}  // namespace spindle::models

#include "models/migration/landing_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr std::uint64_t kFirstEntity = std::uint64_t{1} << 40;  // after all drives and shards
constexpr double kLongestTransferSeconds = 200 * sim::kSecondsPerYear;

}  // namespace

LandingRun::LandingRun(LandingInputs inputs, sim::Engine& engine, FleetState& state,
                       DirectedLoad* directed)
    : inputs_(std::move(inputs)),
      engine_(engine),
      state_(state),
      directed_(directed),
      landed_(state.topology().zones()),
      kept_bytes_(state.topology().racks(), 0.0) {
  check();
  assign_racks();
  using sim::Engine;
  using sim::Event;
  landed_event_ = engine_.on<std::uint32_t>(
      [this](Engine&, const Event&, std::uint32_t number) { land(number); });
  step_event_ = engine_.on<std::uint32_t>(
      [this](Engine&, const Event&, std::uint32_t number) { step(number); });
  transfer_event_ = engine_.on<TransferEnd>(
      [this](Engine&, const Event&, TransferEnd end) { end_transfer(end); });
  for (std::uint32_t i = 0; i < progress_.size(); ++i) {
    for (const std::uint32_t rack : progress_[i].racks) state_.set_rack_absent(rack);
    if (inputs_.landings[i].at >= inputs_.horizon) continue;
    engine_.schedule_at(inputs_.landings[i].at, landed_event_, sim::kOnlyCell,
                        sim::EntityId(kFirstEntity + i), i);
  }
}

void LandingRun::check() const {
  std::uint64_t racks = 0;
  for (const Landing& landing : inputs_.landings) {
    racks += landing.racks_per_zone;
    if (landing.racks_per_zone == 0 || landing.at < sim::Instant()) {
      throw std::invalid_argument(fmt::format(
          "landing: {} racks a zone at {} s (at least one rack lands, not before the run) — state "
          "both so",
          landing.racks_per_zone, landing.at.to_seconds()));
    }
    if (!(landing.target_fill > 0 && landing.target_fill <= 1)) {
      throw std::invalid_argument(
          fmt::format("landing: a target fill of {} (a share of the capacity above 0, at most 1) — "
                      "state e.g. 0.8",
                      landing.target_fill));
    }
    if (!(landing.bytes_per_s >= 0 && std::isfinite(landing.bytes_per_s))) {
      throw std::invalid_argument(
          fmt::format("landing: {} B/s into a drive (a rate is finite and not negative) — state "
                      "e.g. 50 MB/s, or 0 to move nothing",
                      landing.bytes_per_s));
    }
  }
  if (racks != state_.topology().landing_racks_per_zone()) {
    throw std::invalid_argument(
        fmt::format("landing: {} racks a zone land in a fleet with {} that may (they are the same "
                    "racks) — build the fleet with the sum over all landings",
                    racks, state_.topology().landing_racks_per_zone()));
  }
  if (inputs_.epoch <= sim::Duration() || inputs_.io.value == 0) {
    throw std::invalid_argument("landing: an epoch or an io of 0 — state both above 0");
  }
}

void LandingRun::assign_racks() {
  const Topology& topology = state_.topology();
  std::uint32_t first = 0;
  for (const Landing& landing : inputs_.landings) {
    Progress& progress = progress_.emplace_back();
    progress.landing = &landing;
    for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
      for (std::uint32_t i = 0; i < landing.racks_per_zone; ++i) {
        progress.racks.push_back(topology.landing_rack(zone, first + i));
      }
    }
    first += landing.racks_per_zone;
  }
}

double LandingRun::target_bytes(const Landing& landing, std::uint32_t drive) const {
  return landing.target_fill * state_.topology().capacity_of(drive).to_double();
}

double LandingRun::short_of(const Landing& landing, std::uint32_t drive) const {
  const auto shard = static_cast<double>(state_.shard_bytes());
  const double left =
      target_bytes(landing, drive) - static_cast<double>(state_.used_bytes()[drive]);
  return std::max(0.0, std::floor(left / shard)) * shard;
}

void LandingRun::land(std::uint32_t number) {
  const Landing& landing = inputs_.landings[number];
  Progress& progress = progress_[number];
  const Topology& topology = state_.topology();
  const sim::Instant now = engine_.now();
  for (const std::uint32_t rack : progress.racks) {
    state_.land_rack(now, rack);
    const DriveRange drives = topology.drives_of_rack(rack);
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      if (inputs_.on_landed && state_.is_present(drive)) inputs_.on_landed(now, drive);
    }
    landed_[topology.zone_of_rack(rack)].push_back(
        {rack, landing.policy == LandingPolicy::kNewDataFirst,
         landing.policy == LandingPolicy::kAsPlaced,
         static_cast<std::uint64_t>(target_bytes(landing, drives.first))});
  }
  if (!landing.has_target()) {
    progress.outcome = LandingOutcome::kNoTarget;
    return;
  }
  progress.outcome = LandingOutcome::kFilling;
  for (const std::uint32_t rack : progress.racks) {
    kept_bytes_[rack] = std::numeric_limits<double>::infinity();
  }
  if (is_at_target(progress)) {  // of less than a shard
    progress.reached_at = now;
    return finish(progress, LandingOutcome::kReached);
  }
  if (landing.policy == LandingPolicy::kCoolestFirst) {
    const auto shard_bytes = static_cast<double>(state_.shard_bytes());
    if (landing.bytes_per_s * kLongestTransferSeconds < shard_bytes) {
      return finish(progress, LandingOutcome::kUnmet);
    }
    sim::RandomStream random(inputs_.seed, inputs_.replication, purpose::kMovedExtents, number);
    std::vector<double> heat;
    if (inputs_.column_heat) heat = inputs_.column_heat(now);
    progress.filling = std::make_unique<RackFilling>(
        RackFillingInputs{number, landing, progress.racks, inputs_.spread, kept_bytes_, inputs_.io,
                          inputs_.horizon, transfer_event_},
        CoolestExtents(state_, std::move(heat), random.next_u32()), engine_, state_, directed_);
  }
  step(number);
}

void LandingRun::end_transfer(const TransferEnd& end) {
  Progress& progress = progress_[end.landing];
  progress.filling->end(end.transfer);
  if (progress.filling->is_reached()) finish_filling(progress);
}

void LandingRun::step(std::uint32_t number) {
  Progress& progress = progress_[number];
  if (progress.outcome != LandingOutcome::kFilling) return;
  const std::int64_t epochs = engine_.now().ns() / inputs_.epoch.ns();
  const sim::Instant until = sim::Instant() + (epochs + 1) * inputs_.epoch;
  if (progress.filling != nullptr) {
    step_filling(progress);
  } else {
    step_new_data(progress);
  }
  if (progress.outcome != LandingOutcome::kFilling || until >= inputs_.horizon) return;
  engine_.schedule_at(until, step_event_, sim::kOnlyCell, sim::EntityId(kFirstEntity + number),
                      number);
}

void LandingRun::step_filling(Progress& progress) {
  progress.filling->advance();
  if (progress.filling->is_over()) finish_filling(progress);
}

void LandingRun::finish_filling(Progress& progress) {
  progress.reached_at = progress.filling->reached_at();
  finish(progress,
         progress.filling->is_reached() ? LandingOutcome::kReached : LandingOutcome::kUnmet);
}

void LandingRun::step_new_data(Progress& progress) {
  const Topology& topology = state_.topology();
  bool all = true;
  bool all_left = true;  // but for racks of lost zones
  for (const std::uint32_t rack : progress.racks) {
    const std::uint32_t zone = topology.zone_of_rack(rack);
    const bool is_done = is_at_target(*progress.landing, rack);
    all = all && is_done;
    all_left = all_left && (is_done || state_.is_zone_lost(zone));
    for (LandedRack& landed : landed_[zone]) {
      if (landed.rack == rack && is_done) landed.is_first = false;
    }
  }
  if (all) {
    progress.reached_at = engine_.now();
    finish(progress, LandingOutcome::kReached);
  } else if (all_left) {
    finish(progress, LandingOutcome::kUnmet);
  }
}

bool LandingRun::is_at_target(const Progress& progress) const {
  return std::all_of(progress.racks.begin(), progress.racks.end(),
                     [&](std::uint32_t rack) { return is_at_target(*progress.landing, rack); });
}

// Every drive that takes data is, and some do.
bool LandingRun::is_at_target(const Landing& landing, std::uint32_t rack) const {
  const DriveRange drives = state_.topology().drives_of_rack(rack);
  bool some = false;
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
    if (state_.takes_data()[drive] == 0) continue;
    some = true;
    if (short_of(landing, drive) > 0) return false;
  }
  return some;
}

void LandingRun::finish(Progress& progress, LandingOutcome outcome) {
  progress.outcome = outcome;
  for (const std::uint32_t rack : progress.racks) {
    const DriveRange drives = state_.topology().drives_of_rack(rack);
    kept_bytes_[rack] = target_bytes(*progress.landing, drives.first);
  }
}

LandingReport LandingRun::report(std::size_t i) const {
  const Landing& landing = inputs_.landings[i];
  const Progress& progress = progress_[i];
  LandingReport out;
  out.outcome = progress.outcome;
  if (out.outcome == LandingOutcome::kReached) {
    out.seconds = (progress.reached_at - landing.at).to_seconds();
  }
  // New data may have filled the last drive since the epoch began.
  const bool takes_new_data = progress.filling == nullptr;
  if (out.outcome == LandingOutcome::kFilling && takes_new_data && is_at_target(progress)) {
    out.outcome = LandingOutcome::kReached;
    out.seconds = (engine_.now() - landing.at).to_seconds();
  }
  if (progress.filling != nullptr) {
    out.moves = progress.filling->moves();
    out.bytes = static_cast<double>(out.moves) * static_cast<double>(state_.shard_bytes());
    out.transfers_in_vain = progress.filling->transfers_in_vain();
  }
  if (out.outcome == LandingOutcome::kAhead || out.outcome == LandingOutcome::kReached ||
      out.outcome == LandingOutcome::kNoTarget) {
    return out;
  }
  for (const std::uint32_t rack : progress.racks) {
    const DriveRange drives = state_.topology().drives_of_rack(rack);
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      out.bytes_short += short_of(landing, drive);
    }
  }
  return out;
}

}  // namespace spindle::models

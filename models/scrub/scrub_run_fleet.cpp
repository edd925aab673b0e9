// Of ScrubRun: which drives are there, and whose scrub stands still.
#include <algorithm>
#include <cmath>

#include "models/purposes.hpp"
#include "models/scrub/scrub_run.hpp"
#include "sim/discrete_distributions.hpp"

namespace spindle::models {
namespace {

// So many of the drives that are there from the start, each choice as likely as any other.
std::vector<std::uint32_t> choose_drives(const Topology& topology, double share,
                                         sim::RandomStream random) {
  std::uint32_t left = topology.base_drives();
  auto wanted = static_cast<std::uint32_t>(std::max(1.0, std::round(share * left)));
  std::vector<std::uint32_t> out;
  for (std::uint32_t drive = 0; drive < topology.drives() && wanted > 0; ++drive) {
    if (topology.is_landing_rack(topology.rack_of(drive))) continue;
    if (random.below(left--) >= wanted) continue;
    out.push_back(drive);
    --wanted;
  }
  return out;
}

}  // namespace

void ScrubRun::write_script() {
  for (std::size_t i = 0; i < in_.options.stuck.size(); ++i) {
    const StuckScrub& stuck = in_.options.stuck[i];
    const double at = (stuck.at - sim::Instant()).to_seconds();
    std::vector<std::uint32_t> drives;
    if (stuck.drive) {
      drives.push_back(*stuck.drive);
    } else {
      drives = choose_drives(in_.topology, stuck.share,
                             sim::RandomStream(in_.seed, 0, purpose::kScrubStuckEvent, i));
    }
    if (stuck.lasts) script_.push_back({at + stuck.lasts->to_seconds(), false, drives});
    script_.push_back({at, true, std::move(drives)});
  }
  std::stable_sort(script_.begin(), script_.end(),
                   [](const Script& a, const Script& b) { return a.at_s < b.at_s; });
}

void ScrubRun::play_scripted(double until) {
  for (; next_script_ < script_.size() && script_[next_script_].at_s < until; ++next_script_) {
    const Script& script = script_[next_script_];
    for (const std::uint32_t drive : script.drives) {
      set_stuck(drive, script.is_stop, script.at_s);
    }
  }
}

void ScrubRun::get_stuck(double from, double until) {
  const std::uint32_t slots = in_.topology.drives();
  const double rate = in_.options.stuck_per_year / sim::kSecondsPerYear * slots;
  const std::uint64_t count = sim::Poisson(rate * (until - from)).draw(stuck_random_);
  for (std::uint64_t i = 0; i < count; ++i) {
    const double at = from + (until - from) * stuck_random_.uniform();
    set_stuck(stuck_random_.below(slots), true, at);
  }
}

void ScrubRun::set_stuck(std::uint32_t drive, bool is_stuck, double at) {
  if (!ledger_.is_there(drive) || (is_stuck_[drive] != 0) == is_stuck) return;
  const bool was_held = is_held(drive);
  is_stuck_[drive] = is_stuck ? 1 : 0;
  if (is_stuck) {
    ++counts_.stuck;
  } else {
    --counts_.stuck;
  }
  hold(drive, at, was_held);
}

void ScrubRun::set_reachable(std::uint32_t drive, bool is_reachable, double at) {
  const bool was_held = is_held(drive);
  is_reachable_[drive] = is_reachable ? 1 : 0;
  hold(drive, at, was_held);
}

void ScrubRun::hold(std::uint32_t drive, double at, bool was_held) {
  if (is_held(drive) == was_held) return;
  if (was_held) {
    ledger_.resume(drive, std::max(at, ledger_.stopped_at(drive)));
  } else {
    ledger_.stop(drive, at);
  }
}

void ScrubRun::take_out(std::uint32_t drive) {
  ledger_.remove(drive);
  counts_.stuck -= is_stuck_[drive];
  is_stuck_[drive] = 0;
  is_reachable_[drive] = 1;
}

void ScrubRun::see_fleet(double now, std::span<const std::uint32_t> failed) {
  for (const std::uint32_t drive : failed) {
    if (ledger_.is_there(drive)) take_out(drive);
  }
  for (std::uint32_t drive = 0; drive < in_.topology.drives(); ++drive) {
    const bool is_present = state_.is_present(drive);
    if (ledger_.is_there(drive) && !is_present) take_out(drive);
    if (!is_present) continue;
    if (!ledger_.is_there(drive)) {
      ledger_.add_new(drive, now);
      if (in_.options.order == ScrubOrder::kRandom) add_old_units_of(drive, now);
    }
    set_reachable(drive, state_.can_read(drive), now);
  }
}

}  // namespace spindle::models

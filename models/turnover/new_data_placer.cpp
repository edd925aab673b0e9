#include "models/turnover/new_data_placer.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "models/placement/translate.hpp"

namespace spindle::models {
namespace {

PolicyContext on(const Topology& topology, const PolicyContext& context) {
  return {topology,        context.spread, context.shards,
          context.tenants, context.seed,   context.zone_is_lost};
}

std::vector<std::uint32_t> all_numbers(const Topology& topology) {
  std::vector<std::uint32_t> out(topology.drives());
  std::iota(out.begin(), out.end(), 0U);
  return out;
}

}  // namespace

std::vector<std::uint8_t> placed_upon(std::span<const Landing> landings, const Topology& topology) {
  std::vector<std::uint8_t> out;
  std::uint32_t first = 0;
  for (const Landing& landing : landings) {
    for (std::uint32_t i = 0; i < landing.racks_per_zone; ++i, ++first) {
      if (landing.policy != LandingPolicy::kAsPlaced) continue;
      out.resize(topology.racks());
      for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
        out[topology.landing_rack(zone, first)] = 1;
      }
    }
  }
  return out;
}

NewDataPlacer::NewDataPlacer(const PolicyContext& context, const PlacementOptions& options,
                             const ExtentTable& extents, std::vector<double> expected_heat,
                             const FleetState& state, const LandedRacks* landed,
                             std::vector<std::uint8_t> as_placed)
    : as_placed_(std::move(as_placed)),
      context_(as_placed_.empty() ? context : on(state.topology(), context)),
      options_(options),
      extents_(extents),
      state_(state),
      landed_(landed),
      rack_limit_(context.spread.max_per_rack == 0 ? std::numeric_limits<std::uint32_t>::max()
                                                   : context.spread.max_per_rack),
      guarded_(guarded_racks(context.spread, state.topology())),
      number_(as_placed_.empty() ? full_numbers(context.topology, state.topology())
                                 : all_numbers(state.topology())),
      zone_bytes_(context.topology.zones(), 0.0),
      policy_(make_policy(options_, context_)),
      used_(context_.topology.drives()),
      heat_(context_.topology.drives(), 0.0),
      shard_heat_(extents.shard_heat.empty() ? 0 : context.topology.models().size()) {
  const Topology& topology = state.topology();
  for (std::uint32_t drive = 0; drive < number_.size(); ++drive) {
    const std::uint32_t slot = topology.slot_of(number_[drive]);
    if (slot < expected_heat.size()) heat_[drive] = expected_heat[slot];
  }
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const DriveRange drives = topology.drives_of_rack(rack);
    const double bytes = drives.size() * topology.capacity_of(drives.first).to_double();
    rack_bytes_.push_back(bytes);
    if (!is_diverted_to(rack)) zone_bytes_[topology.zone_of_rack(rack)] += bytes;
  }
}

bool NewDataPlacer::drives_came_back() const {
  for (std::uint32_t zone = 0; zone < taking_before_.size(); ++zone) {
    const std::uint32_t taking = state_.taking_drives()[zone];
    if (taking > taking_before_[zone] + taking / kReturnedPart) return true;
  }
  return false;
}

void NewDataPlacer::begin_epoch() {
  if (epochs_left_ == 0 || found_no_place_ || drives_came_back()) make_view();
  --epochs_left_;
}

void NewDataPlacer::plan_anew(const SpreadRule& spread) {
  bool is_changed = spread.max_per_zone != context_.spread.max_per_zone;
  context_.zone_is_lost.resize(context_.topology.zones(), 0);
  for (std::uint32_t zone = 0; zone < context_.topology.zones(); ++zone) {
    if (state_.is_zone_lost(zone) == (context_.zone_is_lost[zone] != 0)) continue;
    context_.zone_is_lost[zone] = 1;
    is_changed = true;
  }
  if (!is_changed) return;
  context_.spread = spread;
  policy_ = make_policy(options_, context_);
  policy_state_.reset();  // it is of the policy before
  make_view();
}

void NewDataPlacer::make_view() {
  for (std::uint32_t drive = 0; drive < used_.size(); ++drive) {
    const std::uint32_t full = number_[drive];
    const bool is_open = state_.takes_data()[full] != 0 &&
                         (as_placed_.empty() || !is_diverted_to(state_.topology().rack_of(full)));
    used_[drive] = is_open ? state_.used_bytes()[full] : state_.topology().capacity_of(full).value;
  }
  policy_state_ = policy_state_ == nullptr ? policy_->make_state()
                                           : policy_->renew_state(std::move(policy_state_));
  taking_before_.assign(state_.taking_drives().begin(), state_.taking_drives().end());
  epochs_left_ = kEpochsPerView;
  placed_ = 0;
  found_no_place_ = false;
}

// A view out of turn: the next one comes when it would have come.
void NewDataPlacer::look_anew() {
  const std::uint32_t left = epochs_left_;
  make_view();
  epochs_left_ = left;
}

void NewDataPlacer::close(std::uint32_t base_drive) {
  used_[base_drive] = context_.topology.capacity_of(base_drive).value;
}

// Closes those of the chosen that take no shard, and what is down with them; true where some were.
bool NewDataPlacer::close_shut(std::span<const std::uint32_t> chosen) {
  const Topology& base = context_.topology;
  bool found = false;
  for (const std::uint32_t drive : chosen) {
    const std::uint32_t full = number_[drive];
    if (state_.takes_data()[full] != 0 && state_.has_room(full)) continue;
    found = true;
    close(drive);
    if (state_.takes_data()[full] != 0) continue;
    const std::uint32_t zone = base.zone_of(drive);
    const DriveRange down = state_.taking_drives()[zone] == 0
                                ? base.drives_of_zone(zone)
                                : base.drives_of_rack(base.rack_of(drive));
    for (std::uint32_t other = down.first; other < down.last; ++other) {
      if (state_.takes_data()[number_[other]] == 0) close(other);
    }
  }
  return found;
}

bool NewDataPlacer::place(std::uint32_t tenant, std::uint32_t extent, sim::RandomStream& random,
                          std::span<std::uint32_t> out) {
  if (found_no_place_) {
    if (!drives_came_back()) return false;
    look_anew();
  }
  // A view that only fills goes wrong by what was deleted since: by a shard a drive at most.
  if (placed_ * out.size() >= used_.size()) look_anew();
  const double weight = extents_.heat_weight.empty() ? 1 : double{extents_.heat_weight[extent]};
  for (std::size_t model = 0; model < shard_heat_.size(); ++model) {
    shard_heat_[model] = weight * extents_.shard_heat[model * extents_.tenants() + tenant];
  }
  const ExtentRequest request{ExtentId(extent), TenantId(tenant), extents_.shard_bytes,
                              shard_heat_};
  const FleetView view{context_.topology, used_, heat_};
  std::array<std::uint32_t, kMaxShards> chosen;
  const std::span base(chosen.data(), out.size());
  for (std::uint32_t i = 0; i < kTries; ++i) {
    if (!policy_->place(request, view, *policy_state_, random, base)) {
      if (placed_ <= used_.size() / kPlacedPart) {
        found_no_place_ = true;
        taking_before_.assign(state_.taking_drives().begin(), state_.taking_drives().end());
        return false;
      }
      look_anew();  // what was deleted since may have made room
      continue;
    }
    if (close_shut(base)) continue;
    std::transform(base.begin(), base.end(), out.begin(),
                   [&](std::uint32_t drive) { return number_[drive]; });
    if (landed_ != nullptr) divert(out, base, random);
    for (std::size_t shard = 0; shard < out.size(); ++shard) {
      if (out[shard] == number_[base[shard]]) used_[base[shard]] += extents_.shard_bytes;
    }
    count_heat(extent, out);
    ++placed_;
    return true;
  }
  return false;
}

// Diverts shards of every zone, in place: `drives` are numbers of the whole fleet.
void NewDataPlacer::divert(std::span<std::uint32_t> drives, std::span<const std::uint32_t> base,
                           sim::RandomStream& random) {
  const auto on_guarded = static_cast<std::uint32_t>(std::count_if(
      drives.begin(), drives.end(), [&](std::uint32_t drive) { return is_guarded(drive); }));
  guard_left_ = context_.spread.guard.at_most - std::min(on_guarded, context_.spread.guard.at_most);
  std::size_t first = 0;
  while (first < drives.size()) {  // grouped by zone (PlacementPolicy::place)
    const std::uint32_t zone = context_.topology.zone_of(base[first]);
    std::size_t last = first + 1;
    while (last < drives.size() && context_.topology.zone_of(base[last]) == zone) ++last;
    const auto& racks = (*landed_)[zone];
    if (!racks.empty()) {
      double bytes = zone_bytes_[zone];
      for (const LandedRack& rack : racks) bytes += rack.is_as_placed ? 0 : rack_bytes_[rack.rack];
      const auto begin = random.below(static_cast<std::uint32_t>(racks.size()));
      for (std::size_t i = 0; i < racks.size(); ++i) {
        const LandedRack& rack = racks[(begin + i) % racks.size()];
        if (rack.is_as_placed) continue;
        divert_to(rack, drives.subspan(first, last - first), rack_bytes_[rack.rack] / bytes,
                  random);
      }
    }
    first = last;
  }
}

// `drives`: of the extent's shards in the rack's zone; `share`: the rack's of the zone's capacity.
void NewDataPlacer::divert_to(const LandedRack& rack, std::span<std::uint32_t> drives, double share,
                              sim::RandomStream& random) {
  const auto shards = static_cast<std::uint32_t>(drives.size());
  const std::uint32_t chances = std::min(rack_limit_, shards);
  // So that shards * share go there on average, whatever the limit.
  const double probability = rack.is_first ? 1 : std::min(1.0, shards * share / chances);
  for (std::uint32_t i = 0; i < chances; ++i) {
    if (!random.bernoulli(probability)) continue;
    const std::uint32_t to = draw_drive(rack, drives, random);
    if (to == PlacementResult::kNoDrive || (is_guarded(to) && guard_left_ == 0)) return;
    std::array<std::uint32_t, kMaxShards> on_base;
    std::uint32_t left = 0;
    for (std::uint32_t shard = 0; shard < shards; ++shard) {
      const std::uint32_t of_rack = state_.topology().rack_of(drives[shard]);
      if (!is_diverted_to(of_rack)) on_base[left++] = shard;
    }
    if (left == 0) return;
    std::uint32_t& diverted = drives[on_base[random.below(left)]];
    if (is_guarded(to) && !is_guarded(diverted)) --guard_left_;
    diverted = to;
  }
}

bool NewDataPlacer::accepts(const LandedRack& rack, std::uint32_t drive) const {
  if (state_.takes_data()[drive] == 0 || !state_.has_room(drive)) return false;
  return !rack.is_first || state_.used_bytes()[drive] + extents_.shard_bytes <= rack.target_bytes;
}

std::uint32_t NewDataPlacer::draw_drive(const LandedRack& rack,
                                        std::span<const std::uint32_t> drives,
                                        sim::RandomStream& random) const {
  const DriveRange range = state_.topology().drives_of_rack(rack.rack);
  const std::uint32_t begin = random.below(range.size());
  for (std::uint32_t i = 0; i < range.size(); ++i) {
    const std::uint32_t drive = range.first + (begin + i) % range.size();
    if (!accepts(rack, drive)) continue;
    if (std::find(drives.begin(), drives.end(), drive) == drives.end()) return drive;
  }
  return PlacementResult::kNoDrive;
}

// The new data is taken to have the long-run heat of what it replaces.
void NewDataPlacer::count_heat(std::uint32_t extent, std::span<const std::uint32_t> drives) {
  if (shard_heat_.empty()) return;
  const Topology& topology = state_.topology();
  const auto add = [&](std::uint32_t drive, double sign) {
    const std::uint32_t at = as_placed_.empty() ? topology.slot_of(drive) : drive;
    if (at >= heat_.size()) return;  // landed, and no policy looks at it
    heat_[at] += sign * shard_heat_[topology.model_of_rack(topology.rack_of(drive))];
  };
  for (const std::uint32_t entry : state_.map().of(extent)) {
    if (!ShardMap::is_lost(entry)) add(entry, -1);
  }
  for (const std::uint32_t drive : drives) add(drive, 1);
}

}  // namespace spindle::models

#include "models/ledger/ledger_plan.hpp"

#include <algorithm>
#include <cmath>

#include "models/turnover/new_data_placer.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

// Windows are no longer than this, or one epoch: what comes and goes in one is a small part.
constexpr std::int64_t kWindowHours = 12;
// Bins of fill for policies that look at it: a quarter of a shard each.
constexpr double kBinWidth = 0.25;
// A policy that plans sets looks at the fleet once in so many epochs, where a window ends.
constexpr std::uint64_t kEpochsPerView = NewDataPlacer::kEpochsPerView;

// Demand of a shard that was born in a window, at its end. As much is written as u times the data,
// and all cools by e^-g. At every moment what is new takes the place of what is there, new or old:
//   W' = W e^-(u + g) + N newborn u / (u + g) (1 - e^-(u + g)),
// of which W kept e^-g is the old data's, and the rest that of the N (1 - kept) that are new.
double demand_of_born(double before, double data, double newborn, double u, double kept, double g) {
  const double lost = u + g;
  if (!(lost > 0)) return newborn;
  if (!(u > 0) || !(kept < 1)) return newborn * (g > 0 ? -sim::expm1(-g) / g : 1);
  const double gone = -sim::expm1(-lost);
  const double after = before * (1 - gone) + data * newborn * u / lost * gone;
  return std::max(0.0, (after - before * kept * sim::exp(-g)) / (data * (1 - kept)));
}

}  // namespace

LedgerPlan::LedgerPlan(const LedgerOptions& options, const EpochGrid& grid, LedgerFleet& fleet,
                       std::span<const LedgerClass> classes, unsigned threads)
    : options_(options),
      grid_(grid),
      fleet_(fleet),
      first_(classes.begin(), classes.end()),
      classes_(first_),
      groups_(rack_groups(fleet.topology(), options.landings, options.drains, fleet.classes(),
                          group_of_)),
      flows_(groups_.size()),
      failures_(fleet.topology(), options.failure, options.seed, fleet.share(), threads),
      repair_(options.repair, options.needed, fleet.shard_bytes(), fleet.classes(),
              fleet.topology().zones()),
      coolest_(fleet.topology().zones(), CoolestParts(options.ageing)),
      refilled_(std::size_t{fleet.topology().zones()} * classes.size()),
      landings_(options.landings.size()),
      drains_(options.drains.size()),
      drained_(std::size_t{fleet.topology().zones()} * classes.size()),
      adrift_(classes.size()),
      lifecycles_(classes.size()),
      recoding_(classes.size(), Recodes::kNothing),
      recoded_(classes.size()),
      kept_(classes.size(), 1.0),
      kept_demand_(classes.size(), 1.0),
      cool_(classes.size(), 1.0),
      born_(classes.size()),
      written_more_(classes.size(), 1.0),
      renewed_(classes.size()),
      born_demand_(classes.size()),
      factor_(classes.size(), 1.0),
      course_(classes.size(), 1.0),
      asked_(classes.size(), 1.0),
      needed_(classes.size(), options.needed),
      can_take_(fleet.topology().zones(), 1),
      no_room_of_zone_(fleet.topology().zones()) {
  for (GroupFlow& flow : flows_) flow.classes.resize(classes.size());
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto& lifecycle = options.ageing[c].lifecycle;
    if (lifecycle) lifecycles_[c].emplace(*lifecycle, first_[c]);
  }
  DriveMean mean;
  for (const LedgerClass& of : first_) {
    mean.shards += of.shards / fleet.topology().base_drives();
    mean.demand += of.demand / fleet.topology().base_drives();
  }
  if (options.rebalance) rebalance_.options = *options.rebalance;
  rebalance_.next_mean = mean;
  rebalance_.pool.resize(classes.size());
  if (!wants_bins()) return;
  if (goes_to_sets() || goes_to_emptiest()) {
    preference_.width = fleet.room_of(0) / (kFillBins - 1);
    preference_.set_most(std::vector<std::uint32_t>(kFillBins), 0);
    return;
  }
  preference_.choices = options.choices;
  preference_.mixed = options.mixed;
  preference_.width = kBinWidth;
  preference_.low = std::max(0.0, mean.shards - kFillBins * kBinWidth / 2);
  preference_.set_share_below(std::vector<double>(kFillBins));
}

std::uint64_t LedgerPlan::edge_of(sim::Instant at) const {
  const std::int64_t epoch = grid_.epoch.ns();
  return static_cast<std::uint64_t>((at.ns() + epoch / 2) / epoch);
}

// What would begin at the run's end begins with its last epoch.
std::uint64_t LedgerPlan::start_edge_of(sim::Instant at) const {
  return std::min(edge_of(at), grid_.count - 1);
}

std::size_t LedgerPlan::window_epochs(std::uint64_t first) const {
  const auto most = static_cast<std::uint64_t>(std::clamp<std::int64_t>(
      sim::Duration::hours(kWindowHours).ns() / grid_.epoch.ns(), 1, kLedgerEpochs));
  std::uint64_t end = std::min(first + most, grid_.count);
  const auto cut = [&](sim::Instant at) {
    const std::uint64_t edge = start_edge_of(at);
    if (edge > first && edge < end) end = edge;
  };
  if (goes_to_sets()) end = std::min(end, (first / kEpochsPerView + 1) * kEpochsPerView);
  for (const Landing& landing : options_.landings) cut(landing.at);
  for (const Drain& drain : options_.drains) cut(drain.at);
  for (const LedgerAgeing& of : options_.ageing) {
    if (of.lifecycle) cut(of.lifecycle->options.at);
  }
  for (const Outage& outage : options_.outages) {
    cut(outage.at);
    if (!outage.is_permanent) cut(outage.at + outage.lasts);
  }
  return static_cast<std::size_t>(end - first);
}

// Racks are added in their order.
void LedgerPlan::observe(std::span<const RackTally> tallies, std::span<const std::uint32_t> bins) {
  const std::size_t classes = classes_.size();
  std::fill(no_room_of_zone_.begin(), no_room_of_zone_.end(), 0.0);
  for (RackGroup& group : groups_) {
    group.held.assign(classes, {});
    group.sent.assign(classes, {});
    group.present = 0;
    group.squares = 0;
    group.to_send = group.to_take = 0;
  }
  for (std::uint32_t rack = 0; rack < tallies.size(); ++rack) {
    const RackTally& tally = tallies[rack];
    groups_[group_of_[rack]].add(tally, 1);
    for (std::size_t c = 0; c < classes; ++c) {
      adrift_[c].shards += tally.excess[c].shards - tally.came[c].shards;
      adrift_[c].demand += tally.excess[c].demand - tally.came[c].demand;
    }
    totals_.rebalanced += tally.moved;
    no_room_of_zone_[fleet_.topology().zone_of_rack(rack)] += tally.no_room;
  }
  take_drained_away();
  if (!wants_bins()) return;
  if (goes_to_emptiest()) {
    bins_.assign(bins.begin(), bins.end());
    return;
  }
  if (goes_to_sets()) {
    preference_.set_most(bins, std::floor(fleet_.room_of(0)) - 1);
    return;
  }
  std::uint64_t drives = 0;
  for (const std::uint32_t count : bins) drives += count;
  std::uint64_t below = 0;
  std::vector<double> share_below(kFillBins);
  for (std::size_t bin = 0; bin < kFillBins; ++bin) {
    if (drives > 0) share_below[bin] = static_cast<double>(below) / static_cast<double>(drives);
    below += bins[bin];
  }
  preference_.set_share_below(share_below);
}

void LedgerPlan::begin(std::uint64_t first, std::size_t epochs) {
  first_epoch_ = first;
  epochs_ = epochs;
  start_ = sim::Instant() + static_cast<std::int64_t>(first) * grid_.epoch;
  end_ = start_ + static_cast<std::int64_t>(epochs) * grid_.epoch;
  settle_refills();
  change_zones();
  for (std::uint32_t i = 0; i < options_.landings.size(); ++i) {
    if (start_edge_of(options_.landings[i].at) == first) land(i);
  }
  for (std::uint32_t i = 0; i < options_.drains.size(); ++i) {
    if (start_edge_of(options_.drains[i].at) == first) start_drain(i);
  }
  change_drives();
}

// No drives, and nothing held.
void LedgerPlan::clear(RackGroup& group) {
  const DriveRange drives = own_drives(group.racks);
  for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) remove_drive(drive);
  group.held.assign(classes_.size(), {});
  group.present = 0;
}

void LedgerPlan::land(std::uint32_t landing) {
  events_.push_back({start_, LedgerEventKind::kLanding, landing});
  for (RackGroup& group : groups_) {
    if (group.landing != landing || group.is_lost) continue;
    group.is_there = true;
    group.is_filling = options_.landings[landing].has_target();
    const DriveRange drives = own_drives(group.racks);
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      fleet_.mix(drive) = fleet_.draw_mix(drive, 0);
    }
    group.present += drives_of(fleet_.topology(), group.racks).size();
    failures_.add_racks(group.racks, start_);
  }
}

double LedgerPlan::drives_up() const {
  double sum = 0;
  for (const RackGroup& group : groups_) sum += group.serves() ? group.present : 0;
  return sum;
}

void LedgerPlan::flow(std::span<const double> written, std::span<const BornShards> on_sets) {
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    flows_[g].directed = 0;
    flows_[g].written.assign(classes_.size(), 0.0);
    flows_[g].shards_read = 0;
    flows_[g].shards_written = 0;
    flows_[g].repair = {};
    flows_[g].recoding.clear();
    flows_[g].rebalances = false;
    flows_[g].prefers = !takes_evenly(groups_[g]);
    flows_[g].placed_part = 1;
  }
  age(written, on_sets);
  drain_racks();
  deliver();
  fill_landings();
  even_out();
  direct_repair();
  watch_protection();
}

// Of what is written at that rate, each shard in the place of one drawn from all that are there, as
// much is left at the window's end as is gone of the old: N (1 - e^-u).
BornShards LedgerPlan::born_of(double shards_per_s, double data) const {
  const double written = shards_per_s * seconds();
  return {written, data > 0 ? -data * sim::expm1(-written / data) : 0};
}

// Every class as a whole: what is deleted, what is born, how it cools.
void LedgerPlan::age(std::span<const double> written, std::span<const BornShards> on_sets) {
  const bool is_taken = takes_new_data();
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    const LedgerAgeing& of = options_.ageing[c];
    LedgerClass& all = classes_[c];
    // In shards of the fleet's scheme, as new data is.
    const double data = lifecycles_[c] ? lifecycles_[c]->logical() : all.shards;
    const double wanted = written[c] * of.shards_per_write;
    const BornShards born = on_sets.empty() ? born_of(is_taken ? wanted : 0, data) : on_sets[c];
    if (on_sets.empty() && !is_taken) totals_.refused += wanted * seconds();
    born_[c] = std::min(born.left, data);
    written_more_[c] = born_[c] > 0 ? born.written / born_[c] : 1;
    kept_[c] = kept_demand_[c] = data > 0 ? 1 - born_[c] / data : 1;
    renewed_[c] = 1 - kept_[c];
    const double cooled = of.cool_per_s * seconds();
    cool_[c] = sim::exp(-cooled);
    const double mean = first_[c].shards > 0 ? first_[c].demand / first_[c].shards : 0;
    const double turnover = data > 0 ? born.written / data : 0;
    born_demand_[c] =
        demand_of_born(all.demand, data, of.newborn * mean, turnover, kept_[c], cooled);
    double up = 0;
    for (const RackGroup& group : groups_) up += group.serves() ? group.held[c].demand : 0;
    const double before = all.demand;
    all.demand = before * kept_[c] * cool_[c] + born_[c] * born_demand_[c];
    for (CoolestParts& parts : coolest_) {
      parts.renew(static_cast<std::uint32_t>(c), 1 - kept_[c]);
    }
    const double asked_before = lifecycles_[c] ? lifecycles_[c]->demand_in_first(before) : 0;
    if (lifecycles_[c]) recoded_[c] = recode(static_cast<std::uint32_t>(c), before);
    const double mid = (before + all.demand) / 2;
    // New data on sets, and on drives that are refilled, is asked for where it is from its birth on
    // (ArrivingHeat).
    const double there =
        on_sets.empty() ? mid - refilled_demand(c) / 2 : before * (1 + kept_[c] * cool_[c]) / 2;
    factor_[c] = up > 0 ? there / up : 1;
    course_[c] = asked_[c] = first_[c].demand > 0 ? mid / first_[c].demand : 1;
    if (lifecycles_[c] && first_[c].demand > 0) {
      const double asked_after = lifecycles_[c]->demand_in_first(all.demand);
      asked_[c] = (asked_before + asked_after) / 2 / first_[c].demand;
    }
    adrift_[c].shards *= kept_[c];
    adrift_[c].demand *= kept_demand_[c] * cool_[c];
    totals_.born += born.written;
  }
  // The policy looks at the fleet when as many shards were placed as there are drives: what chance
  // does in between is a shard's worth.
  double shards_a_drive = 0;
  for (const double born : born_) shards_a_drive += born / std::max(1.0, drives_up());
  const double noise_left = goes_to_emptiest() ? 1 / std::sqrt(std::max(1.0, shards_a_drive)) : 1;
  for (GroupFlow& flow : flows_) {
    flow.classes.assign(classes_.size(), {});
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      flow.classes[c].leave = 1 - kept_[c];
      flow.classes[c].leave_demand = 1 - kept_demand_[c];
      flow.classes[c].cool = cool_[c];
      flow.classes[c].unevenness = options_.ageing[c].unevenness;
      flow.classes[c].is_noisy = (born_[c] > 0 || kept_[c] < 1) && on_sets.empty();
      flow.classes[c].renewed = renewed_[c];
      flow.classes[c].noise_left = noise_left;
      flow.classes[c].born_demand = born_demand_[c];
    }
  }
}

}  // namespace spindle::models

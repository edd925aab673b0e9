#include "models/ledger/ledger_sets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "models/purposes.hpp"
#include "models/turnover/new_data_placer.hpp"

namespace spindle::models {
namespace {

// Shards are counted in single precision: what is so near to a whole one is.
constexpr double kNearlyWhole = 0.01;
// Multiples of it lie evenly between whole numbers: the golden section.
constexpr double kGolden = 0.6180339887498949;
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

double fraction(double x) {
  return x - std::floor(x);
}

std::vector<std::uint32_t> classes_of(std::span<const LedgerSetInputs::Tenant> tenants) {
  std::vector<std::uint32_t> out;
  for (const LedgerSetInputs::Tenant& of : tenants) out.push_back(of.tenant_class);
  return out;
}

std::uint32_t whole(double shards) {
  return static_cast<std::uint32_t>(std::max(0.0, shards + kNearlyWhole));
}

}  // namespace

LedgerSets::LedgerSets(const LedgerSetInputs& inputs)
    : in_(inputs),
      most_(whole(inputs.topology.capacity_of(0).to_double() / inputs.shard_bytes)),
      zone_is_lost_(inputs.topology.zones(), 0),
      class_of_tenant_(classes_of(inputs.tenants)),
      writers_({in_.options, in_.grid.epoch.to_seconds(), in_.shards, class_of_tenant_, in_.sample,
                in_.sample_scale}),
      new_heat_(in_.options, in_.grid.epoch.to_seconds(),
                static_cast<std::uint32_t>(in_.topology.models().size()), in_.demand, in_.sample),
      carried_(classes()),
      due_(classes()),
      born_(classes()) {
  is_renewed_ = std::any_of(in_.options.ageing.begin(), in_.options.ageing.end(),
                            [](const LedgerAgeing& of) { return of.shards_per_write > 0; });
  cut(zone_is_lost_);
}

void LedgerSets::cut(std::span<const std::uint8_t> zone_is_lost) {
  zone_is_lost_.assign(zone_is_lost.begin(), zone_is_lost.end());
  const auto lost =
      static_cast<std::uint32_t>(std::count(zone_is_lost.begin(), zone_is_lost.end(), 1));
  const std::uint32_t left = in_.topology.zones() - lost;
  PolicyContext context{in_.base,         in_.options.spread,
                        in_.shards,       static_cast<std::uint32_t>(in_.tenants.size()),
                        in_.options.seed, zone_is_lost_};
  // As repair relaxes the rule.
  std::uint32_t& limit = context.spread.max_per_zone;
  if (lost > 0 && left > 0 && limit > 0 &&
      in_.options.repair.after_zone_loss == AfterZoneLoss::kRelax) {
    limit = std::max(limit, (in_.shards + left - 1) / left);
  }
  if (sets_ && !before_) before_ = std::move(sets_);
  sets_.emplace(context, in_.topology);
  if (!shares_) shares_.emplace(sets_->sets(), classes(), class_of_tenant_);
  buckets_.emplace(sets_->sets(), context.tenants);
  placed_.assign(std::size_t{sets_->sets()} * classes(), 0.0F);
  deleted_.assign(placed_.size(), 0.0F);
  changed_.assign(sets_->sets(), 0.0F);
  is_touched_.assign(sets_->sets(), 0);
  arriving_row_.assign(sets_->sets(), 0);
  touched_.clear();
  found_no_place_ = true;
}

void LedgerSets::place_first(LedgerFleet& fleet) {
  std::vector<TenantArrivals> all;
  for (std::uint32_t t = 0; t < in_.tenants.size(); ++t) {
    const std::uint32_t extents = in_.tenants[t].extents;
    if (extents == 0) continue;
    // Extents are placed in random order: a tenant's come all the time.
    sim::RandomStream random(in_.options.seed, 0, purpose::kLedgerTenant, t);
    all.push_back({t, extents, random.uniform() / extents, 1.0 / extents});
  }
  buckets_->look(std::vector<std::uint32_t>(sets_->sets(), most_),
                 std::vector<float>(sets_->sets()));
  std::vector<SetArrivals> placed;
  std::uint64_t wanted = 0;  // sets, if every tenant has some of its own
  for (const TenantArrivals& of : all) wanted += (of.extents + most_ - 1) / std::max(1U, most_);
  if (wanted > sets_->sets()) {
    const sim::RandomStream random(in_.options.seed, 0, purpose::kLedgerTenant, in_.tenants.size());
    place_shared(*buckets_, all, random, placed);
  } else {
    place_arrivals(*buckets_, all, kNoLimit, placed);
  }
  std::vector<float> held(sets_->sets(), 0.0F);
  for (const SetArrivals& of : placed) {
    const auto extents = static_cast<float>(of.extents);
    held[of.set] += extents;
    shares_->add(of.set, of.tenant, extents / held[of.set]);
  }
  hold(placed, fleet);
  count_tenants(std::move(placed));
}

// A tenant's sets take the demand of a shard from its sample drives in turn, so that all its
// extents have together what it asks for.
void LedgerSets::hold(const std::vector<SetArrivals>& placed, LedgerFleet& fleet) const {
  std::vector<std::uint32_t> sets_so_far(in_.tenants.size(), 0);
  std::vector<float> each;
  std::vector<double> sum(in_.tenants.size());
  for (const SetArrivals& of : placed) {
    const TenantRows::Row* row =
        in_.rows.at(0, of.tenant, fraction(kGolden * ++sets_so_far[of.tenant]));
    each.push_back(row != nullptr ? row->each : 1.0F);
    sum[of.tenant] += of.extents * static_cast<double>(each.back());
  }
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const SetArrivals& of = placed[i];
    const LedgerSetInputs::Tenant& tenant = in_.tenants[of.tenant];
    if (!(sum[of.tenant] > 0)) continue;
    const double scale = tenant.extents * in_.demand[tenant.tenant_class] / sum[of.tenant];
    const auto demand = static_cast<float>(of.extents * static_cast<double>(each[i]) * scale);
    for (const std::uint32_t drive : sets_->drives_of(of.set)) {
      if (!fleet.share().owns(drive)) continue;
      LedgerFleet::Holding& holding = fleet.held(drive)[tenant.tenant_class];
      holding.shards += static_cast<float>(of.extents);
      holding.demand += demand;
    }
  }
}

void LedgerSets::count_tenants(std::vector<SetArrivals> placed) {
  const auto by_set = [](const SetArrivals& a, const SetArrivals& b) {
    return std::tie(a.set, a.tenant) < std::tie(b.set, b.tenant);
  };
  const auto is_same = [](const SetArrivals& a, const SetArrivals& b) {
    return a.set == b.set && a.tenant == b.tenant;
  };
  std::sort(placed.begin(), placed.end(), by_set);
  const auto pairs = std::unique(placed.begin(), placed.end(), is_same) - placed.begin();
  tenants_on_drive_ = static_cast<double>(pairs) * in_.shards / in_.base.drives();
}

void LedgerSets::clear() {
  for (const std::uint32_t set : touched_) {
    std::fill_n(placed_.begin() + std::ptrdiff_t{set} * classes(), classes(), 0.0F);
    std::fill_n(deleted_.begin() + std::ptrdiff_t{set} * classes(), classes(), 0.0F);
    changed_[set] = 0;
    is_touched_[set] = 0;
    arriving_row_[set] = 0;
  }
  touched_.clear();
  std::fill(born_.begin(), born_.end(), BornShards());
  new_heat_.clear();
  written_ = {};
}

void LedgerSets::begin(const Window& window, const LedgerFleet& fleet, unsigned threads) {
  clear();
  if (!std::equal(zone_is_lost_.begin(), zone_is_lost_.end(), window.zone_is_lost.begin())) {
    cut(window.zone_is_lost);
  }
  // What is there at the window's start; new data has courses of its own (note_heat).
  const auto models = static_cast<std::uint32_t>(in_.topology.models().size());
  courses_.set(in_.sample, *shares_, models, threads);
  if (is_renewed_) place_new(window, fleet, threads);
}

void LedgerSets::place_new(const Window& window, const LedgerFleet& fleet, unsigned threads) {
  writers_.write(window.epochs);
  census_ = count_sets(*sets_, fleet, window.takes, threads);
  look_if_due(window);
  deletions_ = 0;
  for (std::size_t e = 0; e < window.epochs; ++e) place(window, e);
  delete_old(window);
}

void LedgerSets::look_if_due(const Window& window) {
  const auto open = static_cast<std::uint32_t>(
      std::count(census_.open.begin(), census_.open.end(), std::uint8_t{1}));
  const bool is_due = window.first >= next_look_;
  if (is_due || found_no_place_ || open > open_at_look_ + open / NewDataPlacer::kReturnedPart) {
    look();
    open_at_look_ = open;
  } else {
    for (std::uint32_t set = 0; set < sets_->sets(); ++set) {
      const bool is_open = census_.open[set] != 0;
      buckets_->limit(set, is_open ? whole(most_ - static_cast<double>(census_.fullest[set])) : 0);
    }
  }
  constexpr std::uint64_t kEpochs = NewDataPlacer::kEpochsPerView;
  if (is_due) next_look_ = (window.first / kEpochs + 1) * kEpochs;
}

void LedgerSets::look() {
  std::vector<std::uint32_t> room(sets_->sets(), 0);
  std::vector<float> filled(sets_->sets());
  for (std::uint32_t set = 0; set < sets_->sets(); ++set) {
    filled[set] = census_.fullest[set] + changed_[set];
    if (census_.open[set] != 0) room[set] = whole(most_ - static_cast<double>(filled[set]));
  }
  buckets_->look(std::move(room), std::move(filled));
  placed_since_ = 0;
  found_no_place_ = false;
}

double LedgerSets::held_now(std::size_t at) const {
  return census_.held[at].shards * (1 - static_cast<double>(deleted_[at])) +
         static_cast<double>(placed_[at]);
}

// As many extents as were placed since, times the share of the class's data that is on sets.
void LedgerSets::delete_old(const Window& window) {
  for (std::uint32_t c = 0; c < classes(); ++c) {
    if (!(due_[c] > 0) || !(window.wanted[c] > 0)) continue;
    double all = 0;
    for (std::uint32_t set = 0; set < sets_->sets(); ++set) {
      all += held_now(std::size_t{set} * classes() + c);
    }
    const double exact = due_[c] * in_.shards / window.wanted[c] * all + carried_[c];
    const double extents = std::min(std::floor(exact), std::floor(all));
    due_[c] = 0;
    carried_[c] = exact - extents;
    if (extents < 1) continue;
    sim::RandomStream random(in_.options.seed, 0, purpose::kLedgerDeleted,
                             window.first * kMostLedgerClasses + c);
    random.skip_to(deletions_ << 32U);
    delete_from(c, all, static_cast<std::uint32_t>(extents), random);
  }
  ++deletions_;
}

// From sets by what they hold: n points drawn evenly on the line of all sets, in their order. They
// are the first n sums of n + 1 exponential numbers over the last.
void LedgerSets::delete_from(std::uint32_t tenant_class, double all, std::uint32_t extents,
                             sim::RandomStream random) {
  sim::RandomStream again = random;
  double sum = 0;
  for (std::uint32_t i = 0; i <= extents; ++i) sum += again.exponential();
  const auto at = [&](std::uint32_t set) { return std::size_t{set} * classes() + tenant_class; };
  double point = 0;
  double passed = 0;
  std::uint32_t set = 0;
  double mine = held_now(at(set));
  for (std::uint32_t i = 0; i < extents; ++i) {
    point += random.exponential() / sum * all;
    while (set + 1 < sets_->sets() && passed + mine <= point) {
      passed += mine;
      mine = held_now(at(++set));
    }
    delete_one(set, tenant_class, again.uniform());
  }
}

// What is old, or what came in the window: by u, as they are there.
void LedgerSets::delete_one(std::uint32_t set, std::uint32_t tenant_class, double u) {
  const std::size_t at = std::size_t{set} * classes() + tenant_class;
  touch(set);
  double gone = 1;
  if (placed_[at] >= 1 && u * held_now(at) < static_cast<double>(placed_[at])) {
    placed_[at] -= 1;
    born_[tenant_class].left -= in_.shards;
  } else {
    // A set that holds less than one of it loses what it has.
    const double before = census_.held[at].shards;
    gone = std::min(1.0, before * (1 - static_cast<double>(deleted_[at])));
    if (before > 0) deleted_[at] += static_cast<float>(gone / before);
  }
  carried_[tenant_class] += 1 - gone;
  changed_[set] -= static_cast<float>(gone);
}

void LedgerSets::place(const Window& window, std::size_t epoch) {
  std::vector<TenantArrivals>& arrivals = writers_.of(epoch);
  const std::uint64_t until_look = in_.base.drives() / in_.shards + 1;
  for (;;) {
    arrived_.clear();
    const std::uint64_t most = until_look - std::min(until_look, placed_since_);
    const Arrived arrived = place_arrivals(*buckets_, arrivals, most, arrived_);
    for (const SetArrivals& of : arrived_) note(epoch, of);
    if (arrived == Arrived::kAll) return;
    // What was deleted since may have made room.
    if (arrived == Arrived::kNoSet &&
        placed_since_ <= in_.base.drives() / NewDataPlacer::kPlacedPart)
      break;
    delete_old(window);
    look();
  }
  found_no_place_ = true;
  for (const TenantArrivals& of : arrivals) unplaced_ += of.extents;
}

void LedgerSets::note(std::size_t epoch, const SetArrivals& arrival) {
  const std::uint32_t c = in_.tenants[arrival.tenant].tenant_class;
  const LedgerAgeing& ageing = in_.options.ageing[c];
  const auto extents = static_cast<float>(arrival.extents);
  born_[c].written += static_cast<double>(arrival.extents) * in_.shards;
  born_[c].left += static_cast<double>(arrival.extents) * in_.shards;
  due_[c] += arrival.extents;
  placed_since_ += arrival.extents;
  touch(arrival.set);
  placed_[std::size_t{arrival.set} * classes() + c] += extents;
  changed_[arrival.set] += extents;
  const double brought = arrival.extents * ageing.newborn * in_.demand[c];
  note_share(arrival, brought);
  census_.held[std::size_t{arrival.set} * classes() + c].demand += brought;
  note_heat(epoch, arrival);
}

// `brought`: demand, on each drive of the set. Where the fleet was cut anew each of them is of
// another of the first sets, whose share is of the mean over its drives.
void LedgerSets::note_share(const SetArrivals& arrival, double brought) {
  double demand = brought;
  for (std::uint32_t c = 0; c < classes(); ++c) {
    demand += census_.held[std::size_t{arrival.set} * classes() + c].demand;
  }
  if (!(demand > 0)) return;
  const auto part = static_cast<float>(brought / demand);
  if (!before_) {
    shares_->add(arrival.set, arrival.tenant, part);
    return;
  }
  for (const std::uint32_t drive : sets_->drives_of(arrival.set)) {
    const std::uint32_t first = before_->set_of()[drive];
    if (first == SetFlow::kNoSet) continue;
    shares_->add(first, arrival.tenant, part / static_cast<float>(in_.shards));
  }
}

void LedgerSets::note_heat(std::size_t epoch, const SetArrivals& arrival) {
  std::uint32_t& row = arriving_row_[arrival.set];
  if (row == 0) row = new_heat_.add_row();
  const std::uint32_t c = in_.tenants[arrival.tenant].tenant_class;
  new_heat_.note(row, epoch, arrival.tenant, c, arrival.extents);
  written_[epoch] += static_cast<double>(arrival.extents) * in_.shards *
                     in_.options.ageing[c].write_seconds.front() / in_.grid.epoch.to_seconds();
}

}  // namespace spindle::models

#include "models/ledger/refilled_drives.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "models/purposes.hpp"
#include "models/turnover/new_data_placer.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

constexpr std::size_t kGuestsAtOnce = 64;

// Extents of all tenants one by one, in the order of time.
class InTime {
 public:
  explicit InTime(std::span<const TenantArrivals> arrivals)
      : next_(arrivals.begin(), arrivals.end()) {
    std::make_heap(next_.begin(), next_.end(), is_later);
  }
  // `first` is when it is complete. Precondition: there is one.
  TenantArrivals take() {
    std::pop_heap(next_.begin(), next_.end(), is_later);
    const TenantArrivals out = next_.back();
    next_.pop_back();
    if (out.extents > 1) {
      next_.push_back({out.tenant, out.extents - 1, out.first + out.step, out.step});
      std::push_heap(next_.begin(), next_.end(), is_later);
    }
    return out;
  }

 private:
  static bool is_later(const TenantArrivals& a, const TenantArrivals& b) {
    return std::tie(a.first, a.tenant) > std::tie(b.first, b.tenant);
  }
  std::vector<TenantArrivals> next_;
};

std::uint64_t extents_of(std::span<const TenantArrivals> arrivals) {
  std::uint64_t sum = 0;
  for (const TenantArrivals& of : arrivals) sum += of.extents;
  return sum;
}

}  // namespace

RefilledDrives::RefilledDrives(const RefilledDriveInputs& inputs)
    : in_(inputs),
      writers_({in_.options, in_.grid.epoch.to_seconds(), in_.shards, in_.class_of_tenant,
                in_.sample, in_.sample_scale}),
      new_heat_(in_.options, in_.grid.epoch.to_seconds(),
                static_cast<std::uint32_t>(in_.topology.models().size()), in_.demand, in_.sample),
      courses_(in_.topology.models().size()),
      drives_(in_.sample.guests()),
      taking_(in_.topology.zones()),
      parts_(in_.topology.zones()),
      queues_(in_.topology.zones()),
      random_(in_.options.seed, 0, purpose::kLedgerRefill, 0) {}

void RefilledDrives::begin(std::uint64_t first_epoch, std::size_t epochs, const LedgerPlan& plan,
                           LedgerFleet& fleet, unsigned threads) {
  age_own(plan);
  first_epoch_ = first_epoch;
  random_ = sim::RandomStream(in_.options.seed, 0, purpose::kLedgerRefill, first_epoch);
  change(plan, fleet);
  writers_.write(epochs);
  queue_up(plan);
  for (std::size_t e = 0; e < epochs && plan.takes_new_data(); ++e) fill(e, plan);
  collect();
  if (!of_.empty()) make_rows(plan, fleet, threads);
}

// What came in the window before is there now; what was there is less by what was deleted, and
// cooler.
void RefilledDrives::age_own(const LedgerPlan& plan) {
  for (const auto& [drive, number] : of_) {
    Drive& of = drives_[number];
    for (Share& share : of.own) share.demand *= plan.left_of_demand(class_of(share.tenant));
    for (const Came& came : of.came) {
      const double demand = plan.left_of_newborn(class_of(came.tenant));
      if (!of.own.empty() && of.own.back().tenant == came.tenant) {
        of.own.back().demand += demand;
      } else {
        of.own.push_back({came.tenant, demand});
      }
    }
    of.came.clear();
    if (of.own.size() > kMostTenants) draw_some(of);
  }
}

// As many points, at even steps on the line of all demand, each of which stands for as much of it.
void RefilledDrives::draw_some(Drive& drive) const {
  double all = 0;
  for (const Share& share : drive.own) all += share.demand;
  sim::RandomStream random(in_.options.seed, 0, purpose::kLedgerRefillShare,
                           in_.topology.slot_of(drive.drive));
  random.skip_to(4 * first_epoch_);
  const double step = all / kMostTenants;
  double next = random.uniform() * step;
  double passed = 0;
  std::vector<Share> drawn;
  for (const Share& share : drive.own) {
    passed += share.demand;
    Share mine{share.tenant, 0};
    for (; next < passed; next += step) mine.demand += step;
    if (mine.demand > 0) drawn.push_back(mine);
  }
  drive.own = std::move(drawn);
}

// Drives that came or went; of those that did both in the window, what they did last.
void RefilledDrives::change(const LedgerPlan& plan, LedgerFleet& fleet) {
  std::map<std::uint32_t, DriveChange> back;  // by drive
  for (const DriveChange& change : plan.changes()) {
    const auto found = of_.find(change.drive);
    if (found != of_.end()) forget(found->second);
    back.erase(change.drive);
    if (change.fails || !plan.places_on(in_.topology.rack_of(change.drive))) continue;
    back.emplace(change.drive, change);
  }
  for (const auto& [drive, change] : back) add(change, fleet);
  std::vector<std::uint32_t> lost;
  for (const auto& [drive, number] : of_) {
    if (plan.is_zone_lost(in_.topology.zone_of(drive))) lost.push_back(number);
  }
  for (const std::uint32_t number : lost) forget(number);
}

void RefilledDrives::add(const DriveChange& change, LedgerFleet& fleet) {
  Drive& of = drives_[next_];
  if (of.drive != kNoDrive) {
    if (fleet.share().owns(of.drive)) fleet.mix(of.drive) = fleet.draw_mix(of.drive, of.life);
    forget(next_);
  }
  of.drive = change.drive;
  of.life = change.life;
  of.back_at = change.at;
  of.is_filling = true;
  of_.emplace(change.drive, next_);
  if (fleet.share().owns(change.drive)) {
    const std::uint32_t model = in_.topology.model_of_rack(in_.topology.rack_of(change.drive));
    const auto row = static_cast<std::uint16_t>(in_.sample.guest(model, next_));
    fleet.mix(change.drive) = {row, row};
  }
  next_ = (next_ + 1) % static_cast<std::uint32_t>(drives_.size());
}

void RefilledDrives::forget(std::uint32_t number) {
  of_.erase(drives_[number].drive);
  drives_[number] = {};
}

// Those that were seen already. A drive is filled up to the level to which what comes fills the
// emptiest.
void RefilledDrives::queue_up(const LedgerPlan& plan) {
  std::uint64_t coming = 0;
  for (std::size_t e = 0; e < kLedgerEpochs; ++e) coming += extents_of(writers_.of(e));
  const auto filling = std::count_if(of_.begin(), of_.end(),
                                     [&](const auto& of) { return drives_[of.second].is_filling; });
  const double level =
      plan.level(static_cast<double>(coming * in_.shards), static_cast<std::size_t>(filling));
  most_ = static_cast<std::uint32_t>(std::max(0.0, level));
  zones_ = std::max(1U, plan.zones_of_new_data());
  for (std::uint32_t zone = 0; zone < queues_.size(); ++zone) {
    queues_[zone] = {};
    parts_[zone] = plan.part_by_policy(zone);
  }
  for (const auto& [drive, number] : of_) {
    Drive& of = drives_[number];
    of.is_filling = of.is_filling && of.shards < most_;
    if (!of.is_filling || !of.is_seen || !plan.places_on(in_.topology.rack_of(drive))) continue;
    queues_[zone_of(of)].push({of.shards, number});
  }
}

bool RefilledDrives::is_filling() const {
  return std::any_of(of_.begin(), of_.end(),
                     [&](const auto& of) { return drives_[of.second].is_filling; });
}

// A good part of a zone, since the policy looked at the fleet.
bool RefilledDrives::came_back(sim::Instant at, const LedgerPlan& plan) const {
  for (std::uint32_t zone = 0; zone < taking_.size(); ++zone) {
    const double taking = plan.taking_drives(zone, at);
    if (taking > taking_[zone] + taking / NewDataPlacer::kReturnedPart) return true;
  }
  return false;
}

// The policy sees what came back before.
void RefilledDrives::look(sim::Instant at, const LedgerPlan& plan) {
  placed_ = 0;
  for (std::uint32_t zone = 0; zone < taking_.size(); ++zone) {
    taking_[zone] = plan.taking_drives(zone, at);
  }
  for (const auto& [drive, number] : of_) {
    Drive& of = drives_[number];
    if (!of.is_filling || of.is_seen || of.back_at > at) continue;
    if (!plan.places_on(in_.topology.rack_of(drive))) continue;
    of.is_seen = true;
    queues_[zone_of(of)].push({of.shards, number});
  }
}

void RefilledDrives::fill(std::size_t epoch, const LedgerPlan& plan) {
  const sim::Instant start =
      sim::Instant() + static_cast<std::int64_t>(first_epoch_ + epoch) * in_.grid.epoch;
  if (epochs_left_ == 0 || came_back(start, plan)) {
    look(start, plan);
    epochs_left_ = NewDataPlacer::kEpochsPerView;
  }
  --epochs_left_;
  const std::uint64_t to_look = in_.topology.base_drives() / in_.shards + 1;
  std::uint64_t left = extents_of(writers_.of(epoch));
  if (is_filling()) {
    InTime extents(writers_.of(epoch));
    for (; left > 0 && has_queues(); --left) {
      const TenantArrivals of = extents.take();
      if (placed_ >= to_look) look(start + sim::Duration::seconds(of.first), plan);
      place({of.tenant, static_cast<std::uint32_t>(epoch)});
    }
  }
  placed_ += left;
  if (placed_ >= to_look) look(start + in_.grid.epoch, plan);
}

bool RefilledDrives::has_queues() const {
  return std::any_of(queues_.begin(), queues_.end(),
                     [](const Queue& queue) { return !queue.empty(); });
}

void RefilledDrives::place(const Came& extent) {
  // What does not divide evenly is one more in each zone in turn.
  const std::uint64_t turn = placed_++;
  for (std::uint32_t zone = 0; zone < in_.topology.zones(); ++zone) {
    if (queues_[zone].empty()) continue;
    const bool has_more = (turn + zone) % zones_ < in_.shards % zones_;
    place_in_zone(zone, in_.shards / zones_ + (has_more ? 1 : 0), extent);
  }
}

// On the emptiest drives, as far as the limit on a rack lets them have it.
void RefilledDrives::place_in_zone(std::uint32_t zone, std::uint32_t shards, const Came& extent) {
  const std::uint32_t limit = in_.options.spread.max_per_rack == 0
                                  ? std::numeric_limits<std::uint32_t>::max()
                                  : in_.options.spread.max_per_rack;
  Queue& queue = queues_[zone];
  std::map<std::uint32_t, std::uint32_t> in_rack;
  while (shards > 0 && !queue.empty()) {
    aside_.push_back(queue.top());
    queue.pop();
    Drive& of = drives_[aside_.back().second];
    if (in_rack[in_.topology.rack_of(of.drive)]++ >= limit) continue;
    --shards;
    // Else it is diverted to a landed rack.
    if (parts_[zone] < 1 && random_.uniform() >= parts_[zone]) continue;
    aside_.back().first = ++of.shards;
    of.came.push_back(extent);
  }
  for (const Emptiest& of : aside_) {
    drives_[of.second].is_filling = of.first < most_;
    if (of.first < most_) queue.push(of);
  }
  aside_.clear();
}

void RefilledDrives::collect() {
  refills_.clear();
  shut_.clear();
  arriving_.clear();
  new_heat_.clear();
  std::vector<double> shards(in_.sample.classes());
  for (const auto& [drive, number] : of_) {
    const Drive& of = drives_[number];
    if (of.is_filling) shut_.push_back(drive);
    if (of.came.empty()) continue;
    arriving_.push_back({drive, new_heat_.add_row()});
    std::fill(shards.begin(), shards.end(), 0.0);
    for (const Came& came : of.came) {
      const std::uint32_t c = class_of(came.tenant);
      shards[c] += 1;
      new_heat_.note(arriving_.back().row, came.epoch, came.tenant, c, 1);
    }
    for (std::uint32_t c = 0; c < shards.size(); ++c) {
      if (shards[c] > 0) refills_.push_back({drive, c, shards[c]});
    }
  }
}

std::span<const RefilledDrives::Arriving> RefilledDrives::arriving(DriveRange drives) const {
  const auto at = [&](std::uint32_t drive) {
    return std::lower_bound(arriving_.begin(), arriving_.end(), drive,
                            [](const Arriving& of, std::uint32_t x) { return of.drive < x; });
  };
  return {at(drives.first), at(drives.last)};
}

void RefilledDrives::make_rows(const LedgerPlan& plan, const LedgerFleet& fleet, unsigned threads) {
  for (std::uint32_t model = 0; model < courses_.size(); ++model) {
    courses_[model].set(in_.sample, in_.class_of_tenant, model);
  }
  for (std::size_t k = 0; k < in_.sample.varying().size(); ++k) {
    leave_to_others(k, plan.wanted(in_.sample.varying()[k]).demand);
  }
  std::vector<std::uint32_t> mine;
  for (const auto& [drive, number] : of_) {
    if (fleet.share().owns(drive)) mine.push_back(number);
  }
  sim::for_each_index(threads, (mine.size() + kGuestsAtOnce - 1) / kGuestsAtOnce,
                      [&](std::size_t i) {
                        const std::size_t end = std::min(mine.size(), (i + 1) * kGuestsAtOnce);
                        for (std::size_t at = i * kGuestsAtOnce; at < end; ++at)
                          make_row(mine[at], fleet);
                      });
}

// Of a class's demand others are asked, epoch by epoch, for what these drives are not: where these
// have R of D as others would go up and down, and r_e D as they do, (1 - r_e) / (1 - R / D).
void RefilledDrives::leave_to_others(std::size_t k, double demand) {
  const std::uint32_t c = in_.sample.varying()[k];
  double mine = 0;
  std::array<double, kLedgerEpochs> asked = {};
  for (const auto& [drive, number] : of_) {
    const TenantCourses& courses =
        courses_[in_.topology.model_of_rack(in_.topology.rack_of(drive))];
    for (const Share& share : drives_[number].own) {
      if (class_of(share.tenant) != c) continue;
      mine += share.demand;
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
        const auto mean = static_cast<double>(courses.mean(c)[e]);
        const auto course = static_cast<double>(courses.of(share.tenant)[e]);
        asked[e] += mean > 0 ? share.demand * course / mean : 0;
      }
    }
  }
  if (!(mine > 0) || !(mine < demand)) return;
  LedgerCourse factor = {};
  for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
    factor[e] = static_cast<float>(std::max(0.0, (demand - asked[e]) / (demand - mine)));
  }
  in_.sample.scale_lines(k, factor);
}

// What came as the drive was filled goes up and down with those whose it is, all else with the mean
// of its class.
void RefilledDrives::make_row(std::uint32_t number, const LedgerFleet& fleet) {
  const Drive& of = drives_[number];
  const std::uint32_t model = in_.topology.model_of_rack(in_.topology.rack_of(of.drive));
  const TenantCourses& courses = courses_[model];
  for (std::size_t k = 0; k < in_.sample.varying().size(); ++k) {
    const std::uint32_t c = in_.sample.varying()[k];
    std::array<double, kLedgerEpochs> sum = {};
    double own = 0;
    const auto add = [&](double demand, const LedgerCourse& course) {
      own += demand;
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
        sum[e] += demand * static_cast<double>(course[e]);
      }
    };
    for (const Share& share : of.own) {
      if (class_of(share.tenant) == c) add(share.demand, courses.of(share.tenant));
    }
    const auto held = static_cast<double>(fleet.held(of.drive)[c].demand);
    add(std::max(0.0, held - own), courses.mean(c));
    LedgerCourse row = courses.mean(c);
    for (std::size_t e = 0; e < kLedgerEpochs && own > 0; ++e) {
      row[e] = static_cast<float>(sum[e] / own);
    }
    in_.sample.set_guest(model, number, k, row);
  }
}

}  // namespace spindle::models

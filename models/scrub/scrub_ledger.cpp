#include "models/scrub/scrub_ledger.hpp"

#include <algorithm>
#include <utility>

#include "models/purposes.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

constexpr double kRunning = -1;

}  // namespace

ScrubLedger::ScrubLedger(ScrubOrder order, const std::vector<Model>& models,
                         std::vector<std::uint32_t> model_of_drive, sim::Seed seed)
    : models_(models),
      model_of_drive_(std::move(model_of_drive)),
      group_(model_of_drive_.size(), kNone),
      life_(model_of_drive_.size(), 0),
      stopped_at_(model_of_drive_.size(), kRunning),
      offset_(model_of_drive_.size(), 0.0),
      ranks_(seed, 0, purpose::kScrubOldest, 0) {
  for (const Model& model : models_) laws_.emplace_back(order, model.period_s);
  // In random order a unit is older than this with probability e^-40 over all units.
  constexpr double kNegligible = 40;
  double units = 1;
  for (const std::uint32_t model : model_of_drive_) units += models_[model].units;
  reach_ = order == ScrubOrder::kSequential ? 1 : sim::log(units) + kNegligible;
}

std::uint32_t ScrubLedger::find(std::uint32_t group) const {
  while (groups_[group].same != group) group = groups_[group].same;
  return group;
}

// The rank of the group that its drives come from goes on where that has a past of its own.
std::uint32_t ScrubLedger::group_of(ScrubHistory history, const Group* before) {
  const auto number = static_cast<std::uint32_t>(groups_.size());
  const auto [at, is_new] = number_of_.emplace(history, number);
  if (!is_new) return at->second;
  const bool goes_on = before != nullptr && !before->history.stops.empty();
  const double rank = goes_on ? before->rank : ranks_.uniform();
  groups_.push_back({std::move(history), 0, rank, number});
  return number;
}

void ScrubLedger::leave(std::uint32_t group) {
  if (--groups_[group].drives == 0) number_of_.erase(groups_[group].history);
}

void ScrubLedger::move(std::uint32_t drive, ScrubHistory history) {
  const std::uint32_t from = find(group_[drive]);
  const std::uint32_t to = group_of(std::move(history), &groups_[from]);
  ++groups_[to].drives;
  leave(from);
  group_[drive] = to;
}

void ScrubLedger::add_old(std::uint32_t drive) {
  group_[drive] = group_of({.model = model_of_drive_[drive]}, nullptr);
  ++groups_[group_[drive]].drives;
  ++there_;
}

void ScrubLedger::add_new(std::uint32_t drive, double now) {
  group_[drive] = group_of({.model = model_of_drive_[drive], .born_s = now}, nullptr);
  ++groups_[group_[drive]].drives;
  ++there_;
  ++life_[drive];
  stopped_at_[drive] = kRunning;
  offset_[drive] = now;
}

void ScrubLedger::remove(std::uint32_t drive) {
  leave(find(group_[drive]));
  group_[drive] = kNone;
  ++life_[drive];
  --there_;
}

void ScrubLedger::stop(std::uint32_t drive, double now) {
  ScrubHistory history = groups_[find(group_[drive])].history;
  history.stops.push_back({.from_s = now});
  move(drive, std::move(history));
  stopped_at_[drive] = now;
}

void ScrubLedger::resume(std::uint32_t drive, double now) {
  ScrubHistory history = groups_[find(group_[drive])].history;
  history.stops.back().until_s = now;
  move(drive, std::move(history));
  offset_[drive] += now - stopped_at_[drive];
  stopped_at_[drive] = kRunning;
}

// Histories that no longer differ in what ages tell become one.
void ScrubLedger::forget_old(double now) {
  std::vector<std::pair<std::uint32_t, ScrubHistory>> changed;
  for (const auto& [history, number] : number_of_) {
    ScrubHistory shorter = history.within(now, reach_ * laws_[history.model].period_s());
    if (shorter != history) changed.emplace_back(number, std::move(shorter));
  }
  for (auto& [number, history] : changed) {
    number_of_.erase(groups_[number].history);
    const auto [at, is_new] = number_of_.emplace(history, number);
    if (is_new) {
      groups_[number].history = std::move(history);
      continue;
    }
    groups_[at->second].drives += groups_[number].drives;
    groups_[number].same = at->second;
    groups_[number].history = {};
  }
}

double ScrubLedger::share_older(double now, double age, double total) const {
  double older = 0;
  for (const auto& [history, number] : number_of_) {
    older += static_cast<double>(groups_[number].drives) * models_[history.model].units *
             history.share_older(laws_[history.model], now, age);
  }
  return older / total;
}

// By halving: the share falls with age, with steps where drives are young.
double ScrubLedger::quantile(double now, double share, double total) const {
  double high = 0;
  for (const auto& [history, number] : number_of_) {
    high = std::max(high, history.age_s(now, reach_ * laws_[history.model].period_s()));
  }
  double low = 0;
  constexpr int kHalvings = 50;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (share_older(now, middle, total) > share ? low : high) = middle;
  }
  return high;
}

ScrubLedger::Ages ScrubLedger::ages(double now, double limit) {
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  if (there_ == 0) return {kUndefined, kUndefined, kUndefined};
  forget_old(now);
  Ages out;
  double total = 0;
  for (const auto& [history, number] : number_of_) {
    const Group& group = groups_[number];
    const ScrubLaw& law = laws_[history.model];
    const double units = static_cast<double>(group.drives) * models_[history.model].units;
    total += units;
    out.mean_s += units * history.mean_age_s(law, now);
    const double running = law.oldest_s(units, group.rank, limit * law.period_s());
    out.oldest_s = std::max(out.oldest_s, history.age_s(now, running));
  }
  constexpr double kBeyond = 1e-4;
  out.mean_s /= total;
  out.p99_99_s = quantile(now, kBeyond, total);
  return out;
}

}  // namespace spindle::models

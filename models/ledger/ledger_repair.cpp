#include "models/ledger/ledger_repair.hpp"

#include <algorithm>
#include <cmath>

#include "sim/math.hpp"

namespace spindle::models {
namespace {

// A batch is gone when so little of a shard is left of it.
constexpr double kNothing = 1e-6;

}  // namespace

LedgerRepair::LedgerRepair(const RepairOptions& options, std::uint32_t needed, double shard_bytes,
                           std::uint32_t classes, std::uint32_t zones)
    : options_(options),
      needed_(needed),
      shard_bytes_(shard_bytes),
      classes_(classes),
      rebuilt_(std::size_t{zones} * classes) {}

double LedgerRepair::Batch::read_beyond(std::span<const double> by_class, double needed) const {
  double sum = 0;
  for (std::size_t c = 0; c < missing.size(); ++c) {
    sum += missing[c].shards * (by_class[c] - needed);
  }
  return sum;
}

void LedgerRepair::lose(sim::Instant at, std::uint32_t zone, std::span<const LedgerClass> missing,
                        double of_extent, double least_s) {
  Batch batch{at, at + options_.detect, zone, {missing.begin(), missing.end()}, of_extent};
  if (batch.shards() <= kNothing) return;
  if (least_s > 0) batch.most_per_s = batch.shards() / least_s;
  // Zones are lost at a window's start, after drives that fail within it were told.
  const auto after =
      std::upper_bound(batches_.begin(), batches_.end(), batch,
                       [](const Batch& a, const Batch& b) { return a.lost_at < b.lost_at; });
  batches_.insert(after, std::move(batch));
}

void LedgerRepair::bring_back(Batch& batch, double share, std::span<const double> needed) {
  read_beyond_ += batch.read_beyond(needed, needed_) * share;
  for (std::uint32_t c = 0; c < classes_; ++c) {
    LedgerClass& out = rebuilt_[std::size_t{batch.zone} * classes_ + c];
    const LedgerClass back{batch.missing[c].shards * share, batch.missing[c].demand * share};
    out.shards += back.shards;
    out.demand += back.demand;
    batch.missing[c].shards -= back.shards;
    batch.missing[c].demand -= back.demand;
    rebuilt_shards_ += back.shards;
  }
}

// Rebuilt evenly from first_s to last_s after the loss.
void LedgerRepair::note_delays(double first_s, double last_s, double shards) {
  constexpr int kParts = 8;
  double noted = 0;
  for (int i = 0; i < kParts; ++i) {
    const double upto = std::round(shards * (i + 1) / kParts);
    const double at = first_s + (last_s - first_s) * (i + 0.5) / kParts;
    if (upto > noted) delays_.add(at, static_cast<std::uint64_t>(upto - noted));
    noted = upto;
  }
}

// Begun evenly from first_s to last_s of the window; each shard takes a transfer's time, and is
// back then. What goes on after the window counts in its last epoch.
void LedgerRepair::note_work(const RebuildWindow& window, const Batch& batch, double first_s,
                             double last_s, double shards) {
  const bool is_transfer = options_.law == RepairLaw::kBandwidth;
  const double transfer_s = is_transfer ? shard_bytes_ / options_.bytes_per_s : 0;
  const double busy_s = std::max(last_s - first_s, transfer_s);
  const double begun_s = last_s - first_s;
  for (std::size_t e = 0; e < window.epochs; ++e) {
    const double begin = static_cast<double>(e) * epoch_s(window);
    const double end = begin + epoch_s(window);
    const double until = e + 1 < window.epochs ? std::min(end, first_s + busy_s) : first_s + busy_s;
    const double part = until - std::max(begin, first_s);
    if (part > 0 && busy_s > 0) rebuilt_in_[e] += shards * std::min(1.0, part / busy_s);
    const double since_s = end - transfer_s - first_s;
    const double back = begun_s > 0 ? since_s / begun_s : since_s >= 0 ? 1 : 0;
    waiting_in_[e] -= shards * std::clamp(back, 0.0, 1.0) / batch.of_extent;
  }
}

double LedgerRepair::epoch_s(const RebuildWindow& window) {
  return (window.end - window.start).to_seconds() / static_cast<double>(window.epochs);
}

// Extents that would lack shards at each epoch's end if nothing was rebuilt.
void LedgerRepair::count_waiting(const RebuildWindow& window) {
  waiting_in_ = {};
  for (const Batch& batch : batches_) {
    const double lost_s = (batch.lost_at - window.start).to_seconds();
    for (std::size_t e = 0; e < window.epochs; ++e) {
      const double end = static_cast<double>(e + 1) * epoch_s(window);
      if (lost_s <= end) waiting_in_[e] += batch.shards() / batch.of_extent;
    }
  }
}

// All drives together lend no more in an epoch than in any other: what is too much in one goes on
// in the next, or was done before.
void LedgerRepair::level_work(const RebuildWindow& window) {
  if (!(rebuilt_shards_ > 0)) return;
  const double each = needed_ + 1.0 + read_beyond_ / rebuilt_shards_;
  const double most =
      window.drives * options_.bytes_per_s * epoch_s(window) / (each * shard_bytes_);
  double left = 0;
  const auto level = [&](double& shards) {
    const double all = shards + left;
    shards = std::min(all, most);
    left = all - shards;
  };
  for (std::size_t e = 0; e < window.epochs; ++e) level(rebuilt_in_[e]);
  for (std::size_t e = window.epochs; e-- > 0 && left > 0;) level(rebuilt_in_[e]);
}

void LedgerRepair::rebuild_in_turn(const RebuildWindow& window) {
  if (options_.bytes_per_s <= 0) return;
  const double bytes_per_s = window.drives * options_.bytes_per_s;
  const double transfer_s = shard_bytes_ / options_.bytes_per_s;
  const auto seconds = [&](sim::Instant at) { return (at - window.start).to_seconds(); };
  const double length = seconds(window.end);
  double free_s = std::max(0.0, seconds(free_at_));
  for (Batch& batch : batches_) {
    if (window.can_take[batch.zone] == 0 || bytes_per_s <= 0) continue;
    const double start = std::max(seconds(batch.ready), free_s);
    if (start >= length) break;
    const double shards = batch.shards();
    const double beyond = shards > 0 ? batch.read_beyond(window.needed, needed_) / shards : 0;
    const double rate = bytes_per_s / ((needed_ + beyond + 1.0) * shard_bytes_);
    const double done = std::min(shards, (length - start) * rate);
    free_s = start + done / rate;
    const double before = seconds(batch.lost_at);
    note_delays(start - before + transfer_s, free_s - before + transfer_s, done);
    note_work(window, batch, start, free_s, done);
    bring_back(batch, shards > 0 ? done / shards : 0, window.needed);
  }
  free_at_ = window.start + sim::Duration::seconds(free_s);
}

// Each at its own rate, as far as all drives together read and write so much; those lost first come
// first.
void LedgerRepair::rebuild_side_by_side(const RebuildWindow& window) {
  if (options_.bytes_per_s <= 0 || window.drives <= 0) return;
  const double transfer_s = shard_bytes_ / options_.bytes_per_s;
  const double length = (window.end - window.start).to_seconds();
  double left = window.drives * length / transfer_s;  // transfers
  for (Batch& batch : batches_) {
    if (window.can_take[batch.zone] == 0) continue;
    const double start = std::max(0.0, (batch.ready - window.start).to_seconds());
    const double shards = batch.shards();
    if (start >= length || !(shards > 0)) continue;
    const double each = needed_ + batch.read_beyond(window.needed, needed_) / shards + 1.0;
    const double all_drives = window.drives / transfer_s / each;
    const double rate = batch.most_per_s > 0 ? std::min(batch.most_per_s, all_drives) : all_drives;
    const double done = std::min({shards, (length - start) * rate, left / each});
    left -= done * each;
    const double since_loss = (window.start - batch.lost_at).to_seconds() + start;
    note_delays(since_loss + transfer_s, since_loss + transfer_s + done / rate, done);
    note_work(window, batch, start, start + done / rate, done);
    bring_back(batch, done / shards, window.needed);
  }
}

void LedgerRepair::rebuild_by_itself(const RebuildWindow& window) {
  const double mean = (options_.mttr - options_.detect).to_seconds();
  for (Batch& batch : batches_) {
    if (window.can_take[batch.zone] == 0) continue;
    const sim::Instant from = std::max(batch.ready, window.start);
    if (from >= window.end) continue;
    const double length = (window.end - from).to_seconds();
    const double share = mean > 0 ? -sim::expm1(-length / mean) : 1.0;
    const double shards = batch.shards();
    const double first = (from - batch.lost_at).to_seconds();
    note_delays(first, first + std::min(length, mean), shards * share);
    note_work(window, batch, (from - window.start).to_seconds(),
              (window.end - window.start).to_seconds(), shards * share);
    bring_back(batch, share, window.needed);
  }
}

void LedgerRepair::advance(const RebuildWindow& window) {
  std::fill(rebuilt_.begin(), rebuilt_.end(), LedgerClass());
  rebuilt_shards_ = 0;
  rebuilt_in_ = {};
  read_beyond_ = 0;
  // What is deleted or cools in the window does so wherever it is.
  for (Batch& batch : batches_) {
    for (std::uint32_t c = 0; c < classes_; ++c) {
      batch.missing[c].shards *= window.kept[c];
      batch.missing[c].demand *= window.kept_demand[c] * window.cool[c];
    }
  }
  count_waiting(window);
  if (options_.law == RepairLaw::kBandwidth) {
    const bool has_limits = std::any_of(batches_.begin(), batches_.end(),
                                        [](const Batch& of) { return of.most_per_s > 0; });
    has_limits ? rebuild_side_by_side(window) : rebuild_in_turn(window);
    level_work(window);
  } else {
    rebuild_by_itself(window);
  }
  std::erase_if(batches_, [](const Batch& batch) { return batch.shards() <= kNothing; });
}

double LedgerRepair::waiting() const {
  double sum = 0;
  for (const Batch& batch : batches_) sum += batch.shards();
  return sum;
}

double LedgerRepair::waiting_extents() const {
  double sum = 0;
  for (const Batch& batch : batches_) sum += batch.shards() / batch.of_extent;
  return sum;
}

double LedgerRepair::waiting_of_zone(std::uint32_t zone) const {
  double sum = 0;
  for (const Batch& batch : batches_) sum += batch.zone == zone ? batch.shards() : 0.0;
  return sum;
}

LedgerClass LedgerRepair::waiting_of(std::uint32_t tenant_class) const {
  LedgerClass sum;
  for (const Batch& batch : batches_) {
    sum.shards += batch.missing[tenant_class].shards;
    sum.demand += batch.missing[tenant_class].demand;
  }
  return sum;
}

}  // namespace spindle::models

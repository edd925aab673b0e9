#include "models/repair/transfer_channels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "models/drive/drive_model.hpp"

namespace spindle::models {
namespace {

constexpr double kLongestSeconds = 200 * sim::kSecondsPerYear;  // no run is longer

struct Source {
  sim::Instant busy_until;
  std::uint32_t position = 0;
  std::uint32_t drive = 0;
};

bool is_better(const Source& a, const Source& b) {
  if (a.busy_until != b.busy_until) return a.busy_until < b.busy_until;
  return a.position < b.position;
}

}  // namespace

TransferChannels::TransferChannels(const FleetState& state, const RepairOptions& options,
                                   sim::Instant horizon, DirectedLoad* load, const SlowDrives* slow)
    : state_(state),
      horizon_(horizon),
      load_(load),
      slow_(slow),
      are_closed_(options.bytes_per_s == 0),
      yields_(options.yields_to_clients),
      least_share_(options.least_share),
      busy_until_(state.topology().drives()),
      interrupted_at_(state.topology().drives()),
      queues_(state.topology().drives()) {
  if (!(options.bytes_per_s >= 0 && std::isfinite(options.bytes_per_s)) || options.io.value == 0) {
    throw std::invalid_argument(
        fmt::format("repair: {} B/s of each drive in accesses of {} B (the one is finite and not "
                    "negative, the other not 0) — check bandwidth and io",
                    options.bytes_per_s, options.io.value));
  }
  if (!(least_share_ > 0 && least_share_ <= 1)) {
    throw std::invalid_argument(fmt::format(
        "repair: a least share of {} (repair would stop for ever, or take more than its "
        "bandwidth) — more than 0, at most 1",
        least_share_));
  }
  if (are_closed_) return;
  const auto bytes = static_cast<double>(state.shard_bytes());
  length_ = sim::Duration::seconds(std::min(kLongestSeconds, bytes / options.bytes_per_s));
  const double io = options.io.to_double();
  for (const DriveModel& model : state.topology().models()) {
    const double per_s = options.bytes_per_s / io;
    read_heat_.push_back(static_cast<float>(per_s * read_service(model, io).mean_s));
    write_heat_.push_back(static_cast<float>(per_s * write_service(model, io).mean_s));
  }
}

void TransferChannels::set_client_heat(std::span<const double> heat) {
  if (!yields_ || are_closed_ || heat.empty()) return;
  times_.resize(heat.size());
  double sum = 0;
  for (std::size_t drive = 0; drive < heat.size(); ++drive) {
    times_[drive] = 1 / std::clamp(1 - heat[drive], least_share_, 1.0);
    sum += times_[drive];
  }
  mean_times_ = sum / static_cast<double>(heat.size());
}

// Of a transfer that is queued there now.
sim::Duration TransferChannels::length_on(std::uint32_t drive, sim::Instant start) const {
  const double for_clients = times_.empty() ? 1.0 : times_[drive];
  const double times = for_clients * (slow_ == nullptr ? 1.0 : slow_->times_at(drive, start));
  if (times == 1) return length_;
  return sim::Duration::seconds(std::min(kLongestSeconds, length_.to_seconds() * times));
}

// One transfer on a drive, after those that are queued there. Ends are compared before they are
// added up: two of 200 years would overflow.
sim::Instant TransferChannels::transfer(sim::Instant now, std::uint32_t drive,
                                        const std::vector<float>& heat) {
  const sim::Instant start = std::max(now, busy_until_[drive]);
  const sim::Duration length = length_on(drive, start);
  const sim::Instant end = length < horizon_ - start ? start + length : horizon_;
  busy_until_[drive] = end;
  if (load_ != nullptr) {
    const Topology& topology = state_.topology();
    const auto thinner = static_cast<float>(length_.to_seconds() / length.to_seconds());
    load_->add(drive, start, end, heat[topology.model_of_rack(topology.rack_of(drive))] * thinner);
  }
  return end;
}

// For as long as the transfer lasts, a failure of the drive concerns it.
void TransferChannels::follow(sim::Instant now, std::uint32_t drive, const Transfer& transfer) {
  Queue& queue = queues_[drive];
  auto& all = queue.transfers;
  while (queue.first < all.size() && all[queue.first].until <= now) ++queue.first;
  if (2 * queue.first > all.size()) {
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(queue.first));
    queue.first = 0;
  }
  all.push_back(transfer);
}

sim::Instant TransferChannels::rebuild(sim::Instant now, std::uint32_t extent, std::uint32_t target,
                                       TransferTicket ticket) {
  std::array<Source, kMaxShards> sources;
  std::size_t readable = 0;
  const auto entries = state_.map().of(extent);
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (ShardMap::is_lost(entries[i]) || !state_.can_read(entries[i])) continue;
    sources[readable++] = {busy_until_[entries[i]], i, entries[i]};
  }
  const auto first = sources.begin();
  const auto needed = first + state_.needed();
  std::partial_sort(first, needed, first + static_cast<std::ptrdiff_t>(readable), is_better);

  const std::uint32_t zone = state_.topology().zone_of(target);
  const sim::Instant written = transfer(now, target, write_heat_);
  bytes_.written += written < horizon_ ? state_.shard_bytes() : 0;
  sim::Instant done = written;
  for (auto source = first; source != needed; ++source) {
    const sim::Instant end = transfer(now, source->drive, read_heat_);
    if (ticket.attempt != 0) follow(now, source->drive, {ticket, end});
    done = std::max(done, end);
    if (end == horizon_) continue;
    bytes_.read += state_.shard_bytes();
    const bool is_remote = state_.topology().zone_of(source->drive) != zone;
    bytes_.cross_zone += is_remote ? state_.shard_bytes() : 0;
  }
  // What is written is worth nothing before the last read is.
  if (ticket.attempt != 0) follow(now, target, {ticket, done});
  return done;
}

void TransferChannels::interrupt(sim::Instant now, std::uint32_t drive,
                                 std::vector<TransferTicket>& out) {
  Queue& queue = queues_[drive];
  for (std::size_t i = queue.first; i < queue.transfers.size(); ++i) {
    if (queue.transfers[i].until > now) out.push_back(queue.transfers[i].ticket);
  }
  queue = {};
  busy_until_[drive] = std::min(busy_until_[drive], now);
  interrupted_at_[drive] = now;
}

double TransferChannels::rebuild_s() const {
  return (state_.needed() + 1.0) * transfer_s();
}

double TransferChannels::excess_backlog_s(sim::Instant now, double ahead_s) const {
  double sum = 0;
  for (std::uint32_t drive = 0; drive < busy_until_.size(); ++drive) {
    if (!state_.can_read(drive)) continue;
    sum += std::max(0.0, (busy_until_[drive] - now).to_seconds()) - ahead_s;
  }
  return sum;
}

}  // namespace spindle::models

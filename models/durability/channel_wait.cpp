#include "models/durability/channel_wait.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

#include "models/purposes.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kDrives = 256;
constexpr double kRebuilds = 100'000;   // simulated, of as many failures as bring them
constexpr double kFewestFailures = 64;  // the first quarter of them does not count
constexpr double kMostLoad = 0.95;      // nearer to 1 queues grow for longer than is simulated

class ChannelFleet {
 public:
  ChannelFleet(const RepairChannels& channels, sim::Seed seed)
      : channels_(channels),
        random_(seed, 0, purpose::kChannelWait, 0),
        busy_until_(kDrives),
        each_(std::max(
            1.0, channels.failure_s / channels.transfer_s * kDrives / (channels.reads + 1.0))),
        most_on_their_way_(std::numeric_limits<double>::infinity()) {
    if (channels.most_ahead <= 0) return;
    most_on_their_way_ = std::max(1.0, channels.most_ahead * kDrives / (channels.reads + 1.0));
  }

  double mean_wait_s(double failures_per_s) {
    const auto failures = static_cast<std::uint32_t>(std::max(kFewestFailures, kRebuilds / each_));
    double now = 0;
    double pooled_left_s = 0;
    for (std::uint32_t failure = 0; failure < failures; ++failure) {
      is_counted_ = failure >= failures / 4;
      queue_rebuilds(now, pooled_left_s);
      pooled_left_s += channels_.failure_s;
      const double gap_s = random_.exponential() / failures_per_s;
      dispatch_until(now, now + gap_s);
      pooled_left_s = std::max(0.0, pooled_left_s - gap_s);
      now += gap_s;
    }
    return sum_s_ / static_cast<double>(counted_);
  }

 private:
  // So many that a failure brings its work on average.
  void queue_rebuilds(double now, double pooled_left_s) {
    due_ += each_;
    const auto rebuilds = static_cast<std::uint32_t>(due_);
    due_ -= rebuilds;
    for (std::uint32_t i = 0; i < rebuilds; ++i) {
      line_.push_back(now + pooled_left_s + channels_.failure_s * (i + 0.5) / rebuilds);
    }
  }

  void dispatch_until(double now, double end) {
    for (;;) {
      while (next_ < line_.size() && static_cast<double>(ends_.size()) < most_on_their_way_) {
        rebuild(now, line_[next_++]);
      }
      if (ends_.empty() || ends_.top() > end) return;
      now = ends_.top();
      ends_.pop();
    }
  }

  void rebuild(double now, double pooled_end) {
    double done = transfer(now, random_.below(kDrives));
    sources_.clear();
    for (std::uint32_t i = 0; i < channels_.others; ++i) {
      sources_.push_back(random_.below(kDrives));
    }
    // The least busy are read, as repair does.
    std::partial_sort(
        sources_.begin(), sources_.begin() + channels_.reads, sources_.end(),
        [&](std::uint32_t a, std::uint32_t b) { return busy_until_[a] < busy_until_[b]; });
    for (std::uint32_t i = 0; i < channels_.reads; ++i) {
      done = std::max(done, transfer(now, sources_[i]));
    }
    ends_.push(done);
    if (!is_counted_) return;
    sum_s_ += done - pooled_end;
    ++counted_;
  }

  double transfer(double now, std::uint32_t drive) {
    busy_until_[drive] = std::max(now, busy_until_[drive]) + channels_.transfer_s;
    return busy_until_[drive];
  }

  const RepairChannels& channels_;
  sim::RandomStream random_;
  std::vector<double> busy_until_;
  double each_;               // rebuilds a failure
  double most_on_their_way_;  // rebuilds with transfers queued
  double due_ = 0;
  std::vector<double> line_;  // when the pooled server would end each
  std::size_t next_ = 0;
  std::priority_queue<double, std::vector<double>, std::greater<>> ends_;
  std::vector<std::uint32_t> sources_;
  bool is_counted_ = false;
  double sum_s_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace

double mean_channel_wait_s(const RepairChannels& channels, sim::Seed seed) {
  const double load = channels.failures_per_s * channels.failure_s;
  const double slower = std::max(1.0, load / kMostLoad);
  return ChannelFleet(channels, seed).mean_wait_s(channels.failures_per_s / slower);
}

void stand_for_channels(DurabilityCase& of, double shard_bytes, double most_ahead, sim::Seed seed) {
  const auto reads = static_cast<std::uint32_t>(std::ceil(of.scheme.repair_reads()));
  const RepairChannels channels{
      .reads = reads,
      .others = std::max(reads, of.scheme.shards() - 1),
      .transfer_s = shard_bytes / of.rebuild.bytes_per_s,
      .failure_s = of.failure_work_s(),
      .failures_per_s =
          of.failures_per_year * static_cast<double>(of.fleet.drives) / sim::kSecondsPerYear,
      .most_ahead = most_ahead};
  RebuildOptions& rebuild = of.rebuild;
  rebuild.unit = RebuildUnit::kShard;
  rebuild.loses_turn = most_ahead == 0;
  rebuild.overtaking_s =
      std::min(of.scheme.most_survived() * channels.failure_s, most_ahead * channels.transfer_s);
  rebuild.own_rebuild_s = channels.transfer_s;
  if (channels.failure_s <= 0 || channels.failures_per_s <= 0) return;
  rebuild.own_rebuild_s = std::max(channels.transfer_s, mean_channel_wait_s(channels, seed));
}

}  // namespace spindle::models

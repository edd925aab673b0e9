#include "models/ledger/ledger_census.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "models/flow/flow_result.hpp"
#include "models/tenant/load_statistics.hpp"

namespace spindle::models {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

std::uint64_t sum_over_ranks(LedgerShare& share, std::uint64_t mine) {
  std::uint64_t sum = 0;
  for (const std::uint64_t of_rank : share.gather(std::span<const std::uint64_t>(&mine, 1))) {
    sum += of_rank;
  }
  return sum;
}

}  // namespace

std::uint64_t used_bytes(const LedgerFleet& fleet, std::uint32_t drive) {
  return static_cast<std::uint64_t>(std::llround(fleet.shards_on(drive) * fleet.shard_bytes()));
}

CapacitySkew ledger_skew(const LedgerFleet& fleet) {
  LedgerShare& share = fleet.share();
  std::vector<double> fill;
  fill.reserve(share.drives().size());
  for_each_fill(fleet, [&](double value) { fill.push_back(value); });
  const std::uint64_t count = sum_over_ranks(share, fill.size());
  CapacitySkew skew;
  if (count == 0) {
    skew.mean = skew.sd = skew.min = skew.p0_1 = skew.p50 = skew.p99_9 = skew.max = kUndefined;
    return skew;
  }
  std::array<double, 4> sums{};
  double& bytes = sums[0];
  double& capacity = sums[1];
  double& sum = sums[2];
  double& squares = sums[3];
  share.relay(std::span<double>(sums), [&] {
    for (std::uint32_t d = share.drives().first; d < share.drives().last; ++d) {
      if (!fleet.is_there(d)) continue;
      bytes += static_cast<double>(used_bytes(fleet, d));
      capacity += fleet.topology().capacity_of(d).to_double();
    }
    for (const double f : fill) sum += f;
  });
  const double average = sum / static_cast<double>(count);
  share.relay(std::span<double>(sums), [&] {
    for (const double f : fill) squares += (f - average) * (f - average);
  });
  skew.mean = bytes / capacity;
  skew.sd = std::sqrt(squares / static_cast<double>(count));
  const std::array<std::uint64_t, 5> asked = {0, nearest_rank_index(count, 0.001),
                                              nearest_rank_index(count, 0.5),
                                              nearest_rank_index(count, 0.999), count - 1};
  const std::vector<double> found = nth_of_ranks(share, std::move(fill), asked);
  skew.min = found[0];
  skew.p0_1 = found[1];
  skew.p50 = found[2];
  skew.p99_9 = found[3];
  skew.max = found[4];
  set_losses(bytes, skew);
  return skew;
}

HeatCensus heat_census(LedgerShare& share, std::span<const float> heat) {
  std::vector<float> there;
  for (const float value : heat) {
    if (value >= 0) there.push_back(value);
  }
  const std::uint64_t count = sum_over_ranks(share, there.size());
  HeatCensus out;
  out.drives = static_cast<double>(count);
  share.relay(std::span<double>(&out.sum, 1), [&] {
    for (const float value : there) out.sum += static_cast<double>(value);
  });
  out.hot = static_cast<double>(sum_over_ranks(
      share, static_cast<std::uint64_t>(std::count_if(there.begin(), there.end(), [](float value) {
        return static_cast<double>(value) > kHotHeat;
      }))));
  out.p50 = out.p99 = out.p99_9 = out.max = kUndefined;
  if (count == 0) return out;
  const std::array<std::uint64_t, 4> asked = {quantile_index(count, 0.5),
                                              quantile_index(count, 0.99),
                                              quantile_index(count, 0.999), count - 1};
  const std::vector<float> found = nth_of_ranks(share, std::move(there), asked);
  out.p50 = static_cast<double>(found[0]);
  out.p99 = static_cast<double>(found[1]);
  out.p99_9 = static_cast<double>(found[2]);
  out.max = static_cast<double>(found[3]);
  return out;
}

double largest_of_ranks(LedgerShare& share, std::span<const float> values) {
  const auto largest = std::max_element(values.begin(), values.end());
  const double mine =
      values.empty() ? -std::numeric_limits<double>::infinity() : static_cast<double>(*largest);
  const std::vector<double> of_ranks = share.gather(std::span<const double>(&mine, 1));
  const double all = *std::max_element(of_ranks.begin(), of_ranks.end());
  return std::isinf(all) ? kUndefined : all;
}

void digest_drives(const LedgerFleet& fleet, std::span<const float> heat_sum,
                   std::span<const float> heat_max, sim::Digest& digest) {
  sim::Digest::Saved saved = digest.save();
  const DriveRange mine = fleet.share().drives();
  fleet.share().relay(std::span<std::byte>(saved), [&] {
    digest.resume(saved);
    for (std::uint32_t drive = mine.first; drive < mine.last; ++drive) {
      for (const LedgerFleet::Holding& of : fleet.held(drive)) {
        digest.add(static_cast<double>(of.shards));
        digest.add(static_cast<double>(of.demand));
      }
      digest.add(static_cast<double>(heat_sum[drive - mine.first]));
      digest.add(static_cast<double>(heat_max[drive - mine.first]));
    }
    saved = digest.save();
  });
  digest.resume(saved);
}

}  // namespace spindle::models

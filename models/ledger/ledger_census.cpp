#include "models/ledger/ledger_census.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "models/flow/flow_result.hpp"
#include "models/tenant/load_statistics.hpp"
#include "sim/first_touch.hpp"

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

namespace {

// What a rack's drives come to, added up over racks in their order.
struct FillSums {
  double bytes = 0;
  double capacity = 0;
  double fill = 0;
  double squares = 0;  // of deviations of fill
};

// Of this rank's racks: the fill of each of their drives that is there, one rack after the other.
class Fills {
 public:
  Fills(const LedgerFleet& fleet, unsigned threads)
      : fleet_(fleet), threads_(threads), first_(fleet.share().racks().size() + 1) {
    each_rack([&](std::size_t i, DriveRange drives) {
      for (std::uint32_t d = drives.first; d < drives.last; ++d) {
        first_[i + 1] += fleet.is_there(d) ? 1U : 0U;
      }
    });
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    sim::make_array(values_, first_.back(), threads);
  }

  [[nodiscard]] std::span<double> values() { return values_; }

  // Of all ranks.
  FillSums measure() {
    return sum([&](std::size_t i, DriveRange drives) {
      FillSums of;
      std::size_t at = first_[i];
      for (std::uint32_t d = drives.first; d < drives.last; ++d) {
        if (!fleet_.is_there(d)) continue;
        const auto bytes = static_cast<double>(used_bytes(fleet_, d));
        const double capacity = fleet_.topology().capacity_of(d).to_double();
        of.bytes += bytes;
        of.capacity += capacity;
        of.fill += values_[at++] = bytes / capacity;
      }
      return of;
    });
  }
  double squares_about(double average) {
    return sum([&](std::size_t i, DriveRange) {
             FillSums of;
             for (std::size_t at = first_[i]; at < first_[i + 1]; ++at) {
               of.squares += (values_[at] - average) * (values_[at] - average);
             }
             return of;
           })
        .squares;
  }

 private:
  template <class Fn>
  void each_rack(Fn&& fn) const {
    fleet_.share().each_rack(threads_, [&](std::size_t i, std::uint32_t rack) {
      fn(i, fleet_.topology().drives_of_rack(rack));
    });
  }
  template <class OfRack>
  FillSums sum(OfRack&& of_rack) const {
    std::vector<FillSums> mine(first_.size() - 1);
    each_rack([&](std::size_t i, DriveRange drives) { mine[i] = of_rack(i, drives); });
    FillSums all;
    for (const FillSums& of : fleet_.share().gather(std::span<const FillSums>(mine))) {
      all.bytes += of.bytes;
      all.capacity += of.capacity;
      all.fill += of.fill;
      all.squares += of.squares;
    }
    return all;
  }

  const LedgerFleet& fleet_;
  unsigned threads_;
  std::vector<std::size_t> first_;  // value of the rack; and the number of all
  sim::HugeVector<double> values_;
};

}  // namespace

CapacitySkew ledger_skew(const LedgerFleet& fleet, unsigned threads) {
  LedgerShare& share = fleet.share();
  Fills fills(fleet, threads);
  const std::uint64_t count = sum_over_ranks(share, fills.values().size());
  CapacitySkew skew;
  if (count == 0) {
    skew.mean = skew.sd = skew.min = skew.p0_1 = skew.p50 = skew.p99_9 = skew.max = kUndefined;
    return skew;
  }
  const FillSums sums = fills.measure();
  const double squares = fills.squares_about(sums.fill / static_cast<double>(count));
  skew.mean = sums.bytes / sums.capacity;
  skew.sd = std::sqrt(squares / static_cast<double>(count));
  const std::array<std::uint64_t, 5> asked = {0, nearest_rank_index(count, 0.001),
                                              nearest_rank_index(count, 0.5),
                                              nearest_rank_index(count, 0.999), count - 1};
  const std::vector<double> found = nth_of_ranks(share, fills.values(), asked);
  skew.min = found[0];
  skew.p0_1 = found[1];
  skew.p50 = found[2];
  skew.p99_9 = found[3];
  skew.max = found[4];
  set_losses(sums.bytes, skew);
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
  const std::vector<float> found = nth_of_ranks(share, std::span(there), asked);
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
                   std::span<const float> heat_max, unsigned threads, sim::Digest& digest) {
  LedgerShare& share = fleet.share();
  std::vector<std::uint64_t> mine(share.racks().size());
  share.each_rack(threads, [&](std::size_t i, std::uint32_t rack) {
    sim::Digest of_rack;
    const DriveRange drives = fleet.topology().drives_of_rack(rack);
    for (std::uint32_t drive = drives.first; drive < drives.last; ++drive) {
      for (const LedgerFleet::Holding& of : fleet.held(drive)) {
        of_rack.add(static_cast<double>(of.shards));
        of_rack.add(static_cast<double>(of.demand));
      }
      of_rack.add(static_cast<double>(heat_sum[drive - share.drives().first]));
      of_rack.add(static_cast<double>(heat_max[drive - share.drives().first]));
    }
    mine[i] = of_rack.value();
  });
  for (const std::uint64_t of_rack : share.gather(std::span<const std::uint64_t>(mine))) {
    digest.add(of_rack);
  }
}

}  // namespace spindle::models

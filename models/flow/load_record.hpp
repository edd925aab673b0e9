#pragma once
// How loaded the drives are that requests meet: for every period, a histogram of heat in which each
// drive counts by the requests it gets. From it latencies follow (flow_latency.hpp). A period is an
// epoch; of runs beyond 4,096 epochs it is as many consecutive ones as leave at most 4,096 periods.
//
// A drive's demand is split between the two nodes around its heat, 1/128 of heat apart, so that
// what is read off is linear in between. Sums are of whole units (2^-56 of a disk-second a second,
// for each doubling of the fleet or the period one binary digit less), so neither the threads nor
// the order of racks show. Cost: about 3 ns a drive and epoch. Memory: 16 B for each node that
// holds demand and 16 B a class of tenants, both by period, and 4 KB a drive model and epoch of a
// window.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

namespace spindle::models {

inline constexpr std::uint32_t kNodesPerHeat = 128;
// For schedulers that reorder, whose capacity is above heat 1: none makes four drives of one.
inline constexpr std::uint32_t kMostNodes = 4 * kNodesPerHeat;

// Drives of one model whose heat is node / kNodesPerHeat; the node after the model's last one
// stands for all that are offered more.
struct LoadShare {
  std::uint16_t model = 0;
  std::uint16_t node = 0;
  double heat = 0;  // demand on them, summed: in proportion to their requests
};

class LoadRecord {
 public:
  // Of drive model m, heat below nodes[m] / kNodesPerHeat is told apart; 1 <= nodes[m] <=
  // kMostNodes (std::invalid_argument otherwise). At most so many epochs follow. Where drives may
  // be slow, the second half of the models are those of the first half while they are.
  LoadRecord(std::vector<std::uint32_t> nodes, std::uint32_t drives, std::size_t classes,
             std::uint64_t epochs);

  // The next window, of so many epochs.
  void begin(std::size_t epochs);
  // One rack of `drives` drives in an epoch of the window: heat_of(d) is all that drive d bears,
  // demand_of(d) the part that tenants ask. Racks may be added by several threads at a time.
  template <class HeatOf, class DemandOf>
  void add_rack(std::size_t epoch, std::uint32_t model, std::size_t drives, HeatOf&& heat_of,
                DemandOf&& demand_of);
  // Requests/s of a class's tenants, added up; one thread.
  void add_requests(std::size_t epoch, std::uint32_t tenant_class, double reads, double writes);
  void end();
  // After the last window: the last period may be cut short.
  void finish();

  [[nodiscard]] std::uint32_t models() const { return static_cast<std::uint32_t>(nodes_.size()); }
  [[nodiscard]] std::uint32_t slow_model(std::uint32_t model) const { return model + models() / 2; }
  [[nodiscard]] std::uint32_t nodes(std::uint32_t model) const { return nodes_[model]; }
  [[nodiscard]] std::size_t periods() const { return ends_.size(); }
  // Sums over the period's epochs: demand by load, drives of the model that are offered more than
  // its nodes hold, requests/s of a class.
  [[nodiscard]] std::span<const LoadShare> shares(std::size_t period) const {
    const std::size_t first = period == 0 ? 0 : ends_[period - 1];
    return std::span(shares_).subspan(first, ends_[period] - first);
  }
  [[nodiscard]] std::uint64_t saturated(std::size_t period, std::uint32_t model) const {
    return saturated_[period * nodes_.size() + model];
  }
  [[nodiscard]] double reads(std::size_t period, std::size_t tenant_class) const {
    return reads_[period * classes_ + tenant_class];
  }
  [[nodiscard]] double writes(std::size_t period, std::size_t tenant_class) const {
    return writes_[period * classes_ + tenant_class];
  }

 private:
  // A drive that is asked for more counts as one that is asked for this much.
  static constexpr double kMostHeat = 64;
  // Nodes of one model, what saturated drives bear, and how many they are.
  using Slots = std::array<std::uint64_t, kMostNodes + 2>;

  // Of an epoch of the window, counted from the first period that is open.
  [[nodiscard]] std::size_t open_period(std::size_t epoch) const {
    return static_cast<std::size_t>((epochs_ + epoch) / per_period_ - ends_.size());
  }
  void close_period(std::size_t open);
  [[nodiscard]] std::uint64_t units(double heat) const {
    return static_cast<std::uint64_t>((heat < kMostHeat ? heat : kMostHeat) * unit_ + 0.5);
  }

  std::vector<std::uint32_t> nodes_;
  std::size_t classes_;
  double unit_;
  std::uint64_t per_period_;  // epochs
  std::uint64_t epochs_ = 0;  // before the window
  std::size_t window_ = 0;
  std::vector<std::uint64_t> slots_;  // [(open period * models + model) * slots + slot]
  std::vector<LoadShare> shares_;
  std::vector<std::size_t> ends_;  // by period that is closed, into shares_
  std::vector<std::uint64_t> saturated_;
  std::vector<double> reads_;
  std::vector<double> writes_;
};

template <class HeatOf, class DemandOf>
void LoadRecord::add_rack(std::size_t epoch, std::uint32_t model, std::size_t drives,
                          HeatOf&& heat_of, DemandOf&& demand_of) {
  Slots sums;
  const std::uint32_t nodes = nodes_[model];
  std::fill_n(sums.begin(), nodes + 2, std::uint64_t{0});
  const double most = static_cast<double>(nodes);
  for (std::size_t d = 0; d < drives; ++d) {
    const double at = heat_of(d) * double{kNodesPerHeat};
    const std::uint64_t demand = units(demand_of(d));
    if (at >= most) {
      sums[nodes] += demand;
      ++sums[nodes + 1];
      continue;
    }
    const auto below = static_cast<std::uint32_t>(at);
    // Between the last node and saturation nothing can be told apart.
    const double share = below + 1 < nodes ? at - below : 0.0;
    const auto above = static_cast<std::uint64_t>(share * static_cast<double>(demand));
    sums[below] += demand - above;
    sums[below + 1] += above;
  }
  const std::size_t row = (open_period(epoch) * nodes_.size() + model) * sums.size();
  for (std::uint32_t slot = 0; slot < nodes + 2; ++slot) {
    if (sums[slot] == 0) continue;
    std::atomic_ref(slots_[row + slot]).fetch_add(sums[slot], std::memory_order_relaxed);
  }
}

}  // namespace spindle::models

// A cascade (models/tenant/cascade.hpp) that repeats every period with fresh orders of its shares.
//
// The order of a node's shares is a shuffle by words of the tenant's stream whose place follows
// from the node's number: any part of any period can be had alone, and memory is one order a level.
// An epoch goes down only into nodes that it shares with its neighbours: where epochs are whole
// numbers of parts of one level, finer ones are never drawn.

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "models/purposes.hpp"
#include "models/tenant/cascade.hpp"
#include "models/tenant/interval_load.hpp"

namespace spindle::models::detail {
namespace {

constexpr std::uint64_t kNoNode = std::numeric_limits<std::uint64_t>::max();

class CascadeLoad final : public LoadModel {
 public:
  CascadeLoad(std::shared_ptr<const Cascade> cascade, sim::Duration epoch, sim::RandomStream stream)
      : cascade_(std::move(cascade)), epoch_(epoch.ns()), stream_(stream) {
    std::size_t shares = 0;
    for (const auto& level : cascade_->levels()) {
      first_.push_back(static_cast<std::uint32_t>(shares));
      shares += level.size();
    }
    order_.resize(shares);
    ordered_.assign(cascade_->levels().size(), kNoNode);
  }

  void fill(std::uint64_t first, std::span<double> out) override {
    std::fill(out.begin(), out.end(), 0.0);
    const auto window = static_cast<std::int64_t>(first);
    visit(first, out.size(), [&](const Node& node, bool is_leaf) {
      const std::int64_t epoch = node.begin / epoch_;
      if (node.end <= (epoch + 1) * epoch_) {
        out[static_cast<std::size_t>(epoch - window)] += node.amount;
        return true;
      }
      if (is_leaf) spread(node, window, out);
      return is_leaf;
    });
    for (double& value : out) value /= static_cast<double>(epoch_);
  }

  void pieces(std::uint64_t first, std::size_t epochs, std::vector<RatePiece>& out) override {
    const std::int64_t begin = static_cast<std::int64_t>(first) * epoch_;
    const std::int64_t end = begin + static_cast<std::int64_t>(epochs) * epoch_;
    visit(first, epochs, [&](const Node& node, bool is_leaf) {
      if (is_leaf) {
        out.push_back({std::max(node.begin, begin), std::min(node.end, end),
                       node.amount / static_cast<double>(node.end - node.begin)});
      }
      return is_leaf;
    });
  }

 private:
  struct Node {
    std::uint64_t index = 0;  // within its level of its period
    std::int64_t begin = 0;   // ns
    std::int64_t end = 0;
    double amount = 0;  // integral of the load, ns
  };

  // Calls take(node, is_leaf) for the nodes with load that meet the window, in order of time, from
  // the whole down; where it returns true, what is below the node is left out.
  template <class Take>
  void visit(std::uint64_t first, std::size_t epochs, Take&& take) {
    window_.take(first, epochs);
    if (epochs == 0) return;
    begin_ = static_cast<std::int64_t>(first) * epoch_;
    end_ = begin_ + static_cast<std::int64_t>(epochs) * epoch_;
    const std::int64_t length = cascade_->period().ns();
    for (std::int64_t period = begin_ / length; period * length < end_; ++period) {
      period_ = static_cast<std::uint64_t>(period);
      const std::int64_t begin = period * length;
      go_down(0, 1, 0, {0, begin, begin + length, static_cast<double>(length)}, take);
    }
  }

  // `nodes` of this level are in a period; `words` of the stream belong to the levels above.
  template <class Take>
  void go_down(std::size_t level, std::uint64_t nodes, std::uint64_t words, const Node& node,
               Take& take) {
    const bool is_leaf = level == cascade_->levels().size();
    if (take(node, is_leaf)) return;
    const std::vector<double>& shares = cascade_->levels()[level];
    const std::size_t k = shares.size();
    const std::uint32_t* order = order_of(level, words, node.index);
    std::int64_t begin = node.begin;
    for (std::size_t i = 0; i < k && begin < end_; ++i) {
      const std::int64_t end = cut(node, i + 1, k);
      const double amount = node.amount * shares[order[i]];
      if (end > begin_ && amount > 0) {
        go_down(level + 1, nodes * k, words + nodes * (k - 1),
                {node.index * k + i, begin, end, amount}, take);
      }
      begin = end;
    }
  }

  // Where part i of k of the node begins, rounded down to the nanosecond.
  static std::int64_t cut(const Node& node, std::size_t i, std::size_t k) {
    __extension__ using Wide = __int128;
    return node.begin + static_cast<std::int64_t>(static_cast<Wide>(node.end - node.begin) *
                                                  static_cast<Wide>(i) / static_cast<Wide>(k));
  }

  // Fisher and Yates; a cut into k takes k - 1 words, so that all cuts of a period take parts()
  // - 1. A word scaled to n places prefers some by 2^-32 n at most.
  const std::uint32_t* order_of(std::size_t level, std::uint64_t words, std::uint64_t index) {
    std::uint32_t* order = order_.data() + first_[level];
    const std::size_t k = cascade_->levels()[level].size();
    const std::uint64_t word =
        period_ * (cascade_->parts() - 1) + words + index * static_cast<std::uint64_t>(k - 1);
    if (ordered_[level] == word) return order;
    ordered_[level] = word;
    stream_.skip_to(word);
    std::iota(order, order + k, 0U);
    for (std::size_t i = k - 1; i > 0; --i) {
      std::swap(order[i], order[(std::uint64_t{stream_.next_u32()} * (i + 1)) >> 32U]);
    }
    return order;
  }

  // A leaf that lies in several epochs: to each what overlaps it.
  void spread(const Node& leaf, std::int64_t window, std::span<double> out) const {
    const double rate = leaf.amount / static_cast<double>(leaf.end - leaf.begin);
    for_each_epoch(std::max(leaf.begin, begin_), std::min(leaf.end, end_), epoch_,
                   [&](std::int64_t epoch, std::int64_t from, std::int64_t to) {
                     out[static_cast<std::size_t>(epoch - window)] +=
                         rate * static_cast<double>(to - from);
                   });
  }

  std::shared_ptr<const Cascade> cascade_;
  WindowOrder window_;
  std::int64_t epoch_;
  sim::RandomStream stream_;
  std::vector<std::uint32_t> first_;    // of a level's shares in order_
  std::vector<std::uint32_t> order_;    // of the node last met on each level
  std::vector<std::uint64_t> ordered_;  // its first word in the stream
  std::int64_t begin_ = 0, end_ = 0;    // of the window, ns
  std::uint64_t period_ = 0;
};

}  // namespace

std::unique_ptr<LoadRows> make_cascade_loads(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t first_tenant,
                                             std::uint32_t count) {
  if (options.cascade == nullptr) {
    throw std::invalid_argument(
        "load of a cascade without its shares (nothing says how it is cut) — give period and "
        "levels, or bias and halvings");
  }
  const std::int64_t periods = length_of(grid) / options.cascade->period().ns() + 1;
  const double words = static_cast<double>(periods) * static_cast<double>(options.cascade->parts());
  if (words > 4 * static_cast<double>(sim::RandomStream::kBlocks)) {
    throw std::invalid_argument(
        "a cascade has more than 4e12 parts over the run (more than a stream of random numbers "
        "can order) — fewer levels or a shorter run");
  }
  std::vector<std::unique_ptr<LoadModel>> loads;
  for (std::uint32_t i = 0; i < count; ++i) {
    loads.push_back(std::make_unique<CascadeLoad>(
        options.cascade, grid.epoch,
        sim::RandomStream(seed, 0, purpose::kTenantCascade, first_tenant + i)));
  }
  return as_rows(std::move(loads));
}

}  // namespace spindle::models::detail

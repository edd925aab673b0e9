#pragma once
// The part of a fleet of ledgers that one rank of several holds, and how ranks tell each other what
// all must know.
//
// A rank owns a range of consecutive racks, and it alone has arrays of their drives. What is
// decided is decided by every rank for itself, from the same sums in the same order: so ranks
// exchange terms of sums, never sums, and results have the same bits for any number of them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "models/fleet/topology.hpp"
#include "sim/cells/transport.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {

class LedgerShare {
 public:
  // Racks are shared out so that ranks have as many drives each as whole racks allow; a rank may
  // have none. `ranks`: this rank's end; null: one process has all. It must outlive the share.
  explicit LedgerShare(const Topology& topology, sim::Transport* ranks = nullptr);

  [[nodiscard]] unsigned rank() const { return ranks_ == nullptr ? 0 : ranks_->index(); }
  [[nodiscard]] unsigned ranks() const { return ranks_ == nullptr ? 1 : ranks_->workers(); }
  [[nodiscard]] DriveRange racks() const { return racks_of(rank()); }  // rack numbers
  [[nodiscard]] DriveRange racks_of(unsigned rank) const {
    return {first_rack_[rank], first_rack_[rank + 1]};
  }
  [[nodiscard]] DriveRange drives() const { return drives_; }
  [[nodiscard]] bool owns(std::uint32_t drive) const {
    return drives_.first <= drive && drive < drives_.last;
  }
  [[nodiscard]] unsigned owner_of_rack(std::uint32_t rack) const;
  // Calls fn(i, rack) for the rank's racks, i from 0 on, in any order on so many threads.
  template <class Fn>
  void each_rack(unsigned threads, Fn&& fn) const {
    const DriveRange mine = racks();
    sim::for_each_index(threads, mine.size(),
                        [&](std::size_t i) { fn(i, mine.first + static_cast<std::uint32_t>(i)); });
  }

  // The rest is collective: all ranks call the same in the same order. Errors: as
  // sim::Transport::exchange().

  // What each rank gave, by rank; valid until the next exchange. `mine` is copied.
  std::span<const sim::Parcel> exchange(sim::Bytes mine);

  // Last of all, before the share goes: nobody reads any more what this rank gave.
  void part();

  // All entries, those of rank 0 first.
  template <class T>
  std::vector<T> gather(std::span<const T> mine) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (ranks() == 1) return {mine.begin(), mine.end()};
    std::vector<T> all;
    for (const sim::Parcel& parcel : exchange(std::as_bytes(mine))) {
      const std::size_t before = all.size();
      all.resize(before + parcel.common.size() / sizeof(T));
      if (parcel.common.empty()) continue;
      std::memcpy(all.data() + before, parcel.common.data(), parcel.common.size());
    }
    return all;
  }

  // The ranks' turns at `state`, rank 0 first: a sum over drives in their order. All ranks have
  // what the last one left. The size of the state must not change.
  template <class T, class Turn>
  void relay(std::span<T> state, Turn&& turn) {
    static_assert(std::is_trivially_copyable_v<T>);
    for (unsigned of = 0; of < ranks(); ++of) {
      if (of == rank()) turn();
      if (ranks() == 1) return;
      const sim::Bytes mine =
          of == rank() ? std::as_bytes(std::span<const T>(state)) : sim::Bytes();
      const sim::Bytes left = exchange(mine)[of].common;
      if (of != rank() && !left.empty()) std::memcpy(state.data(), left.data(), left.size());
    }
  }

 private:
  sim::Transport* ranks_;
  std::vector<std::uint32_t> first_rack_;  // by rank, and the number of all
  DriveRange drives_;
  // What was sent stays until the exchange after.
  std::array<std::vector<std::byte>, 2> sent_;
  std::size_t exchanges_ = 0;
};

// The values of those numbers (from 0) by size of all that the ranks have together, none of them
// negative or NaN; puts `mine` in another order. Collective. Preconditions: the numbers ascend, and
// there are more values.
std::vector<float> nth_of_ranks(LedgerShare& share, std::span<float> mine,
                                std::span<const std::uint64_t> nth);
std::vector<double> nth_of_ranks(LedgerShare& share, std::span<double> mine,
                                 std::span<const std::uint64_t> nth);

}  // namespace spindle::models

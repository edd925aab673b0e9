#pragma once
// What ranks of an MPI job exchange in one run that all do together.

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/cells/transport.hpp"

namespace spindle::app {

// Of all ranks, between MPI_Init and MPI_Finalize: of the thread that calls MPI. What goes to one
// rank alone (`own`) is not carried. An exchange in which the ranks together give 2 GiB or more
// ends in std::length_error on all of them.
class MpiTransport final : public sim::Transport {
 public:
  MpiTransport(unsigned rank, unsigned size);

  [[nodiscard]] unsigned index() const override { return rank_; }
  [[nodiscard]] unsigned workers() const override { return static_cast<unsigned>(lengths_.size()); }
  std::span<const sim::Parcel> exchange(sim::Bytes common,
                                        std::span<const sim::Bytes> own) override;
  // Waits for the others' next exchange, or for them to leave.
  void leave() noexcept override;

 private:
  // Of the others; true where one of them has left, or this one leaves.
  bool exchange_lengths(std::uint64_t mine);

  unsigned rank_;
  bool has_left_ = false;
  std::vector<std::uint64_t> lengths_;  // by rank
  std::vector<int> counts_;
  std::vector<int> offsets_;
  std::vector<std::byte> received_;
  std::vector<sim::Parcel> parcels_;
};

}  // namespace spindle::app

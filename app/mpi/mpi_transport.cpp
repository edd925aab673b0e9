#include "app/mpi/mpi_transport.hpp"

#include <algorithm>
#include <climits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace spindle::app {
namespace {

// In the place of a length.
constexpr std::uint64_t kHasLeft = UINT64_MAX;

}  // namespace

MpiTransport::MpiTransport(unsigned rank, unsigned size)
    : rank_(rank), lengths_(size), counts_(size), offsets_(size), parcels_(size) {}

bool MpiTransport::exchange_lengths(std::uint64_t mine) {
  MPI_Allgather(&mine, 1, MPI_UINT64_T, lengths_.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD);
  return std::find(lengths_.begin(), lengths_.end(), kHasLeft) != lengths_.end();
}

std::span<const sim::Parcel> MpiTransport::exchange(sim::Bytes common,
                                                    std::span<const sim::Bytes> /*own*/) {
  if (has_left_) throw std::runtime_error("transport: this rank has left the others");
  if (exchange_lengths(common.size())) {
    has_left_ = true;
    const auto gone = std::find(lengths_.begin(), lengths_.end(), kHasLeft) - lengths_.begin();
    throw std::runtime_error("transport: rank " + std::to_string(gone) + " has gone");
  }
  const std::uint64_t all = std::accumulate(lengths_.begin(), lengths_.end(), std::uint64_t{0});
  if (all > INT_MAX) {
    has_left_ = true;
    throw std::length_error("transport: ranks exchange " + std::to_string(all) +
                            " bytes at once (2 GiB is the most) — take a fleet of fewer racks");
  }
  int offset = 0;
  for (std::size_t rank = 0; rank < lengths_.size(); ++rank) {
    counts_[rank] = static_cast<int>(lengths_[rank]);
    offsets_[rank] = offset;
    offset += counts_[rank];
  }
  received_.resize(all);
  MPI_Allgatherv(common.data(), static_cast<int>(common.size()), MPI_BYTE, received_.data(),
                 counts_.data(), offsets_.data(), MPI_BYTE, MPI_COMM_WORLD);
  for (std::size_t rank = 0; rank < lengths_.size(); ++rank) {
    parcels_[rank] = {
        sim::Bytes(received_).subspan(static_cast<std::size_t>(offsets_[rank]), lengths_[rank]),
        {}};
  }
  return parcels_;
}

void MpiTransport::leave() noexcept {
  if (has_left_) return;
  has_left_ = true;
  exchange_lengths(kHasLeft);
}

}  // namespace spindle::app

#pragma once
// The bandwidth that drives give to repair: a channel a drive, one transfer after another.
//
// A rebuild reads one shard from each of `needed` drives and writes one to its target. Each of
// these transfers starts when its drive's channel is free, whatever the others do, and takes
// shard bytes / bandwidth; the shard is restored when the last of them ends (declustered repair:
// nothing is waited for but channels). Sources are the readable drives of the extent with the least
// backlog, the earlier shard where two are equal.
//
// Where repair yields to clients, or the drive is slow, a transfer takes as many times as long as
// the drive's share and pace say when it is queued; its disk time is told to be spread over that.
//
// Cost: O(shards of an extent) a rebuild. Memory: 48 B a drive, 56 B where repair yields, 16 B a
// transfer in a queue. Determinism: no draws.

#include <cstdint>
#include <span>
#include <vector>

#include "models/repair/repair_options.hpp"
#include "models/state/directed_load.hpp"
#include "models/state/fleet_state.hpp"
#include "models/state/slow_drives.hpp"
#include "sim/time.hpp"

namespace spindle::models {

// Whose transfer it is: a lost shard's number and attempt; attempt 0 is not followed.
struct TransferTicket {
  std::uint32_t number = 0;
  std::uint32_t attempt = 0;
};

// Of transfers that, as they were queued, end within the run; those cut short count whole.
struct TransferBytes {
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  std::uint64_t cross_zone = 0;  // read in another zone than the target's
};

class TransferChannels {
 public:
  // Transfers end before `horizon` or never. `load`, where given, hears of each one's disk time:
  // the bandwidth times the drive's disk-seconds per byte at random accesses of `io` bytes. `slow`,
  // where given, says which drives are slow as a transfer starts, to `load` too.
  // Throws std::invalid_argument: a bandwidth that is negative or not finite; an io of 0; a least
  // share outside of (0, 1].
  TransferChannels(const FleetState& state, const RepairOptions& options, sim::Instant horizon,
                   DirectedLoad* load, const SlowDrives* slow = nullptr);

  // What clients ask of each drive from now on, of its time; nothing where repair does not yield.
  void set_client_heat(std::span<const double> heat);

  // No bandwidth: nothing is ever rebuilt.
  [[nodiscard]] bool are_closed() const { return are_closed_; }
  // Queues the transfers of one rebuild; returns when the last ends, the horizon for never.
  // Precondition: the extent can be read, channels are not closed.
  sim::Instant rebuild(sim::Instant now, std::uint32_t extent, std::uint32_t target,
                       TransferTicket ticket);
  // The drive fails or goes down: its queue is dropped, and the tickets of what was not finished
  // there are appended to `out`. Time queued on other drives stays taken.
  void interrupt(sim::Instant now, std::uint32_t drive, std::vector<TransferTicket>& out);
  // The drive was up, all the time since.
  [[nodiscard]] bool was_up_since(std::uint32_t drive, sim::Instant since) const {
    return interrupted_at_[drive] <= since;
  }

  [[nodiscard]] const TransferBytes& bytes() const { return bytes_; }
  // Channel time of one transfer, where clients take what they take of an average drive; of one
  // rebuild, over all drives; and what is queued on drives that can be read, less `ahead_s` for
  // each of them: below 0 where that much ahead has room. O(drives).
  [[nodiscard]] double transfer_s() const { return length_.to_seconds() * mean_times_; }
  [[nodiscard]] double rebuild_s() const;
  [[nodiscard]] double excess_backlog_s(sim::Instant now, double ahead_s) const;

 private:
  struct Transfer {
    TransferTicket ticket;
    sim::Instant until;
  };
  struct Queue {
    std::vector<Transfer> transfers;
    std::size_t first = 0;  // those before it ended
  };

  [[nodiscard]] sim::Duration length_on(std::uint32_t drive, sim::Instant start) const;
  sim::Instant transfer(sim::Instant now, std::uint32_t drive, const std::vector<float>& heat);
  void follow(sim::Instant now, std::uint32_t drive, const Transfer& transfer);

  const FleetState& state_;
  sim::Instant horizon_;
  DirectedLoad* load_;
  const SlowDrives* slow_;
  bool are_closed_;
  bool yields_;
  double least_share_;
  sim::Duration length_;           // of one transfer, on a drive that gives all its bandwidth
  std::vector<double> times_;      // per drive: as long, on account of clients; empty: once
  double mean_times_ = 1;          // over drives
  std::vector<float> read_heat_;   // per drive model, of a busy channel
  std::vector<float> write_heat_;  // per drive model
  std::vector<sim::Instant> busy_until_;
  std::vector<sim::Instant> interrupted_at_;
  std::vector<Queue> queues_;
  TransferBytes bytes_;
};

}  // namespace spindle::models

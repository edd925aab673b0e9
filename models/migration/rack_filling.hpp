#pragma once
// Fills the racks of one landing with the coolest shards of their zones.
//
// Each landed drive takes in one shard after another at `bytes_per_s`, so that a transfer takes
// shard bytes / rate, from a drive of the same zone: the number of shards per zone stays as it is,
// and an extent gives each rack at most one shard and never more than the spread rule allows there.
// What to move is chosen as its transfer begins; the shard is on its new drive as it ends, unless
// something came between (a drive failed, the extent was renewed): then the transfer was in vain.
//
// A transfer's end is an event of its own, after which its drive goes on at once; a drive that
// finds nothing to take tries again as the next epoch begins. Extents with lost shards are left to
// repair. Cost: O(shards of the extent) a move, O(extents) a round of candidates
// (coolest_extents.hpp).

#include <cstdint>
#include <span>
#include <vector>

#include "models/migration/coolest_extents.hpp"
#include "models/migration/landing_options.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/state/directed_load.hpp"
#include "models/state/fleet_state.hpp"
#include "models/units.hpp"
#include "sim/engine.hpp"

namespace spindle::models {

// A transfer ends: which of which landing.
struct TransferEnd {
  std::uint32_t landing = 0;
  std::uint32_t transfer = 0;
};

struct RackFillingInputs {
  std::uint32_t number = 0;  // of the landing
  Landing landing;
  std::vector<std::uint32_t> racks;
  SpreadRule spread;
  std::span<const double> kept_bytes;  // per rack: what its drives keep, of each; not taken from
  Bytes io;                            // one read or write of a move
  sim::Instant horizon;                // transfers that end then or later never do
  sim::EventType<TransferEnd> transfer_end;  // its handler calls end()
};

class RackFilling {
 public:
  // All that is referred to must outlive it; `directed` may be null.
  RackFilling(RackFillingInputs inputs, CoolestExtents coolest, sim::Engine& engine,
              FleetState& state, DirectedLoad* directed);

  // Drives that are idle begin, where they find something to take.
  void advance();
  // The transfer ends now, and its drive goes on.
  void end(std::uint32_t number);

  // Nothing is left to be done: every drive came to its target, or no rack can take more.
  [[nodiscard]] bool is_over() const;
  // Every drive came to its target, the last one then.
  [[nodiscard]] bool is_reached() const { return short_drives_ == 0; }
  [[nodiscard]] sim::Instant reached_at() const { return reached_at_; }
  [[nodiscard]] std::uint64_t moves() const { return moves_; }
  [[nodiscard]] std::uint64_t transfers_in_vain() const { return in_vain_; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  // A rack's way through the rounds of candidates, once around each. Racks of a zone begin a round
  // at different places, so that they are not after the same shard at the same time.
  struct Walk {
    std::uint32_t rack = 0;
    std::uint32_t of_zone = 0;  // number among the landing's racks of its zone
    std::size_t round = 0;
    std::size_t walked = 0;          // candidates of the round
    std::uint32_t short_drives = 0;  // below their target
    bool is_exhausted = false;
  };
  // Candidates of a round. Those that have nothing left to give in a zone are skipped there by all
  // racks from then on: `next` of such a one leads towards the next that may have.
  struct Round {
    std::vector<std::uint32_t> extents;
    std::vector<std::vector<std::uint32_t>> next;  // per zone: [candidate], and one past the last
  };
  struct Transfer {
    std::uint32_t shard = kNone;  // none: idle
    std::uint32_t source = 0;
    std::uint32_t drive = 0;  // of the racks
    std::uint32_t walk = 0;
    bool is_at_target = false;
  };

  void go_on(std::uint32_t number);
  void begin(std::uint32_t number, std::uint32_t extent, std::uint32_t donor);
  bool settle_target(Transfer& transfer);
  [[nodiscard]] bool may_begin(const Transfer& transfer) const;
  [[nodiscard]] bool is_full(std::uint32_t drive) const;
  [[nodiscard]] bool may_take(std::uint32_t drive, std::uint32_t extent) const;
  [[nodiscard]] bool guard_allows(std::uint32_t drive, std::uint32_t extent) const;
  [[nodiscard]] std::uint32_t choose_donor(std::uint32_t drive, std::uint32_t extent) const;
  [[nodiscard]] std::size_t start_of(const Walk& walk) const;
  std::uint32_t next_candidate(Walk& walk);
  void drop_candidate(const Walk& walk, std::uint32_t candidate);
  std::uint32_t skip_dropped(const Walk& walk, std::size_t candidate);
  bool add_round();
  void tell(std::uint32_t drive, sim::Instant from, sim::Instant until, double seconds);

  RackFillingInputs in_;
  CoolestExtents coolest_;
  sim::Engine& engine_;
  FleetState& state_;
  DirectedLoad* directed_;
  std::uint32_t rack_limit_;           // never 0
  std::vector<std::uint8_t> guarded_;  // per rack; empty without a guard rail
  sim::Duration transfer_;             // of one shard
  std::vector<double> read_s_;         // per drive model: disk time of one shard
  std::vector<double> write_s_;
  std::vector<Walk> walks_;          // per rack of the landing
  std::vector<Transfer> transfers_;  // per drive of those racks, rack by rack
  std::vector<Round> rounds_;
  std::uint64_t short_drives_ = 0;
  sim::Instant reached_at_;
  std::uint64_t moves_ = 0;
  std::uint64_t in_vain_ = 0;
};

}  // namespace spindle::models

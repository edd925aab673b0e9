#pragma once
// New data takes the place of old: written bytes make extents, each in the stead of an old one.
//
// Of tenants whose writes are new data (WriteKind::kNewData) the bytes written add up; as an
// extent's worth is there, it is born (the first after a part drawn evenly, so that tenants keep no
// step). It takes the number of an extent of the same tenant, drawn evenly: that one is deleted and
// the new one is placed (new_data_placer.hpp), so that a tenant's amount of data stays as it is.
// Extents with lost shards are left to repair: another is drawn. Where no legal place has room, the
// write is counted as unplaced and the old extent stays.
//
// Births happen at the exact times at which the bytes are complete, rates being constant in an
// epoch: each is an event, so that it meets the fleet as it is then. Writing a new extent takes its
// drives' time in the epoch of its birth (DirectedLoad).
//
// With turnover rate delta (bytes written per second / bytes held) and demand that cools at rate
// gamma, mean demand tends to delta / (delta + gamma) of that on new data: docs/theory/landing.md.
// Cost: O(shards) a new extent, O(tenants) an epoch. Determinism: streams keyed by tenant, drawn at
// the number of the new extent of that tenant.

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "models/placement/placer.hpp"
#include "models/state/directed_load.hpp"
#include "models/state/fleet_state.hpp"
#include "models/tenant/demand_columns.hpp"
#include "models/turnover/new_data_placer.hpp"
#include "sim/engine.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

struct TurnoverInputs {
  std::vector<std::uint32_t> tenants;  // whose writes are new data, ascending
  std::uint64_t extent_bytes = 0;      // logical
  sim::Seed seed;
  std::uint32_t replication = 0;
  // DemandColumns::place_new.
  std::function<DemandColumns::Place(std::uint32_t tenant, sim::Instant birth)> place_new;
  // Called just before the extent is deleted and its number taken; may be empty.
  std::function<void(sim::Instant, std::uint32_t extent)> before_renewal;
  // Disk time of writing one shard of a whole extent: [model * tenants of the table + tenant].
  std::vector<double> write_seconds;
};

struct TurnoverCounts {
  std::uint64_t born = 0;  // extents that took the place of others
  std::uint64_t unplaced =
      0;  // extents' worth of writes that found no legal place, or no old extent
  std::uint64_t redraws = 0;  // old extents drawn that had lost shards
};

class Turnover {
 public:
  // Extents of one tenant that may be born in a run.
  static constexpr std::uint64_t kMostBirths = std::uint64_t{1} << 25;

  // Everything referred to must outlive it; `directed` may be null. Throws std::invalid_argument:
  // extents of 0 bytes, no place_new, a tenant that the table has not, a table of write times of
  // the wrong length.
  Turnover(TurnoverInputs inputs, const ExtentTable& extents, sim::Engine& engine,
           FleetState& state, NewDataPlacer& placer, DirectedLoad* directed = nullptr);
  Turnover(const Turnover&) = delete;
  Turnover& operator=(const Turnover&) = delete;

  // What is written in the epoch [start, start + length): one entry a tenant of the table, bytes/s,
  // finite and not negative. Epochs come in order, none in the engine's past (std::logic_error).
  void write(sim::Instant start, sim::Duration length, std::span<const double> bytes_per_s);

  [[nodiscard]] const TurnoverCounts& counts() const { return counts_; }

 private:
  struct Epoch {
    sim::Instant start;
    sim::Duration length;
    std::vector<double> bytes_per_s;  // per tenant of inputs_.tenants
  };
  struct Birth {
    sim::Instant at;
    std::uint32_t tenant = 0;
    std::uint32_t number = 0;       // of the tenant's
    std::uint32_t first_drawn = 0;  // extent that it replaces if no shard of it is lost
  };

  void begin_epoch();
  void collect_births();
  void schedule_next_birth();
  void bear_next();
  void bear(const Birth& birth);
  [[nodiscard]] sim::RandomStream old_extents(const Birth& birth) const;
  void look_ahead(std::size_t i);
  bool draw_old(const Birth& birth, std::uint32_t& extent);
  void tell_writes(std::uint32_t tenant, std::span<const std::uint32_t> drives);

  TurnoverInputs inputs_;
  const ExtentTable& extents_;
  sim::Engine& engine_;
  FleetState& state_;
  NewDataPlacer& placer_;
  DirectedLoad* directed_;
  std::vector<double> written_;        // per tenant of inputs_.tenants: bytes of the next extent
  std::vector<std::uint32_t> births_;  // per tenant of inputs_.tenants
  std::deque<Epoch> ahead_;
  Epoch epoch_;             // in hand
  std::vector<Birth> due_;  // its births, in the order of time
  std::size_t next_ = 0;    // of due_
  TurnoverCounts counts_;
  sim::EventType<sim::NoPayload> epoch_event_;
  sim::EventType<sim::NoPayload> birth_event_;
};

}  // namespace spindle::models

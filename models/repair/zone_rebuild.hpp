#pragma once
// Rebuilds the shards of lost zones elsewhere, without an event a shard.
//
// Extents that were written one after the other, which may lie on the same few drives (static,
// copyset), are not rebuilt one after the other: neighbours in the order of rebuilds lie far apart.
// Once an hour (an event) rebuilds are started until the channels of all drives together are full
// for two hours or 16 transfers; extents whose transfers ended are put into the state at the next
// such event, all missing shards of an extent at once. When nothing is left to start, the last
// event comes as the last transfer ends. An extent whose drives were lost or went down meanwhile
// starts again; one that cannot be read for a time waits until an outage ends; a shard that no
// legal drive has room for is counted short, and tried again where begin() is called again. A
// source that goes down is noticed by what can be read at the end.
//
// Cost: about half a microsecond a shard, O(drives) an event. Memory: 24 B a shard on its way, at
// most two hours' or 16 transfers a drive, and 9 bits an extent. Determinism: targets are drawn
// from a stream a shard.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/repair/lost_shards.hpp"
#include "models/repair/target_chooser.hpp"
#include "models/repair/transfer_channels.hpp"
#include "models/state/fleet_state.hpp"
#include "sim/engine.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

class ZoneRebuild {
 public:
  // All must outlive it. `changed` is called after each event.
  ZoneRebuild(sim::Engine& engine, FleetState& state, const TargetChooser& chooser,
              TransferChannels& channels, LostShards& lost, sim::Seed seed,
              std::uint32_t replication, std::function<void()> changed);
  ZoneRebuild(const ZoneRebuild&) = delete;
  ZoneRebuild& operator=(const ZoneRebuild&) = delete;

  // Looks at all extents (again), from `delay` on.
  void begin(sim::Duration delay);
  // A rack or zone came back: what waited for it is tried again.
  void end_of_outage();
  // How many racks or zones are down for a time: what finds no drive then waits for their end.
  void set_outages(std::uint32_t outages) { outages_ = outages; }

  [[nodiscard]] std::uint64_t restored_shards() const { return restored_; }
  // The extent is no more: what it was short of is no longer wanted.
  void forget(std::uint32_t extent) {
    if (extent >= short_of_.size()) return;
    short_ -= short_of_[extent];
    short_of_[extent] = 0;
  }

  [[nodiscard]] std::uint64_t short_shards() const { return short_; }
  // Calls fn(shard, drive) for every shard on its way.
  template <class Fn>
  void for_each_reserved(Fn&& fn) const {
    for (const Flight& flight : flights_) fn(flight.shard, flight.target);
  }

 private:
  struct Flight {  // those of an extent stand together
    std::uint32_t shard = 0;
    std::uint32_t target = 0;
    sim::Instant started;
    sim::Instant done;  // of the extent
  };
  enum class Start { kNothing, kStarted, kDeferred };

  void round();
  void finish_flights();
  void finish(std::span<const Flight> flights);
  [[nodiscard]] bool is_sound(std::span<const Flight> flights);
  void start_flights();
  // The one that is looked at as number i.
  [[nodiscard]] std::uint32_t extent_at(std::uint64_t i) const {
    return static_cast<std::uint32_t>(i * stride_ % state_.extents());
  }
  Start start(std::uint32_t extent);
  std::uint32_t choose_targets(std::uint32_t extent);
  void schedule(sim::Instant at);

  sim::Engine& engine_;
  FleetState& state_;
  const TargetChooser& chooser_;
  TransferChannels& channels_;
  LostShards& lost_;
  sim::Seed seed_;
  std::uint32_t replication_;
  std::function<void()> changed_;
  std::uint64_t stride_;
  std::uint32_t cursor_;                 // extents looked at
  std::vector<std::uint32_t> again_;     // extents to start once more
  std::vector<std::uint32_t> deferred_;  // until an outage ends
  std::vector<Flight> flights_;
  std::vector<std::uint64_t> is_flying_;  // a bit an extent
  std::vector<std::uint8_t> short_of_;    // shards of each extent that found no drive
  std::vector<std::uint32_t> held_;       // scratch
  std::vector<std::uint32_t> shards_;     // scratch
  std::vector<std::uint32_t> targets_;    // scratch
  std::uint32_t outages_ = 0;
  std::uint64_t restored_ = 0;
  std::uint64_t short_ = 0;
  sim::EventType<sim::NoPayload> round_;
  sim::EventHandle next_round_;
};

}  // namespace spindle::models

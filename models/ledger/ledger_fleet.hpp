#pragma once
// What each drive of a fleet holds, class by class: shards and demand, and no extent.
//
// A row a drive: which sample drives it takes its mix of tenants from, and for each class shards
// and mean demand (disk time a second on the fleet's first model; models/ledger/mix_sample.hpp).
// 4 + 8 classes bytes a drive. Numbers are those of the topology; of several ranks each has the
// rows of its own drives alone, and may ask for no other's.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/ledger/ledger_share.hpp"
#include "models/ledger/mix_sample.hpp"
#include "sim/aligned_array.hpp"
#include "sim/random_stream.hpp"

namespace spindle::models {

// What is to be held, and how.
struct LedgerClass {
  double shards = 0;  // of all tenants of the class together
  double demand = 0;  // at time 0
};

// Of all classes.
[[nodiscard]] inline double shards_of(std::span<const LedgerClass> classes) {
  double sum = 0;
  for (const LedgerClass& of : classes) sum += of.shards;
  return sum;
}

class LedgerFleet;

struct LedgerStart {
  std::vector<LedgerClass> classes;
  // 1: a drive is as one of the sample's; 2: as two of them together, each of half a drive.
  unsigned parts = 1;
  // Shards that drives hold as placed by the policy, drawn from these; empty: as the parts do.
  std::span<const float> fills;
  double shard_bytes = 0;
  sim::Seed seed;
  // Says what this rank's drives hold, which hold nothing and are as the mean of the sample before;
  // empty: they are drawn.
  std::function<void(LedgerFleet&)> place = {};
};

class LedgerFleet {
 public:
  static constexpr std::uint16_t kAbsent = 0xffff;

  struct Mix {
    std::uint16_t first = kAbsent;  // absent: there is no drive (not landed, failed, lost)
    std::uint16_t second = kAbsent;
  };
  struct Holding {
    float shards = 0;
    float demand = 0;
  };

  // Every base drive holds what its draws say, scaled so that all together hold what the classes
  // state; racks that land hold nothing. `topology`, `sample` and `share` must outlive it. Streams
  // are keyed by slot. Collective over the ranks of the share.
  LedgerFleet(const Topology& topology, const MixSample& sample, const LedgerStart& start,
              LedgerShare& share, unsigned threads);

  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] LedgerShare& share() const { return share_; }
  [[nodiscard]] std::uint32_t classes() const { return classes_; }
  [[nodiscard]] Mix& mix(std::uint32_t drive) { return mixes_[drive - first_]; }
  [[nodiscard]] const Mix& mix(std::uint32_t drive) const { return mixes_[drive - first_]; }
  [[nodiscard]] bool is_there(std::uint32_t drive) const { return mix(drive).first != kAbsent; }
  [[nodiscard]] std::span<Holding> held(std::uint32_t drive) {
    return std::span(held_).subspan(std::size_t{drive - first_} * classes_, classes_);
  }
  [[nodiscard]] std::span<const Holding> held(std::uint32_t drive) const {
    return std::span(held_).subspan(std::size_t{drive - first_} * classes_, classes_);
  }
  // A new drive of the slot: its number `life` (0: the first); where drives' data is not drawn, as
  // the mean of all.
  [[nodiscard]] Mix draw_mix(std::uint32_t drive, std::uint64_t life) const;
  [[nodiscard]] double shards_on(std::uint32_t drive) const;
  // What MixSample::set_use() wants, of a sample that holds 1 / scale of the fleet's data.
  // Collective.
  [[nodiscard]] std::vector<double> use_of_sample(double scale) const;
  [[nodiscard]] double shard_bytes() const { return shard_bytes_; }
  // Shards that fit.
  [[nodiscard]] double room_of(std::uint32_t drive) const {
    return topology_.capacity_of(drive).to_double() / shard_bytes_;
  }

 private:
  [[nodiscard]] Mix whole_mix(std::uint32_t drive, std::uint32_t n) const;
  void fill_rack(std::uint32_t rack, const LedgerStart& start);
  void scale(const LedgerStart& start, unsigned threads);

  const Topology& topology_;
  const MixSample& sample_;
  LedgerShare& share_;
  std::uint32_t first_;  // drive of this rank
  std::uint32_t classes_;
  double shard_bytes_;
  unsigned parts_;
  bool is_placed_;  // not drawn: what comes later is as the mean of the sample
  sim::Seed seed_;
  std::uint64_t stride_;
  sim::HugeVector<Mix> mixes_;     // [drive - first]
  sim::HugeVector<Holding> held_;  // [(drive - first) * classes + class]
};

}  // namespace spindle::models

// Explicit fleets seen from outside: after every step the map, the counts and the server's choice
// are recomputed.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/explicit_cases.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint32_t kNowhere = ExplicitExtents::kNowhere;

std::uint32_t any(std::uint32_t first, std::uint32_t last) {
  return *rc::gen::inRange(first, last + 1);
}

// A fleet of any small shape that holds an extent, with rates of about one event a second.
DurabilityCase any_case() {
  const std::uint32_t zones = any(1, 3);
  const std::uint32_t racks = any(1, 4);
  const std::uint32_t needed = any(1, 4);
  const std::uint32_t parity = any(1, 4);
  const std::uint32_t shards = needed + parity;
  DurabilityCase of{test::erasure(needed, parity), {}, 0, {}};
  of.fleet.zones = zones;
  of.fleet.racks_per_zone = racks;
  of.fleet.max_per_zone = *rc::gen::element(0U, (shards + zones - 1) / zones, shards);
  of.fleet.max_per_rack = *rc::gen::element(0U, (shards + zones - 1) / zones);
  of.fleet.drives = zones * racks * any((shards + zones - 1) / zones, 8);
  of.failures_per_year = sim::kSecondsPerYear / static_cast<double>(of.fleet.drives);
  of.rebuild.law = *rc::gen::element(RepairLaw::kExponential, RepairLaw::kBandwidth);
  of.rebuild.mttr_s = any(1, 10);
  of.rebuild.detect_s = any(0, 2);
  of.rebuild.used_bytes = 1;
  of.rebuild.bytes_per_s = any(1, 40) / 40.0;
  of.rebuild.order =
      *rc::gen::element(RebuildOrder::kMostExposedFirst, RebuildOrder::kFirstComeFirstServed);
  of.rebuild.rebuild_from = any(0, 2);
  return of;
}

// What an observer knows who sees the map after every step.
class Observer {
 public:
  Observer(const DurabilityCase& of, const ExplicitFleet& fleet)
      : of_(of), fleet_(fleet), seen_(fleet.extents().extents()) {}

  // Why the state is wrong, or nothing.
  const char* look() {
    std::uint64_t missing = 0;
    std::uint64_t lost = 0;
    std::map<std::uint32_t, std::uint64_t> on_slot;
    for (std::uint32_t extent = 0; extent < seen_.size(); ++extent) {
      std::uint32_t gone = 0;
      for (const std::uint32_t slot : fleet_.extents().of(extent)) {
        gone += slot == kNowhere ? 1U : 0U;
        if (slot != kNowhere) ++on_slot[slot];
      }
      // Shards of lost extents go on failing with their drives, uncounted.
      if (fleet_.is_lost(extent) ? gone < fleet_.missing(extent) : gone != fleet_.missing(extent)) {
        return "missing shards";
      }
      if (!keeps_the_rule(extent)) return "spread rule";
      missing += fleet_.missing(extent);
      lost += fleet_.is_lost(extent) ? 1U : 0U;
      note(extent);
    }
    for (std::uint32_t slot = 0; slot < fleet_.extents().slots(); ++slot) {
      if (fleet_.extents().on(slot).size() != on_slot[slot]) return "shards on a slot";
    }
    const ExplicitCounts& counts = fleet_.counts();
    if (counts.lost_shards - counts.restored_shards != missing) return "lost and restored shards";
    if (counts.lost_extents != lost) return "lost extents";
    const double work = static_cast<double>(of_.scheme.needed() * counts.jobs) +
                        static_cast<double>(counts.restored_shards);
    if (!is_exponential() &&
        std::abs(counts.repair_bytes / fleet_.shard_bytes() - work) > 1e-6 * (1 + work)) {
      return "work";
    }
    return look_at_server();
  }

 private:
  struct Seen {
    std::uint32_t missing = 0;
    double first_s = 0;
    double last_s = 0;
  };

  [[nodiscard]] bool is_exponential() const { return of_.rebuild.law == RepairLaw::kExponential; }
  bool keeps_the_rule(std::uint32_t extent) const {
    std::set<std::uint32_t> slots;
    std::map<std::uint32_t, std::uint32_t> zones;
    std::map<std::uint32_t, std::uint32_t> racks;
    for (const std::uint32_t slot : fleet_.extents().of(extent)) {
      if (slot == kNowhere) continue;
      // Slots fill racks in order, racks zones; the shape below is divisible.
      const std::uint64_t all = std::uint64_t{of_.fleet.zones} * of_.fleet.racks_per_zone;
      const auto rack = static_cast<std::uint32_t>(slot / (of_.fleet.drives / all));
      if (!slots.insert(slot).second) return false;
      const std::uint32_t in_rack = ++racks[rack];
      const std::uint32_t in_zone = ++zones[rack / of_.fleet.racks_per_zone];
      if (of_.fleet.max_per_rack > 0 && in_rack > of_.fleet.max_per_rack) return false;
      if (of_.fleet.max_per_zone > 0 && in_zone > of_.fleet.max_per_zone) return false;
    }
    return true;
  }
  void note(std::uint32_t extent) {
    Seen& seen = seen_[extent];
    const std::uint32_t now = fleet_.missing(extent);
    if (now > seen.missing) {
      if (seen.missing == 0) seen.first_s = fleet_.now_s();
      seen.last_s = fleet_.now_s();
    }
    seen.missing = now;
  }
  [[nodiscard]] bool is_ready(std::uint32_t extent) const {
    const Seen& seen = seen_[extent];
    return !fleet_.is_lost(extent) && seen.missing > 0 &&
           seen.missing >= of_.rebuild.rebuild_from &&
           seen.last_s + of_.rebuild.detect_s <= fleet_.now_s();
  }
  // The order, the less first.
  [[nodiscard]] std::pair<double, double> turn(std::uint32_t extent) const {
    const Seen& seen = seen_[extent];
    if (of_.rebuild.order == RebuildOrder::kFirstComeFirstServed) return {0, seen.first_s};
    return {-double(seen.missing), seen.last_s};
  }
  const char* look_at_server() {
    if (is_exponential()) return fleet_.served() ? "a server without bandwidth" : nullptr;
    std::size_t ready = 0;
    for (std::uint32_t extent = 0; extent < seen_.size(); ++extent) ready += is_ready(extent);
    if (ready != fleet_.waiting_jobs() + (fleet_.served() ? 1 : 0)) return "ready jobs";
    if (ready > 0 && !fleet_.served()) return "an idle server";
    if (!fleet_.served()) {
      last_served_ = kNowhere;
      return nullptr;
    }
    const std::uint32_t served = *fleet_.served();
    if (!is_ready(served)) return "a job that is not ready";
    const bool is_new = served != last_served_ || seen_[served].last_s > last_began_s_;
    if (is_new) {
      for (std::uint32_t extent = 0; extent < seen_.size(); ++extent) {
        if (is_ready(extent) && turn(extent) < turn(served)) return "another's turn";
      }
      last_began_s_ = fleet_.now_s();
    }
    last_served_ = served;
    return nullptr;
  }

  const DurabilityCase& of_;
  const ExplicitFleet& fleet_;
  std::vector<Seen> seen_;
  std::uint32_t last_served_ = kNowhere;
  double last_began_s_ = 0;
};

}  // namespace

TEST_CASE("explicit: every step of any small fleet keeps the laws") {
  REQUIRE(rc::check([] {
    const DurabilityCase of = any_case();
    const ExplicitOptions options{.extents = any(1, 20), .horizon_s = 60};
    std::optional<ExplicitFleet> fleet;
    try {
      fleet.emplace(of, options, sim::Seed{any(1, 1000)}, 0);
    } catch (const std::invalid_argument&) {
      RC_DISCARD("the rule has no room");
    }
    Observer observer(of, *fleet);
    do {
      if (const char* wrong = observer.look()) {
        RC_LOG() << wrong << " at " << fleet->now_s() << "\n";
        return false;
      }
    } while (fleet->step());
    return true;
  }));
}

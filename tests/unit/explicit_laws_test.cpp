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

constexpr std::uint32_t kLost = ExplicitExtents::kNowhere;

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
  of.rebuild.own_rebuild_s = any(0, 2);
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
      : of_(of), fleet_(fleet), seen_(fleet.extents().extents()) {
    for (Seen& seen : seen_) seen.shards.resize(of.scheme.shards());
  }

  // Why the state is wrong, or nothing.
  const char* look() {
    std::uint64_t missing = 0;
    std::uint64_t lost = 0;
    std::map<std::uint32_t, std::uint64_t> on_slot;
    for (std::uint32_t extent = 0; extent < seen_.size(); ++extent) {
      std::uint32_t gone = 0;
      for (const std::uint32_t slot : fleet_.extents().of(extent)) {
        gone += slot == kLost ? 1U : 0U;
        if (slot != kLost) ++on_slot[slot];
      }
      // Shards of lost extents go on failing with their drives, uncounted.
      if (fleet_.is_lost(extent) ? gone < fleet_.missing(extent) : gone != fleet_.missing(extent)) {
        return "missing shards";
      }
      if (!keeps_the_rule(extent)) return "spread rule";
      missing += fleet_.missing(extent);
      lost += fleet_.is_lost(extent) ? 1U : 0U;
    }
    for (std::uint32_t slot = 0; slot < fleet_.extents().slots(); ++slot) {
      if (fleet_.extents().on(slot).size() != on_slot[slot]) return "shards on a slot";
    }
    const ExplicitCounts& counts = fleet_.counts();
    if (counts.lost_shards - counts.restored_shards != missing) return "lost and restored shards";
    if (counts.lost_extents != lost) return "lost extents";
    return is_exponential() ? look_at_no_server() : look_at_jobs();
  }

 private:
  struct Shard {
    double lost_s = -1;  // negative: it is not missing
    bool is_begun = false;
  };
  struct Seen {
    std::vector<Shard> shards;
    double due_s = -1;  // when the job's shards are back; negative: its work is not done
  };

  [[nodiscard]] bool is_exponential() const { return of_.rebuild.law == RepairLaw::kExponential; }
  bool keeps_the_rule(std::uint32_t extent) const {
    std::set<std::uint32_t> slots;
    std::map<std::uint32_t, std::uint32_t> zones;
    std::map<std::uint32_t, std::uint32_t> racks;
    for (const std::uint32_t slot : fleet_.extents().of(extent)) {
      if (slot == kLost) continue;
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
  const char* look_at_no_server() const {
    return fleet_.served() || fleet_.waiting_jobs() > 0 ? "a server without bandwidth" : nullptr;
  }
  const char* look_at_jobs() {
    if (const char* wrong = look_at_end_of_work()) return wrong;
    for (std::uint32_t extent = 0; extent < seen_.size(); ++extent) {
      if (fleet_.is_lost(extent)) continue;
      if (const char* wrong = look_at_shards(extent)) return wrong;
    }
    return look_at_server();
  }
  // A job's work is what its shards make it, and takes as long.
  const char* look_at_end_of_work() {
    const ExplicitCounts& counts = fleet_.counts();
    if (counts.jobs == jobs_) return nullptr;
    if (counts.jobs > jobs_ + 1 || served_ == kLost) return "a job's end without a job";
    jobs_ = counts.jobs;
    seen_[served_].due_s = fleet_.now_s() + of_.rebuild.own_rebuild_s;
    const double bytes = served_shards_ * fleet_.shard_bytes();
    const double rate = static_cast<double>(of_.fleet.drives) * of_.rebuild.bytes_per_s;
    if (std::abs(fleet_.now_s() - began_s_ - bytes / rate) > 1e-6) return "time of work";
    work_ += served_shards_;
    served_ = kLost;
    const double bytes_seen = work_ * fleet_.shard_bytes();
    return std::abs(counts.repair_bytes - bytes_seen) > 1e-6 * bytes_seen ? "work" : nullptr;
  }
  // The job's shards are back when they are due, and no others.
  const char* look_at_shards(std::uint32_t extent) {
    Seen& seen = seen_[extent];
    const bool is_due = seen.due_s >= 0 && seen.due_s <= fleet_.now_s();
    for (std::uint32_t i = 0; i < seen.shards.size(); ++i) {
      Shard& shard = seen.shards[i];
      const bool is_gone = fleet_.extents().of(extent)[i] == kLost;
      if (shard.lost_s >= 0 && is_gone != !(is_due && shard.is_begun)) return "shards back";
      if (!is_gone) {
        shard = {};
      } else if (shard.lost_s < 0) {
        shard.lost_s = fleet_.now_s();
      }
    }
    if (is_due) seen.due_s = -1;
    return nullptr;
  }
  [[nodiscard]] bool is_known(const Shard& shard) const {
    return shard.lost_s >= 0 && shard.lost_s + of_.rebuild.detect_s <= fleet_.now_s();
  }
  [[nodiscard]] std::uint32_t known(std::uint32_t extent) const {
    std::uint32_t out = 0;
    for (const Shard& shard : seen_[extent].shards) out += is_known(shard) ? 1U : 0U;
    return out;
  }
  // Waiting, or taken just now.
  [[nodiscard]] bool is_ready(std::uint32_t extent) const {
    for (const Shard& shard : seen_[extent].shards) {
      if (shard.is_begun) return false;
    }
    return !fleet_.is_lost(extent) && known(extent) >= std::max(1U, of_.rebuild.rebuild_from);
  }
  // The order, the less first.
  [[nodiscard]] std::pair<double, double> turn(std::uint32_t extent) const {
    double first_s = fleet_.now_s();
    double last_s = 0;
    for (const Shard& shard : seen_[extent].shards) {
      if (!is_known(shard)) continue;
      first_s = std::min(first_s, shard.lost_s);
      last_s = std::max(last_s, shard.lost_s);
    }
    if (of_.rebuild.order == RebuildOrder::kFirstComeFirstServed) return {0, first_s};
    return {-double(known(extent)), last_s};
  }
  const char* look_at_server() {
    if (served_ != kLost && fleet_.is_lost(served_)) served_ = kLost;
    if (served_ != kLost && fleet_.served() != served_) return "a job broken off";
    std::size_t ready = 0;
    for (std::uint32_t extent = 0; extent < seen_.size(); ++extent) ready += is_ready(extent);
    const bool is_new = fleet_.served() && served_ == kLost;
    if (ready != fleet_.waiting_jobs() + (is_new ? 1 : 0)) return "ready jobs";
    if (ready > 0 && !fleet_.served()) return "an idle server";
    return is_new ? look_at_beginning(*fleet_.served()) : nullptr;
  }
  const char* look_at_beginning(std::uint32_t served) {
    if (!is_ready(served)) return "a job that is not ready";
    for (std::uint32_t extent = 0; extent < seen_.size(); ++extent) {
      if (is_ready(extent) && turn(extent) < turn(served)) return "another's turn";
    }
    served_ = served;
    began_s_ = fleet_.now_s();
    served_shards_ = of_.scheme.needed() + known(served);
    for (Shard& shard : seen_[served].shards) shard.is_begun = is_known(shard);
    return nullptr;
  }

  const DurabilityCase& of_;
  const ExplicitFleet& fleet_;
  std::vector<Seen> seen_;
  std::uint64_t jobs_ = 0;  // whose work is done
  double work_ = 0;         // of these, in shards
  std::uint32_t served_ = kLost;
  std::uint32_t served_shards_ = 0;  // read and written by its job
  double began_s_ = 0;
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

// The ledger of scrubs against a history for every drive, and places that wait against the running
// of their drive.
#include "models/scrub/scrub_ledger.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "models/scrub/awaited_reads.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint32_t kDrives = 5;
constexpr double kPeriods[] = {10, 25};
constexpr double kUnits[] = {1000, 3000};

// One drive as it is told, nothing joined and nothing forgotten.
struct Told {
  ScrubHistory history;
  double born_s = 0;  // 0 for old drives, whose clock begins there

  [[nodiscard]] double clock(double now) const {
    double running = now - born_s;
    for (const ScrubStop& stop : history.stops)
      running -= std::min(stop.until_s, now) - stop.from_s;
    return running;
  }
};

class MappedFleet {
 public:
  explicit MappedFleet(ScrubOrder order)
      : ledger(order, {{kPeriods[0], kUnits[0]}, {kPeriods[1], kUnits[1]}}, {0, 1, 0, 1, 0},
               sim::Seed{1}),
        order_(order) {
    for (std::uint32_t drive = 0; drive < kDrives; ++drive) {
      told.push_back(Told{{.model = drive % 2}});
      ledger.add_old(drive);
    }
  }

  // Something that can happen to the drive, of what `choice` picks.
  void happen(std::uint32_t drive, int choice, double now) {
    if (!told[drive]) {
      told[drive] = Told{{.model = drive % 2, .born_s = now}, now};
      ledger.add_new(drive, now);
    } else if (choice == 0) {
      told[drive].reset();
      ledger.remove(drive);
    } else if (told[drive]->history.is_stopped()) {
      told[drive]->history.stops.back().until_s = now;
      ledger.resume(drive, now);
    } else {
      told[drive]->history.stops.push_back({.from_s = now});
      ledger.stop(drive, now);
    }
  }

  void check(double now) {
    const ScrubLedger::Ages ages = ledger.ages(now, 30);
    double units = 0;
    double sum = 0;
    double oldest = 0;
    double older = 0;
    double older_than_less = 0;
    for (const auto& drive : told) {
      if (!drive) continue;
      const ScrubHistory& history = drive->history;
      const ScrubLaw law(order_, kPeriods[history.model]);
      units += kUnits[history.model];
      sum += kUnits[history.model] * history.mean_age_s(law, now);
      oldest = std::max(oldest, history.age_s(now, kPeriods[history.model]));
      older += kUnits[history.model] * history.share_older(law, now, ages.p99_99_s * (1 + 1e-9));
      older_than_less +=
          kUnits[history.model] * history.share_older(law, now, ages.p99_99_s * (1 - 1e-6));
    }
    if (units == 0) {
      RC_ASSERT(std::isnan(ages.mean_s));
      return;
    }
    RC_ASSERT(std::abs(ages.mean_s - sum / units) <= 1e-9 * (1 + ages.mean_s));
    RC_ASSERT(older <= 1.001e-4 * units);
    RC_ASSERT(older_than_less >= 0.999e-4 * units || ages.p99_99_s == 0);
    if (order_ == ScrubOrder::kSequential) {
      RC_ASSERT(std::abs(ages.oldest_s - oldest) <= 1e-9 * (1 + oldest));
    }
    for (std::uint32_t drive = 0; drive < kDrives; ++drive) {
      RC_ASSERT(ledger.is_there(drive) == told[drive].has_value());
      if (!told[drive]) continue;
      RC_ASSERT(std::abs(ledger.clock(drive, now) - told[drive]->clock(now)) <= 1e-9 * (1 + now));
    }
  }

  ScrubLedger ledger;
  std::vector<std::optional<Told>> told;

 private:
  ScrubOrder order_;
};

}  // namespace

TEST_CASE("scrub ledger: drives counted together have the ages of every drive by itself") {
  const bool ok = rc::check("any changes, with ages asked for now and then", [] {
    MappedFleet fleet(*rc::gen::arbitrary<bool>() ? ScrubOrder::kRandom : ScrubOrder::kSequential);
    double now = 0;
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      // Two drives may change at one time, and years may pass between.
      now += *rc::gen::element(0.0, 0.5, 3.0, 9.0, 40.0, 3000.0);
      const auto drive = static_cast<std::uint32_t>(*rc::gen::inRange(0, 5));
      fleet.happen(drive, *rc::gen::inRange(0, 5), now);
      if (*rc::gen::inRange(0, 3) > 0) fleet.check(now);
    }
    fleet.check(now + 7);
  });
  CHECK(ok);
}

TEST_CASE("scrub ledger: what waits is found when its drive has run so long, or a client comes") {
  const bool ok = rc::check("any stops", [] {
    MappedFleet fleet(ScrubOrder::kSequential);
    AwaitedReads reads;
    struct Expected {
      std::uint32_t drive = 0;
      std::uint32_t life = 0;
      double since_s = 0;
      double due_clock = 0;
      double client_at_s = 0;
    };
    std::vector<Expected> waiting;
    double now = 0;
    const int steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      const auto drive = static_cast<std::uint32_t>(*rc::gen::inRange(0, 5));
      if (*rc::gen::arbitrary<bool>()) {
        fleet.happen(drive, *rc::gen::inRange(0, 5), now);
      } else if (fleet.told[drive]) {
        Expected place{drive, fleet.ledger.life(drive), now,
                       fleet.ledger.clock(drive, now) + *rc::gen::inRange(1, 30),
                       std::numeric_limits<double>::infinity()};
        if (*rc::gen::arbitrary<bool>()) place.client_at_s = now + *rc::gen::inRange(1, 40);
        waiting.push_back(place);
        reads.add({place.drive, place.life, place.since_s, place.due_clock, place.client_at_s}, now,
                  fleet.ledger);
      }
      // An epoch, in which nothing changes.
      const double before = now;
      now += 4;
      std::size_t found = 0;
      reads.advance(now, fleet.ledger, [&](const AwaitedRead& place, double at) {
        const double left = place.due_clock - fleet.told[place.drive]->clock(before);
        const bool runs = fleet.ledger.is_running(place.drive);
        const double scrub = runs ? before + left : std::numeric_limits<double>::infinity();
        RC_ASSERT(std::abs(at - std::min(scrub, place.client_at_s)) < 1e-6);
        ++found;
      });
      const auto is_over = [&](const Expected& place) {
        if (place.life != fleet.ledger.life(place.drive)) return true;
        return place.client_at_s <= now || place.due_clock <= fleet.ledger.clock(place.drive, now);
      };
      std::size_t expected = 0;
      for (const Expected& place : waiting) {
        expected += is_over(place) && place.life == fleet.ledger.life(place.drive) ? 1U : 0U;
      }
      RC_ASSERT(found == expected);
      std::erase_if(waiting, is_over);
      RC_ASSERT(reads.size() == waiting.size());
      double first = now;
      for (const Expected& place : waiting) first = std::min(first, place.since_s);
      RC_ASSERT(reads.first_since(now) == first);
    }
  });
  CHECK(ok);
}

TEST_CASE("scrub: a pace that says nothing is refused") {
  const DriveModel& drive = *find_drive_preset("talk");
  CHECK_THROWS_AS(scrub_pace({}, drive), std::invalid_argument);
  ScrubOptions options;
  options.bytes_per_s = 1e6;
  options.unit = Bytes{0};
  CHECK_THROWS_AS(scrub_pace(options, drive), std::invalid_argument);
  CHECK_THROWS_AS(ScrubLaw(ScrubOrder::kRandom, 0), std::invalid_argument);
  CHECK_THROWS_AS(ScrubLaw(ScrubOrder::kRandom, INFINITY), std::invalid_argument);
}

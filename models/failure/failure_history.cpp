#include "models/failure/failure_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <tuple>

#include "models/purposes.hpp"
#include "sim/math.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {
namespace {

constexpr std::size_t kChunk = 4096;
// Above the rounding of exp and log: who is let through is asked exactly.
constexpr double kMargin = 1 - 1e-12;

// The drives whose first life may end before the horizon, by number. The first two words of a
// lifetime's block are one uniform number u, and the life is short where -log u is.
std::vector<std::uint32_t> short_lived(const Topology& topology, const FailureProcess& process,
                                       const sim::RandomBatch& lifetimes) {
  std::vector<std::uint32_t> out;
  std::array<std::uint64_t, kChunk> slots;
  const std::array<std::uint64_t, kChunk> firsts{};
  std::array<double, kChunk> u;
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const double least = sim::exp(-process.first_hazard(rack)) * kMargin;
    const DriveRange drives = topology.drives_of_rack(rack);
    for (std::uint32_t first = drives.first; first < drives.last; first += kChunk) {
      const std::size_t n = std::min<std::size_t>(kChunk, drives.last - first);
      for (std::size_t i = 0; i < n; ++i) slots[i] = topology.slot_of(first) + i;
      lifetimes.uniforms(std::span(slots).first(n), std::span(firsts).first(n),
                         std::span(u).first(n));
      for (std::size_t i = 0; i < n; ++i) {
        if (u[i] >= least) out.push_back(first + static_cast<std::uint32_t>(i));
      }
    }
  }
  return out;
}

bool is_of_earlier_slot(const SlotFailure& a, const SlotFailure& b) {
  return std::tie(a.slot, a.at_s) < std::tie(b.slot, b.at_s);
}

}  // namespace

// The failures of one rack after the other, in the order of time where one may cause another.
class FailureHistory::RackPlay {
 public:
  RackPlay(const FailureHistory& history, std::uint32_t replication, const FailureProcess& process,
           std::vector<SlotFailure>& out)
      : history_(history),
        topology_(history.topology_),
        process_(process),
        followers_(topology_, history.options_.clusters, history.seed_, replication),
        deaths_(history.seed_, replication, purpose::kPowerDeath),
        power_(draw_power_events(topology_, history.options_.power, history.seed_, replication,
                                 history.options_.horizon)),
        end_(sim::Instant() + history.options_.horizon),
        lives_end_(history.options_.trace == nullptr || !history.options_.trace->is_alone),
        out_(out) {
    if (!power_.empty()) deal_power();
  }

  // `mortal`: drives of the rack whose first life may end in the run.
  void play(std::uint32_t rack, std::span<const std::uint32_t> mortal) {
    drives_ = topology_.drives_of_rack(rack);
    slots_.resize(std::max<std::size_t>(slots_.size(), drives_.size()));
    const std::size_t before = out_.size();
    if (lives_end_) {
      for (const std::uint32_t drive : mortal) expect_end(drive);
    }
    if (!power_.empty()) add_power(rack);
    add_trace();
    while (!events_.empty()) {
      std::pop_heap(events_.begin(), events_.end(), is_later);
      const Event event = events_.back();
      events_.pop_back();
      happen(event);
    }
    for (std::size_t i = before; i < out_.size(); ++i) slots_[out_[i].slot - drives_.first] = {};
  }

 private:
  enum class Cause : std::uint8_t { kLife, kFollows, kPower, kTrace };
  struct Event {
    sim::Instant at;
    std::uint32_t drive = 0;
    Cause cause = Cause::kLife;
    std::uint64_t draw = 0;  // kLife: whose end it is
  };
  struct Slot {
    sim::Instant since;
    std::uint64_t draw = 0;  // lifetime of the drive that is in it, or comes next
  };

  static bool is_later(const Event& a, const Event& b) {
    return std::tie(a.at, a.drive, a.cause, a.draw) > std::tie(b.at, b.drive, b.cause, b.draw);
  }

  void add(const Event& event) {
    if (event.at >= end_) return;
    events_.push_back(event);
    std::push_heap(events_.begin(), events_.end(), is_later);
  }

  void expect_end(std::uint32_t drive) {
    const Slot& slot = slots_[drive - drives_.first];
    add({process_.failure(drive, slot.draw, slot.since), drive, Cause::kLife, slot.draw});
  }

  void happen(const Event& event) {
    Slot& slot = slots_[event.drive - drives_.first];
    const std::uint64_t draw = slot.draw;
    if (event.at < slot.since || (event.cause == Cause::kLife && event.draw != draw)) return;
    out_.push_back({event.at.to_seconds(), event.drive, event.cause == Cause::kPower});
    const sim::Duration replace = history_.options_.replace;
    slot = {replace < end_ - event.at ? event.at + replace : sim::Instant::never(), draw + 1};
    if (lives_end_) expect_end(event.drive);
    if (event.cause == Cause::kLife || event.cause == Cause::kFollows) bring(event, draw);
  }

  void bring(const Event& event, std::uint64_t draw) {
    if (!history_.options_.clusters.is_on()) return;
    followers_.for_each(event.drive, draw, [&](std::uint32_t drive, double delay_s) {
      // Compared before conversion: a long delay overflows nanoseconds.
      if (delay_s >= (end_ - event.at).to_seconds()) return;
      add({event.at + sim::Duration::seconds(delay_s), drive, Cause::kFollows});
    });
  }

  // The power events of every rack, by their numbers.
  void deal_power() {
    of_rack_.resize(topology_.racks());
    for (std::uint32_t i = 0; i < power_.size(); ++i) {
      const Outage& outage = power_[i].outage;
      const DriveRange racks = outage.kind == DomainKind::kZone
                                   ? topology_.racks_of_zone(outage.domain)
                                   : DriveRange{outage.domain, outage.domain + 1};
      for (std::uint32_t rack = racks.first; rack < racks.last; ++rack) of_rack_[rack].push_back(i);
    }
  }

  void add_power(std::uint32_t rack) {
    for (const std::uint32_t i : of_rack_[rack]) {
      const auto& [outage, dies] = power_[i];
      if (dies == 0 || outage.lasts >= end_ - outage.at) continue;
      const sim::Instant back = outage.at + outage.lasts;
      entities_.clear();
      for (std::uint32_t drive = drives_.first; drive < drives_.last; ++drive) {
        entities_.push_back(topology_.slot_of(drive));
      }
      numbers_.assign(drives_.size(), i);
      u_.resize(drives_.size());
      deaths_.uniforms(entities_, numbers_, u_);
      for (std::uint32_t d = 0; d < drives_.size(); ++d) {
        if (u_[d] < dies) add({back, drives_.first + d, Cause::kPower});
      }
    }
  }

  void add_trace() {
    const auto& trace = history_.trace_;
    const double end_s = history_.options_.horizon.to_seconds();
    auto at = std::lower_bound(trace.begin(), trace.end(), SlotFailure{0, drives_.first},
                               is_of_earlier_slot);
    for (; at != trace.end() && at->slot < drives_.last; ++at) {
      if (at->at_s >= end_s) continue;
      add({sim::Instant() + sim::Duration::seconds(at->at_s), at->slot, Cause::kTrace});
    }
  }

  const FailureHistory& history_;
  const Topology& topology_;
  const FailureProcess& process_;
  FollowerDraws followers_;
  sim::RandomBatch deaths_;
  std::vector<PowerEvent> power_;
  sim::Instant end_;
  bool lives_end_;
  std::vector<SlotFailure>& out_;
  std::vector<std::vector<std::uint32_t>> of_rack_;
  DriveRange drives_;
  std::vector<Slot> slots_;  // of the rack, as at the start between racks
  std::vector<Event> events_;
  std::vector<std::uint64_t> entities_;
  std::vector<std::uint64_t> numbers_;
  std::vector<double> u_;
};

FailureHistory::FailureHistory(const Topology& topology, const FailureOptions& options,
                               sim::Seed seed)
    : topology_(topology), options_(options), seed_(seed) {
  // What is wrong with the options shows now, not in a thread that draws.
  const FailureProcess process(topology, options, seed, 0);
  if (topology.landing_racks_per_zone() > 0) {
    throw std::invalid_argument(
        "failure: a history of a fleet whose racks land while it runs (their drives' lives would "
        "begin at the start) — have them there from the start, or leave clusters, power events and "
        "traces out");
  }
  draw_power_events(topology, options.power, seed, 0, options.horizon);
  if (options.trace == nullptr) return;
  trace_ = options.trace->failures;
  if (!std::is_sorted(trace_.begin(), trace_.end(), comes_before)) {
    throw std::invalid_argument(
        "failure: a trace that is not in the order of time — sort it by time, then slot");
  }
  std::sort(trace_.begin(), trace_.end(), is_of_earlier_slot);
  if (!trace_.empty() && trace_.back().slot >= topology.drives()) {
    throw std::invalid_argument(fmt::format(
        "failure: a trace with drive {} (the fleet has {}, numbered from 0) — another fleet, or "
        "other drives",
        trace_.back().slot, topology.drives()));
  }
}

void FailureHistory::draw(std::uint32_t replication, std::vector<SlotFailure>& out) const {
  out.clear();
  const FailureProcess process(topology_, options_, seed_, replication);
  const std::vector<std::uint32_t> mortal = short_lived(
      topology_, process, sim::RandomBatch(seed_, replication, purpose::kDriveLifetime));
  RackPlay play(*this, replication, process, out);
  auto from = mortal.begin();
  for (std::uint32_t rack = 0; rack < topology_.racks(); ++rack) {
    const auto to = std::lower_bound(from, mortal.end(), topology_.drives_of_rack(rack).last);
    play.play(rack, {from, to});
    from = to;
  }
  std::sort(out.begin(), out.end(), comes_before);
}

std::vector<SlotFailure> draw_failures(const Topology& topology, const FailureOptions& options,
                                       sim::Seed seed, std::uint32_t replication) {
  std::vector<SlotFailure> out;
  FailureHistory(topology, options, seed).draw(replication, out);
  return out;
}

}  // namespace spindle::models

#include "models/durability/explicit_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"
#include "sim/time.hpp"

namespace spindle::models {
namespace {

constexpr std::uint64_t kEntity = 0;

void check_amount(const char* what, double value) {
  if (value >= 0 && std::isfinite(value)) return;
  throw std::invalid_argument(
      fmt::format("durability: {} of {} (finite and not negative) — another value", what, value));
}

void check_rates(const DurabilityCase& of) {
  check_amount("failures a year", of.failures_per_year);
  const RebuildOptions& rebuild = of.rebuild;
  check_amount("detect_s", rebuild.detect_s);
  check_amount("bytes_per_s", rebuild.bytes_per_s);
  check_amount("used_bytes", rebuild.used_bytes);
  check_amount("own_rebuild_s", rebuild.own_rebuild_s);
  check_amount("fleet_bytes_per_s", rebuild.fleet_bytes_per_s);
  check_amount("mttr_s", rebuild.mttr_s);
  if (rebuild.law == RepairLaw::kExponential && rebuild.mttr_s == 0) {
    throw std::invalid_argument(
        "durability: repair in no time (nothing would ever be missing) — mttr_s above 0");
  }
}

void check_options(const ExplicitOptions& options, std::uint32_t slots) {
  check_amount("horizon_s", options.horizon_s);
  check_amount("warm_up_s", options.warm_up_s);
  if (options.warm_up_s >= options.horizon_s) {
    throw std::invalid_argument(
        fmt::format("durability: a warm-up of {} s in {} s (nothing is left to be measured) — a "
                    "longer horizon",
                    options.warm_up_s, options.horizon_s));
  }
  if (!options.failures) return;
  double before_s = 0;
  for (const SlotFailure& failure : *options.failures) {
    if (!(failure.at_s >= before_s && std::isfinite(failure.at_s)) || failure.slot >= slots) {
      throw std::invalid_argument(fmt::format(
          "durability: slot {} of {} fails at {} s after a failure at {} s (failures are of slots "
          "and by time) — sort them",
          failure.slot, slots, failure.at_s, before_s));
    }
    before_s = failure.at_s;
  }
}

double server_bytes_per_s(const DurabilityCase& of) {
  const double drives = static_cast<double>(of.fleet.drives) * of.rebuild.bytes_per_s;
  const double network = of.rebuild.fleet_bytes_per_s;
  return network > 0 ? std::min(drives, network) : drives;
}

}  // namespace

ExplicitFleet::ExplicitFleet(const DurabilityCase& of, const ExplicitOptions& options,
                             sim::Seed seed, std::uint32_t replication)
    : rebuild_(of.rebuild),
      options_(options),
      scheme_(of.scheme),
      shards_(of.scheme.shards()),
      extents_(of.fleet, of.scheme.shards(), options.extents),
      failures_per_s_(of.failures_per_year / sim::kSecondsPerYear *
                      static_cast<double>(of.fleet.drives)),
      shard_bytes_(of.rebuild.used_bytes * static_cast<double>(of.fleet.drives) /
                   (static_cast<double>(options.extents) * of.scheme.shards())),
      bytes_per_s_(server_bytes_per_s(of)),
      places_(seed, replication, purpose::kExplicitPlace, kEntity),
      failures_(seed, replication, purpose::kExplicitFailure, kEntity),
      returns_(seed, replication, purpose::kExplicitReturn, kEntity),
      losses_(seed, replication, purpose::kExplicitLoss, kEntity),
      states_(options.extents),
      ready_(of.rebuild.order) {
  check_rates(of);
  check_options(options, extents_.slots());
  for (std::uint32_t shard = 0; shard < options.extents * shards_; ++shard) {
    extents_.put_anywhere(shard, places_);
  }
  counts_.extent_years = static_cast<double>(options.extents) *
                         (options.horizon_s - options.warm_up_s) / sim::kSecondsPerYear;
  schedule_failure();
}

void ExplicitFleet::schedule(double at_s, Kind kind, std::uint32_t subject, std::uint32_t losses) {
  if (at_s < options_.horizon_s) events_.push({at_s, scheduled_++, kind, subject, losses});
}

// Poisson processes of equal rate at all slots are one of their sum, each failure at a slot drawn
// uniformly: a slot's drive has no memory, and a new one is there at once.
void ExplicitFleet::schedule_failure() {
  if (options_.failures) {
    if (next_given_ == options_.failures->size()) return;
    const SlotFailure& next = (*options_.failures)[next_given_++];
    schedule(next.at_s, Kind::kFailure, next.slot);
  } else if (failures_per_s_ > 0) {
    const double at_s = now_s_ + failures_.exponential() / failures_per_s_;
    schedule(at_s, Kind::kFailure, failures_.below(extents_.slots()));
  }
}

// What is ready is compared once everything of that time is: shards that one drive lost are
// detected together.
bool ExplicitFleet::step() {
  if (events_.empty()) return false;
  now_s_ = events_.top().at_s;
  while (!events_.empty() && events_.top().at_s == now_s_) {
    while (!events_.empty() && events_.top().at_s == now_s_) {
      const Event event = events_.top();
      events_.pop();
      handle(event);
    }
    serve_next();
  }
  return true;
}

void ExplicitFleet::handle(const Event& event) {
  if (event.kind == Kind::kFailure) {
    fail(event.subject);
    return;
  }
  if (event.kind == Kind::kShardBack) {
    // It is missing until now; its extent may have been lost meanwhile.
    if (!is_lost(event.subject / shards_)) put_back(event.subject);
    return;
  }
  if (states_[event.subject].losses != event.losses) return;
  if (event.kind == Kind::kReady) {
    ready_.add(job_of(event.subject));
  } else if (event.kind == Kind::kServed) {
    end_service(event.subject);
  } else {
    put_back_all(event.subject);
  }
}

void ExplicitFleet::fail(std::uint32_t slot) {
  ++counts_.failures;
  for (const std::uint32_t shard : extents_.clear(slot)) {
    if (!is_lost(shard / shards_)) lose(shard);
  }
  schedule_failure();
}

void ExplicitFleet::lose(std::uint32_t shard) {
  const std::uint32_t extent = shard / shards_;
  State& state = states_[extent];
  withdraw(extent);
  ++counts_.lost_shards;
  ++state.losses;
  ++state.missing;
  state.last_loss_s = now_s_;
  if (state.missing == 1) state.first_loss_s = now_s_;
  state.is_lost = draw_loss(state.missing);
  if (state.is_lost) {
    count_loss();
  } else if (is_exponential()) {
    schedule(now_s_ + returns_.exponential() * rebuild_.mttr_s, Kind::kShardBack, shard);
  } else if (state.missing >= std::max(1U, rebuild_.rebuild_from) && bytes_per_s_ > 0) {
    schedule(now_s_ + rebuild_.detect_s, Kind::kReady, extent, state.losses);
  }
}

bool ExplicitFleet::draw_loss(std::uint32_t missing) {
  if (missing <= scheme_.tolerated()) return false;
  return missing > scheme_.most_survived() || losses_.bernoulli(scheme_.lost_at(missing));
}

void ExplicitFleet::count_loss() {
  ++counts_.lost_extents;
  counts_.late_losses += now_s_ >= options_.warm_up_s ? 1U : 0U;
  counts_.extent_years -=
      (options_.horizon_s - std::max(now_s_, options_.warm_up_s)) / sim::kSecondsPerYear;
}

// The extent's job is not what it was.
void ExplicitFleet::withdraw(std::uint32_t extent) {
  ready_.drop(job_of(extent));
  if (served_ == extent) served_.reset();
}

void ExplicitFleet::put_back(std::uint32_t shard) {
  extents_.put_anywhere(shard, places_);
  --states_[shard / shards_].missing;
  ++counts_.restored_shards;
}

void ExplicitFleet::put_back_all(std::uint32_t extent) {
  for (std::uint32_t shard = extent * shards_; shard < (extent + 1) * shards_; ++shard) {
    if (extents_.slot_of(shard) == ExplicitExtents::kNowhere) put_back(shard);
  }
}

void ExplicitFleet::serve_next() {
  if (served_) return;
  served_ = ready_.take();
  if (!served_) return;
  schedule(now_s_ + work_bytes(*served_) / bytes_per_s_, Kind::kServed, *served_,
           states_[*served_].losses);
}

void ExplicitFleet::end_service(std::uint32_t extent) {
  served_.reset();
  ++counts_.jobs;
  counts_.repair_bytes += work_bytes(extent);
  schedule(now_s_ + rebuild_.own_rebuild_s, Kind::kExtentBack, extent, states_[extent].losses);
}

RebuildJob ExplicitFleet::job_of(std::uint32_t extent) const {
  const State& state = states_[extent];
  return {extent, state.missing, state.first_loss_s, state.last_loss_s};
}

double ExplicitFleet::work_bytes(std::uint32_t extent) const {
  return static_cast<double>(scheme_.needed() + states_[extent].missing) * shard_bytes_;
}

}  // namespace spindle::models

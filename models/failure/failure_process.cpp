#include "models/failure/failure_process.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr double kLongestHorizonSeconds = 200 * sim::kSecondsPerYear;

}  // namespace

FailureProcess::FailureProcess(const Topology& topology, const FailureOptions& options,
                               sim::Seed seed, std::uint32_t replication)
    : topology_(topology),
      replace_(options.replace),
      horizon_(options.horizon),
      life_(options.life),
      primary_(1 - options.clusters.followers()),
      seed_(seed),
      replication_(replication) {
  if (options.replace < sim::Duration()) {
    throw std::invalid_argument(
        fmt::format("failure: a replacement {} s after the failure (time does not go back) — 0 or "
                    "more",
                    options.replace.to_seconds()));
  }
  if (options.horizon <= sim::Duration() || options.horizon.to_seconds() > kLongestHorizonSeconds) {
    throw std::invalid_argument(fmt::format(
        "failure: a horizon of {} s (outside 0 to 200 years) — a run of at most 200 years",
        options.horizon.to_seconds()));
  }
  check(life_);
  check(options.clusters);
  for (const DriveModel& model : topology.models()) {
    if (!(model.annual_failure_rate >= 0 && std::isfinite(model.annual_failure_rate))) {
      throw std::invalid_argument(
          fmt::format("failure: {} fails {} times a year (a rate is finite and not negative) — "
                      "check its afr",
                      model.name, model.annual_failure_rate));
    }
    laws_.emplace_back(life_, model.annual_failure_rate);
  }
  set_racks();
}

// Batch after batch in every zone, by the middle of each rack on the scale of shares.
void FailureProcess::set_racks() {
  racks_.assign(topology_.racks(), {.age_s = 0, .hazard = primary_, .replaced = primary_});
  std::vector<bool> is_used(life_.batches.size(), false);
  const std::uint32_t per_zone = topology_.base_racks() / topology_.zones();
  for (std::uint32_t rack = 0; rack < topology_.racks(); ++rack) {
    if (topology_.is_landing_rack(rack)) continue;
    RackLife& life = racks_[rack];
    life.age_s = life_.age_s;
    const std::uint32_t in_zone = topology_.slot_of_rack(rack) % per_zone;
    const double middle = (in_zone + 0.5) / per_zone;
    double end = 0;
    for (std::size_t batch = 0; batch < life_.batches.size(); ++batch) {
      end += life_.batches[batch].share;
      if (middle >= end) continue;
      life.age_s = life_.batches[batch].age_s;
      life.hazard = primary_ * life_.batches[batch].hazard;
      is_used[batch] = true;
      break;
    }
  }
  for (std::size_t batch = 0; batch < is_used.size(); ++batch) {
    if (is_used[batch]) continue;
    throw std::invalid_argument(
        fmt::format("failure: batch {} has {} of the racks (a zone has {} of them, and drives are "
                    "bought by whole racks) — a greater share, or more racks",
                    batch, life_.batches[batch].share, per_zone));
  }
}

double FailureProcess::first_hazard(std::uint32_t rack) const {
  const LifetimeLaw& law = laws_[topology_.model_of_rack(rack)];
  const RackLife& life = racks_[rack];
  return life.hazard * (law.cumulative_hazard(life.age_s + horizon_.to_seconds()) -
                        law.cumulative_hazard(life.age_s));
}

sim::Instant FailureProcess::failure(std::uint32_t slot, std::uint64_t draw,
                                     sim::Instant start) const {
  const std::uint32_t rack = topology_.rack_of(slot);
  const sim::Instant end = sim::Instant() + horizon_;
  if (start >= end || topology_.models()[topology_.model_of_rack(rack)].annual_failure_rate == 0) {
    return sim::Instant::never();
  }
  const RackLife& life = racks_[rack];
  sim::RandomStream random(seed_, replication_, purpose::kDriveLifetime, topology_.slot_of(slot));
  random.skip_to(sim::RandomStream::kWordsPerBlock * draw);  // one block a lifetime
  const double e = random.exponential() / (draw == 0 ? life.hazard : life.replaced);
  const double lifetime_s =
      laws_[topology_.model_of_rack(rack)].remaining_s(e, draw == 0 ? life.age_s : 0);
  // Compared before conversion: a lifetime of thousands of years overflows nanoseconds.
  if (lifetime_s >= (end - start).to_seconds()) return sim::Instant::never();
  const sim::Instant failure = start + sim::Duration::seconds(lifetime_s);
  return failure < end ? failure : sim::Instant::never();
}

std::vector<sim::Instant> FailureProcess::failures_of(std::uint32_t slot) const {
  std::vector<sim::Instant> out;
  const sim::Instant end = sim::Instant() + horizon_;
  sim::Instant start;
  for (std::uint64_t draw = 0;; ++draw) {
    const sim::Instant at = failure(slot, draw, start);
    if (at == sim::Instant::never()) return out;
    out.push_back(at);
    if (replace_ >= end - at) return out;
    start = at + replace_;
  }
}

}  // namespace spindle::models

#include "models/failure/failure_process.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"

namespace spindle::models {
namespace {

constexpr double kLongestHorizonSeconds = 200 * sim::kSecondsPerYear;
constexpr std::uint64_t kWordsPerBlock = 4;

}  // namespace

FailureProcess::FailureProcess(const Topology& topology, const FailureOptions& options,
                               sim::Seed seed, std::uint32_t replication)
    : topology_(topology), options_(options), seed_(seed), replication_(replication) {
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
  for (const DriveModel& model : topology.models()) {
    if (model.annual_failure_rate >= 0 && std::isfinite(model.annual_failure_rate)) continue;
    throw std::invalid_argument(
        fmt::format("failure: {} fails {} times a year (a rate is finite and not negative) — check "
                    "its afr",
                    model.name, model.annual_failure_rate));
  }
}

sim::Instant FailureProcess::failure(std::uint32_t slot, std::uint64_t draw,
                                     sim::Instant start) const {
  const double rate = topology_.model_of(slot).annual_failure_rate / sim::kSecondsPerYear;
  const sim::Instant end = sim::Instant() + options_.horizon;
  if (rate == 0 || start >= end) return sim::Instant::never();
  sim::RandomStream random(seed_, replication_, purpose::kDriveLifetime, topology_.slot_of(slot));
  random.skip_to(kWordsPerBlock * draw);  // one block a lifetime
  const double lifetime_s = random.exponential() / rate;
  // Compared before conversion: a lifetime of thousands of years overflows nanoseconds.
  if (lifetime_s >= (end - start).to_seconds()) return sim::Instant::never();
  const sim::Instant failure = start + sim::Duration::seconds(lifetime_s);
  return failure < end ? failure : sim::Instant::never();
}

std::vector<sim::Instant> FailureProcess::failures_of(std::uint32_t slot) const {
  std::vector<sim::Instant> out;
  const sim::Instant end = sim::Instant() + options_.horizon;
  sim::Instant start;
  for (std::uint64_t draw = 0;; ++draw) {
    const sim::Instant at = failure(slot, draw, start);
    if (at == sim::Instant::never()) return out;
    out.push_back(at);
    if (options_.replace >= end - at) return out;
    start = at + options_.replace;
  }
}

}  // namespace spindle::models

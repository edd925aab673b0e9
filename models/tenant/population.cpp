#include "models/tenant/population.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <stdexcept>

#include "models/purposes.hpp"
#include "models/tenant/trace_load.hpp"
#include "sim/math.hpp"
#include "sim/random_batch.hpp"

namespace spindle::models {
namespace {

using detail::CompensatedSum;

// exp(l_i - max l), scaled to the given sum: no overflow, however heavy the tail.
std::vector<double> normalised_exponentials(std::vector<double> logs, double sum) {
  if (logs.empty()) return logs;
  const double highest = *std::max_element(logs.begin(), logs.end());
  CompensatedSum total;
  for (double& value : logs) {
    value = sim::exp(value - highest);
    total.add(value);
  }
  for (double& value : logs) value *= sum / total.value();
  return logs;
}

void check(const SizeOptions& options) {
  const bool pareto = options.kind == SizeKind::kPareto;
  if (pareto || options.kind == SizeKind::kZipf) {
    const bool in_range = pareto ? options.exponent > 0 : options.exponent >= 0;
    if (!(in_range && std::isfinite(options.exponent))) {
      throw std::invalid_argument(
          "exponent of tenant sizes is out of range (zipf >= 0, pareto > 0) — give e.g. 1");
    }
  }
  if (options.kind == SizeKind::kLognormal &&
      !(options.sigma >= 0 && std::isfinite(options.sigma))) {
    throw std::invalid_argument("sigma of tenant sizes is not a number >= 0 — give e.g. 1.5");
  }
}

double log_size(const SizeOptions& options, std::uint32_t rank, sim::Seed seed,
                std::uint32_t tenant) {
  if (options.kind == SizeKind::kEqual) return 0;
  if (options.kind == SizeKind::kZipf) {
    return -options.exponent * sim::log(static_cast<double>(rank) + 1);
  }
  sim::RandomStream stream(seed, 0, purpose::kTenantSize, tenant);
  if (options.kind == SizeKind::kLognormal) return options.sigma * stream.normal();
  return stream.exponential() / options.exponent;  // Pareto: U^(-1/alpha), -log U = E
}

// log of the demand on data of age t: -t/tau, or -exponent log(1 + t/scale).
double log_heat(const CoolingOptions& options, double age_s) {
  if (options.kind == CoolingKind::kExponential) return -age_s / options.tau.to_seconds();
  return -options.exponent * sim::log1p(age_s / options.scale.to_seconds());
}

}  // namespace

void check_cooling(const CoolingOptions& options) {
  const bool power_law = options.kind == CoolingKind::kPowerLaw;
  if (options.oldest.ns() < 0 || (power_law ? options.scale : options.tau).ns() <= 0) {
    throw std::invalid_argument(
        "time scale or oldest age of cooling is out of range (scale and tau > 0, oldest >= 0) — "
        "give e.g. 30 d and 365 d");
  }
  if (power_law && !(options.exponent >= 0 && std::isfinite(options.exponent))) {
    throw std::invalid_argument("exponent of cooling is not a number >= 0 — give e.g. 1");
  }
  const bool is_steady = options.ages == AgeLaw::kSteady;
  if (is_steady && !(options.mean_age_s > 0 && std::isfinite(options.mean_age_s))) {
    throw std::invalid_argument(
        "mean age of data in its steady state is not a number > 0 — give the class data and "
        "writes");
  }
}

std::vector<double> draw_sizes(const SizeOptions& options, std::uint32_t count, sim::Seed seed,
                               std::uint32_t first_tenant) {
  check(options);
  std::vector<double> logs(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    logs[i] = log_size(options, i, seed, first_tenant + i);
  }
  return normalised_exponentials(std::move(logs), 1);
}

std::vector<double> draw_ages(const CoolingOptions& options, std::uint32_t count, sim::Seed seed,
                              std::uint32_t first_extent) {
  check_cooling(options);
  const bool is_steady = options.ages == AgeLaw::kSteady;
  const double scale_s = is_steady ? options.mean_age_s : options.oldest.to_seconds();
  const sim::RandomBatch batch(seed, 0, purpose::kExtentAge);
  constexpr std::size_t kChunk = 512;
  std::array<std::uint64_t, kChunk> extents{};
  const std::array<std::uint64_t, kChunk> first_draw{};
  std::vector<double> ages(count);
  for (std::size_t done = 0; done < count; done += kChunk) {
    const std::size_t size = std::min(kChunk, count - done);
    const std::span out = std::span(ages).subspan(done, size);
    const std::span of = std::span(extents).first(size);
    std::iota(of.begin(), of.end(), std::uint64_t{first_extent} + done);
    if (is_steady) {
      batch.exponentials(of, std::span(first_draw).first(size), out);
    } else {
      batch.uniforms(of, std::span(first_draw).first(size), out);
    }
    for (double& age : out) age *= scale_s;
  }
  return ages;
}

std::vector<float> draw_heat_weights(const CoolingOptions& options, std::uint32_t count,
                                     sim::Seed seed, std::uint32_t first_extent) {
  if (options.kind == CoolingKind::kNone) return {};
  std::vector<double> logs = draw_ages(options, count, seed, first_extent);
  for (double& value : logs) value = log_heat(options, value);
  const std::vector<double> weights = normalised_exponentials(std::move(logs), count);
  std::vector<float> out(count);
  std::transform(weights.begin(), weights.end(), out.begin(),
                 [](double w) { return static_cast<float>(w); });
  return out;
}

}  // namespace spindle::models

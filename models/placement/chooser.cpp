#include "models/placement/chooser.hpp"

#include <fmt/format.h>

#include <numeric>
#include <stdexcept>

namespace spindle::models {
namespace {

void check_load(std::string_view policy, const PlacementOptions& options) {
  if (!(options.fill_weight >= 0 && options.fill_weight <= 1)) {
    throw std::invalid_argument(
        fmt::format("placement: {} with a weight of fill of {} (the rest is heat's) — between 0 "
                    "and 1",
                    policy, options.fill_weight));
  }
  if (options.refresh == 0) {
    throw std::invalid_argument(
        fmt::format("placement: {} that looks at loads every 0 extents (1: before each) — 1 or "
                    "more",
                    policy));
  }
  if (!(options.noise >= 0 && options.noise <= 10)) {
    throw std::invalid_argument(
        fmt::format("placement: {} that reads loads with a noise of {} (their relative standard "
                    "deviation) — between 0 and 10",
                    policy, options.noise));
  }
}

std::uint32_t choices_of(std::string_view policy, const PlacementOptions& options) {
  if (options.choices == 0 || options.choices > kMostChoices) {
    throw std::invalid_argument(
        fmt::format("placement: {} with d = {} (between 1 and {} drives are compared) — two "
                    "choices give nearly all of the gain",
                    policy, options.choices, kMostChoices));
  }
  return options.choices;
}

}  // namespace

Chooser chooser_of(std::string_view policy, const PlacementOptions& options, std::uint32_t shards) {
  if (policy == "random") return {};
  Chooser chooser{.metric = options.metric,
                  .fill_weight = options.fill_weight,
                  .refresh = options.refresh,
                  .noise = options.noise};
  check_load(policy, options);
  if (policy == "d_choices") {
    chooser.choices = choices_of(policy, options);
  } else if (policy == "one_plus_beta") {
    if (!(options.beta >= 0 && options.beta <= 1)) {
      throw std::invalid_argument(
          fmt::format("placement: one_plus_beta with beta = {} (the probability of a second "
                      "choice) — between 0 and 1",
                      options.beta));
    }
    chooser.choices = 2;
    chooser.beta = options.beta;
  } else if (policy == "k_of_d") {
    chooser.candidates = options.candidates == 0 ? 2 * shards : options.candidates;
    if (chooser.candidates < shards || chooser.candidates > kMostCandidates) {
      throw std::invalid_argument(
          fmt::format("placement: k_of_d with {} candidates (an extent's {} shards go to as many "
                      "of them, and at most {} are compared) — between the two",
                      chooser.candidates, shards, kMostCandidates));
    }
  } else {
    throw std::invalid_argument(
        fmt::format("placement: \"{}\" draws no candidates from a pool — \"random\", "
                    "\"d_choices\", \"one_plus_beta\" or \"k_of_d\"",
                    policy));
  }
  return chooser;
}

FleetView KnownLoads::look(const FleetView& view, const Chooser& chooser) {
  const bool is_live = chooser.refresh == 1;
  const bool blends = chooser.metric == LoadMetric::kBlend;
  if (is_live) {
    if (blends && !is_added_up_) add_up(view);
    return view;
  }
  const bool wants_heat = blends || chooser.metric == LoadMetric::kHeat;
  const bool wants_used = chooser.metric != LoadMetric::kHeat;
  if (age_ == 0) {
    if (wants_used) used_then_.assign(view.used_bytes.begin(), view.used_bytes.end());
    if (wants_heat) heat_then_.assign(view.expected_heat.begin(), view.expected_heat.end());
    if (blends) add_up(view);
  }
  FleetView then = view;
  if (wants_used) then.used_bytes = used_then_;
  if (wants_heat) then.expected_heat = heat_then_;
  return then;
}

void KnownLoads::count(const ExtentRequest& request, const Topology& topology,
                       const Chooser& chooser, std::span<const std::uint32_t> drives) {
  if (chooser.refresh > 1) {
    age_ = (age_ + 1) % chooser.refresh;
    return;
  }
  if (chooser.metric != LoadMetric::kBlend) return;
  bytes_ += static_cast<double>(request.shard_bytes) * static_cast<double>(drives.size());
  if (request.shard_heat.empty()) return;
  for (const std::uint32_t drive : drives) {
    heat_ += request.shard_heat[topology.model_of_rack(topology.rack_of(drive))];
  }
}

void KnownLoads::add_up(const FleetView& view) {
  is_added_up_ = true;
  bytes_ = 0;
  for (const std::uint64_t used : view.used_bytes) bytes_ += static_cast<double>(used);
  heat_ = std::accumulate(view.expected_heat.begin(), view.expected_heat.end(), 0.0);
  capacity_ = view.topology.total_capacity();
  drives_ = view.topology.drives();
}

}  // namespace spindle::models

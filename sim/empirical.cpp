#include "sim/empirical.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include "sim/parameter_check.hpp"

namespace spindle::sim {
namespace {

double sum_of(std::span<const double> weights) {
  double sum = 0;
  for (const double weight : weights) {
    check_parameter(weight >= 0 && std::isfinite(weight), "discrete: weight", weight,
                    "finite weights of 0 or more");
    sum += weight;
  }
  check_parameter(sum > 0 && std::isfinite(sum), "discrete: sum of weights", sum,
                  "at least one weight above 0, and a finite sum");
  return sum;
}

std::vector<double> checked_edges(std::span<const double> edges, std::size_t bins) {
  if (edges.size() != bins + 1) {
    throw std::invalid_argument("histogram: " + std::to_string(edges.size()) + " edges for " +
                                std::to_string(bins) + " bins — give one edge more than weights");
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    check_parameter(std::isfinite(edges[i]) && (i == 0 || edges[i] >= edges[i - 1]),
                    "histogram: edge", edges[i], "finite edges in ascending order");
    check_parameter(i == 0 || std::isfinite(edges[i] - edges[i - 1]), "histogram: bin up to edge",
                    edges[i], "bins of a finite width");
  }
  return {edges.begin(), edges.end()};
}

}  // namespace

Discrete::Discrete(std::span<const double> weights) : columns_(weights.size()) {
  const double sum = sum_of(weights);
  const double n = static_cast<double>(weights.size());
  check_parameter(n < 0x1p32, "discrete: number of weights", n, "at most 2^32 - 1");
  // Columns of average height 1: each too low one is filled up by one that is too high.
  std::vector<double> heights(weights.size());
  std::vector<std::uint32_t> low;
  std::vector<std::uint32_t> high;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    heights[i] = weights[i] / sum * n;
    (heights[i] < 1 ? low : high).push_back(i);
  }
  while (!low.empty() && !high.empty()) {
    const std::uint32_t poor = low.back();
    const std::uint32_t rich = high.back();
    low.pop_back();
    columns_[poor] = {static_cast<std::uint64_t>(heights[poor] * 0x1p64), rich};
    heights[rich] = (heights[rich] + heights[poor]) - 1;
    if (heights[rich] < 1) {
      high.pop_back();
      low.push_back(rich);
    }
  }
  // What is left over has height 1, but for rounding.
  for (const std::uint32_t i : low) columns_[i].alias = i;
  for (const std::uint32_t i : high) columns_[i].alias = i;
}

Histogram::Histogram(std::span<const double> edges, std::span<const double> weights)
    : edges_(checked_edges(edges, weights.size())), bins_(weights) {}

}  // namespace spindle::sim

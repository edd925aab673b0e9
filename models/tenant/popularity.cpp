#include "models/tenant/popularity.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/purposes.hpp"
#include "models/tenant/power_integral.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

// Requests of objects by rank, most popular first; relative to any unit.
class Ranks {
 public:
  Ranks(const PopularityOptions& options, std::uint64_t objects)
      : options_(options), objects_(static_cast<double>(objects)) {}

  // Of the object of that rank, from 0.
  [[nodiscard]] double of(std::uint64_t rank) const {
    const double k = static_cast<double>(rank) + 1;
    if (options_.kind == PopularityKind::kZipf) return sim::exp(-options_.exponent * sim::log(k));
    return step(k).height;
  }
  // Sums of their requests, and of the squares, from a rank on (thousands, or the last).
  struct Tail {
    double sum = 0;
    double squares = 0;
  };
  [[nodiscard]] Tail from(std::uint64_t rank) const {
    const double first = static_cast<double>(rank);
    if (first >= objects_) return {};
    if (options_.kind == PopularityKind::kZipf) {
      // Midpoint rule: right to exponent / rank^2.
      return {detail::power_integral(first + 0.5, objects_ - first, options_.exponent),
              detail::power_integral(first + 0.5, objects_ - first, 2 * options_.exponent)};
    }
    Tail tail;
    for (double at = first; at < objects_;) {
      const Step s = step(at + 1);
      const double count = std::min(s.end, objects_) - at;
      tail.sum += count * s.height;
      tail.squares += count * s.height * s.height;
      at += count;
    }
    return tail;
  }

 private:
  struct Step {
    double height = 1;
    double end = 0;  // ranks up to here, counted from 1
  };
  // The step that holds the k-th object, k from 1. A step that is narrower than an object has none.
  [[nodiscard]] Step step(double k) const {
    const auto& points = options_.points;
    const auto at = std::partition_point(
        points.begin(), points.end(),
        [&](const PopularityOptions::Point& point) { return end_of(point) < k; });
    const PopularityOptions::Point last =
        at == points.begin() ? PopularityOptions::Point{} : at[-1];
    if (at == points.end()) return {height(last, {1, 1}), objects_};
    return {height(last, *at), end_of(*at)};
  }
  // The last rank before the next step, counted from 1.
  [[nodiscard]] double end_of(const PopularityOptions::Point& point) const {
    return std::round(point.objects * objects_);
  }
  [[nodiscard]] double height(const PopularityOptions::Point& from,
                              const PopularityOptions::Point& to) const {
    return to.objects > from.objects ? (to.requests - from.requests) / (to.objects - from.objects)
                                     : 0;
  }

  const PopularityOptions& options_;
  double objects_;
};

}  // namespace

void check_popularity(const PopularityOptions& options) {
  constexpr double kSteepest = 10;
  if (!(options.exponent >= 0 && options.exponent <= kSteepest)) {
    throw std::invalid_argument("exponent of popularity is not in [0, 10] — give e.g. 0.9");
  }
  if (options.kind != PopularityKind::kEmpirical) return;
  PopularityOptions::Point last;
  double height = INFINITY;
  for (const PopularityOptions::Point& point : options.points) {
    const bool ascends = point.objects > last.objects && point.objects <= 1 &&
                         point.requests >= last.requests && point.requests <= 1;
    const double next = (point.requests - last.requests) / (point.objects - last.objects);
    // Rounding of stated shares makes equal steps differ in their last digits.
    if (!ascends || !(next <= height * (1 + 1e-9))) {
      throw std::invalid_argument(
          "points of popularity do not ascend, or a less popular object gets more requests");
    }
    height = next;
    last = point;
  }
  if (last.objects < 1 && (1 - last.requests) / (1 - last.objects) > height * (1 + 1e-9)) {
    throw std::invalid_argument(
        "the objects beyond the last point of popularity get more requests than those before — "
        "add a point");
  }
}

std::vector<float> draw_popularity_weights(const PopularityOptions& options, std::uint64_t objects,
                                           std::uint32_t extents, sim::Seed seed,
                                           std::uint32_t tenant) {
  std::vector<float> out(extents, 1.0F);
  if (options.kind == PopularityKind::kUniform || extents == 0 || objects == 0) return out;
  check_popularity(options);
  const std::uint64_t singly = std::min(objects, 4096 + 16 * std::uint64_t{extents});
  const Ranks ranks(options, objects);
  const Ranks::Tail tail = ranks.from(singly);
  sim::RandomStream stream(seed, 0, purpose::kObjectPlace, tenant);
  std::vector<double> weights(extents);
  for (std::uint64_t rank = 0; rank < singly; ++rank) {
    weights[stream.below(extents)] += ranks.of(rank);
  }
  const double mean = tail.sum / extents;
  const double deviation = std::sqrt(tail.squares / extents);
  double sum = 0;
  for (double& weight : weights) {
    if (tail.sum > 0) weight += std::max(0.0, mean + deviation * stream.normal());
    sum += weight;
  }
  for (std::uint32_t e = 0; e < extents; ++e) {
    out[e] = static_cast<float>(weights[e] * (extents / sum));
  }
  return out;
}

}  // namespace spindle::models

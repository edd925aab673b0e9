#include "sim/equivalence_test.hpp"

#include <algorithm>
#include <cmath>

#include "sim/math.hpp"
#include "sim/poisson_bounds.hpp"

namespace spindle::sim {
namespace {

constexpr double kNormal90 = 1.2815515655446004;  // 0.9 quantile of N(0, 1)
constexpr double kNormal975 = 1.959963984540054;  // 0.975 quantile

// Of one replication: the difference's variance, as so many degrees of freedom tell it.
struct Spread {
  double variance = 0;        // of the mean difference
  std::uint64_t degrees = 0;  // 0: unknown
  std::uint64_t count = 0;    // replications, of the smaller sample
};

Spread spread_of(const ComparedMeans& means) {
  if (means.is_paired) {
    const std::uint64_t n = means.difference.count();
    if (n < 2) return {0, 0, n};
    return {means.difference.variance() / static_cast<double>(n), n - 1, n};
  }
  const std::uint64_t smaller = std::min(means.a.count(), means.b.count());
  if (smaller < 2) return {0, 0, smaller};
  const auto na = static_cast<double>(means.a.count());
  const auto nb = static_cast<double>(means.b.count());
  // One side that does not vary would pass for exactly known, however few it has.
  const auto says_nothing = [](const Moments& side) {
    return side.count() < kFewestAlike && !(side.variance() > 0);
  };
  if (!means.is_count && (says_nothing(means.a) || says_nothing(means.b))) return {0, 0, smaller};
  const double va = means.a.variance() / na;
  const double vb = means.b.variance() / nb;
  const double sum = va + vb;
  if (!(sum > 0)) return {0, smaller - 1, smaller};
  const double degrees = sum * sum / (va * va / (na - 1) + vb * vb / (nb - 1));
  // Never below the smaller sample's own, but for rounding.
  const auto whole = std::max(static_cast<double>(smaller - 1), std::floor(degrees));
  return {sum, static_cast<std::uint64_t>(whole), smaller};
}

double mean_difference(const ComparedMeans& means) {
  return means.is_paired ? means.difference.mean() : means.b.mean() - means.a.mean();
}

Interval student_part(const ComparedMeans& means, double level) {
  const Spread spread = spread_of(means);
  const double d = mean_difference(means);
  if (spread.degrees == 0) return {d, -kInfinity, kInfinity};
  if (spread.variance > 0) {
    const double half = student_quantile(1 - level, spread.degrees) * std::sqrt(spread.variance);
    return {d, d - half, d + half};
  }
  const bool is_none = means.is_paired && d == 0;
  if (is_none || means.is_count || spread.count >= kFewestAlike) return {d, d, d};
  return {d, -kInfinity, kInfinity};
}

std::uint64_t total_of(double mean, double replications) {
  return static_cast<std::uint64_t>(std::llround(std::max(0.0, mean) * replications));
}

// Of a mean count a replication, which has been seen in so many.
Interval poisson_rate(double mean, double replications, double level) {
  const Interval bounds = exact_poisson_interval(total_of(mean, replications), 1 - level);
  return {mean, bounds.low / replications, bounds.high / replications};
}

Interval poisson_part(double mean_a, double na, double mean_b, double nb, double level) {
  const Interval a = poisson_rate(mean_a, na, level / 2);
  const Interval b = poisson_rate(mean_b, nb, level / 2);
  return {mean_b - mean_a, b.low - a.high, b.high - a.low};
}

// The upper 90 % bound of a variance: v / chi^2, the 0.1 quantile of chi^2 by Wilson and Hilferty.
double upper_factor(std::uint64_t degrees) {
  const double v = static_cast<double>(degrees);
  const double root = 1 - 2 / (9 * v) - kNormal90 * std::sqrt(2 / (9 * v));
  return 1 / (root * root * root);
}

// The upper 90 % bound of a mean count a replication.
double upper_rate(const Moments& counts) {
  const auto n = static_cast<double>(counts.count());
  return exact_poisson_interval(total_of(counts.mean(), n), 0.8).high / n;
}

// The least n in [2, kMostReplications] with enough(n), which stays true from there on.
template <class Enough>
std::optional<std::uint64_t> least(Enough enough) {
  std::uint64_t low = 1;
  std::uint64_t high = 2;
  while (!enough(high)) {
    if (high == kMostReplications) return std::nullopt;
    low = high;
    high = std::min(2 * high, kMostReplications);
  }
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

// So many replications, that the interval's end and chance together are within the distance.
std::optional<std::uint64_t> enough_for(const ComparedMeans& means, const Spread& spread,
                                        double level, double distance) {
  // Of one replication of each; samples of different sizes count as the smaller.
  const double one = spread.variance * static_cast<double>(spread.count);
  const double deviation = std::sqrt(one * upper_factor(spread.degrees));
  return least([&](std::uint64_t n) {
    const double runs = static_cast<double>(n);
    const double half =
        (student_quantile(1 - level, n - 1) + kNormal975) * deviation / std::sqrt(runs);
    if (half > distance) return false;
    if (!means.is_count) return true;
    const double a = upper_rate(means.a);
    const double b = upper_rate(means.b);
    const Interval poisson = poisson_part(a, runs, b, runs, level);
    const double wide = std::max(poisson.high - poisson.estimate, poisson.estimate - poisson.low);
    return wide + kNormal975 * std::sqrt((a + b) / runs) <= distance;
  });
}

}  // namespace

Interval difference_interval(const ComparedMeans& means, double level) {
  Interval out = student_part(means, level);
  if (!means.is_count || std::isinf(out.high)) return out;
  const Interval poisson =
      poisson_part(means.a.mean(), static_cast<double>(means.a.count()), means.b.mean(),
                   static_cast<double>(means.b.count()), level);
  out.low = std::min(out.low, poisson.low);
  out.high = std::max(out.high, poisson.high);
  return out;
}

Equivalence judged(const Interval& difference, double margin) {
  if (difference.low > margin || difference.high < -margin) return Equivalence::kDifferent;
  if (difference.low >= -margin && difference.high <= margin) return Equivalence::kEquivalent;
  return Equivalence::kUndecided;
}

std::optional<std::uint64_t> replications_needed(const ComparedMeans& means, double level,
                                                 double margin) {
  const Spread spread = spread_of(means);
  if (spread.degrees == 0 || (!(spread.variance > 0) && !means.is_count)) return kFewestAlike;
  const auto by_design = enough_for(means, spread, level, margin);
  if (!by_design || *by_design > spread.count) return by_design;
  const double distance = std::fabs(std::fabs(mean_difference(means)) - margin);
  const auto by_sight = enough_for(means, spread, level, distance);
  if (!by_sight) return std::nullopt;
  return std::max(*by_sight, spread.count + 1);
}

}  // namespace spindle::sim

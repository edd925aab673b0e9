#pragma once
// Whether two means are equal but for a margin, from replications of either.
//
// Two one-sided tests (Schuirmann 1987), put as an interval: where the interval of the difference
// lies inside +-margin, the means are equivalent; wholly outside, they differ by more than the
// margin; else neither is shown. With an interval of confidence 1 - level, a difference of at most
// the margin is called more with a probability of at most `level`, and one of at least the margin
// less with at most level / 2.

#include <cstdint>
#include <optional>

#include "sim/statistics.hpp"

namespace spindle::sim {

// Equal values, all but in so many replications, say nothing of how far others would be: even odds
// give ten alike once in 500.
inline constexpr std::uint64_t kFewestAlike = 10;
inline constexpr std::uint64_t kMostReplications = 1'000'000;

// Two samples of replications, about normal or counts.
struct ComparedMeans {
  Moments a;
  Moments b;
  Moments difference;      // B - A of pairs that drew the same random numbers; empty: unpaired
  bool is_paired = false;  // then a and b are those of the pairs
  bool is_count = false;   // of rare events: the interval is at least as wide as Poisson's
};

// Of B's mean - A's, at confidence 1 - level: Student's of the differences where paired, Welch's
// (1947) otherwise, degrees of freedom rounded down. Of counts, it holds the difference of exact
// Poisson bounds of either at 1 - level / 2 too, which holds whatever the two have in common, and
// Student's is needed since losses may come together. Infinite where too few replications, or too
// few that are all alike, say nothing; but differences of 0 in all of two or more pairs are 0.
Interval difference_interval(const ComparedMeans& means, double level);

enum class Equivalence { kEquivalent, kDifferent, kUndecided };
Equivalence judged(const Interval& difference, double margin);

// Of both samples, how many replications decide: for a true difference of 0 or of twice the margin,
// at least 95 times in 100. The spread is taken at its upper 90 % bound, as far as what there is
// tells; of fewer than two replications, or alike ones, it tells nothing, and the answer is
// kFewestAlike, which will say more. Where there are as many already, the difference is near the
// margin: then as many as tell it from the margin, if it is where it was seen. Empty:
// more than kMostReplications.
std::optional<std::uint64_t> replications_needed(const ComparedMeans& means, double level,
                                                 double margin);

}  // namespace spindle::sim

#pragma once
// Durability of an extent of any scheme by its chain of losses and repairs; local codes, which lose
// an extent with some sets of losses and not with others of the same size, among them.
//
// Rates are per unit of time: each shard fails at `lambda`, each lost one comes back at `mu`. From
// i lost shards the next one is fatal with probability lost_at(i + 1) of the scheme. That is exact
// for copies and erasure codes, and for local codes without repair. With repair the sets of i
// losses of a local code are not quite equally likely, those near a loss being left upwards more
// often: an error of the order of lambda / mu, relative.
// Throw std::invalid_argument where a rate, a time or a probability is out of its range.

#include <cstdint>

#include "models/redundancy/scheme.hpp"

namespace spindle::models {

// Mean time from a whole extent to its loss. lambda = 0 gives infinity; mu = 0 the pure death
// process. Equals mttdl of copies and erasure codes, bit for bit or nearly. Cost: (n - k)^3.
double mean_time_to_loss(const Scheme& scheme, double lambda, double mu);

// Probability that an extent is lost within `time` of losing `missing` random shards, which do not
// come back in that time, while others fail and are repaired. 1 where that many are never survived.
// Cost: (n - k)^3 log(rate time).
double loss_probability(const Scheme& scheme, std::uint32_t missing, double lambda, double mu,
                        double time);

// Probability that an extent that lacks `missing` random shards cannot be read, where each of the
// others is down with probability `down`, independently: with down = 1 - exp(-lambda time), that it
// is lost within a time in which nothing is repaired. Terms are positive: small ones keep their
// digits. Cost: n^2.
double unreadable_probability(const Scheme& scheme, std::uint32_t missing, double down);

}  // namespace spindle::models

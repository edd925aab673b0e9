#pragma once
// Durability by the exact birth-death chain of one extent (Eigen), and its closed forms.

#include <cstdint>

namespace spindle::models {

enum class RepairMode { kParallel, kSerial };  // i lost shards are rebuilt at i*mu, or at mu

// Mean time to data loss, in the unit of 1/lambda: n shards, loss when fewer than `needed` are
// left, each failing at rate lambda, repaired at rate mu. lambda = 0 gives infinity; mu = 0 the
// pure death process. Relative error below 1e-12 while the result is finite in double.
double mttdl(std::uint32_t shards, std::uint32_t needed, double lambda, double mu, RepairMode mode);
// The same from the recurrence d_0 = 1/(n lambda), d_i = (1 + mu_i d_{i-1})/((n-i) lambda),
// MTTDL = sum d_i: a second, independent estimator.
double mttdl_by_recurrence(std::uint32_t shards, std::uint32_t needed, double lambda, double mu,
                           RepairMode mode);

// P = 1 - exp(-8760 h / MTTDL), computed without cancellation.
double annual_loss_probability(double mttdl_hours);
// -log10(P); infinity where P is 0.
double nines(double probability);

// Probability that fewer than `needed` of `shards` are up, each down independently with probability
// u: the share of extents that cannot be read at a random moment.
double unreadable_probability(std::uint32_t shards, std::uint32_t needed, double u);

}  // namespace spindle::models

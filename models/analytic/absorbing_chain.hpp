#pragma once
// Mean absorption times of a finite continuous-time Markov chain, without cancellation.

#include <Eigen/Core>

namespace spindle::models {

// `rates(i, j)`, i != j, is the rate from transient state i to transient state j (the diagonal is
// ignored), `absorption(i)` the rate from i into the absorbing class. Returns the mean time to
// absorption from state 0.
//
// Solves (-Q) t = 1 by elimination after Grassmann, Taksar & Heyman (Operations Research 33(5),
// 1985): diagonals are rebuilt as sums of rates, so that nothing is ever subtracted and each result
// keeps a relative error of a few ulp per state, however stiff the chain (plain LU loses all digits
// once the time exceeds about 1e16 mean steps). States are removed from 0 upwards: no intermediate
// exceeds the result by more than the ratio of two rates.
//
// Precondition: square, non-negative, absorption reachable from every state. Infinity otherwise.
// Cost: O(states^3).
double mean_absorption_time(Eigen::MatrixXd rates, Eigen::VectorXd absorption);

}  // namespace spindle::models

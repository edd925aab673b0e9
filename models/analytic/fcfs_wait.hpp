#pragma once
// Wait and response of one server in order of arrival under Poisson load: M/G/1, whole laws.
//
// Pollaczek and Khinchine: the wait is the sum of N residual services, P(N = n) = (1 - rho) rho^n,
// where a residual has density P(S > x) / E[S]. On the grid of the service's cells that is a
// recursion of positive terms (Panjer 1981 for the geometric case), so nothing cancels and no
// transform is inverted. Residuals are split between the grid's points so that their mean is kept:
// the mean wait is that of the service's moments, quantiles err by the order of step^2. Beyond 16
// times the longest service, or a tail of 1e-9, it is continued as the exponential that it became.
// Equations: docs/theory/service.md.
//
// Cost: at most 40 operations for each pair of cells of the service; 10 ms for 500 cells.
// Afterwards a quantile costs a binary search.

#include <vector>

#include "models/analytic/cell_distribution.hpp"
#include "models/analytic/time_law.hpp"
#include "models/units.hpp"

namespace spindle::models {

class FcfsWait {
 public:
  // Precondition: arrivals >= 0. From a load of 1 on all waits are infinite.
  FcfsWait(Rate arrivals, const CellDistribution& service);

  [[nodiscard]] double load() const { return load_; }  // offered: may exceed 1
  [[nodiscard]] double mean_wait_s() const { return mean_wait_s_; }
  [[nodiscard]] double mean_response_s() const { return mean_wait_s_ + mean_service_s_; }
  // The least time that a share p of waits (responses: wait and service) does not exceed. 0 for
  // waits up to p = 1 - load. Precondition: 0 <= p < 1.
  [[nodiscard]] double wait_quantile_s(double p) const;
  [[nodiscard]] double response_quantile_s(double p) const;

  // Whole laws; precondition: a load below 1. Responses are those of requests whose own service has
  // the law given, in cells as wide as the mix's, while all others' is the mix's; all of them come
  // `later_s` later. Cost: an operation for each pair of a wait's and a service's cells.
  [[nodiscard]] TimeLaw wait_law() const;
  [[nodiscard]] TimeLaw response_law(const CellDistribution& service, double later_s) const;

 private:
  // P(X <= step k), and the decay of 1 - P beyond the last.
  struct Law {
    std::vector<double> below;
    double decay_per_s = 0;
  };

  void find_waits(const CellDistribution& service);
  [[nodiscard]] Law responses_of(const CellDistribution& service) const;
  [[nodiscard]] TimeLaw on_grid(const Law& law, double later_s) const;
  [[nodiscard]] double quantile(const Law& law, double p) const;

  double step_s_;
  double load_;
  double mean_service_s_;
  double mean_wait_s_;
  std::vector<double> wait_mass_;  // at the grid's points
  Law wait_;
  Law response_;
};

}  // namespace spindle::models

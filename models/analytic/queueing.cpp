#include "models/analytic/queueing.hpp"

#include <limits>

namespace spindle::models {

double mg1_mean_wait(Rate arrivals, const ServiceTime& service) {
  const double load = arrivals.per_second * service.mean_s;
  if (load >= 1) return std::numeric_limits<double>::infinity();
  const double second_moment = service.variance_s2 + service.mean_s * service.mean_s;
  return arrivals.per_second * second_moment / (2.0 * (1.0 - load));
}

}  // namespace spindle::models

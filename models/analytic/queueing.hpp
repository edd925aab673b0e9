#pragma once
// Waiting at one drive that serves requests in order of arrival (M/G/1).

#include "models/drive/drive_model.hpp"

namespace spindle::models {

// Mean wait before service, in seconds, by Pollaczek-Khinchine: lambda E[S^2] / (2 (1 - rho)) with
// rho = lambda E[S]. Arrivals are Poisson at `arrivals`; infinity from rho = 1 on.
double mg1_mean_wait(Rate arrivals, const ServiceTime& service);

}  // namespace spindle::models

#pragma once
// A server whose service depends on how many wait, under Poisson load: drives that reorder.
//
// With n requests to choose from, a service takes S_n. Seen at the ends of services, the number
// left behind is a Markov chain: n -> n - 1 + arrivals during S_n, and from 0 to the arrivals
// during S_1. Its law is found by cuts, upwards: what passes above level j in one step returns by
// single steps down, so each probability is a sum of positive terms. What departures leave is what
// arrivals find and, by Poisson, what an instant sees; Little's law gives the wait. The chain knows
// services of any law, not only exponential ones: with equal S_n it is M/G/1 exactly. What it
// leaves out: S_n is taken as drawn afresh at every service (docs/theory/service.md).

#include <cstddef>
#include <span>

#include "models/analytic/cell_distribution.hpp"
#include "models/units.hpp"

namespace spindle::models {

// Service with `depth` requests to choose from.
struct DepthService {
  std::size_t depth = 1;
  CellDistribution service;
};

struct DepthLoad {
  double utilisation = 0;     // share of time that the server is busy; 1 where it cannot keep up
  double mean_service_s = 0;  // over the requests served
  double mean_number = 0;     // waiting and in service
  double mean_wait_s = 0;     // before service; infinite where the server cannot keep up
};

// Depths ascend from 1; between two of them laws are mixed linearly, and the last holds beyond.
// Throws std::invalid_argument where they do not. Infinite where the load at the last depth is
// .9999 or more. Cost: about 1 ms a depth, and more as 1 / (1 - load at the last depth).
DepthLoad depth_chain(Rate arrivals, std::span<const DepthService> services);

}  // namespace spindle::models

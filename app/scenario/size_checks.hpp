#pragma once
// What sizes and popularity of objects must keep together with the rest of a class of tenants.

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

// Of every class of tenants: measured quantiles do not fall, a law given in bytes has the mean that
// is stated beside it (5 %), a range is no larger than its object, an object lies within an extent;
// popularity is that of data that neither cools nor is replaced.
void check_sizes(const Value& root, const Json& resolved, ProblemList& problems);

}  // namespace spindle::app

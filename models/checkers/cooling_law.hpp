#pragma once
// The laws of cooling as the checkers compute them: extent by extent, by their antiderivatives, and
// without the cohorts of models/tenant/demand_columns.hpp that they check.

#include "models/tenant/population.hpp"

namespace spindle::models {

// Demand on data of an age in seconds, relative to that at birth.
double law_at_age(const CoolingOptions& cooling, double age);
// Its integral over ages [from, until], in seconds. Negative ages: the exponential law alone.
double law_integral(const CoolingOptions& cooling, double from, double until);
// Mean rate, in an epoch of `length_s` that is the `epochs`-th (whole, >= 0) after that of their
// births, of data born evenly over an epoch; in the epoch of birth itself, while the data lives.
double evenly_born_law(const CoolingOptions& cooling, double epochs, double length_s);
// Its mean over the ages of the first data, as their law says, not as they were drawn.
double mean_law_of_first(const CoolingOptions& cooling);

}  // namespace spindle::models

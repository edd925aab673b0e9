#pragma once
// Columns of demand: the data of one tenant of one age cohort, which cools as one.
//
// An extent born at b (before 0: older than the run) asks, at time t, for
//   weight(b) * course(column, t),
// where course(column, t) is the share of its first demand that data of the cohort's age still
// gets. For the exponential law one column a tenant is exact, whatever the births: e^{-(t-b)/tau} =
// e^{(b-c)/tau} e^{-(t-c)/tau}; for the power law cohorts are narrow in age, and an extent's weight
// makes it exact at birth (or at 0, if born before). Tenants that do not cool have one column of
// course 1. Relative to the tenant's mean extent at time 0, as ExtentTable::heat_weight is.

#include <cstdint>
#include <span>
#include <vector>

#include "models/tenant/demand.hpp"

namespace spindle::models {

class DemandColumns {
 public:
  struct Place {
    std::uint32_t column = 0;
    float weight = 0;
  };

  // `population` must outlive it.
  explicit DemandColumns(const TenantPopulation& population);

  // The column and the weight of every extent of the tenant at time 0, with the ages that
  // draw_heat_weights() gives them: tenant by tenant, in extent order.
  [[nodiscard]] std::vector<Place> place_first(std::uint32_t tenant);
  // Those of an extent of the tenant born in the run, at `birth` >= 0; makes a column where needed.
  Place place_new(std::uint32_t tenant, sim::Instant birth);

  [[nodiscard]] std::uint32_t columns() const;
  [[nodiscard]] std::uint32_t tenant_of(std::uint32_t column) const;
  // Mean course over each of consecutive epochs from `first_epoch` on (midpoint or closed form).
  void course(std::uint32_t column, std::uint64_t first_epoch, std::span<double> out) const;
  // The same at a moment: what orders extents by heat.
  [[nodiscard]] double course_at(std::uint32_t column, sim::Instant at) const;
};

}  // namespace spindle::models

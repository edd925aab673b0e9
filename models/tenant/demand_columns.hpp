#pragma once
// Columns of demand: the data of one tenant of one age cohort, which cools as one.
//
// An extent born at b (before 0: older than the run) asks, at time t, for
//   weight(b) * course(column, t),
// where course(column, t) is the share of its first demand that data of the cohort's age still
// gets. For the exponential law one column a tenant is exact, whatever the births: e^{-(t-b)/tau} =
// e^{(b-c)/tau} e^{-(t-c)/tau}, with another reference c every 20 tau, lest weights overflow; for
// the power law cohorts are narrow in age, and an extent's weight makes it exact at birth (or at 0,
// if born before). Tenants that do not cool have one column of course 1. Weights are relative to
// the tenant's mean extent at time 0, as ExtentTable::heat_weight is; an extent born in the run
// weighs 1 over the mean of the law over the first data's law of ages, so that turnover which keeps
// those ages keeps the demand. docs/theory/tenants.md has the widths of cohorts and what they cost
// in accuracy.
//
// Cost: place_new() O(1); a course O(epochs). Memory: 8 B a column.

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
  // Ages of the first data in a cohort: their (1 + age/scale) differ by at most this factor.
  static constexpr double kAgeRatio = 1.25;
  // Epochs longer than this share of the law's time scale are coarse: data cools within its first
  // epoch, so that births of an epoch count as spread evenly over it.
  static constexpr double kCoarseShare = 0.25;

  // `population` must outlive it. Makes the columns of all data of time 0, tenant by tenant: where
  // no class follows the power law, column and tenant are one number. Throws std::invalid_argument:
  // what draw_heat_weights() throws.
  explicit DemandColumns(const TenantPopulation& population);

  // Columns of one tenant at time 0, for estimates of memory.
  static std::uint32_t first_columns(const CoolingOptions& cooling);
  // Columns of one tenant for data born in the run, at most, for the same.
  static double born_columns(const CoolingOptions& cooling, const EpochGrid& grid);

  // The column and the weight of every extent of the tenant at time 0, in extent order. `weights`
  // are those draw_heat_weights() gives its extents (not read for a class that does not cool).
  [[nodiscard]] std::vector<Place> place_first(std::uint32_t tenant,
                                               std::span<const float> weights) const;
  // Those of an extent of the tenant born in the run, at `birth` >= 0; makes a column where needed.
  // Births of one tenant come in the order of time (else it makes more columns than it needs).
  Place place_new(std::uint32_t tenant, sim::Instant birth);

  [[nodiscard]] std::uint32_t columns() const {
    return static_cast<std::uint32_t>(tenant_of_.size());
  }
  [[nodiscard]] std::uint32_t tenant_of(std::uint32_t column) const { return tenant_of_[column]; }
  // Mean course over each of consecutive epochs from `first_epoch` on, in closed form.
  void course(std::uint32_t column, std::uint64_t first_epoch, std::span<double> out) const {
    course_of_cohort(cohort_of_[column], first_epoch, out);
  }
  // The same at a moment: what orders extents by heat.
  [[nodiscard]] double course_at(std::uint32_t column, sim::Instant at) const;

  // Columns of one class and age have one course: it need be computed once for all of them.
  [[nodiscard]] std::uint32_t cohorts() const {
    return static_cast<std::uint32_t>(cohorts_.size());
  }
  [[nodiscard]] std::uint32_t cohort_of(std::uint32_t column) const { return cohort_of_[column]; }
  void course_of_cohort(std::uint32_t cohort, std::uint64_t first_epoch,
                        std::span<double> out) const;

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  // How a class cools, and its cohorts.
  struct Law {
    CoolingOptions options;
    double scale_s = 1;                 // tau, or the power law's scale
    double newborn = 1;                 // weight at birth
    sim::Duration width;                // of a cohort of births
    bool is_coarse = false;             // epochs are long against the scale: cohorts of one epoch
    std::uint32_t first = 0;            // cohort of the youngest data of time 0
    std::uint32_t ages = 1;             // cohorts of data of time 0
    double log_age_width = 0;           // of such a cohort, in log(1 + age/scale)
    std::vector<std::uint32_t> births;  // cohort of each width of births, kNone: none yet
  };
  // Course of a cohort at t: the law of age (t - origin) over the law of age `age`.
  struct Cohort {
    std::uint32_t tenant_class = 0;
    double origin_s = 0;
    double age_s = 0;
    double birth_s = 0;      // births begin: no demand before
    bool is_coarse = false;  // born within the epoch that begins at birth_s
  };

  void make_law(std::uint32_t tenant_class);
  std::uint32_t add_column(std::uint32_t tenant, std::uint32_t cohort);
  [[nodiscard]] std::uint32_t birth_cohort(std::uint32_t tenant_class, sim::Instant birth);
  [[nodiscard]] double mean_course(const Cohort& cohort, double from_s) const;

  const TenantPopulation& population_;
  double epoch_s_;
  std::vector<Law> laws_;  // per class
  std::vector<Cohort> cohorts_;
  std::vector<std::uint32_t> tenant_of_;     // per column
  std::vector<std::uint32_t> cohort_of_;     // per column
  std::vector<std::uint32_t> first_column_;  // per tenant: the youngest data of time 0
  std::vector<std::uint32_t> last_column_;   // per tenant: the latest births
};

// What each extent's data is asked for: the column of its demand, and its weight in it.
struct ExtentDemand {
  std::vector<std::uint32_t> column;
  std::vector<float> weight;
};

// Of all data at time 0: place_first() of every tenant. `heat_weights` has every extent's weight as
// ExtentTable has it: empty where no class cools.
ExtentDemand first_demand(const DemandColumns& columns, const TenantPopulation& population,
                          std::span<const float> heat_weights);
// The sum of weights of each column's extents.
std::vector<double> column_weights(const DemandColumns& columns, const ExtentDemand& demand);

}  // namespace spindle::models

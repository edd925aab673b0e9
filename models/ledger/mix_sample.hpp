#pragma once
// Drives that were placed extent by extent, as a sample of what drives hold of whom.
//
// A drive of a ledger does not know its extents. What it holds of which tenants, and so how its
// demand goes up and down, it takes from drives of a small fleet with the same tenants, placement
// and shards a drive, whose data was placed for good: from one of them, or from two that hold half
// as much each (parts). Demand is by class of tenants, since a class's data ages alike.
//
// Demand of class c on sample drive i: weights of its shards x disk time a second of one of weight
// 1, on average over time (mean demand, as if on the fleet's first drive model) or in an epoch, on
// the drive's own model.
//
// Of most classes all tenants go up and down together (constant loads, one curve of the day): their
// heat is demand x one course for all drives, and no mix is asked. Which those are is seen anew in
// each window. The other classes' lines are kept next to each other, drive by drive.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "models/flow/flow_run.hpp"
#include "models/flow/heat_matrix.hpp"
#include "models/tenant/demand.hpp"
#include "sim/aligned_array.hpp"

namespace spindle::models {

// Epochs of a window: one line of floats a drive and class.
inline constexpr std::size_t kLedgerEpochs = 8;
// Classes of tenants at most.
inline constexpr std::size_t kMostLedgerClasses = 16;

using LedgerCourse = std::array<float, kLedgerEpochs>;

struct MixInputs {
  const Topology& topology;
  const ExtentTable& extents;
  const PlacementResult& placement;
  const TenantPopulation& population;
  const RequestCosts& costs;
  const std::vector<double>& total_weight;  // per tenant, as FlowInputs has it
};

class MixSample {
 public:
  // The inputs must outlive it. Throws std::invalid_argument: 2^16 - 1 drives of a model or more,
  // more than kMostLedgerClasses classes.
  // `guests`: rows of each model beside those of sample drives, for drives whose mix is of no
  // sample drive; they count as such.
  explicit MixSample(const MixInputs& inputs, std::uint32_t guests = 0);

  [[nodiscard]] std::uint32_t classes() const { return classes_; }
  // Sample drives of a model are numbered 0 … drives(model) - 1; drives(model) itself stands for
  // the mean of all.
  [[nodiscard]] std::uint32_t drives(std::uint32_t model) const {
    return static_cast<std::uint32_t>(of_model_[model].size());
  }
  // Rows that others fill, window by window: demand 1 of every class, and its course in the window
  // of class varying()[k].
  [[nodiscard]] std::uint32_t guests() const { return guests_; }
  [[nodiscard]] std::uint32_t guest(std::uint32_t model, std::uint32_t i) const {
    return drives(model) + 1 + i;
  }
  void set_guest(std::uint32_t model, std::uint32_t i, std::size_t k, const LedgerCourse& course) {
    std::copy(course.begin(), course.end(), heat_line(model, guest(model, i), k));
  }
  // Of the window: what all sample drives are asked for of class varying()[k], times that.
  void scale_lines(std::size_t k, const LedgerCourse& factor);
  // Of a drive of the small fleet, its number within its model.
  [[nodiscard]] std::uint32_t row_of(std::uint32_t drive) const { return index_[drive]; }
  [[nodiscard]] float shards(std::uint32_t model, std::uint32_t tenant_class,
                             std::uint32_t i) const {
    return shards_[line(model, i, tenant_class)];
  }
  // Mean demand, disk time a second on the first model: of drive i and class c at [i * classes() +
  // c].
  [[nodiscard]] const float* demand(std::uint32_t model) const {
    return demand_.data() + first_row_[model] * classes_;
  }

  // How much demand the fleet puts on each line of demand(): where it is stated (one drive model
  // alone), heat() is scaled so that the fleet's is what tenants ask, epoch by epoch, whatever
  // drives were drawn. [i * classes() + c]: sum over drives of demand held / mean demand of the
  // mix.
  void set_use(std::vector<double> use) { use_ = std::move(use); }

  // Draws what tenants ask in the next window: each once, from epoch 0 on, without gaps.
  void draw(std::uint64_t first_epoch, std::size_t epochs, unsigned threads);
  // Of the window: classes whose tenants have courses of their own, ascending.
  [[nodiscard]] std::span<const std::uint32_t> varying() const { return varying_; }
  // Of the window: disk time a second of drive i by class varying()[k] in epoch e at [(i *
  // varying().size() + k) * kLedgerEpochs + e]; and its mean demand at [i * varying().size() + k].
  [[nodiscard]] const float* heat(std::uint32_t model) const {
    return heat_.data() + first_row_[model] * varying_.size() * kLedgerEpochs;
  }
  [[nodiscard]] const float* varying_demand(std::uint32_t model) const {
    return varying_demand_.data() + first_row_[model] * varying_.size();
  }
  // Of the window: disk time a second for each one of mean demand, [class * kLedgerEpochs + e]; 0
  // for classes of varying().
  [[nodiscard]] std::span<const float> courses(std::uint32_t model) const {
    return std::span(courses_).subspan(model * classes_ * kLedgerEpochs, classes_ * kLedgerEpochs);
  }
  // Of the window and all of the class's tenants: requests and bytes a second, disk time a second
  // on the first model if the data were as it was at time 0.
  struct Asked {
    double reads = 0;
    double writes = 0;
    double read_bytes = 0;
    double write_bytes = 0;
    double disk_time = 0;
  };
  [[nodiscard]] const Asked& asked(std::uint32_t tenant_class, std::size_t epoch) const {
    return asked_[tenant_class * kLedgerEpochs + epoch];
  }
  // Of the window: demand of a tenant on drives of a model / its mean on the first model, by epoch.
  [[nodiscard]] LedgerCourse course_of(std::uint32_t model, std::uint32_t tenant) const;
  // Of all its data at time 0, in the small fleet: disk time a second on the first model.
  [[nodiscard]] double mean_demand_of(std::uint32_t tenant) const {
    return seconds_of_weight(tenant) * in_.total_weight[tenant];
  }
  // Of the window: objects that a tenant writes a second, in the small fleet.
  [[nodiscard]] double writes_of(std::uint32_t tenant, std::size_t epoch) const {
    return writes_[std::size_t{tenant} * kLedgerEpochs + epoch];
  }

 private:
  [[nodiscard]] std::size_t line(std::uint32_t model, std::uint32_t i,
                                 std::uint32_t tenant_class) const {
    return (first_row_[model] + i) * classes_ + tenant_class;
  }
  // Of class varying()[k].
  [[nodiscard]] float* heat_line(std::uint32_t model, std::uint32_t i, std::size_t k) {
    return heat_.data() + ((first_row_[model] + i) * varying_.size() + k) * kLedgerEpochs;
  }
  [[nodiscard]] double seconds_of_weight(std::uint32_t tenant) const;
  [[nodiscard]] bool spreads_writes(std::uint32_t tenant) const;
  void number_drives();
  void measure_mean_demand();
  void set_means();
  void set_rates(std::size_t epochs);
  bool find_course(std::uint32_t tenant_class, std::uint32_t model, std::span<float> course) const;
  void find_courses();
  void keep_varying_demand();
  void sweep_rack(std::uint32_t rack, std::size_t epochs);
  void scale_course(std::uint32_t tenant_class, std::size_t epochs);
  void scale_lines_to_use(std::size_t k, std::size_t epochs);
  void average_heat();

  const MixInputs in_;
  std::uint32_t classes_;
  std::uint32_t tenants_;
  std::uint32_t guests_;
  HeatMatrix matrix_;
  DemandStream stream_;
  std::vector<std::vector<std::uint32_t>> of_model_;  // sample drives
  std::vector<std::uint32_t> index_;                  // per sample drive, within its model
  std::vector<std::size_t> first_row_;                // per model
  std::vector<float> shards_;                         // [line]
  std::vector<float> demand_;                         // [line]
  std::vector<std::uint32_t> varying_;
  std::vector<float> varying_demand_;   // [row * varying classes + k]
  std::vector<float> courses_;          // [(model * classes + c) * kLedgerEpochs + e]
  sim::HugeVector<float> heat_;         // [(row * varying + k) * kLedgerEpochs + e]
  std::vector<double> reads_, writes_;  // [tenant * kLedgerEpochs + epoch]
  sim::HugeVector<RateLine> rates_;     // [model * tenants + tenant]
  std::vector<Asked> asked_;
  std::vector<double> use_;  // [line], or empty
};

}  // namespace spindle::models

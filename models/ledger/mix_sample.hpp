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
  explicit MixSample(const MixInputs& inputs);

  [[nodiscard]] std::uint32_t classes() const { return classes_; }
  // Sample drives of a model are numbered 0 … drives(model) - 1; drives(model) itself stands for
  // the mean of all.
  [[nodiscard]] std::uint32_t drives(std::uint32_t model) const {
    return static_cast<std::uint32_t>(of_model_[model].size());
  }
  [[nodiscard]] float shards(std::uint32_t model, std::uint32_t tenant_class,
                             std::uint32_t i) const {
    return shards_[line(model, i, tenant_class)];
  }
  // Mean demand, disk time a second on the first model: of drive i and class c at [i * classes() +
  // c].
  [[nodiscard]] const float* demand(std::uint32_t model) const {
    return demand_.data() + first_line_[model];
  }

  // How much demand the fleet puts on each line of demand(): where it is stated (one drive model
  // alone), heat() is scaled so that the fleet's is what tenants ask, epoch by epoch, whatever
  // drives were drawn. [i * classes() + c]: sum over drives of demand held / mean demand of the
  // mix.
  void set_use(std::vector<double> use) { use_ = std::move(use); }

  // Draws what tenants ask in the next window: each once, from epoch 0 on, without gaps.
  void draw(std::uint64_t first_epoch, std::size_t epochs, unsigned threads);
  // Of the window: disk time a second of drive i by class c in epoch e at [(i * classes() + c) *
  // kLedgerEpochs + e].
  [[nodiscard]] const float* heat(std::uint32_t model) const {
    return heat_.data() + first_line_[model] * kLedgerEpochs;
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

 private:
  [[nodiscard]] std::size_t line(std::uint32_t model, std::uint32_t i,
                                 std::uint32_t tenant_class) const {
    return first_line_[model] + std::size_t{i} * classes_ + tenant_class;
  }
  [[nodiscard]] bool spreads_writes(std::uint32_t tenant) const;
  void number_drives();
  void measure_mean_demand();
  void set_means();
  void set_rates(std::size_t epochs);
  void sweep_rack(std::uint32_t rack, std::size_t epochs);
  void scale_to_demand(std::size_t epochs);
  void average_heat();

  const MixInputs in_;
  std::uint32_t classes_;
  std::uint32_t tenants_;
  HeatMatrix matrix_;
  DemandStream stream_;
  std::vector<std::vector<std::uint32_t>> of_model_;  // sample drives
  std::vector<std::uint32_t> index_;                  // per sample drive, within its model
  std::vector<std::size_t> first_line_;               // per model
  std::vector<float> shards_;                         // [line]
  std::vector<float> demand_;                         // [line]
  sim::HugeVector<float> heat_;                       // [line * kLedgerEpochs + epoch]
  std::vector<double> reads_, writes_;                // [tenant * kLedgerEpochs + epoch]
  sim::HugeVector<RateLine> rates_;                   // [model * tenants + tenant]
  std::vector<Asked> asked_;
  std::vector<double> use_;  // [line], or empty
};

}  // namespace spindle::models

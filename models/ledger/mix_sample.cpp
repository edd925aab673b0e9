#include "models/ledger/mix_sample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "models/flow/heat_kernel.hpp"
#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

static_assert(kLedgerEpochs == kEpochsPerSweep);
constexpr std::size_t kMostDrives = 65'535;
// Tenants' courses that differ by less, relative to the course's highest, are one: far above what
// sums of double precision leave, far below what single precision could show.
constexpr double kSameCourse = 1e-9;
using LedgerSums = std::array<double, kLedgerEpochs>;

double shard_cost(const MixInputs& in, bool writes_too, std::size_t at, double reads,
                  double writes) {
  return reads * in.costs.read[at] + (writes_too ? writes * in.costs.write[at] : 0.0);
}

}  // namespace

MixSample::MixSample(const MixInputs& inputs, std::uint32_t guests)
    : in_(inputs),
      classes_(static_cast<std::uint32_t>(inputs.population.classes().size())),
      tenants_(static_cast<std::uint32_t>(inputs.population.tenants().size())),
      guests_(guests),
      matrix_(inputs.topology, inputs.extents, inputs.placement),
      stream_(inputs.population),
      reads_(std::size_t{tenants_} * kLedgerEpochs),
      writes_(std::size_t{tenants_} * kLedgerEpochs),
      rates_(inputs.topology.models().size() * tenants_),
      asked_(std::size_t{classes_} * kLedgerEpochs) {
  number_drives();
  measure_mean_demand();
  set_means();
}

bool MixSample::spreads_writes(std::uint32_t tenant) const {
  const std::uint32_t of = in_.population.tenants()[tenant].tenant_class;
  return in_.population.classes()[of].writes_are == WriteKind::kUpdates;
}

void MixSample::number_drives() {
  if (classes_ > kMostLedgerClasses) {
    throw std::invalid_argument("a ledger of more than 16 classes of tenants — take fewer");
  }
  of_model_.resize(in_.topology.models().size());
  index_.resize(in_.topology.drives());
  for (std::uint32_t rack = 0; rack < in_.topology.racks(); ++rack) {
    auto& drives = of_model_[in_.topology.model_of_rack(rack)];
    const DriveRange range = in_.topology.drives_of_rack(rack);
    for (std::uint32_t drive = range.first; drive < range.last; ++drive) {
      index_[drive] = static_cast<std::uint32_t>(drives.size());
      drives.push_back(drive);
    }
  }
  std::size_t rows = 0;
  for (const auto& drives : of_model_) {
    if (drives.size() + guests_ >= kMostDrives) {
      throw std::invalid_argument("a sample of 65,535 drives of a model or more — take fewer");
    }
    first_row_.push_back(rows);
    rows += drives.size() + 1 + guests_;
  }
  shards_.assign(rows * classes_, 0.0F);
  demand_.assign(rows * classes_, 0.0F);
  heat_.assign(rows * classes_ * kLedgerEpochs, 0.0F);
  courses_.assign(of_model_.size() * classes_ * kLedgerEpochs, 0.0F);
}

// Mean disk time a second on the first model of a shard of weight 1.
double MixSample::seconds_of_weight(std::uint32_t t) const {
  const Tenant& tenant = in_.population.tenants()[t];
  const double weight = in_.total_weight[t];
  if (!(weight > 0)) return 0;
  return shard_cost(in_, spreads_writes(t), t, tenant.reads_per_s(), tenant.writes_per_s()) /
         weight;
}

// Weights of a class's shards add up in double, tenant by tenant.
void MixSample::measure_mean_demand() {
  const auto& tenants = in_.population.tenants();
  std::vector<double> shards(shards_.size(), 0.0);
  std::vector<double> demand(demand_.size(), 0.0);
  const std::uint32_t per_extent = in_.placement.shards_per_extent;
  for (std::uint32_t t = 0; t < tenants_; ++t) {
    const double of_one = seconds_of_weight(t);
    for (std::uint32_t e = in_.extents.first_extent[t]; e < in_.extents.first_extent[t + 1]; ++e) {
      const double heat = in_.extents.heat_weight.empty()
                              ? of_one
                              : of_one * static_cast<double>(in_.extents.heat_weight[e]);
      for (const std::uint32_t drive : in_.placement.drives_of(e).first(per_extent)) {
        if (drive == PlacementResult::kNoDrive) continue;
        const std::uint32_t model = in_.topology.model_of_rack(in_.topology.rack_of(drive));
        const std::size_t at = line(model, index_[drive], tenants[t].tenant_class);
        shards[at] += 1;
        demand[at] += heat;
      }
    }
  }
  std::copy(shards.begin(), shards.end(), shards_.begin());
  std::copy(demand.begin(), demand.end(), demand_.begin());
}

void MixSample::set_means() {
  for (std::uint32_t model = 0; model < of_model_.size(); ++model) {
    const std::uint32_t count = drives(model);
    for (std::uint32_t c = 0; c < classes_; ++c) {
      double shards = 0;
      double demand = 0;
      for (std::uint32_t i = 0; i < count; ++i) {
        shards += static_cast<double>(shards_[line(model, i, c)]);
        demand += static_cast<double>(demand_[line(model, i, c)]);
      }
      shards_[line(model, count, c)] = static_cast<float>(shards / std::max(1U, count));
      demand_[line(model, count, c)] = static_cast<float>(demand / std::max(1U, count));
      for (std::uint32_t i = 0; i < guests_; ++i) demand_[line(model, guest(model, i), c)] = 1;
    }
  }
}

void MixSample::draw(std::uint64_t first_epoch, std::size_t epochs, unsigned threads) {
  constexpr std::uint32_t kBlock = 64;
  sim::for_each_index(threads, (tenants_ + kBlock - 1) / kBlock, [&](std::size_t block) {
    const auto begin = static_cast<std::uint32_t>(block * kBlock);
    const std::uint32_t end = std::min(begin + kBlock, tenants_);
    const std::size_t first = std::size_t{begin} * kLedgerEpochs;
    const std::size_t size = std::size_t{end - begin} * kLedgerEpochs;
    stream_.fill_rows(begin, end, first_epoch, epochs, kLedgerEpochs,
                      std::span(reads_).subspan(first, size),
                      std::span(writes_).subspan(first, size));
  });
  set_rates(epochs);
  find_courses();
  sim::for_each_index(threads, matrix_.racks(), [&](std::size_t rack) {
    sweep_rack(static_cast<std::uint32_t>(rack), epochs);
  });
  if (!use_.empty()) {
    for (std::uint32_t c = 0; c < classes_; ++c) scale_course(c, epochs);
    for (std::size_t k = 0; k < varying_.size(); ++k) scale_lines_to_use(k, epochs);
  }
  average_heat();
}

// Whether the class's tenants have one course on the model's drives, and which.
bool MixSample::find_course(std::uint32_t tenant_class, std::uint32_t model,
                            std::span<float> course) const {
  std::array<double, kLedgerEpochs> first = {};
  bool has_first = false;
  double highest = 0;
  // Tenants are numbered class by class.
  const auto& tenants = in_.population.tenants();
  const auto begin =
      std::lower_bound(tenants.begin(), tenants.end(), tenant_class,
                       [](const Tenant& of, std::uint32_t c) { return of.tenant_class < c; });
  for (auto t = static_cast<std::uint32_t>(begin - tenants.begin());
       t < tenants_ && tenants[t].tenant_class == tenant_class; ++t) {
    const double mean = seconds_of_weight(t);
    const auto& rates = rates_[model * tenants_ + t].value;
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      if (!(mean > 0)) {
        if (rates[e] > 0) return false;
        continue;
      }
      const double factor = rates[e] / mean;
      if (!has_first) first[e] = factor;
      highest = std::max(highest, factor);
      if (std::abs(factor - first[e]) > kSameCourse * highest) return false;
    }
    has_first = has_first || mean > 0;
  }
  std::copy(first.begin(), first.end(), course.begin());
  return true;
}

LedgerCourse MixSample::course_of(std::uint32_t model, std::uint32_t tenant) const {
  LedgerCourse out = {};
  const double mean = seconds_of_weight(tenant);
  if (!(mean > 0)) return out;
  const auto& rates = rates_[model * tenants_ + tenant].value;
  for (std::size_t e = 0; e < kLedgerEpochs; ++e) out[e] = static_cast<float>(rates[e] / mean);
  return out;
}

void MixSample::find_courses() {
  std::vector<std::uint32_t> varying;
  for (std::uint32_t c = 0; c < classes_; ++c) {
    const auto course = [&](std::uint32_t model) {
      return std::span(courses_).subspan((model * classes_ + c) * kLedgerEpochs, kLedgerEpochs);
    };
    const auto models = static_cast<std::uint32_t>(of_model_.size());
    bool is_one = true;
    for (std::uint32_t model = 0; is_one && model < models; ++model) {
      is_one = find_course(c, model, course(model));
    }
    if (is_one) continue;
    varying.push_back(c);
    for (std::uint32_t model = 0; model < models; ++model) std::ranges::fill(course(model), 0.0F);
  }
  if (varying == varying_) return;
  varying_ = std::move(varying);
  keep_varying_demand();
}

void MixSample::keep_varying_demand() {
  varying_demand_.clear();
  for (std::size_t row = 0; row * classes_ < demand_.size(); ++row) {
    for (const std::uint32_t c : varying_) varying_demand_.push_back(demand_[row * classes_ + c]);
  }
}

void MixSample::scale_course(std::uint32_t c, std::size_t epochs) {
  double found = 0;
  for (std::uint32_t i = 0; i < drives(0); ++i) {
    found += use_[line(0, i, c)] * static_cast<double>(demand_[line(0, i, c)]);
  }
  for (std::size_t e = 0; e < epochs; ++e) {
    float& course = courses_[c * kLedgerEpochs + e];
    if (!(course > 0) || !(found > 0)) continue;
    course = static_cast<float>(asked(c, e).disk_time / found);
  }
}

void MixSample::scale_lines(std::size_t k, const LedgerCourse& factor) {
  for (std::uint32_t model = 0; model < of_model_.size(); ++model) {
    for (std::uint32_t i = 0; i <= drives(model); ++i) {
      float* row = heat_line(model, i, k);
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) row[e] *= factor[e];
    }
  }
}

void MixSample::scale_lines_to_use(std::size_t k, std::size_t epochs) {
  const std::uint32_t c = varying_[k];
  LedgerSums found = {};
  for (std::uint32_t i = 0; i < drives(0); ++i) {
    const float* row = heat_line(0, i, k);
    for (std::size_t e = 0; e < epochs; ++e) {
      found[e] += use_[line(0, i, c)] * static_cast<double>(row[e]);
    }
  }
  LedgerSums factor = {};
  for (std::size_t e = 0; e < epochs; ++e) {
    factor[e] = found[e] > 0 ? asked(c, e).disk_time / found[e] : 1;
  }
  for (std::uint32_t i = 0; i < drives(0); ++i) {
    float* row = heat_line(0, i, k);
    for (std::size_t e = 0; e < epochs; ++e) {
      row[e] = static_cast<float>(static_cast<double>(row[e]) * factor[e]);
    }
  }
}

// Tenants are added in their order: the same sums for any number of threads.
void MixSample::set_rates(std::size_t epochs) {
  const auto& tenants = in_.population.tenants();
  std::fill(asked_.begin(), asked_.end(), Asked());
  for (std::uint32_t t = 0; t < tenants_; ++t) {
    const double weight = in_.total_weight[t];
    const double share = weight > 0 ? 1 / weight : 0.0;
    const bool writes_too = spreads_writes(t);
    for (std::size_t model = 0; model < of_model_.size(); ++model) {
      RateLine& line = rates_[model * tenants_ + t];
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
        const std::size_t at = std::size_t{t} * kLedgerEpochs + e;
        line.value[e] = e < epochs ? share * shard_cost(in_, writes_too, model * tenants_ + t,
                                                        reads_[at], writes_[at])
                                   : 0.0;
      }
    }
    for (std::size_t e = 0; e < epochs; ++e) {
      const std::size_t at = std::size_t{t} * kLedgerEpochs + e;
      Asked& sum = asked_[tenants[t].tenant_class * kLedgerEpochs + e];
      sum.reads += reads_[at];
      sum.writes += writes_[at];
      sum.read_bytes += reads_[at] * tenants[t].bytes_per_read;
      sum.write_bytes += writes_[at] * tenants[t].bytes_per_write;
      sum.disk_time += weight * rates_[t].value[e];
    }
  }
}

void MixSample::sweep_rack(std::uint32_t rack, std::size_t epochs) {
  const RackHeat& of = matrix_.rack(rack);
  const std::uint32_t model = in_.topology.model_of_rack(rack);
  const DriveRange range = in_.topology.drives_of_rack(rack);
  sim::HugeVector<double> sums(std::size_t{range.size()} * kLedgerEpochs);
  std::size_t next = 0;
  for (std::size_t k = 0; k < varying_.size(); ++k) {
    const std::uint32_t c = varying_[k];
    std::fill(sums.begin(), sums.end(), 0.0);
    // Tenants are numbered class by class, and slices ascend by tenant.
    for (; next < of.slices.size(); ++next) {
      const ColumnSlice& slice = of.slices[next];
      const std::uint32_t of_class = in_.population.tenants()[slice.column].tenant_class;
      if (of_class < c) continue;
      if (of_class > c) break;
      add_column_heat(std::span(of.entries).subspan(slice.first, slice.last - slice.first),
                      rates_[model * tenants_ + slice.column].value, sums.data());
    }
    for (std::uint32_t d = 0; d < range.size(); ++d) {
      float* row = heat_line(model, index_[range.first + d], k);
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
        row[e] = e < epochs ? static_cast<float>(sums[d * kLedgerEpochs + e]) : 0.0F;
      }
    }
  }
}

void MixSample::average_heat() {
  for (std::uint32_t model = 0; model < of_model_.size(); ++model) {
    const std::uint32_t count = drives(model);
    for (std::size_t k = 0; k < varying_.size(); ++k) {
      for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
        double sum = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
          sum += static_cast<double>(heat_line(model, i, k)[e]);
        }
        heat_line(model, count, k)[e] = static_cast<float>(sum / std::max(1U, count));
      }
    }
  }
}

}  // namespace spindle::models

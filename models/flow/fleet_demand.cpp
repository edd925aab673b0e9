#include "models/flow/fleet_demand.hpp"

#include <algorithm>

#include "sim/parallel.hpp"

namespace spindle::models {
namespace {

// Tenants, columns and cohorts are handed to threads in blocks of this many.
constexpr std::uint32_t kBlock = 64;

template <class Fn>
void for_each_block(unsigned threads, std::uint32_t count, Fn&& fn) {
  const std::size_t blocks = (std::size_t{count} + kBlock - 1) / kBlock;
  sim::for_each_index(threads, blocks, [&](std::size_t block) {
    const auto begin = static_cast<std::uint32_t>(block * kBlock);
    fn(begin, std::min(begin + kBlock, count));
  });
}

}  // namespace

FleetDemand::FleetDemand(const FlowInputs& inputs, std::size_t window)
    : in_(inputs),
      tenants_(static_cast<std::uint32_t>(inputs.population.tenants().size())),
      models_(static_cast<std::uint32_t>(inputs.topology.models().size())),
      window_(window),
      demand_(inputs.population),
      reads_(tenants_ * window),
      writes_(tenants_ * window) {
  if (in_.columns == nullptr) return;
  column_weight_ = *in_.column_weight;
  living_.resize(tenants_ * window);
  first_weight_.resize(tenants_, 0.0);
  for (std::uint32_t column = 0; column < column_weight_.size(); ++column) {
    first_weight_[in_.columns->tenant_of(column)] += column_weight_[column];
  }
}

void FleetDemand::draw(std::uint64_t first_epoch, std::size_t epochs) {
  first_epoch_ = first_epoch;
  epochs_ = epochs;
  for_each_block(in_.threads, tenants_, [&](std::uint32_t begin, std::uint32_t end) {
    const std::size_t first = begin * window_;
    const std::size_t size = (end - begin) * window_;
    demand_.fill_rows(begin, end, first_epoch, epochs, window_,
                      std::span(reads_).subspan(first, size),
                      std::span(writes_).subspan(first, size));
  });
}

void FleetDemand::fill_courses() {
  courses_.resize(in_.columns->cohorts() * window_);
  for_each_block(in_.threads, in_.columns->cohorts(), [&](std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t cohort = begin; cohort < end; ++cohort) {
      in_.columns->course_of_cohort(cohort, first_epoch_, row(courses_, cohort));
    }
  });
}

void FleetDemand::set_rates(RateWindow& rates) {
  if (in_.columns != nullptr) fill_courses();
  const std::uint32_t columns = in_.columns == nullptr ? tenants_ : in_.columns->columns();
  rates.begin(first_epoch_, epochs_, columns);
  for_each_block(in_.threads, columns, [&](std::uint32_t begin, std::uint32_t end) {
    std::vector<double> rate(epochs_);
    for (std::uint32_t column = begin; column < end; ++column) set_column(column, rates, rate);
  });
}

// New data is written where it is put, not where old data lies.
bool FleetDemand::writes_cool(std::uint32_t tenant) const {
  const std::uint32_t tenant_class = in_.population.tenants()[tenant].tenant_class;
  return in_.dynamics == nullptr ||
         in_.population.classes()[tenant_class].writes_are == WriteKind::kUpdates;
}

// Requests per second -> disk-seconds per second asked of one shard of weight 1.
void FleetDemand::set_column(std::uint32_t column, RateWindow& rates,
                             std::vector<double>& rate) const {
  const std::uint32_t tenant = in_.columns == nullptr ? column : in_.columns->tenant_of(column);
  const double weight = in_.total_weight[tenant];
  const bool spreads_writes = writes_cool(tenant);
  const auto reads = row(reads_, tenant);
  const auto writes = row(writes_, tenant);
  for (std::uint32_t model = 0; model < models_; ++model) {
    const std::size_t at = static_cast<std::size_t>(model) * tenants_ + tenant;
    const double read_cost = weight > 0 ? in_.costs.read[at] / weight : 0.0;
    const double write_cost = weight > 0 && spreads_writes ? in_.costs.write[at] / weight : 0.0;
    for (std::size_t e = 0; e < epochs_; ++e) {
      rate[e] = reads[e] * read_cost + writes[e] * write_cost;
    }
    if (in_.columns != nullptr) {
      const auto course = course_of(column);
      for (std::size_t e = 0; e < epochs_; ++e) rate[e] *= course[e];
    }
    rates.set(model, column, rate);
  }
}

void FleetDemand::requests_by_weight(std::uint32_t column, std::span<double> reads,
                                     std::span<double> writes) const {
  const std::uint32_t tenant = in_.columns == nullptr ? column : in_.columns->tenant_of(column);
  const double weight = in_.total_weight[tenant];
  const double share = weight > 0 ? 1 / weight : 0.0;
  const double write_share = writes_cool(tenant) ? share : 0.0;
  const auto all_reads = row(reads_, tenant);
  const auto all_writes = row(writes_, tenant);
  for (std::size_t e = 0; e < epochs_; ++e) {
    const double course = in_.columns == nullptr ? 1.0 : course_of(column)[e];
    reads[e] = all_reads[e] * share * course;
    writes[e] = all_writes[e] * write_share * course;
  }
}

double FleetDemand::mean_cost(const std::vector<double>& costs, std::uint32_t tenant) const {
  double sum = 0;
  for (std::uint32_t model = 0; model < models_; ++model) {
    sum += in_.capacity_share[model] * costs[static_cast<std::size_t>(model) * tenants_ + tenant];
  }
  return sum;
}

// Columns are added in their order, changes in the order of time: the same for any threads.
void FleetDemand::sum_living_shares(std::span<const ColumnChange> changes) {
  std::fill(living_.begin(), living_.end(), 0.0);
  column_weight_.resize(in_.columns->columns(), 0.0);
  for (std::uint32_t column = 0; column < in_.columns->columns(); ++column) {
    const double weight = column_weight_[column];
    if (weight == 0) continue;
    const auto living = row(living_, in_.columns->tenant_of(column));
    const auto course = course_of(column);
    for (std::size_t e = 0; e < epochs_; ++e) living[e] += weight * course[e];
  }
  for (const ColumnChange& change : changes) {
    const double weight = double{change.weight};
    column_weight_[change.column] += weight;
    const auto living = row(living_, in_.columns->tenant_of(change.column));
    const auto course = course_of(change.column);
    for (std::size_t e = 0; e < epochs_; ++e) {
      const double held = std::clamp(static_cast<double>(e + 1) - double{change.from}, 0.0, 1.0);
      living[e] += weight * held * course[e];
    }
  }
  for (std::uint32_t tenant = 0; tenant < tenants_; ++tenant) {
    const double weight = first_weight_[tenant];
    for (double& share : row(living_, tenant)) share = weight > 0 ? share / weight : 0.0;
  }
}

// Tenants are added in their order, so the sums do not depend on threads.
void FleetDemand::append_to(FleetSeries& series, std::span<const ColumnChange> changes) {
  if (in_.columns != nullptr) sum_living_shares(changes);
  const std::size_t begin = series.requests_per_s.size();
  for (auto* column : {&series.requests_per_s, &series.read_bytes_per_s, &series.write_bytes_per_s,
                       &series.disk_time}) {
    column->resize(begin + epochs_, 0.0);
  }
  for (std::uint32_t tenant = 0; tenant < tenants_; ++tenant) {
    const auto reads = row(reads_, tenant);
    const auto writes = row(writes_, tenant);
    const Tenant& of = in_.population.tenants()[tenant];
    const double read_cost = mean_cost(in_.costs.read, tenant);
    const double write_cost = mean_cost(in_.costs.write, tenant);
    const bool cools = in_.columns != nullptr;
    const bool writes_cool_too = cools && writes_cool(tenant);
    for (std::size_t e = 0; e < epochs_; ++e) {
      const double living = cools ? living_[tenant * window_ + e] : 1.0;
      const double read = reads[e] * living;
      const double write = writes_cool_too ? writes[e] * living : writes[e];
      series.disk_time[begin + e] += read * read_cost + write * write_cost;
      series.requests_per_s[begin + e] += read + write;
      series.read_bytes_per_s[begin + e] += read * of.bytes_per_read;
      series.write_bytes_per_s[begin + e] += write * of.bytes_per_write;
      if (in_.loads != nullptr) in_.loads->add_requests(e, of.tenant_class, read, write);
    }
  }
}

}  // namespace spindle::models

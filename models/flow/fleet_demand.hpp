#pragma once
// What the tenants ask, window by window: requests, and the rates of every column of the matrix.

#include <cstdint>
#include <span>
#include <vector>

#include "models/flow/flow_result.hpp"
#include "models/flow/flow_run.hpp"
#include "models/flow/rack_sweep.hpp"

namespace spindle::models {

class FleetDemand {
 public:
  // `window`: the most epochs of a window. The inputs must outlive it.
  FleetDemand(const FlowInputs& inputs, std::size_t window);

  // Draws every tenant's requests in the next window.
  void draw(std::uint64_t first_epoch, std::size_t epochs);
  // Written objects per second: [tenant * window + epoch].
  [[nodiscard]] std::span<const double> writes() const { return writes_; }
  // Sets the rates of the columns that there are now.
  void set_rates(RateWindow& rates);
  // Reads and writes a second by unit of weight in each epoch of the window, as set_rates() saw
  // them last: a shard of weight w of the column serves w * reads * k parts of reads a second,
  // where a read takes k, and w * writes * n parts of writes.
  void requests_by_weight(std::uint32_t column, std::span<double> reads,
                          std::span<double> writes) const;
  // Appends the window to the series of demand; `changes`: data that came and went in it.
  void append_to(FleetSeries& series, std::span<const ColumnChange> changes);

 private:
  void fill_courses();
  void set_column(std::uint32_t column, RateWindow& rates, std::vector<double>& rate) const;
  void sum_living_shares(std::span<const ColumnChange> changes);
  [[nodiscard]] bool writes_cool(std::uint32_t tenant) const;
  [[nodiscard]] double mean_cost(const std::vector<double>& costs, std::uint32_t tenant) const;
  [[nodiscard]] std::span<const double> course_of(std::uint32_t column) const {
    return std::span(courses_).subspan(in_.columns->cohort_of(column) * window_, epochs_);
  }
  template <class Table>
  auto row(Table& table, std::uint32_t tenant) const {
    return std::span(table).subspan(tenant * window_, epochs_);
  }

  const FlowInputs& in_;
  std::uint32_t tenants_;
  std::uint32_t models_;
  std::size_t window_;
  std::uint64_t first_epoch_ = 0;
  std::size_t epochs_ = 0;
  DemandStream demand_;
  std::vector<double> reads_;  // requests/s: [tenant * window + epoch]
  std::vector<double> writes_;
  std::vector<double> courses_;        // [cohort * window + epoch]
  std::vector<double> column_weight_;  // of all data, placed or not, now
  std::vector<double> first_weight_;   // per tenant, at time 0
  std::vector<double> living_;         // share of its first demand: [tenant * window + epoch]
};

}  // namespace spindle::models

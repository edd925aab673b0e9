#pragma once
// What load models have in common, and the makers of the registry. Used within models/tenant only.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include "models/tenant/load_rows.hpp"

namespace spindle::models::detail {

// Windows must follow each other; throws std::logic_error otherwise.
class WindowOrder {
 public:
  void take(std::uint64_t first, std::size_t count) {
    if (first != next_) {
      throw std::logic_error("load window out of order (each must start where the last ended)");
    }
    next_ += count;
  }

 private:
  std::uint64_t next_ = 0;
};

// The pieces of a load that is constant within epochs: `means` of epochs first, first + 1, ...
void append_epoch_pieces(std::uint64_t first, std::span<const double> means, sim::Duration epoch,
                         std::vector<RatePiece>& out);

// Throws std::invalid_argument unless the epochs are longer than 0 and end within 200 years.
void check_grid(const EpochGrid& grid);

// All of the run, in ns.
inline std::int64_t length_of(const EpochGrid& grid) {
  return grid.epoch.ns() * static_cast<std::int64_t>(grid.count);
}

// Where a period of `length` ns ends that begins at `begin`, rounded; the horizon where that is
// beyond (never overflows).
inline std::int64_t end_of_period(std::int64_t begin, double length, std::int64_t horizon) {
  const double rounded = length + 0.5;
  const bool ends = rounded < static_cast<double>(horizon - begin);
  return ends ? begin + static_cast<std::int64_t>(rounded) : horizon;
}

// Calls `take` with the number of each epoch that [begin, end) meets, and where its part of that
// begins and ends.
template <class Take>
void for_each_epoch(std::int64_t begin, std::int64_t end, std::int64_t epoch, Take&& take) {
  for (std::int64_t number = begin / epoch; begin < end; ++number) {
    const std::int64_t stop = std::min((number + 1) * epoch, end);
    take(number, begin, stop);
    begin = stop;
  }
}

// One maker a variant, in the file named for it, of tenants first_tenant, first_tenant + 1, ...
// They throw std::invalid_argument on bad options.
std::unique_ptr<LoadRows> make_constant_loads(const LoadOptions& options, const EpochGrid& grid,
                                              sim::Seed seed, std::uint32_t first_tenant,
                                              std::uint32_t count);
std::unique_ptr<LoadRows> make_slots_loads(const LoadOptions& options, const EpochGrid& grid,
                                           sim::Seed seed, std::uint32_t first_tenant,
                                           std::uint32_t count);
std::unique_ptr<LoadRows> make_on_off_loads(const LoadOptions& options, const EpochGrid& grid,
                                            sim::Seed seed, std::uint32_t first_tenant,
                                            std::uint32_t count);
std::unique_ptr<LoadRows> make_daily_window_loads(const LoadOptions& options, const EpochGrid& grid,
                                                  sim::Seed seed, std::uint32_t first_tenant,
                                                  std::uint32_t count);
std::unique_ptr<LoadRows> make_mmpp_loads(const LoadOptions& options, const EpochGrid& grid,
                                          sim::Seed seed, std::uint32_t first_tenant,
                                          std::uint32_t count);
std::unique_ptr<LoadRows> make_cascade_loads(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t first_tenant,
                                             std::uint32_t count);
std::unique_ptr<LoadFamily> make_diurnal_loads(const LoadOptions& options, const EpochGrid& grid,
                                               sim::Seed seed, std::uint32_t tenant_class);
std::unique_ptr<LoadFamily> add_up_loads(const LoadOptions& options, const EpochGrid& grid,
                                         sim::Seed seed, std::uint32_t tenant_class);
std::unique_ptr<LoadFamily> correlate_slots(const LoadOptions& options, const EpochGrid& grid,
                                            sim::Seed seed, std::uint32_t tenant_class);
std::unique_ptr<LoadFamily> correlate_on_off(const LoadOptions& options, const EpochGrid& grid,
                                             sim::Seed seed, std::uint32_t tenant_class);
// Of the models they extend; throw as the makers do.
void check_slots(const LoadOptions& options);
void check_on_off(const LoadOptions& options);

}  // namespace spindle::models::detail

#pragma once
// How bulk placement runs: a part that places and counts, called for millions of objects at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "models/placement/bulk/bulk_fleet.hpp"
#include "models/placement/bulk/bulk_options.hpp"
#include "models/placement/bulk/load_summary.hpp"

namespace spindle::models {

class BulkEngine {
 public:
  virtual ~BulkEngine() = default;
  // Places objects [first, last), or fewer where is_full() is then true. Returns the next object.
  virtual std::uint64_t place(std::uint64_t first, std::uint64_t last) = 0;
  // Objects [first, last) come, and each takes the place of one drawn among those there.
  // Precondition: the options state turnovers.
  virtual void replace(std::uint64_t first, std::uint64_t last) = 0;
  // The fleet that the engine was made for has opened drives.
  virtual void take_openings() = 0;
  [[nodiscard]] virtual bool is_full() const = 0;

  // A drive holds base() + its entry, in shards of mean size / load_unit().
  virtual void each_load(const std::function<void(std::span<const std::uint32_t>)>& f) const = 0;
  [[nodiscard]] virtual std::uint64_t entry(std::uint32_t drive) const = 0;
  [[nodiscard]] virtual std::uint64_t base() const = 0;
  [[nodiscard]] virtual double load_unit() const = 0;

  // Of the objects there, in mean sizes, and their squares.
  struct Sizes {
    double sum = 0;
    double squares = 0;
  };
  [[nodiscard]] virtual Sizes sizes() const = 0;
};

// Equal shards and exact loads (options.is_plain()): the fast loops. Both keep references to their
// arguments.
std::unique_ptr<BulkEngine> make_plain_engine(const BulkOptions& options, const BulkFleet& fleet);

// A policy of the registry, asked object by object.
std::unique_ptr<BulkEngine> make_policy_engine(const BulkOptions& options);
// Any other options.
std::unique_ptr<BulkEngine> make_varied_engine(const BulkOptions& options, const BulkFleet& fleet);

}  // namespace spindle::models

#pragma once
// What one class of tenants asks of one drive on one side, where some of the tenants' loads change
// within epochs: a step function over time, made of theirs.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/tenant/load_model.hpp"
#include "models/zoom/zoom_window.hpp"

namespace spindle::models {

class VaryingLoad {
 public:
  // `mean` parts a second over the epoch of that piece of the zoom, as `course` has them within it.
  void add(std::size_t piece, double mean, std::span<const RatePiece> course);
  // Appends the rates within those of the zoom's pieces that have any of add(): theirs, and what
  // `means`, the mean of all tenants by piece, has beyond them. They cover the piece.
  void append_rates(std::span<const ZoomPiece> zoom, std::span<const double> means,
                    std::vector<RatePiece>& out) const;

 private:
  struct Part {
    std::size_t piece;
    double mean;
    std::size_t first;  // of its changes
    std::size_t last;
  };
  struct Change {
    std::int64_t at;
    double rate;  // that comes, or goes where it is negative
  };

  static void append_steps(const ZoomPiece& piece, double steady, std::vector<Change>& changes,
                           std::vector<RatePiece>& out);

  std::vector<Part> parts_;
  std::vector<Change> changes_;
};

}  // namespace spindle::models

#pragma once
// How the loads of tenants go within the epochs of a zoom, where they are not constant there.
//
// A flow run knows a tenant's mean over an epoch; its load model knows more. What multiplies a
// whole class (demand_course.hpp) is left to those who sum its tenants up. Memory: 24 B a piece of
// a tenant whose load changes within an epoch of the zoom, 56 B a tenant.

#include <cstdint>
#include <span>
#include <vector>

#include "models/tenant/demand.hpp"
#include "models/zoom/zoom_window.hpp"

namespace spindle::models {

// Of one tenant, side and piece of the zoom.
struct TenantCourse {
  bool is_constant = true;  // over the whole epoch, with what multiplies the class
  // Otherwise: within the piece of the zoom and before what multiplies the class, so that times
  // that the mean over the epoch is 1.
  std::span<const RatePiece> pieces = {};
};

class TenantCourses {
 public:
  // `zoom` is what pieces_of() gives. Cost: the draws of all tenants up to the zoom's end.
  TenantCourses(const TenantPopulation& population, std::span<const ZoomPiece> zoom,
                unsigned threads);

  // `piece`: its number in the zoom.
  [[nodiscard]] TenantCourse of(std::uint32_t tenant, std::size_t piece, bool is_write) const;

 private:
  // What varies of one tenant, in the order of pieces of the zoom, reads before writes.
  struct Varying {
    std::size_t key = 0;  // 2 * piece + (1: writes)
    std::size_t first = 0;
    std::size_t last = 0;
  };
  struct Courses {
    std::vector<Varying> varying;
    std::vector<RatePiece> pieces;
  };

  void draw(const TenantPopulation& population, std::span<const ZoomPiece> zoom,
            std::uint32_t tenant);
  static void draw_piece(LoadModel& load, const DemandCourse& of_class, const ZoomPiece& piece,
                         std::size_t key, const EpochGrid& grid, Courses& out);

  std::vector<Courses> tenants_;
};

}  // namespace spindle::models

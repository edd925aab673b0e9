#pragma once
// Seek curves and the moments of seek time between independent random requests.
//
// A seek over d cylinders takes a + b sqrt(d) while the arm accelerates and brakes all the way, and
// c + e d once it coasts (Ruemmler & Wilkes, IEEE Computer 27(3), 1994). Equations:
// docs/theory/drive.md.

#include "models/drive/drive_model.hpp"

namespace spindle::models {

// Times in seconds, distances in cylinders. A curve without a linear part has switch_at = stroke.
struct SeekCurve {
  double short_base_s = 0;               // a
  double short_s_per_sqrt_cylinder = 0;  // b
  double switch_at = 0;                  // first distance of the linear part, 0 ... stroke
  double long_base_s = 0;                // c
  double long_s_per_cylinder = 0;        // e
  double stroke = 1;                     // cylinders that hold data
};

// Seek time over `distance` cylinders, 0 where the arm does not move. Never throws.
double seek_seconds(const SeekCurve& curve, double distance);

// Mean and variance of the seek between two independent requests, in closed form. Requests are
// uniform over bytes, and a cylinder at radius fraction x from the outer edge holds bytes in
// proportion to 1 - (1 - inner_to_outer) x; inner_to_outer = 1 means uniform over cylinders, which
// is how data sheets define the average seek. Distances are taken as continuous, so the share
// 1/stroke of requests that stay on their cylinder is neglected.
// Precondition: 0 < inner_to_outer <= 1, stroke > 0.
SeekTime random_seek(const SeekCurve& curve, double inner_to_outer);

}  // namespace spindle::models

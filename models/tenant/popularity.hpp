#pragma once
// How requests of a tenant are spread over its objects, and what that makes of its extents.
//
// Objects lie in extents drawn at random: an extent's demand is the sum of its objects'. The most
// popular objects are placed one by one; the many others, of which an extent holds hundreds, add
// a normal draw of their sum's mean and variance. Equations: docs/theory/tenants.md.

#include <cstdint>
#include <vector>

#include "sim/random_stream.hpp"

namespace spindle::models {

enum class PopularityKind {
  kUniform,    // every object as often
  kZipf,       // the k-th most popular as k^-exponent
  kEmpirical,  // shares of requests that go to the most popular shares of objects
};

struct PopularityOptions {
  // The most popular `objects` of all objects (a share) get `requests` of all requests; within a
  // step all objects are alike. Beyond the last point lie the rest of both.
  struct Point {
    double objects = 0;
    double requests = 0;
  };
  PopularityKind kind = PopularityKind::kUniform;
  double exponent = 1;        // zipf: in [0, 10]
  std::vector<Point> points;  // empirical: ascending, in (0, 1], requests per object falling
  std::uint64_t objects = 0;  // of a tenant; 0: its data over its mean object
};

// Throws std::invalid_argument where exponent or points are out of range.
void check_popularity(const PopularityOptions& options);

// Relative demand on each of `extents` extents of a tenant with so many objects: mean 1. The stream
// is keyed by (seed, kObjectPlace, tenant). Cost: 10 ns for each of at most 4,096 + 16 extents
// objects.
std::vector<float> draw_popularity_weights(const PopularityOptions& options, std::uint64_t objects,
                                           std::uint32_t extents, sim::Seed seed,
                                           std::uint32_t tenant);

}  // namespace spindle::models

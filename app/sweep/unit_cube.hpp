#pragma once
// Points that fill a unit cube evenly: Latin hypercubes and the Sobol sequence.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spindle::app {

// Coordinates in [0, 1): of point i along axis a at [i * axes + a]. Preconditions: at least one
// axis, at most 32; points * axes fit in memory.

// One point in each of `points` equal parts of every axis (McKay, Beckman and Conover,
// Technometrics 21, 1979): parts in random order, axis by axis, and a random place in each.
std::vector<double> latin_hypercube(std::size_t points, std::size_t axes, std::uint64_t seed);

// The first points of the Sobol sequence but the origin, with the direction numbers of Joe and Kuo
// (SIAM J. Sci. Comput. 30, 2008).
std::vector<double> sobol_points(std::size_t points, std::size_t axes);

}  // namespace spindle::app

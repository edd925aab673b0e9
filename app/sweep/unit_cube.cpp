#include "app/sweep/unit_cube.hpp"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <numeric>
#include <utility>

#include "models/purposes.hpp"
#include "sim/random_stream.hpp"

namespace spindle::app {
namespace {

constexpr double kBelowOne = 1 - 0x1p-53;

}  // namespace

std::vector<double> latin_hypercube(std::size_t points, std::size_t axes, std::uint64_t seed) {
  std::vector<double> out(points * axes);
  std::vector<std::uint32_t> parts(points);
  for (std::size_t a = 0; a < axes; ++a) {
    sim::RandomStream stream(sim::Seed{seed}, 0, models::purpose::kSweepPoint, a);
    std::iota(parts.begin(), parts.end(), 0U);
    for (std::size_t i = points; i > 1; --i) {
      std::swap(parts[i - 1], parts[stream.below(static_cast<std::uint32_t>(i))]);
    }
    for (std::size_t i = 0; i < points; ++i) {
      // A sum just below the end of the last part may round to it.
      const double x = (parts[i] + stream.uniform()) / static_cast<double>(points);
      out[i * axes + a] = std::min(x, kBelowOne);
    }
  }
  return out;
}

std::vector<double> sobol_points(std::size_t points, std::size_t axes) {
  boost::random::sobol sequence(axes);
  std::vector<double> out(points * axes);
  for (double& x : out) x = static_cast<double>(sequence() >> 11U) * 0x1p-53;
  return out;
}

}  // namespace spindle::app

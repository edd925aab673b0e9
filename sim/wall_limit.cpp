#include "sim/wall_limit.hpp"

namespace spindle::sim {
namespace {

bool is_limit(double limit_s) {
  return limit_s < std::numeric_limits<double>::infinity();
}

}  // namespace

WallLimit::WallLimit(double limit_s)
    : limit_s_(limit_s), start_(is_limit(limit_s) ? Clock::now() : Clock::time_point()) {}

bool WallLimit::is_reached() const {
  if (!is_limit(limit_s_)) return false;
  return std::chrono::duration<double>(Clock::now() - start_).count() >= limit_s_;
}

}  // namespace spindle::sim

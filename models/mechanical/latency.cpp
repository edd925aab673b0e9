#include "models/mechanical/latency.hpp"

#include <limits>

namespace spindle::models {

void LatencySummary::merge(const LatencySummary& other) {
  seconds_ += other.seconds_;
  nanoseconds_ += other.nanoseconds_;
  histogram_.merge(other.histogram_);
}

double LatencySummary::sum_s() const {
  return static_cast<double>(seconds_) + static_cast<double>(nanoseconds_) * 1e-9;
}

double LatencySummary::mean_s() const {
  return count() == 0 ? std::numeric_limits<double>::quiet_NaN()
                      : sum_s() / static_cast<double>(count());
}

void LatencySummary::add_to(sim::Digest& digest) const {
  digest.add(count());
  digest.add(seconds_ + nanoseconds_ / kSecond);
  digest.add(nanoseconds_ % kSecond);
  histogram_.for_each_bucket([&](double low, double /*high*/, std::uint64_t n) {
    digest.add(low);
    digest.add(n);
  });
}

}  // namespace spindle::models

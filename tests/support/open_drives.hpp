#pragma once
// Many drives of one kind under their own random arrivals, simulated request by request, summed up.

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/drive/drive_latency.hpp"
#include "sim/statistics.hpp"

namespace spindle::test {

struct OpenDrives {
  double busy_s = 0, time_s = 0;
  sim::Moments waits;       // of requests
  sim::Moments drive_mean;  // mean wait of each drive
  std::vector<double> responses_s;

  [[nodiscard]] double utilisation() const { return busy_s / time_s; }
  [[nodiscard]] double mean_response_s() const {
    double sum = 0;
    for (const double response : responses_s) sum += response;
    return sum / static_cast<double>(responses_s.size());
  }
  double response_quantile_s(double p) {
    const auto at = responses_s.begin() +
                    static_cast<std::ptrdiff_t>(p * static_cast<double>(responses_s.size()));
    std::nth_element(responses_s.begin(), at, responses_s.end());
    return *at;
  }
  // Of the mean wait, relative; drives are independent.
  [[nodiscard]] double standard_error() const {
    return std::sqrt(drive_mean.variance() / static_cast<double>(drive_mean.count())) /
           drive_mean.mean();
  }
};

// `make_source(k)` makes the source of drive k, with arrivals.
template <class MakeSource>
OpenDrives run_drives(const models::MechanicalDrive& drive, models::Scheduler scheduler,
                      std::size_t depth, std::size_t drives, MakeSource&& make_source) {
  OpenDrives all;
  for (std::size_t k = 0; k < drives; ++k) {
    auto source = make_source(k);
    sim::Moments waits;
    double end_s = 0;
    const auto sink = [&](const models::ServedRequest& served) {
      all.busy_s +=
          served.seek_s + served.rotation_s + served.transfer_s + drive.spec().completion_s;
      waits.add(served.queue_s);
      all.responses_s.push_back(served.total_s);
      end_s = (served.finish - sim::Instant{}).to_seconds();
    };
    models::DriveRunOptions how;
    how.scheduler = scheduler;
    how.depth = depth;
    models::run_open(drive, how, source, sink);
    all.time_s += end_s;
    all.waits.merge(waits);
    all.drive_mean.add(waits.mean());
  }
  return all;
}

inline OpenDrives run_poisson_drives(const models::MechanicalDrive& drive,
                                     const models::RequestMix& mix, models::Scheduler scheduler,
                                     std::size_t depth, models::Rate arrivals, std::size_t drives,
                                     std::uint64_t requests) {
  return run_drives(drive, scheduler, depth, drives, [&](std::size_t k) {
    return models::MixedRequests(mix, requests, arrivals, {}, k);
  });
}

}  // namespace spindle::test

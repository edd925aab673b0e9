#pragma once
// What a mechanical drive does under Poisson load, without simulating it: the bridge from mechanics
// to the flow fidelity.
//
// In order of arrival: moments and law of the service by integration (service_table.hpp), waits and
// responses by Pollaczek and Khinchine. Reordering schedulers: a table of services by depth
// (depth_table.hpp) and the chain of the number waiting give utilisation and means; quantiles are
// the mean times a ratio, measured in seeded open runs at eight loads and interpolated.
//
// How far it agrees with the drive simulated request by request
// (tests/oracle/drive_latency_test.cpp, docs/theory/service.md): in order of arrival utilisation 1
// %, mean wait 5 %, p99 15 %; reordering 10 % in both means. Arrivals that burst within an epoch
// wait longer than anything here says.
//
// Cost: 15 ms a kind to build in order of arrival, about a second when reordering; 5 ms a question.
// Immutable once built, safe to share between threads, the same on every machine.

#include <optional>
#include <span>
#include <vector>

#include "models/analytic/time_law.hpp"
#include "models/drive/depth_table.hpp"
#include "models/drive/service_table.hpp"

namespace spindle::models {

struct DriveLatencyOptions {
  Scheduler scheduler = Scheduler::kFcfs;
  std::size_t depth = 32;  // that the drive holds; of no effect in order of arrival
  sim::Duration patience = sim::Duration::seconds(5);  // of sptf
  std::uint64_t sectors = kAllSectors;                 // that hold data, the first of the drive
  sim::Seed seed;
};

// Seconds. Infinite from .9999 of the capacity on when reordering, else from the capacity on.
struct LatencyAtLoad {
  double utilisation = 0;      // share of time that the arm is busy; at most 1
  double mean_wait_s = 0;      // from decoded to the arm's start
  double mean_response_s = 0;  // from arrival to completion, with decoding
  double p50_s = 0;            // of responses
  double p99_s = 0;
  double p999_s = 0;
};

// The same as whole laws.
struct LoadedLaws {
  double utilisation = 0;
  double mean_wait_s = 0;
  double mean_service_s = 0;
  TimeLaw waits;                   // of all kinds, from decoded to the arm's start
  std::vector<TimeLaw> responses;  // by kind, from arrival to completion, with decoding
};

class DriveLatency {
 public:
  // Throws std::invalid_argument as RequestMix and RequestQueue do.
  DriveLatency(const MechanicalDrive& drive, std::span<const RequestKind> mix,
               const DriveLatencyOptions& options = {});

  // Precondition: arrivals >= 0.
  [[nodiscard]] LatencyAtLoad at(Rate arrivals) const;
  // In order of arrival a response is the wait, which all kinds share, and the kind's own service;
  // when reordering it is the mean times a law measured at eight loads and interpolated. Cells are
  // so wide that a service has 320 at most: 1 ms, and as much a kind. Empty where at() is infinite.
  [[nodiscard]] std::optional<LoadedLaws> laws_at(Rate arrivals) const;
  // The least rate of arrivals that the drive cannot serve.
  [[nodiscard]] Rate capacity() const { return capacity_; }
  // In order of arrival, whatever the scheduler: moments of the mix.
  [[nodiscard]] const ServiceTable& service() const { return service_; }

 private:
  // Quantiles at a share of capacity: responses over their mean, of all kinds; and at kLevels,
  // responses of each kind over that mean, waits that are not 0 over theirs.
  struct Shape {
    double load;
    double p50, p99, p999;
    std::vector<std::vector<double>> responses;
    std::vector<double> waits;
  };

  void measure_shapes(const MechanicalDrive& drive, std::span<const RequestKind> mix,
                      const DriveLatencyOptions& options);
  [[nodiscard]] Shape shape_at(double load) const;
  [[nodiscard]] LoadedLaws laws_in_order(Rate arrivals) const;

  ServiceTable service_;
  std::vector<double> decoding_s_;          // by kind
  std::vector<CellDistribution> in_order_;  // in wider cells: of the mix, then by kind
  std::optional<DepthTable> depths_;        // where the scheduler reorders
  std::vector<Shape> shapes_;               // by load, where it does
  Rate capacity_;
};

}  // namespace spindle::models

#pragma once
// Service times of random requests on a mechanical drive, in order of arrival: moments and law.
//
// Computed from the mechanics by deterministic integration: `locate` and `serve` themselves, at the
// points of a quasi-random sequence over where the arm comes from and where the request begins. The
// platter's wait is uniform over a revolution whatever the rest, because the angle of a random
// sector is; so it is integrated in closed form. Service is what holds the arm: seek, rotation,
// transfer (with what the bus adds), completion. Decoding of a command is not part of it.
// Equations and accuracy: docs/theory/service.md.
//
// Built once a drive and mix, then immutable and safe to share; building costs about 15 ms a kind.

#include <span>
#include <vector>

#include "models/analytic/cell_distribution.hpp"
#include "models/drive/drive_model.hpp"
#include "models/drive/request_mix.hpp"

namespace spindle::models {

// Raw moments: E[S], E[S^2], E[S^3].
struct ServiceMoments {
  double mean_s = 0;
  double second_s2 = 0;
  double third_s3 = 0;
};

// Of random requests of one kind among themselves: seek, rotation, transfer and completion, as a
// ServiceTable's, from an eighth of its points (3e-4 of the mean). Cost: 2 ms. Throws
// std::invalid_argument as RequestMix does.
ServiceTime service_of(const MechanicalDrive& drive, const RequestKind& kind,
                       std::uint64_t sectors = kAllSectors);

class ServiceTable {
 public:
  // Throws std::invalid_argument as RequestMix does.
  ServiceTable(const MechanicalDrive& drive, std::span<const RequestKind> mix,
               std::uint64_t sectors = kAllSectors);

  // Of the mix, and of each of its kinds: exact to about 1e-4 and 3e-4 (mean and second).
  [[nodiscard]] const ServiceMoments& moments() const { return moments_; }
  [[nodiscard]] const ServiceMoments& moments(std::size_t kind) const { return kinds_[kind]; }
  // Mean and variance, as the flow fidelity and models/analytic/queueing.hpp take them.
  [[nodiscard]] ServiceTime service_time() const;
  // Of the mix, in cells of a 128th of a revolution; wider where services may take more than some
  // 17 s, so that there are about 262,144 of them at most (their mean is then off by half a cell).
  [[nodiscard]] const CellDistribution& distribution() const { return distribution_; }
  // Of one of its kinds, in the same cells.
  [[nodiscard]] const CellDistribution& distribution(std::size_t kind) const {
    return of_kinds_[kind];
  }
  // Correlation of successive services: the next seek starts where this request ended.
  [[nodiscard]] double lag_1() const { return lag_1_; }
  // Decoding of a command before it can be served, on average over the mix.
  [[nodiscard]] double decoding_s() const { return decoding_s_; }

 private:
  struct Integration;
  explicit ServiceTable(const Integration& done);

  std::vector<ServiceMoments> kinds_;
  ServiceMoments moments_;
  CellDistribution distribution_;
  std::vector<CellDistribution> of_kinds_;
  double lag_1_;
  double decoding_s_;
};

}  // namespace spindle::models

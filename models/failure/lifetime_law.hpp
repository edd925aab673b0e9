#pragma once
// How long drives live: laws by age, scaled to a drive model's annual failure rate.
//
// A law is its cumulative hazard H(age), the failures expected of a drive that is replaced whenever
// it fails; a drive of age a lives on for x where H(a + x) = H(a) + e, with e exponential of mean
// 1. So one number gives a lifetime under every law, and a hazard multiplied by f is e / f. With
// the model's rate r (AFR per 8,760 h):
//   kExponential  H(a) = r a
//   kWeibull      H(a) = (a / scale)^shape; where no scale is given, H(1 year) = AFR
//   kSteps        a bathtub: hazard r times[i] from from_s[i] to from_s[i + 1], the last for ever
// Equations and sources: docs/theory/failure.md.

#include <vector>

namespace spindle::models {

enum class LifetimeKind { kExponential, kWeibull, kSteps };

struct HazardStep {
  double from_s = 0;  // age
  double times = 1;   // the model's rate; >= 0
};

// Drives bought together: whole racks, the same share of every zone's.
struct DriveBatch {
  double share = 0;   // of the racks, in (0, 1]
  double hazard = 1;  // factor on its drives' hazard, those that replace them apart; >= 0
  double age_s = 0;   // of its drives when the run starts; >= 0
};

struct LifetimeOptions {
  LifetimeKind kind = LifetimeKind::kExponential;
  double shape = 1;    // kWeibull: 0.1 … 20; below 1 infant mortality, above 1 wear-out
  double scale_s = 0;  // kWeibull: age at which 63 % have failed; 0: from the model's rate
  std::vector<HazardStep> steps = {};    // kSteps: the first from age 0, ages rising
  double age_s = 0;                      // of drives in no batch when the run starts
  std::vector<DriveBatch> batches = {};  // shares of at most 1 together
};

// Throws std::invalid_argument for values outside what the fields say, naming them.
void check(const LifetimeOptions& options);

class LifetimeLaw {
 public:
  // `failures_per_year` >= 0: the model's rate. `options` as check() lets through. Cost: O(steps).
  LifetimeLaw(const LifetimeOptions& options, double failures_per_year);

  // H(age), age in seconds, >= 0. Cost: one power, or O(steps).
  [[nodiscard]] double cumulative_hazard(double age_s) const;
  // The time that a drive of this age goes on living: infinite where the hazard ends before.
  // `e`: an exponential number of mean 1, divided by what the hazard is multiplied by.
  [[nodiscard]] double remaining_s(double e, double age_s) const;

 private:
  [[nodiscard]] double age_at(double hazard) const;

  struct Piece {
    double from_s = 0;
    double per_s = 0;   // hazard
    double before = 0;  // H(from_s)
  };

  LifetimeKind kind_;
  double per_s_;
  double shape_;
  double scale_s_;
  std::vector<Piece> pieces_;
};

}  // namespace spindle::models

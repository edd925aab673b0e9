#pragma once
// How large requests are, relative to their mean: the law of object sizes of a class of tenants.
//
// Where requests come one by one (a synthetic trace) a size is drawn from the law itself; drives
// and the flow see it as strata, a few sizes whose shares add up to 1 and whose mean is the law's,
// exactly, so that bytes are conserved and mean disk times, straight lines in the size, are right.
// Strata are cut where half the requests and half the bytes grow alike, so that many small
// requests and few large ones are both resolved. Equations: docs/theory/tenants.md.

#include <span>
#include <vector>

namespace spindle::models {

class SizeLaw {
 public:
  // A share of the requests, of one relative size.
  struct Stratum {
    double share = 1;
    double size = 1;
  };
  // That share of the requests are no larger than `bytes`.
  struct Quantile {
    double share = 0;
    double bytes = 0;
  };
  struct Lognormal {
    double share = 1;  // relative to the other parts'
    double mean_bytes = 1;
    double sigma = 1;  // of the logarithm
  };
  // Sizes beyond this quantile of a lognormal are not drawn by at(): 1e-9 of the requests.
  static constexpr double kHighest = 1 - 1e-9;
  static constexpr std::size_t kMostStrata = 16;  // of each part

  // All of one size.
  SizeLaw() : strata_(1) {}
  // Between two quantiles the logarithm of the size grows in a straight line; below the first and
  // above the last lie sizes like those; equal sizes hold their share. Throws std::invalid_argument
  // where there is none, shares (in [0, 1]) do not ascend, or sizes (>= 1 B, finite) fall.
  static SizeLaw empirical(std::vector<Quantile> quantiles);
  // Parts of one or more lognormals. Throws std::invalid_argument where there is none, a share or a
  // mean is not positive and finite, or a sigma is not in [0, 10].
  static SizeLaw mixture(std::vector<Lognormal> parts);

  [[nodiscard]] bool is_constant() const { return strata_.size() == 1; }
  // Bytes of the mean; 1 where the law was not given in bytes.
  [[nodiscard]] double mean_bytes() const { return mean_bytes_; }
  // The relative size at a uniform number in [0, 1): a draw. Rises with it where the law has one
  // part. Cost: a quantile, about 100 ns.
  [[nodiscard]] double at(double uniform) const;
  [[nodiscard]] std::span<const Stratum> strata() const { return strata_; }
  // The stratum at a uniform number in [0, 1).
  [[nodiscard]] std::size_t stratum_at(double uniform) const;

 private:
  void set_strata(std::vector<Stratum> strata);

  double mean_bytes_ = 1;
  std::vector<Stratum> strata_;
  std::vector<Quantile> quantiles_;  // from share 0 to share 1, or none
  std::vector<Lognormal> parts_;     // shares up to and with each, or none
};

// The mean of f(bytes) over requests of that law and mean, each stratum at its size.
template <class Function>
double mean_over(const SizeLaw& law, double mean_bytes, const Function& f) {
  double sum = 0;
  for (const SizeLaw::Stratum& stratum : law.strata()) {
    sum += stratum.share * f(mean_bytes * stratum.size);
  }
  return sum;
}

}  // namespace spindle::models

#include "models/tenant/size_law.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/math.hpp"
#include "sim/special_functions.hpp"

namespace spindle::models {
namespace {

using Stratum = SizeLaw::Stratum;
using Quantile = SizeLaw::Quantile;

// Requests and bytes up to some point of a law, as shares of all.
struct Below {
  double requests = 0;
  double bytes = 0;
};

// Cuts [low, high] where (requests + bytes) / 2 passes i / kMostStrata: `below` rises from (0, 0)
// at `low` to (1, 1) at `high`. A stratum's size is the mean of its requests.
template <class BelowAt>
std::vector<Stratum> strata_of(double low, double high, const BelowAt& below) {
  std::vector<Stratum> strata;
  Below last;
  for (std::size_t i = 1; i <= SizeLaw::kMostStrata; ++i) {
    const double wanted = static_cast<double>(i) / double{SizeLaw::kMostStrata};
    double from = low;
    double to = high;
    // Bits of a double: as close as it gets.
    for (int step = 0; step < 60; ++step) {
      const double middle = (from + to) / 2;
      const Below at = below(middle);
      (at.requests + at.bytes < 2 * wanted ? from : to) = middle;
    }
    const Below next = i == SizeLaw::kMostStrata ? Below{1, 1} : below(to);
    const double requests = next.requests - last.requests;
    if (requests <= 0) continue;
    const Stratum stratum{requests, (next.bytes - last.bytes) / requests};
    last = next;
    // An atom that several cuts fall into is one size.
    constexpr double kSame = 1e-9;
    if (!strata.empty() && std::abs(strata.back().size / stratum.size - 1) < kSame) {
      strata.back().share += stratum.share;
    } else {
      strata.push_back(stratum);
    }
  }
  return strata;
}

// Bytes of the requests between two quantiles, a request's mean times their share: the integral of
// a (b/a)^x over x in [0, 1] is (b - a) / log(b/a).
double bytes_between(const Quantile& from, const Quantile& to) {
  const double ratio = to.bytes / from.bytes;
  // Where the sizes are nearly one the quotient cancels: the middle is right to (ratio - 1)^2 / 12.
  const bool is_flat = ratio < 1 + 1e-6;
  const double mean =
      is_flat ? (from.bytes + to.bytes) / 2 : (to.bytes - from.bytes) / sim::log(ratio);
  return (to.share - from.share) * mean;
}

double bytes_at(const Quantile& from, const Quantile& to, double share) {
  const double width = to.share - from.share;
  if (width <= 0 || from.bytes == to.bytes) return to.bytes;
  return from.bytes * sim::pow(to.bytes / from.bytes, (share - from.share) / width);
}

void check(const std::vector<Quantile>& quantiles) {
  if (quantiles.empty()) throw std::invalid_argument("a law of sizes needs a quantile");
  Quantile last{0, 1};
  for (const Quantile& q : quantiles) {
    if (!(q.share >= last.share && q.share <= 1)) {
      throw std::invalid_argument("shares of a law of sizes do not ascend from 0 to 1");
    }
    if (!(q.bytes >= last.bytes && std::isfinite(q.bytes))) {
      throw std::invalid_argument("sizes of a law of sizes fall, or are below 1 B");
    }
    last = q;
  }
}

void check(const std::vector<SizeLaw::Lognormal>& parts) {
  if (parts.empty()) throw std::invalid_argument("a mixture of sizes needs a part");
  for (const SizeLaw::Lognormal& part : parts) {
    const bool is_good = part.share > 0 && std::isfinite(part.share) && part.mean_bytes > 0 &&
                         std::isfinite(part.mean_bytes) && part.sigma >= 0 && part.sigma <= 10;
    if (!is_good) {
      throw std::invalid_argument(
          "a part of a mixture of sizes is out of range (share and mean > 0, sigma in [0, 10])");
    }
  }
}

}  // namespace

SizeLaw SizeLaw::empirical(std::vector<Quantile> quantiles) {
  check(quantiles);
  quantiles.insert(quantiles.begin(), {0, quantiles.front().bytes});
  quantiles.push_back({1, quantiles.back().bytes});
  std::vector<double> bytes = {0};
  for (std::size_t i = 1; i < quantiles.size(); ++i) {
    bytes.push_back(bytes.back() + bytes_between(quantiles[i - 1], quantiles[i]));
  }
  SizeLaw law;
  law.mean_bytes_ = bytes.back();
  const auto below = [&](double share) {
    const auto next = std::upper_bound(quantiles.begin() + 1, quantiles.end() - 1, share,
                                       [](double s, const Quantile& q) { return s < q.share; });
    const Quantile& from = *(next - 1);
    const double part = bytes_between(from, {share, bytes_at(from, *next, share)});
    const auto index = static_cast<std::size_t>(next - quantiles.begin());
    return Below{share, (bytes[index - 1] + part) / bytes.back()};
  };
  law.set_strata(strata_of(0, 1, below));
  law.quantiles_ = std::move(quantiles);
  return law;
}

SizeLaw SizeLaw::mixture(std::vector<Lognormal> parts) {
  check(parts);
  double shares = 0;
  for (const Lognormal& part : parts) shares += part.share;
  SizeLaw law;
  law.mean_bytes_ = 0;
  for (Lognormal& part : parts) {
    part.share /= shares;
    law.mean_bytes_ += part.share * part.mean_bytes;
  }
  std::vector<Stratum> strata;
  for (const Lognormal& part : parts) {
    // Of a lognormal, the bytes below a size are the requests below it, sigma further down.
    const auto below = [&](double z) {
      return Below{sim::normal_cdf(z), sim::normal_cdf(z - part.sigma)};
    };
    constexpr double kFar = 9;  // standard deviations: no double of a probability is smaller
    for (const Stratum& stratum : strata_of(-kFar, kFar + part.sigma, below)) {
      strata.push_back(
          {stratum.share * part.share, stratum.size * part.mean_bytes / law.mean_bytes_});
    }
  }
  law.set_strata(std::move(strata));
  double sum = 0;
  for (Lognormal& part : parts) part.share = sum += part.share;
  law.parts_ = std::move(parts);
  return law;
}

// Rounding of the cuts is taken out, so that shares and mean are 1 to the last bits.
void SizeLaw::set_strata(std::vector<Stratum> strata) {
  double shares = 0;
  double mean = 0;
  for (const Stratum& stratum : strata) shares += stratum.share;
  for (Stratum& stratum : strata) {
    stratum.share /= shares;
    mean += stratum.share * stratum.size;
  }
  for (Stratum& stratum : strata) stratum.size /= mean;
  strata_ = std::move(strata);
}

double SizeLaw::at(double uniform) const {
  if (!quantiles_.empty()) {
    const auto next = std::upper_bound(quantiles_.begin() + 1, quantiles_.end() - 1, uniform,
                                       [](double s, const Quantile& q) { return s < q.share; });
    return bytes_at(*(next - 1), *next, uniform) / mean_bytes_;
  }
  double from = 0;
  for (const Lognormal& part : parts_) {
    if (uniform >= part.share && &part != &parts_.back()) {
      from = part.share;
      continue;
    }
    constexpr double kLowest = 1 - kHighest;
    const double within = (uniform - from) / (part.share - from);
    const double z = sim::inverse_normal_cdf(std::clamp(within, kLowest, kHighest));
    // The mean of a lognormal is its median times exp(sigma^2 / 2).
    return part.mean_bytes / mean_bytes_ * sim::exp(part.sigma * (z - part.sigma / 2));
  }
  return 1;
}

std::size_t SizeLaw::stratum_at(double uniform) const {
  for (std::size_t i = 0; i + 1 < strata_.size(); ++i) {
    if (uniform < strata_[i].share) return i;
    uniform -= strata_[i].share;
  }
  return strata_.size() - 1;
}

}  // namespace spindle::models

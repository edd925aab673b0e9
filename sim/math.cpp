#include "sim/math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "sim/log_series.hpp"

// Every function is a fixed sequence of IEEE-754 double operations (the build forbids contraction
// to fused multiply-add), so its bits depend on its arguments alone. docs/theory/kernel.md gives
// the reductions and the error budget.

namespace spindle::sim {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

constexpr double kInverseLn2 = 0x1.71547652b82fep+0;
// Adding and subtracting 1.5 * 2^52 rounds to the nearest integer.
constexpr double kRoundingShift = 0x1.8p52;

// Evaluates c[0] + c[1] x + c[2] x^2 + … as two interleaved Horner chains (even and odd powers):
// half the latency of one chain. Precondition: N >= 2.
template <std::size_t N>
double polynomial(const std::array<double, N>& c, double x) {
  const double x2 = x * x;
  double top = c[N - 1];
  double next = c[N - 2];
  for (std::size_t i = N; i >= 4; i -= 2) {
    top = top * x2 + c[i - 3];
    next = next * x2 + c[i - 4];
  }
  if constexpr (N % 2 == 0) {
    return next + x * top;
  } else {
    return (top * x2 + c[0]) + x * next;
  }
}

// 1/2!, 1/3!, …: the series of (e^x - 1 - x) / x^2. Factorials are exact in double up to 18!.
template <std::size_t N>
constexpr std::array<double, N> inverse_factorials() {
  std::array<double, N> c{};
  double factorial = 1;
  for (std::size_t i = 0; i < N; ++i) {
    factorial *= static_cast<double>(i + 2);
    c[i] = 1.0 / factorial;
  }
  return c;
}

constexpr auto kExpSeries = inverse_factorials<12>();    // enough for |r| <= ln(2)/2
constexpr auto kExpm1Series = inverse_factorials<16>();  // enough for |x| <= 0.7

// 2^k, -1022 <= k <= 1023.
double power_of_two(std::int64_t k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

// v * 2^k for v near 1 and |k| <= 1100, with one rounding where the result is subnormal.
double scale(double v, std::int64_t k) {
  if (k > 1023) return v * power_of_two(1023) * power_of_two(k - 1023);
  if (k < -1020) return v * power_of_two(k + 128) * power_of_two(-128);
  return v * power_of_two(k);
}

struct Reduced {
  double r = 0;  // |r| <= ln(2)/2 and a little
  double c = 0;  // what rounding took from r
  std::int64_t k = 0;
};

// x + tail = k ln 2 + r + c; precondition: |x| < 1100, tail tiny against x.
Reduced reduce(double x, double tail) {
  const double k = (x * kInverseLn2 + kRoundingShift) - kRoundingShift;
  const double high = x - k * kLn2High;  // exact
  const double low = k * kLn2Low - tail;
  Reduced out;
  out.r = high - low;
  out.c = (high - out.r) - low;
  out.k = static_cast<std::int64_t>(k);
  return out;
}

// e^(x + tail).
double exp_with_tail(double x, double tail) {
  if (x > 710) return kInfinity;
  if (x < -746) return 0;
  const Reduced a = reduce(x, tail);
  const double rest = a.r * a.r * polynomial(kExpSeries, a.r) + a.c;
  return scale(1.0 + (a.r + rest), a.k);
}

// x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); f is exact. Precondition: x positive and finite.
struct Split {
  double f = 0;
  std::int64_t k = 0;
};

Split split(double x) {
  std::int64_t k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  // Adding the distance from sqrt(1/2) to 1 carries mantissas above sqrt(2) into the exponent.
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(x) + (kOneBits - kSqrtHalfBits);
  k += static_cast<std::int64_t>(shifted >> 52) - 1023;
  const std::uint64_t mantissa = (shifted & kMantissaBits) + kSqrtHalfBits;
  return {std::bit_cast<double>(mantissa) - 1.0, k};
}

// k ln 2 + log(1 + f) + c. With s = f/(2 + f), h = f^2/2 and R = 2/3 s^2 + 2/5 s^4 + …,
// log(1 + f) = 2 atanh(s) = f - (h - s (h + R)): f, the largest part, enters unrounded.
double log_of_split(const Split& a, double c) {
  const double k = static_cast<double>(a.k);
  const double s = a.f / (2.0 + a.f);
  const double s2 = s * s;
  const double rest = s2 * polynomial(kLogSeries, s2);
  const double half_square = 0.5 * a.f * a.f;
  const double small = s * (half_square + rest) + (k * kLn2Low + c);
  return k * kLn2High - ((half_square - small) - a.f);
}

// A number of about 106 bits: high + low, |low| <= ulp(high)/2.
struct Pair {
  double high = 0;
  double low = 0;
};

Pair fast_two_sum(double a, double b) {  // |a| >= |b|
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

Pair two_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// Exact product without fused multiply-add (Dekker 1971).
Pair two_product(double a, double b) {
  constexpr double kSplitter = 0x1p27 + 1;
  const double a_scaled = kSplitter * a;
  const double a_high = a_scaled - (a_scaled - a);
  const double a_low = a - a_high;
  const double b_scaled = kSplitter * b;
  const double b_high = b_scaled - (b_scaled - b);
  const double b_low = b - b_high;
  const double product = a * b;
  const double error =
      ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
  return {product, error};
}

Pair operator+(const Pair& a, const Pair& b) {
  const Pair sum = two_sum(a.high, b.high);
  return fast_two_sum(sum.high, sum.low + (a.low + b.low));
}

Pair operator*(const Pair& a, const Pair& b) {
  const Pair product = two_product(a.high, b.high);
  return fast_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

// log(x) to about 2^-66 of its size: the terms up to s^5 in pairs, the tail in double.
Pair log_in_pairs(double x) {
  constexpr std::array<double, 11> kTail = {1.0 / 7,  1.0 / 9,  1.0 / 11, 1.0 / 13,
                                            1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21,
                                            1.0 / 23, 1.0 / 25, 1.0 / 27};
  constexpr Pair kThird = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
  constexpr Pair kFifth = {0x1.999999999999ap-3, -0x1.999999999999ap-57};
  const Split a = split(x);
  const Pair divisor = two_sum(2.0, a.f);
  const double s_high = a.f / divisor.high;
  const Pair check = two_product(s_high, divisor.high);
  const double s_low = (((a.f - check.high) - check.low) - s_high * divisor.low) / divisor.high;
  const Pair s = {s_high, s_low};
  const Pair s2 = s * s;
  const Pair tail = {s2.high * polynomial(kTail, s2.high), 0};
  const Pair series = s2 * (kThird + s2 * (kFifth + tail));
  const Pair sum = s + s * series;
  const double k = static_cast<double>(a.k);
  return Pair{k * kLn2High, k * kLn2Low} + Pair{2 * sum.high, 2 * sum.low};
}

// Wichura (1988), algorithm AS 241 (PPND16): coefficients of three rational approximations, lowest
// power first. Their stated relative accuracy is about 1e-16.
constexpr std::array<double, 8> kCentralNumerator = {
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987,  67265.7709270087,   33430.57558358813,  2509.0809287301227};
constexpr std::array<double, 8> kCentralDenominator = {1.0,
                                                       42.31333070160091,
                                                       687.1870074920579,
                                                       5394.196021424751,
                                                       21213.794301586597,
                                                       39307.89580009271,
                                                       28729.085735721943,
                                                       5226.495278852854};
constexpr std::array<double, 8> kMiddleNumerator = {
    1.4234371107496835, 4.630337846156546,  5.769497221460691,    3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414};
constexpr std::array<double, 8> kMiddleDenominator = {1.0,
                                                      2.053191626637759,
                                                      1.6763848301838038,
                                                      0.6897673349851,
                                                      0.14810397642748008,
                                                      0.015198666563616457,
                                                      0.0005475938084995345,
                                                      1.0507500716444169e-09};
constexpr std::array<double, 8> kTailNumerator = {
    6.657904643501103,    5.463784911164114,     1.7848265399172913,     0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07};
constexpr std::array<double, 8> kTailDenominator = {1.0,
                                                    0.599832206555888,
                                                    0.1369298809227358,
                                                    0.014875361290850615,
                                                    0.0007868691311456133,
                                                    1.8463183175100548e-05,
                                                    1.421511758316446e-07,
                                                    2.0442631033899397e-15};

}  // namespace

double exp(double x) {
  if (x != x) return x;
  return exp_with_tail(x, 0);
}

double expm1(double x) {
  if (x != x || x == 0) return x;
  if (x > 40) return exp(x);  // the 1 is below half an ulp
  if (x < -40) return -1;
  if (x > -0.7 && x < 0.7) return x + x * x * polynomial(kExpm1Series, x);
  // 2^k (1 + e) - 1 with e = expm1(r); 2^k - 1 is exact up to k = 53.
  const Reduced a = reduce(x, 0);
  const double e = a.r + (a.r * a.r * polynomial(kExpSeries, a.r) + a.c);
  const double power = power_of_two(a.k);
  if (a.k > 53) return power * (1.0 + e) - 1.0;
  return power * e + (power - 1.0);
}

double log(double x) {
  if (x > 0 && x < kInfinity) return log_of_split(split(x), 0);
  if (x == 0) return -kInfinity;
  return x < 0 ? kNaN : x;
}

double log1p(double x) {
  if (x > -0.29 && x < 0.41) return x == 0 ? x : log_of_split({x, 0}, 0);
  if (x == -1) return -kInfinity;
  if (x < -1) return kNaN;
  if (!(x < kInfinity)) return x;
  // log(u + lost) = log u + lost/u to first order, where u = 1 + x rounded.
  const double u = 1.0 + x;
  const double lost = x > 1 ? 1.0 - (u - x) : x - (u - 1.0);
  return log_of_split(split(u), lost / u);
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y || x < 0) return kNaN;
  if (x == 0) return y > 0 ? 0.0 : kInfinity;
  if (x == kInfinity) return y > 0 ? kInfinity : 0.0;
  // |log x| >= 2^-53 for every other x, so beyond 1e20 the result is 0 or infinite.
  if (y > 1e20 || y < -1e20) return (x > 1) == (y > 0) ? kInfinity : 0.0;
  const Pair log_x = log_in_pairs(x);
  const Pair product = two_product(y, log_x.high);
  if (product.high > 710) return kInfinity;
  if (product.high < -746) return 0;
  return exp_with_tail(product.high, product.low + y * log_x.low);
}

double inverse_normal_cdf(double p) {
  if (!(p > 0 && p < 1)) return p == 0 ? -kInfinity : p == 1 ? kInfinity : kNaN;
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * (polynomial(kCentralNumerator, r) / polynomial(kCentralDenominator, r));
  }
  const double r = std::sqrt(-log(q < 0 ? p : 1.0 - p));
  const double z =
      r <= 5 ? polynomial(kMiddleNumerator, r - 1.6) / polynomial(kMiddleDenominator, r - 1.6)
             : polynomial(kTailNumerator, r - 5) / polynomial(kTailDenominator, r - 5);
  return q < 0 ? -z : z;
}

}  // namespace spindle::sim

// The bits of the elementary functions and of the draws built on them: they must not depend on
// compiler, optimisation level or machine. A change of these digests changes every simulated
// result: it needs a reason and a note in the changelog.

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/digest.hpp"
#include "sim/math.hpp"
#include "sim/random_stream.hpp"

namespace spindle::sim {
namespace {

// f over 20,001 values spread evenly over [low, high].
template <class Function>
std::string digest_over(double low, double high, Function f) {
  constexpr int kPoints = 20'000;
  Digest digest;
  for (int i = 0; i <= kPoints; ++i) digest.add(f(low + (high - low) * i / kPoints));
  return digest.hex();
}

TEST_CASE("math bits: elementary functions") {
  CHECK(digest_over(-750, 712, [](double x) { return exp(x); }) == "a67613e020223c97");
  CHECK(digest_over(-45, 45, [](double x) { return expm1(x); }) == "0b9d5bf67d97b1f4");
  CHECK(digest_over(-1070, 1020, [](double x) {
          return log((1 + std::abs(x) / 1100) * std::ldexp(1.0, static_cast<int>(x)));
        }) == "7e38f4d372bc2245");
  CHECK(digest_over(-0.999, 9, [](double x) { return log1p(x); }) == "06024daafacec7a1");
  CHECK(digest_over(0, 30, [](double x) { return pow(x, 40 - 7 * x); }) == "62b9a96da8ce79dc");
  CHECK(digest_over(0, 1, [](double x) { return inverse_normal_cdf(x); }) == "399269c121744d09");
}

TEST_CASE("math bits: draws") {
  RandomStream stream(Seed{1}, 2, Purpose{3}, 4);
  Digest digest;
  for (int i = 0; i < 10'000; ++i) {
    digest.add(stream.next_u32());
    digest.add(stream.next_u64());
    digest.add(stream.uniform());
    digest.add(stream.below(1000003));
    digest.add(stream.bernoulli(0.3));
    digest.add(stream.exponential());
    digest.add(stream.normal());
  }
  CHECK(digest.hex() == "88dc1351f567d7cf");
}

}  // namespace
}  // namespace spindle::sim

// The bits of every distribution's draws: they must not depend on compiler, optimisation level or
// machine. A change of these digests changes simulated results: it needs a note in the changelog.

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "sim/digest.hpp"
#include "sim/discrete_distributions.hpp"
#include "sim/distributions.hpp"
#include "sim/empirical.hpp"

namespace spindle::sim {
namespace {

template <class Distribution>
std::string digest_of(const Distribution& distribution) {
  RandomStream stream(Seed{1}, 2, Purpose{3}, 4);
  Digest digest;
  for (int i = 0; i < 20'000; ++i) digest.add(distribution.draw(stream));
  return digest.hex();
}

TEST_CASE("distribution bits: continuous") {
  CHECK(digest_of(Exponential(3)) == "d9ca403f38e6295c");
  CHECK(digest_of(Weibull(0.7, 2)) == "5497f1724952a903");
  CHECK(digest_of(Pareto(1.3, 2)) == "1e2f5ddb80bcb681");
  CHECK(digest_of(LogNormal(-1, 1.5)) == "9f3f822f1c3c6da6");
  CHECK(digest_of(LogNormal::of_mean(10, 2)) == "025a5a2e36382662");
}

TEST_CASE("distribution bits: counts and ranks") {
  CHECK(digest_of(Poisson(2.5)) == "8ffbeb02e769c9f1");
  CHECK(digest_of(Poisson(250)) == "6199c7c9d97fd729");
  CHECK(digest_of(Poisson(1e14)) == "b66d4eadab7599b0");
  CHECK(digest_of(Binomial(40, 0.1)) == "fa90d6500ccab1f0");
  CHECK(digest_of(Binomial(40'000, 0.7)) == "1af3c7130a650206");
  CHECK(digest_of(Zipf(1'000'000, 0.9)) == "4078965d8e449d7c");
  CHECK(digest_of(Zipf(1'000'000, 1)) == "1f5304529eca44d5");
}

TEST_CASE("distribution bits: tables") {
  const std::vector<double> weights = {0.3, 5, 0, 2.2, 1e-3};
  const std::vector<double> edges = {-1, 0, 0.5, 4, 4, 1e6};
  CHECK(digest_of(Discrete(weights)) == "e20af021112fc23b");
  CHECK(digest_of(Histogram(edges, weights)) == "12c621dcc3b46a83");
  const Multinomial multinomial(weights);
  RandomStream stream(Seed{1}, 2, Purpose{3}, 4);
  Digest digest;
  std::vector<std::uint64_t> counts(weights.size());
  for (std::uint64_t n = 0; n < 5000; ++n) {
    multinomial.draw(n, stream, counts);
    for (const std::uint64_t count : counts) digest.add(count);
  }
  CHECK(digest.hex() == "bc7f7f1e96dbf2b3");
}

}  // namespace
}  // namespace spindle::sim

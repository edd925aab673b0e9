// Latent errors in the chain of one extent: hand-made closed forms, and limits.
#include "models/analytic/latent_errors.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/analytic/first_passage.hpp"

using namespace spindle::models;

namespace {

constexpr auto kAllAtOnce = RepairMode::kParallel;

double lost_by(std::uint32_t n, std::uint32_t k, double time, const LatentErrors& errors,
               const std::vector<DomainLoss>& losses = {}) {
  return loss_probability(n, k, 1e-3, 1, kAllAtOnce, time, losses, errors);
}

}  // namespace

TEST_CASE("latent errors: with one spare the mean time to loss is a quotient") {
  // From whole: 1/(n l), then lost with q; else k shards at l + e each against repair at m.
  // T = (1/(n l) + (1 - q)/(a + m)) / (1 - (1 - q) m/(a + m)), a = k (l + e).
  for (const double lambda : {1e-3, 1e-6}) {
    for (const double share : {0.0, 1e-5, .01, 1.0}) {
      for (const double rate : {0.0, 1e-6, .01}) {
        const double q = 1 - std::pow(1 - share, 4);
        const double a = 4 * (lambda + rate);
        const double expected = (1 / (5 * lambda) + (1 - q) / (a + 2)) / ((a + 2 * q) / (a + 2));
        CHECK(mttdl(5, 4, lambda, 2, kAllAtOnce, {share, rate}) == Approx(expected).epsilon(1e-11));
        const double later = (1 - q) * a / (a + 2);
        const double by_errors = q + later * rate / (lambda + rate);
        CHECK(latent_loss_share(5, 4, lambda, 2, kAllAtOnce, {share, rate}) ==
              Approx(by_errors / (q + later)).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("latent errors: none leave every figure as it is, bit for bit") {
  for (const std::uint32_t n : {1U, 2U, 3U, 9U, 20U}) {
    for (std::uint32_t k = 1; k <= n; k += 4) {
      CHECK(mttdl(n, k, 1e-6, .04, kAllAtOnce, {}) == mttdl(n, k, 1e-6, .04, kAllAtOnce));
      CHECK(mttdl(n, k, 1e-6, 0, kAllAtOnce, {}) == mttdl(n, k, 1e-6, 0, kAllAtOnce));
      CHECK(latent_loss_share(n, k, 1e-6, .04, kAllAtOnce, {}) == 0);
    }
  }
}

TEST_CASE("latent errors: copies with an error each are worth one failure less") {
  // Sure to be met: the loss comes with the last spare, as with one shard less to lose.
  for (const std::uint32_t n : {3U, 9U, 14U}) {
    const std::uint32_t k = n == 3 ? 1 : n - 4;
    CHECK(mttdl(n, k, 1e-4, .1, kAllAtOnce, {1, 0}) ==
          Approx(mttdl(n, k + 1, 1e-4, .1, kAllAtOnce)).epsilon(1e-11));
    CHECK(latent_loss_share(n, k, 1e-4, .1, kAllAtOnce, {1, 0}) == 1);
  }
  // Rare ones: lost through them, and through failures, in proportion.
  const LatentErrors errors{1e-6, 0};
  const double base = 1 / mttdl(9, 5, 1e-6, .04, kAllAtOnce);
  const double worse = 1 / mttdl(9, 5, 1e-6, .04, kAllAtOnce, errors);
  const double share = latent_loss_share(9, 5, 1e-6, .04, kAllAtOnce, errors);
  CHECK(worse * (1 - share) == Approx(base).epsilon(1e-5));
}

TEST_CASE("latent errors: without a spare every one is a loss") {
  const LatentErrors errors{.5, 2e-3};
  CHECK(mttdl(4, 4, 1e-3, 1, kAllAtOnce, errors) == Approx(1 / .012).epsilon(1e-12));
  CHECK(lost_by(4, 4, 50, errors) == Approx(-std::expm1(-.012 * 50)).epsilon(1e-11));
  CHECK(mttdl(4, 4, 0, 1, kAllAtOnce, errors) == Approx(1 / .008).epsilon(1e-12));
  CHECK(std::isinf(mttdl(5, 4, 0, 1, kAllAtOnce, errors)));
  CHECK(std::isnan(latent_loss_share(5, 4, 0, 1, kAllAtOnce, errors)));
}

TEST_CASE("latent errors: a zone that takes the last spare shards meets them at once") {
  const double u = 1e-4;
  const LatentErrors errors{u, 0};
  const double met = 1 - std::pow(1 - u, 5);
  constexpr double kSoon = 1e-9;  // hardly a failure
  for (const bool is_rebuilt : {false, true}) {
    CHECK(lost_by(9, 5, kSoon, errors, {{4, 0, is_rebuilt}}) == Approx(met).epsilon(1e-6));
    CHECK(lost_by(9, 5, kSoon, errors, {{3, 0, is_rebuilt}}) < 1e-10);
  }
  // Spares that went before took the errors with them: two zones, and one that held nothing.
  CHECK(lost_by(9, 5, 2 * kSoon, errors, {{4, 0, false}, {0, kSoon, false}}) ==
        Approx(met).epsilon(1e-6));
  CHECK(lost_by(9, 5, 2 * kSoon, errors, {{2, 0, false}, {2, kSoon, false}}) ==
        Approx(met).epsilon(1e-6));
}

TEST_CASE("latent errors: what has no meaning is refused") {
  for (const LatentErrors& errors :
       {LatentErrors{-.1, 0}, LatentErrors{1.1, 0}, LatentErrors{0, -1}, LatentErrors{NAN, 0},
        LatentErrors{0, INFINITY}}) {
    CHECK_THROWS_AS(mttdl(3, 1, 1, 1, kAllAtOnce, errors), std::invalid_argument);
    CHECK_THROWS_AS(latent_loss_share(3, 1, 1, 1, kAllAtOnce, errors), std::invalid_argument);
    CHECK_THROWS_AS(lost_by(3, 1, 1, errors), std::invalid_argument);
  }
  CHECK(LatentErrors{1, 0}.among(5) == 1);
  CHECK(LatentErrors{1e-12, 0}.among(5) == Approx(5e-12).epsilon(1e-9));
}

// The chain of any scheme: against those of copies and erasure codes, and against the chain over
// every set of lost shards of small local codes.
#include "models/analytic/scheme_chain.hpp"

#include <rapidcheck.h>

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/analytic/first_passage.hpp"
#include "models/analytic/markov.hpp"
#include "sim/math.hpp"
#include "tests/support/local_codes.hpp"
#include "tests/support/schemes.hpp"

using namespace spindle;
using namespace spindle::models;
using namespace spindle::test;

namespace {

constexpr double kYear = 8760;

// Mean time to loss with a state for every set of lost shards. States are eliminated from the
// last down to the whole extent; nothing is subtracted.
double exact_time_to_loss(const LocalShape& shape, double lambda, double mu) {
  const std::uint32_t n = scheme_of(shape).shards();
  const std::size_t sets = std::size_t{1} << n;
  std::vector<std::vector<double>> rates(sets, std::vector<double>(sets));
  std::vector<double> fatal(sets);
  std::vector<double> stay(sets, 1.0);
  for (std::uint32_t lost = 0; lost < sets; ++lost) {
    if (!is_survived(shape, lost)) continue;
    for (std::uint32_t shard = 0; shard < n; ++shard) {
      const std::uint32_t other = lost ^ (1U << shard);
      if ((lost >> shard & 1U) != 0) {
        rates[lost][other] = mu;
      } else {
        (is_survived(shape, other) ? rates[lost][other] : fatal[lost]) += lambda;
      }
    }
  }
  for (std::uint32_t gone = static_cast<std::uint32_t>(sets) - 1; gone > 0; --gone) {
    if (!is_survived(shape, gone)) continue;
    double exit = fatal[gone];
    for (std::uint32_t to = 0; to < gone; ++to) exit += rates[gone][to];
    for (std::uint32_t from = 0; from < gone; ++from) {
      const double into = rates[from][gone] / exit;
      if (into == 0) continue;
      for (std::uint32_t to = 0; to < gone; ++to) rates[from][to] += into * rates[gone][to];
      fatal[from] += into * fatal[gone];
      stay[from] += into * stay[gone];
    }
  }
  return stay[0] / fatal[0];
}

double share_of_exact(const LocalShape& shape, double lambda, double mu) {
  return mean_time_to_loss(scheme_of(shape), lambda, mu) / exact_time_to_loss(shape, lambda, mu);
}

}  // namespace

TEST_CASE("scheme chain: that of copies and erasure codes, to 1e-12") {
  rc::check("MTTDL", [] {
    const auto needed = *rc::gen::inRange<std::uint32_t>(1, 18);
    const auto parity = *rc::gen::inRange<std::uint32_t>(0, 7);
    const double lambda = std::pow(10.0, -*rc::gen::inRange(0, 9));
    const double mu = std::pow(10.0, *rc::gen::inRange(-5, 2));
    const double expected = mttdl(needed + parity, needed, lambda, mu, RepairMode::kParallel);
    const double chain = mean_time_to_loss(test::erasure(needed, parity), lambda, mu);
    RC_ASSERT(std::abs(chain / expected - 1) < 1e-12);
  });
  CHECK(mean_time_to_loss(test::copies(3), 1e-6, 1 / 24.) == Approx(5.787523166e14).epsilon(1e-9));
  CHECK(mean_time_to_loss(test::erasure(17, 3), .00405 / kYear, 1 / 156.) ==
        Approx(2.980387759e14).epsilon(1e-9));
  CHECK(std::isinf(mean_time_to_loss(test::copies(3), 0, 1)));
}

TEST_CASE("scheme chain: shards that are missing leave a smaller code") {
  const double lambda = .04 / kYear;
  for (const double mu : {0.0, 1 / 24., 1 / 168.}) {
    for (std::uint32_t missing = 0; missing <= 4; ++missing) {
      CHECK(loss_probability(test::erasure(5, 4), missing, lambda, mu, 720) ==
            Approx(loss_probability(9 - missing, 5, lambda, mu, RepairMode::kParallel, 720))
                .epsilon(1e-12));
      CHECK(unreadable_probability(test::erasure(5, 4), missing, .01) ==
            Approx(unreadable_probability(9 - missing, 5, .01)).epsilon(1e-12));
    }
    CHECK(loss_probability(test::erasure(5, 4), 5, lambda, mu, 720) == 1);
  }
  CHECK(unreadable_probability(test::erasure(5, 4), 5, 0) == 1);
}

TEST_CASE("scheme chain: the published risks while a zone is away") {
  // AFR 1.5 %, 30 days without repair: two of six shards fail, or both copies.
  const double month = 30 * 24;
  const double lambda = .015 / kYear;
  CHECK(loss_probability(test::erasure(5, 4), 3, lambda, 0, month) == Approx(2.3e-5).epsilon(.02));
  CHECK(loss_probability(test::copies(3), 1, lambda, 0, month) == Approx(1.5e-6).epsilon(.02));
  const double q = -spindle::sim::expm1(-lambda * month);
  CHECK(unreadable_probability(test::erasure(5, 4), 3, q) ==
        Approx(loss_probability(test::erasure(5, 4), 3, lambda, 0, month)).epsilon(1e-10));
  CHECK(unreadable_probability(test::erasure(5, 4), 0, 1e-3) == Approx(1.3e-13).epsilon(.04));
  CHECK(unreadable_probability(test::erasure(5, 4), 3, 1e-3) == Approx(1.5e-5).epsilon(.01));
}

TEST_CASE("scheme chain: a local code without repair is exact") {
  for (const LocalShape& shape : {LocalShape{4, 2, 1}, LocalShape{3, 3, 1}, LocalShape{6, 2, 0}}) {
    INFO(scheme_of(shape).name());
    CHECK(share_of_exact(shape, .3, 0) == Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("scheme chain: with repair its error on a local code is of the order of lambda / mu") {
  for (const LocalShape& shape : {LocalShape{4, 2, 1}, LocalShape{2, 2, 2}, LocalShape{6, 2, 0}}) {
    INFO(scheme_of(shape).name());
    CHECK(share_of_exact(shape, 1e-3, 1) == Approx(1).epsilon(3e-3));
    CHECK(share_of_exact(shape, 1e-6, 1) == Approx(1).epsilon(3e-6));
  }
}

TEST_CASE("scheme chain: what of a local code cannot be read, over every set") {
  const LocalShape shape{4, 2, 1};
  const Scheme scheme = scheme_of(shape);
  const double down = .2;
  for (std::uint32_t missing = 0; missing <= 4; ++missing) {
    double total = 0;  // over which are missing, and which of the others are down
    double choices = 0;
    for (std::uint32_t gone = 0; gone < (1U << scheme.shards()); ++gone) {
      if (static_cast<std::uint32_t>(std::popcount(gone)) != missing) continue;
      choices += 1;
      for (std::uint32_t lost = 0; lost < (1U << scheme.shards()); ++lost) {
        if ((lost & gone) != gone || is_survived(shape, lost)) continue;
        const auto more = static_cast<double>(std::popcount(lost ^ gone));
        total += std::pow(down, more) * std::pow(1 - down, scheme.shards() - missing - more);
      }
    }
    CHECK(unreadable_probability(scheme, missing, down) == Approx(total / choices).epsilon(1e-12));
  }
}

TEST_CASE("scheme chain: impossible input is refused") {
  CHECK_THROWS_AS(mean_time_to_loss(test::copies(3), -1, 1), std::invalid_argument);
  CHECK_THROWS_AS(mean_time_to_loss(test::copies(3), 1, HUGE_VAL), std::invalid_argument);
  CHECK_THROWS_AS(loss_probability(test::copies(3), 4, 1, 1, 1), std::invalid_argument);
  CHECK_THROWS_AS(loss_probability(test::copies(3), 1, 1, 1, -1), std::invalid_argument);
  CHECK_THROWS_AS(unreadable_probability(test::copies(3), 1, 1.5), std::invalid_argument);
}

// The birth-death chain of one extent, walked event by event.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/analytic/markov.hpp"
#include "sim/random_stream.hpp"

using namespace spindle;

namespace {

struct Estimate {
  double mean;
  double standard_error;
};

// Gillespie's direct method: time to loss of n shards of which k are needed, lambda = .1, mu = 1.
Estimate time_to_loss(std::uint32_t n, std::uint32_t k, std::uint64_t entity) {
  constexpr int kLives = 20'000;
  sim::RandomStream random(sim::Seed{7}, 0, sim::Purpose{60'000}, entity);
  double total = 0;
  double squares = 0;
  for (int life = 0; life < kLives; ++life) {
    double clock = 0;
    std::uint32_t lost = 0;
    while (lost <= n - k) {
      const double failure = .1 * (n - lost);
      const double all = failure + lost;
      clock += random.exponential() / all;
      if (random.uniform() * all < failure) {
        ++lost;
      } else {
        --lost;
      }
    }
    total += clock;
    squares += clock * clock;
  }
  const double mean = total / kLives;
  return {mean, std::sqrt((squares / kLives - mean * mean) / kLives)};
}

}  // namespace

// Tolerance 3 standard errors (about 2 % of the mean): a fresh seed fails with probability .0027
// each.
TEST_CASE("mttdl: a walk through failures and repairs takes as long as the chain says") {
  struct Case {
    std::uint32_t n, k;
    double printed;
  };
  for (const Case& c : {Case{3, 1, 468.33}, Case{9, 5, 433.29}}) {
    INFO(c.k << " of " << c.n);
    const Estimate walked = time_to_loss(c.n, c.k, c.n);
    const double exact = models::mttdl(c.n, c.k, .1, 1, models::RepairMode::kParallel);
    CHECK(exact == Approx(c.printed).margin(.005));
    CHECK(std::abs(walked.mean - exact) < 3 * walked.standard_error);
    CHECK(walked.standard_error < .01 * exact);
  }
}

#include "sim/cells/spin_barrier.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/cells/team.hpp"

namespace spindle::sim {
namespace {

// Each thread writes its own place before the barrier and reads all of them after it. The values
// are plain, so that ThreadSanitizer would see a barrier that does not order.
TEST_CASE("spin barrier: what came before it is seen after it, also with more threads than cores") {
  for (const unsigned threads : {1U, 2U, 8U, 16U}) {
    constexpr unsigned kRounds = 300;
    SpinBarrier barrier(threads);
    std::vector<unsigned> rounds(threads);
    std::vector<unsigned> wrong(threads);
    run_together(threads, [&](unsigned me) {
      for (unsigned round = 1; round <= kRounds; ++round) {
        rounds[me] = round;
        barrier.arrive_and_wait();
        for (const unsigned other : rounds) wrong[me] += other == round ? 0 : 1;
        barrier.arrive_and_wait();
      }
    });
    CHECK(rounds == std::vector<unsigned>(threads, kRounds));
    CHECK(wrong == std::vector<unsigned>(threads, 0));
  }
}

}  // namespace
}  // namespace spindle::sim

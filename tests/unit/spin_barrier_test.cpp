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
        wrong[me] += barrier.arrive_and_wait() ? 0U : 1U;
        for (const unsigned other : rounds) wrong[me] += other == round ? 0U : 1U;
        wrong[me] += barrier.arrive_and_wait() ? 0U : 1U;
      }
    });
    CHECK(rounds == std::vector<unsigned>(threads, kRounds));
    CHECK(wrong == std::vector<unsigned>(threads, 0));
  }
}

TEST_CASE("spin barrier: nobody waits for a party that has left") {
  for (const unsigned threads : {2U, 3U, 16U}) {
    SpinBarrier barrier(threads);
    std::vector<unsigned> met(threads);
    run_together(threads, [&](unsigned me) {
      // The last one comes three times and leaves; the others would come for ever.
      const unsigned rounds = me + 1 == threads ? 3 : 1'000'000;
      while (met[me] < rounds && barrier.arrive_and_wait()) ++met[me];
      if (me + 1 == threads) barrier.leave();
    });
    CHECK(met.back() == 3);
    // Who was still on its way out of the third round may have heard of it there.
    for (const unsigned rounds : met) CHECK((rounds == 2 || rounds == 3));
    CHECK_FALSE(barrier.arrive_and_wait());
  }
}

}  // namespace
}  // namespace spindle::sim

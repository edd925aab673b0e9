#include "sim/parallel.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace spindle::sim {
namespace {

TEST_CASE("parallel: every index exactly once, whatever the thread count") {
  for (const unsigned threads : {0U, 1U, 2U, 4U, 9U}) {
    for (const std::size_t count : {0U, 1U, 3U, 1000U}) {
      std::vector<int> calls(count);
      for_each_index(threads, count, [&](std::size_t i) { ++calls[i]; });
      REQUIRE(calls == std::vector<int>(count, 1));
    }
  }
}

TEST_CASE("parallel: the exception of the lowest index is rethrown after all have ended") {
  for (const unsigned threads : {1U, 2U, 4U}) {
    for (int repetition = 0; repetition < 50; ++repetition) {
      std::atomic<int> running{0};
      std::string message;
      try {
        for_each_index(threads, 200, [&](std::size_t i) {
          ++running;
          if (i == 60 || i == 61 || i >= 150) {
            --running;
            throw std::runtime_error(std::to_string(i));
          }
          --running;
        });
      } catch (const std::runtime_error& error) {
        message = error.what();
      }
      REQUIRE(message == "60");
      REQUIRE(running == 0);
    }
  }
}

}  // namespace
}  // namespace spindle::sim

// What a time wheel tells of events before they leave, and windows.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "sim/random_stream.hpp"
#include "sim/time_wheel.hpp"
#include "tests/support/filled_wheel.hpp"

namespace spindle::sim {

TEST_CASE("time wheel: upcoming ids leave in their order") {
  constexpr std::uint32_t kCount = 5'000;
  RandomStream s(Seed{4}, 0, Purpose{1}, 0);
  TimeWheel wheel(kCount);
  test::fill_wheel(wheel, kCount, s);
  std::size_t announced = 0;
  while (!wheel.empty()) {
    std::vector<std::uint32_t> ids;
    for (const std::uint64_t entry : wheel.upcoming()) ids.push_back(id_of(entry));
    announced += ids.size();
    if (ids.empty()) wheel.pop();
    // Some that came late may leave between them.
    for (const std::uint32_t id : ids) {
      while (wheel.next_id() != id) wheel.pop();
      wheel.pop();
    }
  }
  CHECK(announced > kCount * 9 / 10);
}

TEST_CASE("time wheel: ids are announced before they leave, once, in their order") {
  constexpr std::uint32_t kCount = 5'000;
  constexpr std::size_t kMost = 100;
  RandomStream s(Seed{12}, 0, Purpose{1}, 0);
  TimeWheel wheel(kCount);
  test::fill_wheel(wheel, kCount, s);
  std::vector<std::uint32_t> announced;
  std::size_t met = 0;
  std::size_t longest = 0;
  while (!wheel.empty()) {
    const auto next = wheel.announce(kMost);
    longest = std::max(longest, next.size());
    for (const std::uint64_t entry : next) announced.push_back(id_of(entry));
    CHECK(wheel.announce(kMost).empty());
    const std::uint32_t id = wheel.pop().id;
    if (met < announced.size() && announced[met] == id) ++met;
  }
  CHECK(longest == kMost);
  CHECK(met == announced.size());
  CHECK(announced.size() > kCount * 9 / 10);
}

TEST_CASE("time wheel: windows give the same events as one run") {
  const auto run = [](std::int64_t window_ns) {
    RandomStream s(Seed{5}, 0, Purpose{1}, 0);
    TimeWheel wheel(1'000);
    test::fill_wheel(wheel, 1'000, s);
    std::vector<std::pair<std::int64_t, std::uint32_t>> seen;
    for (std::int64_t end = window_ns; seen.size() < 20'000; end += window_ns) {
      while (seen.size() < 20'000 && wheel.next_time().ns() < end) {
        const TimeWheel::Event event = wheel.pop();
        seen.emplace_back(event.time.ns(), event.id);
        wheel.schedule(event.id, event.time + Duration::seconds(s.exponential()));
      }
    }
    return seen;
  };
  const auto whole = run(std::int64_t{1} << 61);
  CHECK(run(1'000'000) == whole);
  CHECK(run(77'777'777) == whole);
}

}  // namespace spindle::sim

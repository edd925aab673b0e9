#include "sim/time_wheel.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/random_stream.hpp"
#include "tests/support/filled_wheel.hpp"

namespace spindle::sim {
namespace {

// How far ahead a mix schedules, in ns.
struct Mix {
  std::string name;
  std::function<std::int64_t(RandomStream&)> increment;
};

std::int64_t nanoseconds(double ns) {
  return static_cast<std::int64_t>(ns);
}

std::vector<Mix> mixes() {
  constexpr double kYear = 3.15e16;
  return {
      {"exponential, 1 s", [](RandomStream& s) { return nanoseconds(1e9 * s.exponential()); }},
      {"tiny: 0 to 3 ns", [](RandomStream& s) { return std::int64_t{s.below(4)}; }},
      {"200 years, uniform", [](RandomStream& s) { return nanoseconds(40 * kYear * s.uniform()); }},
      {"ties: whole seconds",
       [](RandomStream& s) { return std::int64_t{1 + s.below(3)} * 1'000'000'000; }},
      {"ties: all but a few at one time",
       [](RandomStream& s) { return s.bernoulli(0.001) ? std::int64_t{1} : 1000 - 1000; }},
      {"ties in steps of 2^40 ns", [](RandomStream& s) { return std::int64_t{s.below(5)} << 40; }},
      {"clusters 2^45 ns apart",
       [](RandomStream& s) {
         return (std::int64_t{s.below(8)} << 45) + std::int64_t{s.below(1001)};
       }},
      {"bimodal, 1 : 10^6",
       [](RandomStream& s) {
         return nanoseconds((s.bernoulli(0.9) ? 1e3 : 1e9) * s.exponential());
       }},
      {"heavy-tailed, index 0.5",
       [](RandomStream& s) {
         return nanoseconds(std::min(1e3 / (s.uniform() * s.uniform()), 10 * kYear));
       }},
      {"bursts each second",
       [](RandomStream& s) { return 1'000'000'000 + std::int64_t{s.below(1000)}; }},
  };
}

// Drives a wheel and a sorted set side by side. Every answer must be the same.
class Pair {
 public:
  explicit Pair(std::uint32_t ids) : wheel_(ids), due_(ids, kNone) {}

  void schedule(std::uint32_t id, std::int64_t ns) {
    remove(id);
    due_[id] = ns;
    model_.emplace(ns, id);
    wheel_.schedule(id, Instant::from_ns(ns));
  }
  bool cancel(std::uint32_t id) {
    const bool was_pending = due_[id] != kNone;
    remove(id);
    return wheel_.cancel(id) == was_pending;
  }
  // The event both popped; the clock goes there.
  bool pop() {
    const auto first = *model_.begin();
    remove(first.second);
    const bool peeks = wheel_.next_time().ns() == first.first && wheel_.next_id() == first.second;
    const TimeWheel::Event event = wheel_.pop();
    now_ = first.first;
    return peeks && event.time.ns() == first.first && event.id == first.second &&
           !wheel_.contains(event.id);
  }
  [[nodiscard]] bool agree() const {
    return wheel_.size() == model_.size() && wheel_.empty() == model_.empty() &&
           wheel_.dead() <= wheel_.size() / 4 * 3 + 64;
  }
  [[nodiscard]] bool empty() const { return model_.empty(); }
  [[nodiscard]] std::int64_t now() const { return now_; }
  [[nodiscard]] std::size_t size() const { return model_.size(); }
  TimeWheel& wheel() { return wheel_; }

 private:
  static constexpr std::int64_t kNone = -1;
  void remove(std::uint32_t id) {
    if (due_[id] != kNone) model_.erase({due_[id], id});
    due_[id] = kNone;
  }

  TimeWheel wheel_;
  std::vector<std::int64_t> due_;
  std::set<std::pair<std::int64_t, std::uint32_t>> model_;
  std::int64_t now_ = 0;
};

// Random operations about a number of pending events that swells and shrinks; the weights of
// schedule, reschedule and cancel change with it.
bool agrees(const Mix& mix, std::uint32_t ids, std::size_t operations, std::uint64_t seed) {
  RandomStream s(Seed{seed}, 0, Purpose{1}, 0);
  Pair pair(ids);
  constexpr std::int64_t kEnd = 6'300'000'000'000'000'000;
  for (std::size_t i = 0; i < operations; ++i) {
    const bool swell = i / (operations / 6 + 1) % 2 == 0;
    const std::uint32_t dice = s.below(16);
    const std::uint32_t id = s.below(ids);
    if (dice < (swell ? 8U : 3U)) {
      pair.schedule(id, std::min(pair.now() + mix.increment(s), kEnd));
    } else if (dice < 12) {
      if (!pair.empty() && !pair.pop()) return false;
    } else if (dice < 14 && !pair.cancel(id)) {
      return false;
    } else if (dice == 14 && !pair.empty()) {
      // What is next is moved: the earliest event is what the wheel keeps apart.
      pair.schedule(pair.wheel().next_id(), std::min(pair.now() + mix.increment(s), kEnd));
    } else if (dice == 15 && !pair.empty() && !pair.cancel(pair.wheel().next_id())) {
      return false;
    }
    if (!pair.agree()) return false;
  }
  while (!pair.empty()) {
    if (!pair.pop()) return false;
  }
  return pair.agree();
}

TEST_CASE("time wheel: random operations agree with a sorted set, whatever the times") {
  for (const Mix& mix : mixes()) {
    CAPTURE(mix.name);
    CHECK(agrees(mix, 20, 20'000, 1));
    CHECK(agrees(mix, 300, 20'000, 2));
    CHECK(agrees(mix, 30'000, 60'000, 3));
  }
}

TEST_CASE("time wheel: millions of random operations agree with a sorted set", "[.large]") {
  for (const Mix& mix : mixes()) {
    CAPTURE(mix.name);
    for (const std::uint64_t seed : {11U, 12U, 13U}) CHECK(agrees(mix, 100'000, 1'000'000, seed));
    CHECK(agrees(mix, 1'000'000, 4'000'000, 14));
  }
}

TEST_CASE("time wheel: with 700,000 pending every event leaves at its time, in order") {
  // So many that entries wait for their buckets on the way; what is expected is kept by id.
  constexpr std::uint32_t kCount = 700'000;
  constexpr std::int64_t kNone = -1;
  RandomStream s(Seed{6}, 0, Purpose{1}, 0);
  TimeWheel wheel(kCount);
  std::vector<std::int64_t> due(kCount, kNone);
  const auto schedule = [&](std::uint32_t id, std::int64_t from) {
    due[id] = from + s.below(1'000'000'000);
    wheel.schedule(id, Instant::from_ns(due[id]));
  };
  for (std::uint32_t id = 0; id < kCount; ++id) schedule(id, 0);
  std::int64_t now = 0;
  std::size_t wrong = 0;
  const auto pop = [&] {
    const TimeWheel::Event event = wheel.pop();
    if (event.time.ns() != due[event.id] || event.time.ns() < now) ++wrong;
    now = event.time.ns();
    due[event.id] = kNone;
    return event.id;
  };
  for (int i = 0; i < 300'000; ++i) {
    const std::uint32_t next = pop();
    schedule(next, now);
    const std::uint32_t other = s.below(kCount);
    if (i % 4 == 0) schedule(other, now);  // moved
    if (i % 4 == 1) {
      if (wheel.cancel(other) != (due[other] != kNone)) ++wrong;
      due[other] = kNone;
    }
    if (i % 4 == 2) {  // three are set, and two taken back at once
      const std::array<std::uint32_t, 3> set = {other, s.below(kCount), s.below(kCount)};
      for (const std::uint32_t id : set) schedule(id, now);
      for (const std::uint32_t id : {set[0], set[2]}) {
        if (wheel.cancel(id) != (due[id] != kNone)) ++wrong;
        due[id] = kNone;
      }
    }
  }
  // Timeouts that come to nothing before they are in their buckets leave no entries; the bucket
  // being emptied, of some 6 ms, is another matter.
  const std::size_t dead = wheel.dead();
  for (std::uint32_t first = 0; first + 8 <= 80'000; first += 8) {
    for (std::uint32_t id = first; id < first + 8; ++id) wheel.cancel(id);
    const std::size_t before = wheel.dead();
    for (std::uint32_t id = first; id < first + 8; ++id) schedule(id, now + 50'000'000);
    for (std::uint32_t id = first; id < first + 8; ++id) {
      wheel.cancel(id);
      due[id] = kNone;
    }
    if (wheel.dead() > before) ++wrong;
  }
  CHECK(wheel.dead() <= dead + 80'000);
  while (!wheel.empty()) pop();
  CHECK(wrong == 0);
  CHECK(std::all_of(due.begin(), due.end(), [](std::int64_t ns) { return ns == kNone; }));
}

TEST_CASE("time wheel: at most 24 bytes an event, ids and all slack included") {
  constexpr std::uint32_t kCount = 200'000;
  RandomStream s(Seed{1}, 0, Purpose{1}, 0);
  TimeWheel wheel(kCount);
  test::fill_wheel(wheel, kCount, s);
  const auto bytes_per_event = [&] {
    return static_cast<double>(wheel.memory_bytes()) / static_cast<double>(wheel.size());
  };
  CHECK(bytes_per_event() < 24);
  CHECK(bytes_per_event() > 16);  // the time of an id, and an entry
  // Some turns on, each event being put back an increment later.
  for (std::uint32_t i = 0; i < 5 * kCount; ++i) {
    const TimeWheel::Event event = wheel.pop();
    wheel.schedule(event.id, event.time + Duration::seconds(s.exponential()));
    if (i % 10'000 == 0) REQUIRE(bytes_per_event() < 24);
  }
}

TEST_CASE("time wheel: what is cancelled neither accumulates nor takes memory") {
  constexpr std::uint32_t kCount = 20'000;
  RandomStream s(Seed{2}, 0, Purpose{1}, 0);
  TimeWheel wheel(2 * kCount);
  test::fill_wheel(wheel, kCount, s);
  const auto step = [&] {
    const TimeWheel::Event event = wheel.pop();
    wheel.schedule(event.id, event.time + Duration::seconds(s.exponential()));
    return event.time;
  };
  const auto churn = [&](std::uint32_t rounds) {
    // 99 events that come to nothing for one that happens.
    for (std::uint32_t i = 0; i < rounds; ++i) {
      const Instant now = step();
      for (std::uint32_t k = 0; k < 99; ++k) {
        const std::uint32_t id = kCount + s.below(kCount);
        wheel.schedule(id, now + Duration::seconds(s.exponential()));
        wheel.cancel(id);
      }
    }
  };
  churn(2'000);
  const std::size_t before = wheel.memory_bytes();
  churn(8'000);
  CHECK(wheel.size() == kCount);
  CHECK(wheel.dead() <= kCount / 4 * 3 + 64);
  CHECK(wheel.memory_bytes() <= before + before / 10);
}

TEST_CASE("time wheel: an event moved again and again leaves nothing behind") {
  TimeWheel wheel(100);
  for (std::uint32_t id = 0; id < 100; ++id) wheel.schedule(id, Instant::from_ns(1'000 + id));
  for (std::int64_t i = 0; i < 100'000; ++i) wheel.schedule(7, Instant::from_ns(5'000 + i % 3));
  CHECK(wheel.size() == 100);
  CHECK(wheel.dead() <= 100 / 4 * 3 + 64);
  CHECK(wheel.memory_bytes() < 100'000);
  for (std::int64_t i = 0; i < 99; ++i) wheel.pop();
  CHECK(wheel.next_time().ns() == 5'000 + 99'999 % 3);
  CHECK(wheel.pop().id == 7);
  CHECK(wheel.empty());
}

TEST_CASE("time wheel: a flood of events at one time leaves in the order of ids") {
  constexpr std::uint32_t kCount = 300'000;
  TimeWheel wheel(kCount);
  const Instant start = Instant::from_ns(123'456'789);
  // 7919 is prime to the count: all ids, scattered.
  for (std::uint64_t i = 0; i < kCount; ++i) {
    wheel.schedule(static_cast<std::uint32_t>(i * 7919 % kCount), start);
  }
  for (std::int64_t round = 0; round < 3; ++round) {
    for (std::uint32_t id = 0; id < kCount; ++id) {
      const TimeWheel::Event event = wheel.pop();
      if (event.id != id || event.time != start + Duration::nanoseconds(10 * round)) {
        FAIL("round " << round << ", event " << id << ": " << event.id);
      }
      // Again all at one time, while the flood before is still leaving.
      if (round < 2) wheel.schedule(id, event.time + Duration::nanoseconds(10));
    }
  }
  CHECK(wheel.empty());
}

TEST_CASE("time wheel: buckets follow a rate that changes by a factor of ten thousand") {
  RandomStream s(Seed{3}, 0, Purpose{1}, 0);
  TimeWheel wheel(50'000);
  test::fill_wheel(wheel, 50'000, s);
  Instant last;
  const std::size_t before = wheel.memory_bytes();
  for (const double scale : {1.0, 1e-4, 1.0, 1e4, 1e-4}) {
    for (int i = 0; i < 150'000; ++i) {
      const TimeWheel::Event event = wheel.pop();
      REQUIRE(event.time >= last);
      last = event.time;
      wheel.schedule(event.id, last + Duration::seconds(scale * s.exponential()));
    }
    // A bucket being emptied holds what 50,000 events at the rate of now should have, and some.
    std::size_t most = 0;
    for (int i = 0; i < 50'000; ++i) {
      const TimeWheel::Event event = wheel.pop();
      last = event.time;
      wheel.schedule(event.id, last + Duration::seconds(scale * s.exponential()));
      most = std::max(most, wheel.upcoming().size());
    }
    CAPTURE(scale);
    CHECK(most < 20'000);
    CHECK(most > 100);
  }
  CHECK(wheel.memory_bytes() < 3 * before);
}

}  // namespace

// Buckets of a sparse year resolve seconds: what moves by less must not keep its old place.
TEST_CASE("time wheel: an event put off within what its bucket can tell apart comes in its turn") {
  constexpr std::int64_t kApart = std::int64_t{1} << 50;
  TimeWheel wheel(200);
  for (std::uint32_t id = 10; id < 200; ++id) {
    wheel.schedule(id, Instant::from_ns((id - 9) * kApart));
  }
  const std::int64_t near = 50 * kApart + kApart / 2;
  for (std::uint32_t id = 0; id < 3; ++id) wheel.schedule(id, Instant::from_ns(near + 10 * id));
  while (wheel.next_id() != 0) wheel.pop();
  wheel.schedule(1, Instant::from_ns(near + 30));
  std::vector<std::uint32_t> order;
  for (int i = 0; i < 3; ++i) order.push_back(wheel.pop().id);
  CHECK(order == std::vector<std::uint32_t>{0, 2, 1});
}

}  // namespace spindle::sim

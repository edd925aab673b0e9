#include "sim/time_wheel.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/random_stream.hpp"

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
           wheel_.dead() <= wheel_.size() / 2 + 64;
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

}  // namespace
}  // namespace spindle::sim

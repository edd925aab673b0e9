#pragma once
// Times until the next event, drawn beforehand so that only the kernel is timed. Mean 1 s.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/random_stream.hpp"
#include "sim/time.hpp"

namespace spindle::bench {

enum class Mix { kExponential, kBimodal, kTied };

// In seconds, of an exponential draw and, for kBimodal, a uniform one.
inline double increment(Mix mix, double exponential, double coin) {
  switch (mix) {
    case Mix::kBimodal:  // nine of ten are a hundred times shorter than the tenth
      return exponential * (coin < 0.9 ? 1 : 100) / 10.9;
    case Mix::kTied:  // eight times a second
      return std::fmax(1, std::ceil(8 * exponential)) / 8;
    default:
      return exponential;
  }
}

class Increments {
 public:
  // `count`, a power of two, is how many come before they repeat; the usual 64 KiB leave the caches
  // alone.
  explicit Increments(Mix mix, std::uint64_t entity = 0, std::size_t count = std::size_t{1} << 13)
      : steps_(count) {
    sim::RandomStream stream(sim::Seed{1}, 0, sim::Purpose{1}, entity);
    for (sim::Duration& step : steps_) {
      const double exponential = stream.exponential();
      const double coin = mix == Mix::kBimodal ? stream.uniform() : 0;
      step = sim::Duration::seconds(increment(mix, exponential, coin));
    }
  }

  sim::Duration next() { return steps_[next_++ & (steps_.size() - 1)]; }
  // For the first event of an entity, without a pattern in the ids of those that are due together:
  // ids at a large power of two from each other would share one set of the cache.
  sim::Duration first(std::uint64_t entity) const {
    return steps_[entity * 0x9e3779b97f4a7c15U >> 33 & (steps_.size() - 1)];
  }

 private:
  std::vector<sim::Duration> steps_;
  std::size_t next_ = 0;
};

}  // namespace spindle::bench

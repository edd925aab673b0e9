// Instants of requests: the same however a run is cut, only where there is load, and of each law.

#include "models/tenant/arrival_stream.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/time.hpp"

namespace {

using namespace spindle;
using models::ArrivalLaw;
using models::ArrivalStream;
using models::RatePiece;
using sim::Duration;
using sim::Instant;

constexpr sim::Purpose kPurpose{901};
constexpr Duration kTenSeconds = Duration::seconds(10);

sim::RandomBatch batch() {
  return {sim::Seed{5}, 0, kPurpose};
}

// Within epochs and across them, with gaps and a rate so low that most pieces stay empty.
const std::vector<RatePiece>& load() {
  static const std::vector<RatePiece> pieces{{0, 4 * sim::kSecond, 300},
                                             {4 * sim::kSecond, 7 * sim::kSecond + 5, 2000},
                                             {12 * sim::kSecond, 47 * sim::kSecond, 80},
                                             {47 * sim::kSecond, 48 * sim::kSecond, 0.01},
                                             {48 * sim::kSecond, 48 * sim::kSecond + 9, 1e6},
                                             {60 * sim::kSecond, 100 * sim::kSecond, 500}};
  return pieces;
}

std::vector<Instant> whole(ArrivalLaw law) {
  std::vector<Instant> out;
  ArrivalStream stream(batch(), 3, kTenSeconds, law);
  stream.begin(load(), 1.5);
  stream.append_until(Instant::never(), out);
  return out;
}

double integral(std::int64_t from, std::int64_t to) {
  double sum = 0;
  for (const RatePiece& piece : load()) {
    const std::int64_t begin = std::max(from, piece.begin);
    const std::int64_t end = std::min(to, piece.end);
    if (begin < end) sum += 1.5 * piece.rate * static_cast<double>(end - begin) * 1e-9;
  }
  return sum;
}

}  // namespace

TEST_CASE("arrival stream: steps and cuts at the ends of epochs change no bit") {
  for (const ArrivalLaw law : {ArrivalLaw::kPoisson, ArrivalLaw::kEven}) {
    const std::vector<Instant> expected = whole(law);
    REQUIRE(expected.size() > 30'000);
    for (const std::int64_t step :
         {sim::kSecond / 1000, 7 * sim::kSecond / 3, 10 * sim::kSecond, 33 * sim::kSecond}) {
      std::vector<Instant> out;
      ArrivalStream stream(batch(), 3, kTenSeconds, law);
      stream.begin(load(), 1.5);
      for (std::int64_t to = step; to < 100 * sim::kSecond + step; to += step) {
        stream.append_until(Instant::from_ns(to), out);
        REQUIRE((out.empty() || out.back().ns() < to));
      }
      CHECK(out == expected);
    }
    // Windows of one epoch each, as a load model cuts them.
    std::vector<Instant> out;
    ArrivalStream stream(batch(), 3, kTenSeconds, law);
    for (std::int64_t from = 0; from < 100 * sim::kSecond; from += kTenSeconds.ns()) {
      std::vector<RatePiece> window;
      for (const RatePiece& piece : load()) {
        const std::int64_t begin = std::max(from, piece.begin);
        const std::int64_t end = std::min(from + kTenSeconds.ns(), piece.end);
        if (begin < end) window.push_back({begin, end, piece.rate});
      }
      stream.begin(window, 1.5);
      stream.append_until(Instant::from_ns(from + kTenSeconds.ns()), out);
    }
    CHECK(out == expected);
  }
}

// The law told once more, one draw at a time.
TEST_CASE("arrival stream: gaps are those of the named stream, in the integral of the rate") {
  sim::RandomStream draws = batch().stream(3);
  double passed = 0;
  double due = draws.exponential();
  std::size_t at = 0;
  for (const Instant arrival : whole(ArrivalLaw::kPoisson)) {
    // A request lies where the integral is `due`: within the rounding to the nanosecond at 3,000/s.
    passed = integral(0, arrival.ns());
    INFO("request " << at++);
    REQUIRE(passed == Approx(due).margin(1e-3).epsilon(1e-9));
    due += draws.exponential();
  }
  CHECK(due > integral(0, 100 * sim::kSecond));
}

TEST_CASE("arrival stream: requests come where there is load, in order") {
  for (const ArrivalLaw law : {ArrivalLaw::kPoisson, ArrivalLaw::kEven}) {
    std::int64_t last = 0;
    auto piece = load().begin();
    for (const Instant arrival : whole(law)) {
      REQUIRE(arrival.ns() >= last);
      last = arrival.ns();
      while (piece->end <= last) REQUIRE(++piece != load().end());
      REQUIRE(piece->begin <= last);
    }
  }
}

TEST_CASE("arrival stream: even requests in any interval are its integral, rounded up or down") {
  const std::vector<Instant> out = whole(ArrivalLaw::kEven);
  for (std::int64_t from = 0; from < 100 * sim::kSecond; from += 777'777'777) {
    for (const std::int64_t length : {sim::kSecond / 100, sim::kSecond, 17 * sim::kSecond}) {
      const auto count = static_cast<double>(
          std::lower_bound(out.begin(), out.end(), Instant::from_ns(from + length)) -
          std::lower_bound(out.begin(), out.end(), Instant::from_ns(from)));
      REQUIRE(std::fabs(count - integral(from, from + length)) < 1 + 1e-5);
    }
  }
  // The offset is the tenant's own.
  std::vector<Instant> other;
  ArrivalStream stream(batch(), 4, kTenSeconds, ArrivalLaw::kEven);
  stream.begin(load(), 1.5);
  stream.append_until(Instant::never(), other);
  CHECK(other.front() != out.front());
}

TEST_CASE("arrival stream: no load, no requests, and what is left of a gap is kept") {
  std::vector<Instant> out;
  ArrivalStream stream(batch(), 3, kTenSeconds);
  stream.begin({}, 1);
  stream.append_until(Instant::never(), out);
  CHECK(out.empty());
  // Many pieces that are too short for a request make one that is due.
  std::vector<RatePiece> pieces;
  for (std::int64_t i = 0; i < 1000; ++i)
    pieces.push_back({i * sim::kSecond, i * sim::kSecond + 1000, 1000});
  stream.begin(pieces, 10);
  stream.append_until(Instant::never(), out);
  // 1000 times 1 us at 10,000/s: 10 requests, Poisson; outside 1 ... 25 in 1e-4 of seeds.
  CHECK(out.size() >= 1);
  CHECK(out.size() <= 25);
  CHECK_THROWS_AS(ArrivalStream(batch(), 3, Duration()), std::invalid_argument);
}

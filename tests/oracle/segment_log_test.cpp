// Logs of segments, block by block, held to closed forms, to a log written down plainly, and to
// what goes in and out. docs/theory/store.md has the equations and the table printed here.
#include "models/store/segment_log.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/store/write_amplification.hpp"
#include "tests/support/log_check.hpp"
#include "tests/support/plain_log.hpp"

using namespace spindle;
using models::AmplificationEstimate;
using models::CleaningOrder;
using models::SegmentLog;
using models::SegmentLogOptions;

namespace {

SegmentLogOptions options(CleaningOrder order, std::uint32_t segments, double fullness,
                          double hot_blocks = 0, double hot_writes = 0) {
  SegmentLogOptions out;
  out.segments = segments;
  out.blocks = 64;
  out.cleaning = order;
  out.fullness = fullness * (segments - SegmentLog::kIdle) / segments;
  out.hot_blocks = hot_blocks;
  out.hot_writes = hot_writes;
  return out;
}

AmplificationEstimate measured(const SegmentLogOptions& log) {
  return models::measure_amplification(log, {.warm_up = 12, .measured = 12});
}

models::StoreOptions store_of(CleaningOrder order, double hot_data = 0, double hot_writes = 0) {
  models::StoreOptions out;
  out.cleaning = order;
  out.hot_data = hot_data;
  out.hot_writes = hot_writes;
  return out;
}

constexpr CleaningOrder kCleaningOrders[] = {CleaningOrder::kOldestFirst, CleaningOrder::kGreedy,
                                             CleaningOrder::kCostBenefit};

}  // namespace

TEST_CASE("segment log: oldest first, 10,000 segments are cleaned at the fixed point's share") {
  // u = exp(-(1 - u) / U); Rosenblum and Ousterhout's write cost 2 / (1 - u) is 5.39 and 10.36.
  const double expected[][2] = {{0.8, 2.69}, {0.9, 5.18}};
  for (const auto& [fullness, amplification] : expected) {
    const auto got = measured(options(CleaningOrder::kOldestFirst, 10'000, fullness));
    INFO(fullness << ": " << got.write_amplification.estimate);
    CHECK(got.effective_fullness == Approx(fullness).epsilon(1e-5));
    CHECK(got.write_amplification.estimate == Approx(amplification).epsilon(0.005));
    const double u = got.cleaned_utilisation;
    CHECK(u == Approx(std::exp(-(1 - u) / fullness)).epsilon(0.002));
    CHECK(got.write_amplification.estimate == Approx(1 / (1 - u)).epsilon(0.002));
    // An interval, and a narrow one.
    CHECK(got.write_amplification.low < got.write_amplification.estimate);
    CHECK(got.write_amplification.high < 1.005 * got.write_amplification.low);
  }
}

TEST_CASE("segment log: oldest first and the least live first are as the closed forms have them") {
  for (const double fullness : {0.3, 0.6, 0.8, 0.9, 0.95}) {
    INFO(fullness);
    const auto oldest = measured(options(CleaningOrder::kOldestFirst, 4000, fullness));
    CHECK(oldest.cleaned_utilisation ==
          Approx(models::oldest_first_utilisation(fullness)).epsilon(0.003));
    const auto least = measured(options(CleaningOrder::kGreedy, 4000, fullness));
    CHECK(least.cleaned_utilisation ==
          Approx(models::greedy_utilisation(fullness, 64)).epsilon(0.003).margin(3e-4));
    const auto skewed = measured(options(CleaningOrder::kOldestFirst, 4000, fullness, 0.1, 0.9));
    CHECK(skewed.cleaned_utilisation ==
          Approx(models::oldest_first_utilisation(fullness, 0.1, 0.9)).epsilon(0.005));
  }
}

TEST_CASE("write amplification: the closed forms solve their equations") {
  for (const double fullness : {0.01, 0.1, 0.5, 0.8, 0.9, 0.97, 0.999}) {
    INFO(fullness);
    const double u = models::oldest_first_utilisation(fullness);
    CHECK(u == Approx(std::exp(-(1 - u) / fullness)).epsilon(1e-10).margin(1e-15));
    CHECK(u < fullness);
    // Shares of their own size are no skew.
    CHECK(models::oldest_first_utilisation(fullness, 0.3, 0.3) == Approx(u).margin(1e-12));
    const double skewed = models::oldest_first_utilisation(fullness, 0.2, 0.8);
    CHECK(skewed >= u);
    // Of segments of many blocks the oldest are those with the least: one closed form becomes the
    // other.
    CHECK(models::greedy_utilisation(fullness, 1 << 20) == Approx(u).margin(2e-3));
    CHECK(models::greedy_utilisation(fullness, 64) <= u + 1e-12);
  }
  // One block a segment: what dies is free at once.
  CHECK(models::greedy_utilisation(0.9, 1) == Approx(0).margin(1e-12));
  CHECK(1 / (1 - models::oldest_first_utilisation(0.8)) == Approx(2.69).epsilon(0.002));
  CHECK(1 / (1 - models::oldest_first_utilisation(0.9)) == Approx(5.18).epsilon(0.002));
}

TEST_CASE("segment log: every order does what a log written down plainly does") {
  constexpr std::uint32_t kSegments = 96;
  constexpr std::uint32_t kSize = 32;
  for (const CleaningOrder order : kCleaningOrders) {
    for (const double hot : {0.0, 0.2}) {
      SegmentLogOptions fast{.segments = kSegments, .blocks = kSize, .fullness = 0.8};
      fast.cleaning = order;
      fast.hot_blocks = hot;
      fast.hot_writes = hot > 0 ? 0.8 : 0;
      SegmentLog log(fast);
      const std::uint32_t live = log.live_blocks();
      test::PlainLog plain(kSegments, kSize, live, order,
                           static_cast<std::uint32_t>(std::llround(hot * live)), 0.8);
      constexpr std::uint64_t kWarmUp = 60'000;
      constexpr std::uint64_t kWrites = 300'000;
      log.write(kWarmUp);
      plain.write(kWarmUp);
      const std::uint64_t before = log.counts().copied;
      const std::uint64_t plain_before = plain.copied;
      log.write(kWrites);
      plain.write(kWrites);
      const double got = 1 + static_cast<double>(log.counts().copied - before) / kWrites;
      const double expected = 1 + static_cast<double>(plain.copied - plain_before) / kWrites;
      INFO("order " << static_cast<int>(order) << ", hot " << hot);
      // Seen apart from each other by 0.4 % at most.
      CHECK(got == Approx(expected).epsilon(0.01));
    }
  }
}

TEST_CASE("segment log: with hot and cold data cost-benefit copies least") {
  // 90 % of the overwrites on 10 % of the blocks.
  for (const double fullness : {0.6, 0.8, 0.9}) {
    INFO(fullness);
    double amplification[3];
    for (std::size_t i = 0; i < 3; ++i) {
      amplification[i] = measured(options(kCleaningOrders[i], 1000, fullness, 0.1, 0.9))
                             .write_amplification.estimate;
    }
    CHECK(amplification[1] < 0.97 * amplification[0]);
    CHECK(amplification[2] < 0.8 * amplification[1]);
  }
}

TEST_CASE("segment log: what lives stays as much, and what is written is user and copies") {
  for (const CleaningOrder order : kCleaningOrders) {
    for (const double hot : {0.0, 0.05}) {
      for (const double fullness : {0.02, 0.5, 0.9}) {
        SegmentLogOptions of{.segments = 100, .blocks = 16, .fullness = fullness};
        of.cleaning = order;
        of.hot_blocks = hot;
        of.hot_writes = hot > 0 ? 0.99 : 0;
        SegmentLog log(of);
        const auto live = static_cast<std::uint32_t>(std::llround(fullness * 1600));
        for (int i = 0; i < 40; ++i) {
          const auto faults = test::faults_of(log, live);
          for (const std::string& fault : faults) UNSCOPED_INFO(fault);
          REQUIRE(faults.empty());
          log.write(333);
        }
        CHECK(log.counts().user == 40 * 333);
        CHECK(log.counts().cleaned > 0);
      }
    }
  }
}

TEST_CASE("segment log: the same seed writes the same log, another seed another") {
  for (const CleaningOrder order : kCleaningOrders) {
    SegmentLogOptions of = options(order, 200, 0.8, 0.1, 0.5);
    const auto copied = [&of] {
      SegmentLog log(of);
      log.write(100'000);
      return log.counts().copied;
    };
    const std::uint64_t first = copied();
    CHECK(copied() == first);
    of.seed = sim::Seed{2};
    CHECK(copied() != first);
  }
  const models::StoreOptions store = store_of(CleaningOrder::kCostBenefit);
  CHECK(models::write_amplification(store, 0.8) == models::write_amplification(store, 0.8));
}

TEST_CASE("segment log: what cannot be is refused") {
  const auto bad = [](auto&& change) {
    SegmentLogOptions of;
    change(of);
    CHECK_THROWS_AS(SegmentLog(of), std::invalid_argument);
  };
  bad([](auto& of) { of.segments = 7; });
  bad([](auto& of) { of.blocks = 48; });
  bad([](auto& of) { of.blocks = 1 << 15; });
  bad([](auto& of) { of.fullness = 0; });
  bad([](auto& of) { of.fullness = 0.997; });
  bad([](auto& of) { of.fullness = NAN; });
  bad([](auto& of) { of.hot_blocks = 0.1; });
  bad([](auto& of) { of.hot_writes = 0.1; });
  const models::StoreOptions store;
  CHECK_THROWS_AS(models::write_amplification(store, 0), std::invalid_argument);
  CHECK_THROWS_AS(models::write_amplification(store, 0.98), std::invalid_argument);
  CHECK_THROWS_AS(models::write_amplification(store_of(kCleaningOrders[0], 0.1), 0.8),
                  std::invalid_argument);
  CHECK_THROWS_AS(models::oldest_first_utilisation(1), std::invalid_argument);
  CHECK_THROWS_AS(models::greedy_utilisation(0.5, 0), std::invalid_argument);
}

TEST_CASE("write amplification: the table of docs/theory/store.md", "[.large]") {
  for (const double hot : {0.0, 0.1}) {
    for (const double fullness : {0.5, 0.6, 0.7, 0.8, 0.9}) {
      std::string line =
          fmt::format("| {} | {} ", hot > 0 ? "90 % on 10 %" : "all alike", fullness);
      for (const CleaningOrder order : kCleaningOrders) {
        const auto got =
            models::measure_amplification(options(order, 8000, fullness, hot, hot > 0 ? 0.9 : 0),
                                          {.warm_up = 40, .measured = 40});
        const double in_fleets =
            models::write_amplification(store_of(order, hot, hot > 0 ? 0.9 : 0), fullness);
        CHECK(in_fleets == Approx(got.write_amplification.estimate).epsilon(0.01));
        line +=
            fmt::format("| {:.3f} ± {:.3f} | {:.3f} ", got.write_amplification.estimate,
                        got.write_amplification.high - got.write_amplification.estimate, in_fleets);
      }
      WARN(line << "|");
    }
  }
}
